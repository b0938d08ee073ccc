"""A watch begins with a signature and ends with the measure."""

import datetime as dt

import pytest

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.models import Watch
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import NOWHERE, Scope
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction.actions import release
from fangxian.mechanisms.restriction.states import Standing
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.home_watch.watching import LAST_MOMENT, clock, owed
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_a_signature_begins_what_is_owed_from_that_moment(watch):
    assert owed(watch) == [
        ("health_record", clock(19)),
        ("notice_visit", clock(0, day=10)),
        ("team", clock(0, day=10)),
    ]


def test_the_grid_worker_owes_the_visits_and_the_community_the_team(watching, watch):
    posts = dict(Task.objects.values_list("form", "post"))

    assert posts == {
        "health_record": watching.world.posts["grid"],
        "notice_visit": watching.world.posts["grid"],
        "team": watching.world.posts["community"],
    }
    assert watch.area_id == watching.world["grid"]


def test_a_second_opening_does_nothing(watch):
    again = actions.open_watch(watch.pk, by=SYSTEM, at=NOON + HOUR)

    assert again == watch
    assert Task.objects.count() == 3


def test_the_person_is_looked_after_where_they_live(watching):
    person = watching.back(area="community")
    door = people.register_door(
        area=watching.world["courtyard"],
        building="4号楼",
        room="501",
        by=SYSTEM,
        at=NOON,
    )
    people.move_in(person, door=door, since=dt.date(2020, 1, 1), by=SYSTEM, at=NOON)
    [decision] = watching.imposed()
    watch = actions.open_watch(decision.pk, by=SYSTEM, at=NOON)

    assert (watch.area_id, watch.door_id) == (watching.world["courtyard"], door)


def test_somebody_the_ledger_does_not_know_is_looked_after_by_the_decisions_area(
    watching,
):
    watching.stated()
    [decision] = watching.imposed()

    watch = actions.open_watch(decision.pk, by=SYSTEM, at=NOON)

    assert (watch.area_id, watch.door_id) == (watching.world["grid"], None)


def test_central_observation_is_nobodys_watch_at_home(watching):
    contact = {"contact.type": "close", "contact.last_on": "2020-11-08"}
    watching.back(kind=Kind.CONTACT, who="cdc", grade=Grade.A, states=contact)
    [decision] = watching.imposed()

    assert actions.open_watch(decision.pk, by=SYSTEM, at=NOON) is None
    assert Watch.objects.count() == 0


def test_a_watch_that_lies_ahead_owes_nothing_before(watching):
    abroad = {"stay.abroad": True, "stay.entered_on": "2020-10-26"}
    person = watching.back(states=abroad)
    central, home = sorted(watching.imposed(), key=lambda one: one.until)
    watch = actions.open_watch(home.pk, by=SYSTEM, at=NOON)
    dana = watching.world.actor("dana").scope

    assert (home.subject, central.measure) == (person, "central_observation")
    assert home.since == clock(0, day=10)
    assert owed(watch) == []
    assert [*queries.watches(dana, NOON, standing=Standing.AHEAD)] == [watch]

    watching.plan(10)
    assert owed(watch) == [
        ("health_record", clock(10, day=10)),
        ("notice_visit", clock(12, day=10)),
        ("team", clock(12, day=10)),
        *(("sampling", clock(18, day=10)), ("health_record", clock(19, day=10))),
    ]


def test_the_days_that_a_worker_slept_through_are_made_up_for(watching):
    watching.back()
    [decision] = watching.imposed()
    watch = actions.open_watch(decision.pk, by=SYSTEM, at=clock(12, day=11))

    assert [due for form, due in owed(watch) if form == "health_record"] == [
        clock(19),
        *(clock(10, day=10), clock(19, day=10)),
        *(clock(10, day=11), clock(19, day=11)),
    ]


def test_an_early_release_leaves_nothing_owed(watching, watch):
    release(watch.pk, note="两次阴性", by=watching.world.actor("cdc"), at=NOON + HOUR)

    assert actions.close_watch(watch.pk, by=SYSTEM, at=NOON + HOUR) == 3
    assert {task.reason for task in Task.objects.all()} == {"解除：提前"}
    assert watching.plan(10) == 0


@pytest.mark.usefixtures("watching")
def test_what_lapsed_before_the_end_stays_missed(watch):
    Task.objects.filter(form="health_record").update(
        state="lapsed", ended_by=SYSTEM.person, ended_at=clock(0, day=10)
    )

    actions.close_watch(watch.pk, by=SYSTEM, at=LAST_MOMENT)

    assert sorted(Task.objects.values_list("form", "state")) == [
        ("health_record", "lapsed"),
        ("notice_visit", "waived"),
        ("team", "waived"),
    ]


@pytest.mark.usefixtures("watching")
def test_the_end_of_a_measure_elsewhere_closes_nothing():
    assert actions.close_watch(4711, by=SYSTEM, at=NOON) == 0


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (NOON, Standing.IN_FORCE),
        (LAST_MOMENT - dt.timedelta.resolution, Standing.IN_FORCE),
        (LAST_MOMENT, Standing.OVER),
    ],
)
def test_a_watch_stands_as_its_restriction_does(watching, watch, at, standing):
    scope = watching.world.actor("alice").scope

    for one in Standing:
        listed = [*queries.watches(scope, at, standing=one)]
        assert listed == ([watch] if one is standing else [])
    assert [*queries.watches(scope, at, standing=None)] == [watch]


def test_out_of_scope_it_looks_like_none(watching, watch):
    charlie = watching.world.actor("charlie").scope
    department = Scope(
        roots=watching.world.actor("alice").scope.roots, kinds=frozenset({"hotel"})
    )

    for scope in (charlie, department, NOWHERE):
        assert [*queries.watches(scope, NOON)] == []
        with pytest.raises(Refusal) as refused:
            queries.get_watch(watch.pk, scope)
        assert refused.value.kind.hidden


def test_lists_are_narrowed_by_area_and_measure(watching, watch):
    world = watching.world
    next_door = watching.at_home("赵大", area="second_grid", serial=418)
    dana = world.actor("dana").scope

    assert {*queries.watches(dana, NOON, area=world["community"])} == {
        *(watch, next_door)
    }
    assert [*queries.watches(dana, NOON, area=world["grid"])] == [watch]
    assert [*queries.watches(dana, NOON, measure="home_isolation")] == []
    assert [*queries.watches_of([watch.person], dana)] == [watch]
