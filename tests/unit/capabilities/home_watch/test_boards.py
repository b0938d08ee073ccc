"""The day at a glance, one person's time at home, and the figures."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.queries import Tally
from fangxian.capabilities.home_watch.states import What
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.scopes import NOWHERE
from fangxian.mechanisms.restriction.actions import (
    decide_appeal,
    file_appeal,
    release,
    withdraw_evidence,
)
from fangxian.mechanisms.restriction.states import Channel
from fangxian.mechanisms.task.actions import lapse_due
from tests.unit.capabilities.home_watch.watching import (
    FEVERISH,
    FOUR,
    LAST_MOMENT,
    WELL,
    clock,
)
from tests.unit.mechanisms.restriction.restricting import second_doctor
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def alice(watching):
    return watching.world.actor("alice")


def test_the_board_of_a_morning(watching, watch, alice):
    other = watching.at_home("赵大", area="second_grid", serial=418)
    watching.plan(10)
    watching.name(other, FOUR)
    watching.write(watch, WELL, at=clock(8, day=10))

    seen = queries.board(alice.scope, clock(11, day=10))

    assert (seen.in_force, seen.ahead, seen.ending) == (2, 0, 0)
    assert (seen.short_of_five, seen.findings, seen.appeals) == (2, 1, 0)
    assert seen.duties["health_record"] == Tally(should=4, did=1, missed=0, late=1)
    assert seen.duties["health_record"].open == 3
    assert seen.duties["notice_visit"] == Tally(should=2, did=0, missed=0, late=2)


@pytest.mark.usefixtures("watch")
def test_the_board_of_the_last_day(watching, alice):
    watching.plan(21)

    assert queries.board(alice.scope, clock(9, day=21)).ending == 1
    assert queries.board(alice.scope, LAST_MOMENT).in_force == 0


@pytest.mark.usefixtures("watch")
def test_the_board_of_the_next_district_is_empty(watching):
    for scope in (watching.world.actor("charlie").scope, NOWHERE):
        seen = queries.board(scope, NOON)
        assert (seen.in_force, seen.duties, seen.short_of_five) == (0, {}, 0)


@pytest.mark.usefixtures("watch")
def test_missed_and_overdue(watching, alice):
    assert [one.form for one in queries.overdue(alice.scope, clock(20))] == [
        "health_record"
    ]
    lapse_due(at=clock(0, day=10))
    from_, until = dt.date(2020, 11, 9), dt.date(2020, 11, 10)

    missed = queries.missed(alice.scope, from_=from_, until=until)

    assert [(one.form, one.closes_at) for one in missed] == [
        ("health_record", clock(0, day=10))
    ]
    charlie = watching.world.actor("charlie").scope
    assert [*queries.missed(charlie, from_=from_, until=until)] == []


def test_what_is_not_due_yet_is_not_counted_of_one_person(watching, watch, alice):
    watching.write(watch, WELL, at=clock(18))
    watching.plan(10)

    so_far = queries.duties_of(watch.pk, alice.scope, clock(11, day=10))

    assert so_far["health_record"] == Tally(should=2, did=1, missed=0, late=1)
    assert "sampling" not in so_far


def test_days_count_from_the_day_of_leaving(watching, watch):
    watching.write(watch, WELL, at=clock(20))
    days = queries.days_of(watch, clock(9, day=10))

    assert [(one.number, one.day) for one in (days[0], days[-1])] == [
        (0, dt.date(2020, 11, 7)),
        (14, dt.date(2020, 11, 21)),
    ]
    assert [one.number for one in days if one.is_today] == [3]
    [record] = [one for one in days[2].slots if one.form == "health_record"]
    assert (record.answers, record.was_late) == (WELL, True)
    assert [one.form for one in days[3].slots] == ["notice_visit", "team"]


def test_lines_tell_everything_the_latest_first(watching, watch, alice):
    watching.name(watch, FOUR, at=NOON + HOUR)
    watching.write(watch, FEVERISH, at=clock(18))

    lines = queries.timeline(watch, by=alice, at=clock(19))

    assert [one.what for one in lines] == [
        *(What.FOUND, What.RECORDED),
        *(What.FOUND, What.RECORDED),
        *(What.OPENED, What.SIGNED),
    ]
    assert lines[1].answers == FEVERISH
    assert lines[-1].by == watching.world.actor("cdc").person


@pytest.mark.usefixtures("watching")
def test_what_was_missed_stands_in_its_place(watch, alice):
    lapse_due(at=clock(0, day=10))

    [line] = [
        one
        for one in queries.timeline(watch, by=alice, at=clock(1, day=10))
        if one.what is What.MISSED
    ]
    assert (line.form, line.at) == ("health_record", clock(0, day=10))


def test_an_appeal_and_its_answer_stand_in_the_lines(watching, watch, alice):
    appeal = file_appeal(
        watch.pk, said="没有去过", channel=Channel.WORKER, by=alice, at=NOON + HOUR
    )
    doctor = second_doctor(watching.world)
    decide_appeal(appeal.pk, upheld=True, reason="属实", by=doctor, at=NOON + 2 * HOUR)

    lines = queries.timeline(watch, by=alice, at=NOON + 3 * HOUR)

    assert {(one.what, one.text) for one in lines} >= {
        (What.APPEALED, ""),
        (What.RULED, "upheld"),
        (What.ENDED, "appeal_upheld"),
    }


@pytest.mark.usefixtures("alice")
def test_results_are_told_to_doctors_only(watching, watch):
    watching.tested(watch.person, result="negative", at=NOON + HOUR)
    at = NOON + 2 * HOUR

    def results(who):
        told = queries.timeline(watch, by=who, at=at)
        return [one.text for one in told if one.what is What.RESULT]

    assert results(watching.world.actor("cdc")) == ["negative"]
    assert results(watching.world.actor("hospital")) == ["negative"]
    for who in ("alice", "grid", "community"):
        assert results(watching.world.actor(who)) == []


@pytest.mark.usefixtures("watching")
def test_the_end_is_the_first_line_afterwards(watch, alice):
    first = queries.timeline(watch, by=alice, at=LAST_MOMENT)[0]

    assert (first.what, first.text, first.at) == (What.ENDED, "expired", LAST_MOMENT)


def test_a_timeline_costs_the_same_for_long_and_short(
    watching, watch, alice, django_assert_num_queries
):
    queries.timeline(watch, by=alice, at=NOON)
    with django_assert_num_queries(6) as counted:
        queries.timeline(watch, by=alice, at=NOON)
    watching.plan(10)
    for hour in (7, 15, 18):
        watching.write(watch, WELL, at=clock(hour, day=10))

    with django_assert_num_queries(len(counted)):
        queries.timeline(watch, by=alice, at=clock(20, day=10))


class TestFigures:
    def test_released_are_those_whose_every_measure_is_over(self, watching, watch):
        other = watching.at_home("赵大", serial=418)
        persons = [watch.person, other.person, UUID(int=7)]

        release(other.pk, note="误判", by=watching.world.actor("cdc"), at=NOON + HOUR)

        assert queries.restricted(persons) == 2
        assert queries.released(persons, NOON) == 0
        assert queries.released(persons, NOON + HOUR) == 1
        assert queries.released(persons, LAST_MOMENT) == 2

    def test_negative_is_who_was_tested_and_never_anything_else(self, watching, watch):
        other = watching.back("赵大", serial=418)
        untested = watching.back("钱二", serial=419)
        for result in ("negative", "negative"):
            watching.tested(watch.person, result=result)
        watching.tested(other, result="negative")
        wrong = watching.tested(other, result="positive")
        persons = [watch.person, other, untested]

        assert queries.tested_negative(persons, NOON) == 1

        withdraw_evidence(
            wrong.pk, reason="标本弄混", by=watching.world.actor("hospital"), at=NOON
        )
        assert queries.tested_negative(persons, NOON) == 2
        assert queries.tested_negative(persons, NOON - DAY) == 0


def test_closing_is_told_in_the_lines(watching, watch, alice):
    release(watch.pk, note="误判", by=watching.world.actor("cdc"), at=NOON + HOUR)
    actions.close_watch(watch.pk, by=SYSTEM, at=NOON + HOUR)

    first = queries.timeline(watch, by=alice, at=NOON + 2 * HOUR)[0]
    assert (first.what, first.text) == (What.ENDED, "released")
