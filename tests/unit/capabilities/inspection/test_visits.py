import dataclasses

import pytest

from fangxian.capabilities.inspection import actions, queries
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding import queries as findings
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.observation.rules import OTHER_BODY
from fangxian.mechanisms.protocol.rules import WRONG_ANSWERS
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.inspection.conftest import (
    BLOCKED,
    GOOD,
    HOUR,
    NO_MASKS,
    id_number,
    written,
)
from tests.worlds import FOUNDED, NOON, TODAY


def planned(world, who="district"):
    return actions.plan_patrols(
        area=world["district"], day=TODAY, by=world.actor(who), at=NOON - 4 * HOUR
    )


def test_a_visit_is_one_act_record_duty_and_problem(world, visit, hotel):
    planned(world)

    visit(NO_MASKS)

    [finding] = Finding.objects.all()
    assert (finding.subject, finding.item, finding.severity) == (
        f"place:{hotel}",
        "six_haves/masks",
        "major",
    )
    assert finding.deadline_at == NOON + 24 * HOUR
    assert finding.observation == id_number(1)
    [task] = Task.objects.all()
    assert (task.state, task.observation) == ("completed", id_number(1))
    events = list(Entry.objects.order_by("pk").values_list("event", flat=True))
    assert events[-4:] == [
        "observation.observed",
        "task.completed",
        "finding.raised",
        "inspection.visited",
    ]


def test_each_failed_item_is_a_finding_with_the_hours_of_its_severity(visit):
    visit({"masks": False, "exits": False})

    assert list(Finding.objects.order_by("pk").values_list("item", "deadline_at")) == [
        ("six_haves/masks", NOON + 24 * HOUR),
        ("six_haves/exits", NOON + 4 * HOUR),
    ]


def test_a_good_visit_raises_nothing(visit):
    visit(GOOD)

    assert Finding.objects.count() == 0
    assert Observation.objects.count() == 1


def test_a_visit_sent_twice_acts_once(visit):
    first = visit(BLOCKED)
    before = written()

    again = visit(BLOCKED)

    assert again.pk == first.pk
    assert written() == before


def test_another_body_under_the_same_id_is_refused(visit):
    visit(GOOD)
    before = written()

    with pytest.raises(Refusal) as refusal:
        visit(BLOCKED)

    assert refusal.value.kind is OTHER_BODY
    assert written() == before


def test_seeing_the_same_problem_again_adds_no_second_finding(visit):
    visit(NO_MASKS)
    visit(NO_MASKS, number=2, at=NOON + HOUR)

    [finding] = Finding.objects.all()
    assert finding.seen_again == 1


def test_wrong_answers_leave_nothing_behind(visit):
    before = written()

    with pytest.raises(Refusal) as refusal:
        visit({"masks": "perhaps"})

    assert refusal.value.kind is WRONG_ANSWERS
    assert written() == before


def test_who_does_not_inspect_records_no_visit(visit):
    before = written()

    with pytest.raises(Refusal) as refusal:
        visit(who="auditor")

    assert refusal.value.kind is inspection_rules.NOT_YOURS_TO_VISIT
    assert written() == before


@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_a_place_out_of_reach_looks_like_none(visit, who):
    before = written()

    with pytest.raises(Refusal) as refusal:
        visit(who=who)

    assert refusal.value.kind is OUT_OF_REACH
    assert written() == before


def test_without_rules_in_force_there_is_no_visit(visit):
    with pytest.raises(Refusal) as refusal:
        visit(at=FOUNDED - 48 * HOUR)

    assert refusal.value.kind is inspection_rules.NO_PACK


def test_a_supervisor_leaves_the_grid_worker_s_duty_to_the_grid_worker(world, visit):
    planned(world)

    visit(who="supervision")

    [task] = Task.objects.all()
    assert task.state == "issued"


def test_a_visit_before_the_window_opens_completes_nothing(world, visit):
    planned(world)

    visit(at=NOON - 4 * HOUR + HOUR / 12)  # seen at 07:55, the window opens at 08:00

    assert Task.objects.get().state == "issued"


def test_who_took_part_is_kept(world, visit):
    bob = world.actor("bob").person

    visit(participants=[bob])

    entry = Entry.objects.get(event="inspection.visited")
    assert entry.payload["participants"] == [str(bob)]


# ----------------------------------------------------------------- self-checks


def test_a_manager_who_finds_a_problem_must_put_it_right(world, hotel):
    manager = world.actor("venue_manager")
    actions.self_check(
        place=hotel,
        answers=NO_MASKS,
        seen_at=NOON,
        id=id_number(1),
        by=manager,
        at=NOON,
    )

    [finding] = Finding.objects.all()
    assert finding.responsible == manager.person
    refusal = findings.look_back_refusal(finding, by=manager)
    assert refusal is not None


def test_a_self_check_by_the_grid_worker_names_nobody(world, hotel):
    actions.self_check(
        place=hotel,
        answers=NO_MASKS,
        seen_at=NOON,
        id=id_number(1),
        by=world.actor("grid"),
        at=NOON,
    )

    assert Finding.objects.get().responsible is None


def test_an_auditor_checks_nothing(world, hotel):
    before = written()
    with pytest.raises(Refusal) as refusal:
        actions.self_check(
            place=hotel,
            answers=GOOD,
            seen_at=NOON,
            id=id_number(1),
            by=world.actor("auditor"),
            at=NOON,
        )
    assert refusal.value.kind is inspection_rules.NOT_YOURS_TO_VISIT
    assert written() == before


# -------------------------------------------------------------- in free words


def test_a_problem_in_free_words_has_the_hours_of_its_severity(world, hotel):
    finding = actions.note_problem(
        place=hotel,
        text="Queue without a metre",
        severity="minor",
        by=world.actor("bob"),
        at=NOON,
    )

    assert (finding.item, finding.deadline_at) == ("", NOON + 72 * HOUR)


def test_a_venue_manager_notes_no_problem(world, hotel):
    before = written()

    with pytest.raises(Refusal):
        actions.note_problem(
            place=hotel,
            text="x",
            severity="minor",
            by=world.actor("venue_manager"),
            at=NOON,
        )

    assert written() == before


# ----------------------------------------------------------------- the queries


def test_visits_are_seen_in_scope_only(world, visit, hotel):
    observation = visit()

    assert list(queries.visits(world.actor("alice").scope)) == [observation]
    assert list(queries.visits(world.actor("alice").scope, place=hotel)) == [
        observation
    ]
    assert list(queries.visits(world.actor("charlie").scope)) == []
    assert list(queries.visits(world.actor("market_supervision").scope)) == []


def test_a_look_back_is_no_visit(world, visit):
    visit(NO_MASKS)
    finding = Finding.objects.get()
    grid, bob = world.actor("grid"), world.actor("bob")
    rectify(finding.pk, how="x", by=grid, at=NOON)
    actions.look_back(
        finding.pk,
        passed=True,
        note="",
        answers={},
        id=id_number(2),
        by=bob,
        at=NOON,
    )

    assert queries.visits(bob.scope).count() == 1


def test_the_checklists_of_a_visit_leave_out_those_of_other_acts(world, rules):
    del rules
    edition = queries.edition_for(world["grid"], NOON)

    assert [form.code for form in queries.visit_forms(edition)] == [
        "six_haves",
        "patrol",
    ]
    assert [form.code for form in queries.departments(edition)] == [
        "joint_civil_affairs",
        "joint_fire",
        "joint_health",
    ]


def test_persons_are_compared_not_posts(world, visit):
    visit(NO_MASKS)
    finding = Finding.objects.get()
    grid = world.actor("grid")
    rectify(finding.pk, how="x", by=grid, at=NOON)
    same_person = dataclasses.replace(world.actor("district"), person=grid.person)

    with pytest.raises(Refusal):
        actions.look_back(
            finding.pk,
            passed=True,
            note="",
            answers={},
            id=id_number(2),
            by=same_person,
            at=NOON,
        )
    assert Observation.objects.count() == 1
