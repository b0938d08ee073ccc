"""Who may do what to a finding: every role, and the one person it concerns."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.kernel.actors import Role
from fangxian.mechanisms.finding import rules
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.finding.states import State
from tests.roles import VISITING, refusal_of, roles_passing, roles_that, somebody


FINDER, OWNER, CLEANER = (UUID(int=number) for number in (1, 2, 3))
NOON = dt.datetime(2020, 11, 9, 4, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)


def finding(state=State.OPEN):
    return Finding(pk=7, raised_by=FINDER, responsible=OWNER, state=state)


def kind_of(check, **given):
    refusal = refusal_of(lambda: check(**given))
    return refusal and refusal.kind


def test_who_raises_findings():
    assert roles_passing(lambda by: rules.check_can_raise(by=by)) == {
        *VISITING,
        Role.VENUE_MANAGER,
        Role.SYSTEM,
    }


def test_who_says_that_it_has_been_put_right():
    rectifiers = {
        *VISITING,
        Role.VENUE_MANAGER,
        Role.HOSPITAL,
        Role.CHECKPOINT_STAFF,
    }

    assert roles_passing(lambda by: rules.check_can_rectify(by=by)) == rectifiers
    assert roles_that(lambda by: rules.can_rectify(by=by)) == rectifiers


def test_who_looks_back():
    def check(by):
        rules.check_can_look_back(finding(), by=by, rectifiers={CLEANER})

    def can(by):
        return rules.can_look_back(finding(), by=by, rectifiers={CLEANER})

    assert roles_passing(check) == roles_that(can) == VISITING


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        (FINDER, None),
        (OWNER, rules.LOOK_BACK_BY_RESPONSIBLE),
        (CLEANER, rules.LOOK_BACK_NOT_INDEPENDENT),
    ],
)
def test_persons_are_compared_whoever_looks_back(person, kind):
    by = somebody(Role.SUPERVISION, person=person)
    given = {"by": by, "rectifiers": [CLEANER]}

    refusal = refusal_of(lambda: rules.check_can_look_back(finding(), **given))
    assert (refusal and refusal.kind) is kind
    assert rules.can_look_back(finding(), **given) is (kind is None)


NEWCOMER = UUID(int=77)


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        (FINDER, None),
        (OWNER, rules.LOOK_BACK_BY_RESPONSIBLE),
        (NEWCOMER, rules.LOOK_BACK_BY_RESPONSIBLE),
    ],
)
def test_who_is_responsible_by_now_never_looks_back_either(person, kind):
    by = somebody(Role.GRID_WORKER, person=person)

    refusal = refusal_of(
        lambda: rules.check_can_look_back(
            finding(), by=by, rectifiers=[], responsible=NEWCOMER
        )
    )
    assert (refusal and refusal.kind) is kind


def test_the_levels_above_withdraw_what_another_found():
    def check(by):
        rules.check_can_withdraw(finding(), by=by, rectifiers={CLEANER})

    def can(by):
        return rules.can_withdraw(finding(), by=by, rectifiers={CLEANER})

    above = {Role.STREET, Role.DISTRICT, Role.SUPERVISION}
    assert roles_passing(check) == roles_that(can) == above


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.DISTRICT])
@pytest.mark.parametrize(
    ("person", "may"), [(FINDER, True), (OWNER, False), (CLEANER, False)]
)
def test_the_finder_withdraws_and_who_owes_it_never(role, person, may):
    given = {"by": somebody(role, person=person), "rectifiers": [CLEANER]}

    refusal = refusal_of(lambda: rules.check_can_withdraw(finding(), **given))
    assert rules.can_withdraw(finding(), **given) is may
    assert (refusal and refusal.kind) is (
        None if may else rules.WITHDRAWN_BY_INTERESTED
    )


@pytest.mark.parametrize("state", State)
def test_what_has_ended_is_not_acted_on(state):
    refusal = refusal_of(rules.check_live, finding(state))

    ended = state in {State.CONFIRMED, State.WITHDRAWN}
    assert (refusal and refusal.kind) is (rules.ENDED if ended else None)
    assert not refusal or refusal.facts == {"finding": 7}


@pytest.mark.parametrize(
    ("deadline", "ahead"), [(NOON - INSTANT, 0), (NOON, 0), (NOON + INSTANT, 1)]
)
def test_a_deadline_lies_ahead(deadline, ahead):
    kind = kind_of(lambda: rules.check_ahead(deadline, at=NOON))

    assert kind is (None if ahead else rules.DEADLINE_NOT_AHEAD)


@pytest.mark.parametrize(("text", "said"), [("", 0), (" \n", 0), ("No masks.", 1)])
def test_something_is_said(text, said):
    assert kind_of(lambda: rules.check_said(text)) is (
        None if said else rules.NOTHING_SAID
    )
