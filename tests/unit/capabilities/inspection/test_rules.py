"""Who visits, plans, convenes and closes: every role, and the posts of a joint visit."""

import datetime as dt

import pytest

from fangxian.capabilities.inspection import rules
from fangxian.capabilities.inspection.models import JointVisit, Link, Section
from fangxian.capabilities.inspection.states import SectionState, VisitState
from fangxian.kernel.actors import Role
from tests.roles import VISITING, refusal_of, roles_passing, roles_that, somebody


NOON = dt.datetime(2020, 11, 9, 4, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)
CALLED = {"fire": 8, "health": 9}
LEAD, OTHER, STRANGER = 8, 9, 10


def section(department, state=SectionState.AWAITED):
    return Section(department=department, post_id=CALLED[department], state=state)


def kind_of(check, *given):
    refusal = refusal_of(check, *given)
    return refusal and refusal.kind


# ------------------------------------------------------------------ every role
def test_who_visits():
    assert roles_passing(lambda by: rules.check_can_visit(by=by)) == VISITING
    assert roles_that(lambda by: rules.can_visit(by=by)) == VISITING


def test_who_plans():
    assert roles_passing(lambda by: rules.check_can_plan(by=by)) == {
        Role.SYSTEM,
        Role.STREET,
        Role.DISTRICT,
        Role.SECTOR_DEPARTMENT,
    }


def test_who_checks_itself_and_answers_for_it():
    assert roles_passing(lambda by: rules.check_can_check_itself(by=by)) == {
        *VISITING,
        Role.VENUE_MANAGER,
    }
    manager, inspector = somebody(Role.VENUE_MANAGER), somebody(Role.STREET)
    assert rules.responsible_in_self_check(by=manager) == manager.person
    assert rules.responsible_in_self_check(by=inspector) is None


def test_who_closes_a_place():
    closers = {Role.DISTRICT, Role.SECTOR_DEPARTMENT}

    assert roles_passing(lambda by: rules.check_can_suspend(by=by)) == closers
    assert roles_that(lambda by: rules.can_suspend(by=by)) == closers


def test_who_convenes():
    def check(by):
        rules.check_can_convene(CALLED, lead="fire", by=by)

    conveners = {
        Role.STREET,
        Role.DISTRICT,
        Role.SUPERVISION,
        Role.SECTOR_DEPARTMENT,
    }
    assert roles_passing(check) == conveners
    assert roles_that(lambda by: rules.can_convene(by=by)) == conveners


# ---------------------------------------------------------------- joint visits
@pytest.mark.parametrize(
    ("departments", "lead", "kind"),
    [
        ({"fire": 8, "health": 9}, "fire", None),
        ({"fire": 8, "health": 9}, "police", rules.LEAD_NOT_NAMED),
        ({"fire": 8}, "fire", rules.TOO_FEW_DEPARTMENTS),
        ({}, "fire", rules.LEAD_NOT_NAMED),
    ],
)
def test_a_joint_visit_takes_two_departments_and_its_lead(departments, lead, kind):
    street = somebody(Role.STREET)

    assert kind is kind_of(
        lambda: rules.check_can_convene(departments, lead=lead, by=street)
    )


def test_a_closed_visit_is_not_changed():
    assert kind_of(rules.check_open, JointVisit(state=VisitState.OPEN)) is None
    assert (
        kind_of(rules.check_open, JointVisit(state=VisitState.CLOSED))
        is rules.VISIT_CLOSED
    )


@pytest.mark.parametrize(("post", "may"), [(OTHER, True), (LEAD, False)])
def test_a_department_writes_its_own_section(post, may):
    by = somebody(Role.SECTOR_DEPARTMENT, post=post)
    refusal = refusal_of(lambda: rules.check_can_write(section("health"), by=by))

    assert rules.can_write(section("health"), by=by) is may
    assert (refusal is None) is may
    assert may or refusal.kind is rules.NOT_YOUR_SECTION
    assert may or refusal.facts == {"department": "health"}


@pytest.mark.parametrize(
    ("role", "post", "leads"),
    [
        (Role.SECTOR_DEPARTMENT, LEAD, True),
        (Role.SECTOR_DEPARTMENT, OTHER, False),
        (Role.DISTRICT, STRANGER, True),
        (Role.STREET, STRANGER, False),
    ],
)
def test_the_lead_and_the_district_excuse_and_close(role, post, leads):
    visit, by = JointVisit(lead="fire"), somebody(role, post=post)

    def excuse(department):
        rules.check_can_excuse(visit, section(department), lead_post=LEAD, by=by)

    def close(awaited):
        rules.check_can_close(awaited, lead_post=LEAD, by=by)

    refused = None if leads else rules.NOT_YOURS_TO_EXCUSE
    assert kind_of(excuse, "health") is refused
    assert kind_of(excuse, "fire") is rules.LEAD_CANNOT_BE_EXCUSED
    assert kind_of(close, []) is refused
    assert kind_of(close, [section("health")]) is (refused or rules.STILL_AWAITED)


def test_a_visit_is_closed_when_nobody_is_awaited():
    everyone = [section("fire"), section("health")]
    by = somebody(Role.DISTRICT)

    refusal = refusal_of(lambda: rules.check_can_close(everyone, lead_post=LEAD, by=by))
    assert refusal.kind is rules.STILL_AWAITED
    assert refusal.facts == {"departments": "fire, health"}


def test_who_is_awaited_has_neither_written_nor_been_excused():
    waiting = section("fire")
    others = [
        section("health", SectionState.RECORDED),
        section("health", SectionState.EXCUSED),
    ]

    assert rules.awaited([waiting, *others]) == [waiting]


# --------------------------------------------------------------- links, reasons
@pytest.mark.parametrize(
    ("at", "ended_at", "stands"),
    [
        (NOON - INSTANT, None, True),
        (NOON, None, False),
        (NOON + INSTANT, None, False),
        (NOON - 2 * INSTANT, NOON - INSTANT, False),
    ],
)
def test_a_link_stands_until_its_time_is_over(at, ended_at, stands):
    link = Link(expires_at=NOON, ended_at=ended_at)

    kind = kind_of(lambda: rules.check_link_stands(link, at=at))
    assert kind is (None if stands else rules.LINK_ENDED)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_says_something(reason):
    assert kind_of(rules.check_reason, reason) is rules.REASON_MISSING
    assert rules.check_reason(" no gas \n") == "no gas"
