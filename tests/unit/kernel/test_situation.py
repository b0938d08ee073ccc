"""A rehearsal's clock starts where its scenario ends and runs at wall speed."""

import datetime as dt

from fangxian.kernel.moments import SystemClock
from fangxian.kernel.situation import clock_of, find_situation, start_situation


END = dt.datetime(2020, 11, 30, 10, 5, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def test_an_installation_without_a_situation_runs_on_the_wall_clock(tmp_path):
    assert find_situation(tmp_path) is None
    assert isinstance(clock_of(tmp_path), SystemClock)


def test_a_rehearsal_starts_at_its_moment_and_runs_on(tmp_path):
    start_situation(tmp_path, scenario="erqi-2020-11", at=END)
    first = clock_of(tmp_path).now()
    second = clock_of(tmp_path).now()
    assert END <= first <= second < END + SECOND


def test_the_situation_says_which_scenario_it_plays(tmp_path):
    started = start_situation(tmp_path, scenario="erqi-2020-11", at=END)
    found = find_situation(tmp_path)
    assert found is not None
    assert found.scenario == "erqi-2020-11"
    assert abs(found.offset - started.offset) < dt.timedelta(milliseconds=1)


def _scenario(folder) -> str:
    found = find_situation(folder)
    assert found is not None
    return found.scenario


def test_a_new_situation_replaces_the_old_one(tmp_path):
    start_situation(tmp_path, scenario="first", at=END)
    assert _scenario(tmp_path) == "first"
    later = END + dt.timedelta(days=300)
    start_situation(tmp_path, scenario="second", at=later)
    assert _scenario(tmp_path) == "second"
    assert later <= clock_of(tmp_path).now() < later + SECOND
