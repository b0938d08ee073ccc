"""What phones sent stands once and in order, whenever a server process is killed."""

import os

import pytest


KILLS = int(os.environ.get("FANGXIAN_PHONE_KILLS", "300"))
FEW = 40  # are enough to find phones that are not guarded
pytestmark = pytest.mark.slow


def test_what_phones_sent_stands_once_under_kills(harmed):
    found = harmed("phones", KILLS)

    assert min(found["kills"].values()) > 0
    assert found["expected"] > 0
    assert found["unanswered"] > 0  # some answers were cut off
    assert found["happened"] == {}  # none zero times, none twice
    assert found["in_order"]
    assert found["drained"]
    assert found["clean"]


def test_the_killing_finds_phones_that_drop_what_they_sent(harmed):
    found = harmed("phones", FEW, "careless")

    assert 0 in found["happened"].values()
