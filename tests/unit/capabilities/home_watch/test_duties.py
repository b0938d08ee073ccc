"""The duties of a day, from the days of each restriction."""

import datetime as dt

import pytest

from fangxian.capabilities.home_watch import actions
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.home_watch.watching import (
    LAST_MOMENT,
    clock,
    owed,
    written,
)
from tests.worlds import NOON


pytestmark = pytest.mark.django_db


def on(watch, day):
    return owed(
        watch, opens_at__gte=clock(0, day=day), opens_at__lt=clock(0, day=day + 1)
    )


def test_every_morning_the_days_two_records_are_issued_once(watching, watch):
    assert watching.plan(10) == 2
    assert watching.plan(10) == 0

    assert on(watch, 10) == [
        ("health_record", clock(10, day=10)),
        ("health_record", clock(19, day=10)),
    ]


@pytest.mark.parametrize("day", [14, 21])
def test_samples_are_due_on_their_days_after_leaving(watching, watch, day):
    watching.plan(day)

    assert ("sampling", clock(18, day=day)) in on(watch, day)


def test_the_last_day_asks_for_the_check(watching, watch):
    watching.plan(21)

    assert [form for form, _ in on(watch, 21)] == [
        *("health_record", "sampling", "release_check", "health_record")
    ]


@pytest.mark.usefixtures("watch")
def test_after_the_end_nothing_is_asked(watching):
    assert watching.plan(22, at=LAST_MOMENT) == 0


def test_a_day_planned_late_still_shows_what_was_owed(watching, watch):
    watching.plan(10, at=clock(23, day=10))

    assert len(on(watch, 10)) == 2


@pytest.mark.usefixtures("watch")
def test_the_trace_says_which_day_of_the_restriction_it_was(watching):
    watching.plan(21)

    check = Task.objects.get(form="release_check")
    assert check.decision["facts"] == {"restriction.days_left": 0}
    assert check.decision["pack"] == "covid19-cn"


@pytest.mark.usefixtures("watch")
def test_planning_an_area_leaves_the_others_out(watching):
    world = watching.world
    planned = {
        area: actions.plan_watch(
            area=world[area], day=dt.date(2020, 11, 10), by=world.actor(who), at=NOON
        )
        for area, who in (("next_district", "district_next_door"), ("street", "alice"))
    }

    assert planned == {"next_district": 0, "street": 2}


@pytest.mark.usefixtures("watch")
def test_planning_is_in_the_journal(watching):
    watching.plan(10)

    entry = Entry.objects.get(event="home_watch.planned")
    assert entry.area == watching.world["city"]


@pytest.mark.parametrize(
    ("who", "area"),
    [("grid", "grid"), ("supervision", "district"), ("charlie", "street")],
)
@pytest.mark.usefixtures("watch")
def test_others_may_not_plan(watching, who, area):
    before = written()

    with pytest.raises(Refusal):
        actions.plan_watch(
            area=watching.world[area],
            day=dt.date(2020, 11, 10),
            by=watching.world.actor(who),
            at=NOON,
        )
    assert written() == before


@pytest.mark.usefixtures("watch")
def test_many_people_cost_no_more_queries_than_one(
    watching, django_assert_max_num_queries
):
    for serial in range(418, 421):
        watching.at_home(f"赵{serial}", serial=serial)

    with django_assert_max_num_queries(30):
        watching.plan(10)
