"""Of which moment a return speaks."""

import datetime as dt

import pytest

from fangxian.capabilities.daily_return import rules
from fangxian.kernel.moments import start_of


DAY = dt.date(2020, 11, 9)
BEGINS, ENDS = start_of(DAY), start_of(DAY + dt.timedelta(days=1))
INSTANT = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        (BEGINS, BEGINS),
        (ENDS - INSTANT, ENDS - INSTANT),
        (ENDS, ENDS - INSTANT),
        (ENDS + dt.timedelta(days=2), ENDS - INSTANT),
    ],
)
def test_a_return_speaks_of_now_or_of_the_last_instant_of_its_day(at, seen):
    assert rules.seen_at(DAY, at=at) == seen
