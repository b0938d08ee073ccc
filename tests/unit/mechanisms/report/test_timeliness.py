"""Who returned in time is computed; so is whose figures did not hold."""

import datetime as dt

from fangxian.mechanisms.journal.models import Tally
from fangxian.mechanisms.report import actions
from fangxian.mechanisms.report.counters import differences, recount
from fangxian.mechanisms.report.timeliness import timeliness
from tests.unit.mechanisms.report.returns import (
    EVENING,
    MIDNIGHT,
    NEXT_MORNING,
    NIGHT,
    TOMORROW,
    attest,
    issue_patrol,
    raise_one,
)
from tests.worlds import NOON, TODAY


DAY = dt.timedelta(days=1)


def row(city, area="community", *, at=NEXT_MORNING):
    """How one unit of Alice's street returned today."""
    rows = timeliness(city["street"], "daily", from_=TODAY, until=TOMORROW, at=at)
    [found] = [one for one in rows if one.area == city[area]]
    return found


def test_the_street_comes_first_and_each_community_after_it(city):
    rows = timeliness(
        city["street"], "daily", from_=TODAY, until=TOMORROW, at=NEXT_MORNING
    )

    assert rows[0].area == city["street"]
    assert {one.area for one in rows} == {
        city["street"],
        city["community"],
        city["second_community"],
    }


def test_nobody_owed_a_return_before_the_rules_asked_for_one(city):
    attest(city)
    before = dt.date(2019, 12, 30)

    rows = timeliness(
        city["street"], "daily", from_=before, until=before + DAY, at=NEXT_MORNING
    )

    assert rows == []


def test_in_time_late_and_not_made(city):
    attest(city)
    attest(city, "alice", at=EVENING)

    in_time, late = row(city), row(city, "street")
    not_made = row(city, "second_community")

    assert (in_time.due, in_time.on_time, in_time.late, in_time.not_made) == (
        1,
        1,
        0,
        0,
    )
    assert (late.due, late.on_time, late.late, late.not_made) == (1, 0, 1, 0)
    assert (not_made.due, not_made.on_time, not_made.late, not_made.not_made) == (
        1,
        0,
        0,
        1,
    )


def test_nothing_is_due_before_the_cut_off(city):
    assert (
        timeliness(city["street"], "daily", from_=TODAY, until=TOMORROW, at=NOON) == []
    )


def test_what_had_to_be_raised_by_a_person_was_omitted(city):
    returned = attest(city, zero=True)
    raise_one(city, at=EVENING)
    actions.restate(
        returned.pk, reason="It was known", by=city.actor("community"), at=NIGHT
    )

    found = row(city)

    assert (found.omitted, found.overstated, found.false_zero) == (1, 0, 1)


def test_what_the_close_added_is_nobodys_fault(city):
    attest(city, zero=True)
    raise_one(city, at=EVENING)
    actions.freeze_due(at=MIDNIGHT)

    found = row(city)

    assert (found.zero, found.omitted, found.overstated, found.false_zero) == (
        1,
        0,
        0,
        0,
    )


def test_counters_equal_a_recount(city):
    issue_patrol(city)
    raise_one(city)
    raise_one(city, n=2, at=NOON - dt.timedelta(days=1))
    attest(city)
    attest(city, "alice", at=EVENING)
    attest(city, "charlie", at=EVENING, zero=True)

    days = {"from_": TODAY - dt.timedelta(days=2), "until": TOMORROW}

    assert differences(**days) == []
    assert sum(recount(**days).values()) == 6


def test_a_counter_that_was_changed_is_named(city):
    attest(city)
    Tally.objects.filter(measure="report.attested").update(n=2)

    [difference] = differences(from_=TODAY, until=TOMORROW)

    assert (
        difference.measure,
        difference.area,
        difference.tallied,
        difference.counted,
    ) == (
        "report.attested",
        city["community"],
        2,
        1,
    )
