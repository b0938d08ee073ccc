import pytest

from fangxian.capabilities.inspection import actions, queries
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger.actions import suspend_place
from fangxian.mechanisms.task import actions as tasks
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.inspection.conftest import HOUR, written
from tests.worlds import NOON, TODAY


MORNING = NOON - 5 * HOUR


def plan(world, who="district", area="district", day=TODAY):
    return actions.plan_patrols(
        area=world[area], day=day, by=world.actor(who), at=MORNING
    )


@pytest.fixture
def places(place_in):
    """Two hotels and a restaurant here, a hotel in the next district."""
    return {
        "hotel": place_in("grid", "站前宾馆"),
        "second": place_in("other_community", "小赵宾馆"),
        "restaurant": place_in("grid", "面馆", "restaurant"),
        "next": place_in("next_community", "隔壁宾馆"),
    }


def test_every_place_that_the_rules_name_owes_its_patrol(world, places):
    assert plan(world) == 2

    owed = Task.objects.order_by("pk").values_list("subject", "post", "form")
    assert set(owed) == {
        (f"place:{places['hotel']}", world.posts["grid"], "six_haves"),
        (f"place:{places['second']}", None, "six_haves"),  # no post there answers
    }
    assert Entry.objects.filter(event="inspection.patrols_planned").count() == 1


def test_planning_a_day_again_issues_nothing_new(world, places):
    del places
    plan(world)
    before = written()

    assert plan(world) == 0
    assert written() == before


def test_a_place_that_comes_later_is_added_to_the_day(world, places, place_in):
    del places
    plan(world)
    place_in("community", "新来宾馆")

    assert plan(world) == 1


def test_a_suspended_place_is_left_out_as_the_rules_say(world, places):
    suspend_place(places["hotel"], reason="x", by=world.actor("district"), at=MORNING)

    assert plan(world) == 1


def test_the_next_day_owes_anew(world, places):
    del places
    plan(world)

    assert plan(world, day=TODAY.replace(day=TODAY.day + 1)) == 2


def test_a_street_plans_its_own_area_only(world, places):
    del places

    assert plan(world, who="alice", area="street") == 1
    with pytest.raises(Refusal) as refusal:
        plan(world, who="alice", area="next_street")
    assert refusal.value.kind is OUT_OF_REACH


def test_a_department_plans_for_its_kinds_alone(world, places):
    del places

    assert plan(world, who="market_supervision") == 0  # only hotels owe a patrol


def test_a_grid_worker_plans_nothing(world, places):
    del places
    before = written()

    with pytest.raises(Refusal) as refusal:
        plan(world, who="grid", area="grid")

    assert refusal.value.kind is inspection_rules.NOT_YOURS_TO_PLAN
    assert written() == before


# ----------------------------------------------------- self-checks after a bulletin


def order(world, source="通报第3期", who="district"):
    return actions.order_self_checks(
        area=world["district"],
        kinds=["hotel"],
        problem="No masks",
        source=source,
        due_at=NOON + 24 * HOUR,
        by=world.actor(who),
        at=NOON,
    )


def test_a_problem_named_above_is_checked_in_all_like_places(world, places):
    assert order(world) == 2

    tasks = Task.objects.order_by("pk").values_list("subject", "form", "post")
    assert set(tasks) == {
        (f"place:{places['hotel']}", "self_check", world.posts["venue_manager"]),
        (f"place:{places['second']}", "self_check", None),
    }


def test_the_same_bulletin_orders_once(world, places):
    del places
    order(world)

    assert order(world) == 0
    assert order(world, source="通报第4期") == 2


# -------------------------------------------------------------------- coverage


def coverage(scope, **more):
    return queries.coverage(
        scope, from_=TODAY, until=TODAY.replace(day=TODAY.day + 1), **more
    )


def test_coverage_counts_should_did_and_missed(world, places, visit):
    plan(world)
    visit(place=places["hotel"])
    tasks.lapse_due(at=NOON + 13 * HOUR)

    rows = coverage(world.actor("district").scope)

    assert {(row.area, row.kind, row.should, row.did, row.missed) for row in rows} == {
        (world["grid"], "hotel", 2, 1, 1),  # the fixture's own hotel too
        (world["other_community"], "hotel", 1, 0, 1),
    }
    assert queries.summed(rows, area=world["district"]) == queries.Coverage(
        area=world["district"], kind="", should=3, did=1, missed=2
    )


def test_what_was_waived_need_not_be_done(world, places):
    plan(world)
    task = Task.objects.get(subject=f"place:{places['hotel']}")
    tasks.waive(task.pk, reason="Closed today", by=world.actor("alice"), at=NOON)

    [row] = coverage(world.actor("district").scope)

    assert (row.area, row.should, row.open) == (world["other_community"], 1, 1)


def test_coverage_stays_within_the_scope(world, places):
    del places
    plan(world, who="dana", area="city")

    assert [row.area for row in coverage(world.actor("charlie").scope)] == [
        world["next_community"]
    ]
    assert coverage(world.actor("market_supervision").scope) == []
    assert coverage(world.actor("dana").scope, forms=["patrol"]) == []
