"""What another version of the rules would change, told before it is adopted."""

import datetime as dt

import pytest

from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection.previews import foresee, told
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import raise_finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.protocol.packs import read_pack
from tests.packs import adopted, pack_of
from tests.worlds import FOUNDED, NOON


@pytest.fixture
def hotel(world):
    """A hotel by the station in Alice's street, under the routine rules."""
    adopted("routine", world["city"])
    return register_place(
        kind="station_hotel",
        name="金丝雀宾馆",
        area=world["community"],
        source="test",
        by=world.actor("district", at=FOUNDED),
        at=FOUNDED,
    ).pk


def routine(**changes):
    """Routine with the clause of the station hotels changed."""
    content = dict(pack_of("routine").content)
    del content["cases"]
    clauses = [
        {**one, **changes} if one["clause"] == "station_hotel" else one
        for one in content["clauses"]
    ]
    return read_pack({**content, "clauses": clauses})


EARLIER = {"windows": [{"opens": "08:00", "due": "12:00", "closes": "24:00"}]}


def seen(pack, world, who="street", *, days=1):
    by = world.actor(who)
    return foresee(pack, area=by.unit, scope=by.scope, at=NOON, days=days)


@pytest.mark.usefixtures("hotel")
def test_the_same_rules_change_nothing(world):
    found = seen(routine(), world, days=7)

    assert (found.tasks, found.findings, found.duties) == ((), (), ())
    assert found.held == "2020.11"
    assert found.subjects > 1


def test_the_duties_of_coming_days_are_told_once_each(world, hotel):
    [duty] = seen(routine(**EARLIER), world, days=3).duties

    assert (duty.subject, duty.clause) == (f"place:{hotel}", "station_hotel")
    assert duty.reason == "due 2020-11-09 20:00 → 2020-11-09 12:00"


def test_an_open_task_that_would_be_due_earlier_is_listed(world, hotel):
    by = world.actor("street")
    actions.plan_patrols(area=by.unit, day=day_of(NOON), by=by, at=NOON)
    found = seen(routine(**EARLIER), world)
    [task] = found.tasks

    assert (task.duty, task.subject) == ("station_hotel", f"place:{hotel}")
    assert next(iter(told(found))) == (
        f"open task {task.task} (station_hotel, place:{hotel}, due 2020-11-09 20:00):"
        " due 2020-11-09 20:00 → 2020-11-09 12:00"
    )


@pytest.mark.usefixtures("hotel")
def test_an_open_task_whose_clause_would_go_says_so(world):
    by = world.actor("street")
    actions.plan_patrols(area=by.unit, day=day_of(NOON), by=by, at=NOON)
    [task] = seen(routine(valid_from="2021-01-01"), world).tasks

    assert task.difference.reason == "the clause is not in force on that day"


def test_an_open_finding_whose_deadline_would_move_is_listed(world, hotel):
    deadline = NOON + dt.timedelta(hours=24)
    finding = raise_finding(
        subject=f"place:{hotel}",
        kind="station_hotel",
        area=world["community"],
        item="station_hotel/exits_free",
        text="消防通道堵塞",
        severity="major",
        deadline_at=deadline,
        by=world.actor("street"),
        at=NOON,
    )
    content = dict(pack_of("routine").content)
    head = dict(content["pack"])
    head["severities"] = [
        {**one, "hours": 12} if one["code"] == "major" else one
        for one in head["severities"]
    ]
    found = seen(read_pack({**content, "pack": head}), world)
    [moved] = found.findings

    assert moved.finding == finding.pk
    assert (moved.deadline_at, moved.would_be) == (
        deadline,
        deadline - dt.timedelta(hours=12),
    )
    assert list(told(found)) == [
        (
            f"open finding {finding.pk} (place:{hotel}):"
            " deadline 2020-11-10 12:00 → 2020-11-10 00:00"
        )
    ]


def test_the_next_street_sees_nothing_of_this_one(world, hotel):
    found = seen(routine(**EARLIER), world, "charlie", days=3)

    assert found.subjects > 1
    assert [one for one in found.duties if one.subject == f"place:{hotel}"] == []


@pytest.mark.usefixtures("hotel")
def test_looking_writes_nothing(world):
    entries = Entry.objects.count()
    seen(routine(**EARLIER), world, days=3)

    assert Entry.objects.count() == entries
