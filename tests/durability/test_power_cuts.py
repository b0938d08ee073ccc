"""What was acknowledged is on the disk, and whole, whenever the power goes."""

import os

import pytest


CUTS = int(os.environ.get("FANGXIAN_CUTS", "100"))
FEW = 30  # are enough to find settings that do not flush
pytestmark = pytest.mark.slow


def test_what_was_acknowledged_outlives_a_power_cut(harmed):
    found = harmed("powercuts", CUTS)

    assert found["cuts"] == CUTS
    assert (found["cuts_that_lost"], found["torn"]) == (0, 0)
    assert found["gone_on"] > 0
    assert found["not_once"] == 0  # and the phones went on where they were


def test_the_cuts_find_settings_that_do_not_flush(harmed):
    found = harmed("powercuts", FEW, "normal")

    assert found["cuts_that_lost"] > FEW // 2
