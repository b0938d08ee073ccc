import datetime as dt

import pytest

from fangxian.kernel.moments import (
    SituationClock,
    SystemClock,
    at_time,
    bounds_of,
    day_of,
    end_of_day_number,
    start_of,
)


NINTH = dt.date(2020, 11, 9)


def utc(text):
    return dt.datetime.fromisoformat(text + "+00:00")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2020-11-08T15:59:59.999999", dt.date(2020, 11, 8)),
        ("2020-11-08T16:00:00", NINTH),
        ("2020-11-09T15:59:59.999999", NINTH),
        ("2020-11-09T16:00:00", dt.date(2020, 11, 10)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(moment, day):
    assert day_of(utc(moment)) == day


def test_a_time_of_day_is_a_shanghai_time():
    assert at_time(NINTH, dt.time(17, 30)) == utc("2020-11-09T09:30:00")
    assert at_time(NINTH, dt.time(17, 30)).tzinfo is dt.UTC


def test_the_bounds_of_a_day_are_half_open():
    from_, until = bounds_of(NINTH)

    assert from_ == start_of(NINTH) == utc("2020-11-08T16:00:00")
    assert until == start_of(NINTH + dt.timedelta(days=1))
    assert day_of(until - dt.timedelta.resolution) == NINTH


@pytest.mark.parametrize(
    ("days", "end"), [(0, "2020-11-09T16:00:00"), (14, "2020-11-23T16:00:00")]
)
def test_day_n_ends_at_its_midnight(days, end):
    assert end_of_day_number(NINTH, days) == utc(end)


def test_the_clock_of_a_situation_runs_at_wall_speed():
    before = SystemClock().now()
    there = SituationClock(dt.timedelta(days=-1)).now()
    after = SystemClock().now()

    assert before - dt.timedelta(days=1) <= there <= after - dt.timedelta(days=1)
