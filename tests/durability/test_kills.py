"""Nothing is done twice or not at all, whenever a process is killed."""

import json
import os
import subprocess
import sys

import pytest

from tests.durability.conftest import environment_of


KILLS = int(os.environ.get("FANGXIAN_KILLS", "30"))
PROGRAM = [sys.executable, "-m", "tests.durability.killing"]
pytestmark = pytest.mark.slow


@pytest.fixture
def kill(tmp_path, seed, record_property):
    """``kill(what)`` runs the killing in a process and a folder of its own."""

    def run(what, *control):
        done = subprocess.run(
            [*PROGRAM, what, str(KILLS), seed, *control],
            env=environment_of(tmp_path),
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
        record_property("found", found)  # for campaigns/killing.py
        return found

    return run


def test_every_effect_happens_exactly_once_under_kills(kill):
    found = kill("reactions")

    assert found["kills"] > 0
    assert found["happened"] == {}  # none zero times, none twice
    assert found["seen"] == found["expected"]
    assert found["clean"]


def test_the_killing_finds_effects_that_are_not_guarded(kill):
    found = kill("reactions", "careless")

    assert found["happened"] != {}


def test_what_was_acknowledged_is_kept_under_kills(kill):
    found = kill("intake")

    assert found["kills"] > 0
    assert found["seen"] > 0
    assert found["happened"] == {}


def test_the_killing_finds_acts_that_are_acknowledged_too_early(kill):
    found = kill("intake", "careless")

    assert found["happened"] != {}


def test_an_act_that_is_set_aside_is_whole_under_kills(kill):
    found = kill("setting_aside")

    assert found["kills"] > 0
    assert found["happened"] == {}
    assert found["seen"] == found["expected"]
    assert found["clean"]  # each with the reason that was given


def test_the_killing_finds_acts_that_are_set_aside_without_a_mark(kill):
    found = kill("setting_aside", "careless")

    assert found["happened"] != {}


def test_sequencers_that_run_at_once_leave_no_gap_and_no_double(kill):
    found = kill("sequencers")

    assert found["happened"] == {}
    assert found["seen"] == found["expected"]
    assert found["clean"]
