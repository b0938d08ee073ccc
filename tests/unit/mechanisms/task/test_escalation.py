import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from fangxian.mechanisms.task.escalation import Rung, next_at, reached, rungs, stored


DUE = dt.datetime(2020, 11, 25, 9, tzinfo=dt.UTC)
COMMUNITY_THEN_STREET = stored(
    [Rung(after_minutes=120, role="street"), Rung(after_minutes=30, role="community")]
)


def minutes(number):
    return dt.timedelta(minutes=number)


def test_a_stored_ladder_starts_with_the_earliest_rung():
    assert rungs(COMMUNITY_THEN_STREET) == (
        Rung(after_minutes=30, role="community"),
        Rung(after_minutes=120, role="street"),
    )


def test_the_next_rung_stands_so_many_minutes_after_the_due_time():
    moments = [
        next_at(COMMUNITY_THEN_STREET, due_at=DUE, level=level) for level in range(3)
    ]

    assert moments == [DUE + minutes(30), DUE + minutes(120), None]


def test_a_duty_without_a_ladder_is_never_escalated():
    assert next_at([], due_at=DUE, level=0) is None
    assert reached([], due_at=DUE, level=0, at=DUE + minutes(9999)) == ()


def test_a_rung_is_reached_at_its_very_minute():
    before = reached(
        COMMUNITY_THEN_STREET, due_at=DUE, level=0, at=DUE + minutes(30) - minutes(1)
    )
    then = reached(COMMUNITY_THEN_STREET, due_at=DUE, level=0, at=DUE + minutes(30))

    assert before == ()
    assert then == (Rung(after_minutes=30, role="community"),)


def test_after_a_long_silence_every_rung_is_climbed_at_once():
    climbed = reached(COMMUNITY_THEN_STREET, due_at=DUE, level=0, at=DUE + minutes(600))

    assert [rung.role for rung in climbed] == ["community", "street"]


def test_a_rung_that_was_climbed_is_not_climbed_again():
    climbed = reached(COMMUNITY_THEN_STREET, due_at=DUE, level=1, at=DUE + minutes(600))

    assert [rung.role for rung in climbed] == ["street"]


LADDERS = st.lists(
    st.builds(Rung, after_minutes=st.integers(0, 5000), role=st.just("street")),
    max_size=5,
).map(stored)


@given(ladder=LADDERS, waits=st.lists(st.integers(0, 6000), max_size=6))
def test_many_looks_climb_the_same_rungs_as_one(ladder, waits):
    level = 0
    for wait in sorted(waits):
        at = DUE + minutes(wait)
        level += len(reached(ladder, due_at=DUE, level=level, at=at))
        later = next_at(ladder, due_at=DUE, level=level)
        assert later is None or later > at

    last = DUE + minutes(max(waits, default=-1))
    assert level == len(reached(ladder, due_at=DUE, level=0, at=last))
