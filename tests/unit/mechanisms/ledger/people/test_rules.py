"""Who keeps, reads, merges and opens the ledger of people, role by role."""

from dataclasses import replace
from uuid import UUID

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger.people import rules
from tests.roles import refusal_of, roles_passing, roles_that, somebody


ONE, OTHER = UUID(int=1), UUID(int=2)
HOTELS = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))
MERGERS = {Role.COMMUNITY, Role.STREET, Role.CDC, Role.SYSTEM}
KEEPERS = MERGERS | {Role.GRID_WORKER}
READERS = KEEPERS | {Role.HOSPITAL}
FOR_A_TASK = {Role.GRID_WORKER, Role.HOSPITAL, Role.CDC}
IN_TWO = {Role.STREET, Role.DISTRICT, Role.AUDITOR}
OPENERS = FOR_A_TASK | IN_TWO | {Role.COMMUNITY}


def kind_of(check, *given):
    refusal = refusal_of(check, *given)
    return refusal and refusal.kind


@pytest.mark.parametrize(
    ("check", "roles", "kind"),
    [
        (rules.check_can_register, KEEPERS, rules.NOT_YOURS_TO_REGISTER),
        (
            rules.check_can_import,
            MERGERS | {Role.DISTRICT},
            rules.NOT_YOURS_TO_REGISTER,
        ),
        (
            rules.check_can_bring,
            MERGERS | {Role.DISTRICT, Role.HOSPITAL},
            rules.NOT_YOURS_TO_REGISTER,
        ),
        (rules.check_can_merge, MERGERS, rules.NOT_YOURS_TO_MERGE),
        (rules.check_can_read, READERS, rules.NOT_YOURS_TO_READ),
        (
            rules.check_can_oversee,
            {Role.SUPERVISION, Role.AUDITOR, Role.SYSTEM},
            rules.NOT_YOURS_TO_OVERSEE,
        ),
    ],
)
def test_some_roles_do_it_and_the_others_are_told_whom_to_ask(check, roles, kind):
    assert roles_passing(lambda by: check(by=by)) == roles
    assert kind_of(lambda: check(by=somebody(Role.POLICE))) is kind


@pytest.mark.parametrize(
    ("may", "roles"),
    [
        (rules.can_register, KEEPERS),
        (rules.can_import, MERGERS | {Role.DISTRICT}),
        (rules.can_merge, MERGERS),
        (rules.can_read, READERS),
        (rules.can_read_rooms, {Role.GRID_WORKER, Role.COMMUNITY}),
        (rules.can_read_masked_rooms, {Role.STREET}),
        (rules.can_open, OPENERS),
    ],
)
def test_a_button_is_shown_to_whom_it_would_work_for(may, roles):
    assert roles_that(lambda by: may(by=by)) == roles


def test_who_answers_for_kinds_of_place_reads_and_opens_nobody():
    def narrowed(by):
        return replace(by, scope=HOTELS)

    def read(by):
        rules.check_can_read(by=narrowed(by))

    def open_(by):
        second = somebody(Role.COMMUNITY)
        rules.check_can_open(task=1, second=second, by=narrowed(by))

    assert roles_passing(read) == set()
    for may in (rules.can_read, rules.can_read_rooms, rules.can_read_masked_rooms):
        assert roles_that(lambda by, may=may: may(by=narrowed(by))) == set()
    assert roles_passing(open_) == set()
    assert kind_of(open_, somebody(Role.COMMUNITY)) is rules.NOT_YOURS_TO_OPEN


# ------------------------------------------------------------------------ opening
def opening(by, *, task=None, second=None):
    rules.check_can_open(task=task, second=second, by=by)


def test_a_community_opens_an_identity_by_itself():
    assert roles_passing(opening) == {Role.COMMUNITY}


def test_some_open_it_for_a_duty_of_theirs():
    assert roles_passing(lambda by: opening(by, task=7)) == {
        Role.COMMUNITY,
        *FOR_A_TASK,
    }
    for role in FOR_A_TASK:
        assert kind_of(opening, somebody(role)) is rules.TASK_MISSING


def test_those_above_open_it_in_two():
    def in_two(by):
        opening(by, second=somebody(Role.COMMUNITY))

    assert roles_passing(in_two) == {Role.COMMUNITY, *IN_TWO}
    for role in IN_TWO:
        assert kind_of(opening, somebody(role)) is rules.SECOND_MISSING


@pytest.mark.parametrize("second", Role)
def test_the_second_may_open_identities_too(second):
    by = somebody(Role.DISTRICT)

    found = kind_of(lambda: opening(by, second=somebody(second)))

    assert found is (None if second in OPENERS else rules.SECOND_MISSING)


def test_the_second_is_another_person_in_whatever_post():
    by = somebody(Role.DISTRICT, person=ONE)
    same = somebody(Role.COMMUNITY, person=ONE, post=2)

    assert kind_of(lambda: opening(by, second=same)) is rules.SECOND_MISSING


@pytest.mark.parametrize(
    ("opened", "is_refused"), [(0, False), (199, False), (200, True), (201, True)]
)
def test_a_day_holds_two_hundred_openings(opened, is_refused):
    refusal = refusal_of(rules.check_not_opened_enough, opened)

    assert (refusal and refusal.kind) is (rules.OPENED_ENOUGH if is_refused else None)
    assert refusal is None or refusal.facts == {"most": 200}


def test_why_it_is_opened_is_given_without_margins():
    assert rules.check_why(" to call\n") == "to call"
    assert kind_of(rules.check_why, " \n") is rules.WHY_MISSING


# ----------------------------------------------------------------------- settling
def test_an_entry_is_compared_with_another():
    assert kind_of(rules.check_are_two, ONE, OTHER) is None
    assert kind_of(rules.check_are_two, ONE, ONE) is rules.SAME_PERSON


def test_nobody_acts_on_an_entry_that_was_merged_away():
    assert kind_of(rules.check_not_merged, None) is None
    refusal = refusal_of(rules.check_not_merged, OTHER)
    assert (refusal.kind, refusal.facts) == (rules.PERSON_MERGED_AWAY, {})
