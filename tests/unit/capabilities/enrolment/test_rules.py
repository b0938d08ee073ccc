"""Pure judgements about arrivals."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.capabilities.enrolment import rules
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.states import (
    FROM_ABROAD,
    LIFECYCLE,
    WAITING,
    Source,
    Standing,
)
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.protocol.vocabulary import Grade


TODAY = dt.date(2020, 11, 9)
YESTERDAY, TOMORROW = dt.date(2020, 11, 8), dt.date(2020, 11, 10)
BOUND = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))
ENROLLERS = {Role.GRID_WORKER, Role.COMMUNITY, Role.STREET, Role.CDC, Role.SYSTEM}
LISTERS = (ENROLLERS - {Role.GRID_WORKER}) | {Role.DISTRICT}


def actor(role, scope=EVERYWHERE):
    return Actor(person=UUID(int=1), post=1, role=role, scope=scope)


def refuses(check, *args, **said):
    """The code that a judgement refuses with, or an empty one."""
    try:
        check(*args, **said)
    except Refusal as refusal:
        return refusal.kind.code
    return ""


@pytest.mark.parametrize("role", Role)
def test_who_may_do_what(role):
    by = actor(role)

    assert rules.can_enrol(by=by) is (role in ENROLLERS)
    assert rules.can_list(by=by) is (role in LISTERS)
    assert rules.can_read(by=by) is (role in ENROLLERS | {Role.HOSPITAL})
    verifies = role in {Role.GRID_WORKER, Role.COMMUNITY}
    assert rules.can_verify(Standing.REGISTERED, by=by) is verifies
    assert (refuses(rules.check_can_verify, by=by) == "") is verifies
    assert (refuses(rules.check_can_enrol, by=by) == "") is (role in ENROLLERS)
    assert (refuses(rules.check_can_list, by=by) == "") is (role in LISTERS)
    plans = {Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.SYSTEM}
    assert (refuses(rules.check_can_plan, by=by) == "") is (role in plans)
    screens = {Role.CDC, Role.DISTRICT, Role.SYSTEM}
    assert (refuses(rules.check_can_screen, by=by) == "") is (role in screens)


def test_who_is_bound_to_kinds_of_place_has_no_part():
    by = actor(Role.STREET, BOUND)

    assert not rules.can_enrol(by=by)
    assert not rules.can_list(by=by)
    assert not rules.can_read(by=by)
    assert refuses(rules.check_can_enrol, by=by) == "enrolment.not_yours_to_enrol"
    assert refuses(rules.check_can_list, by=by) == "enrolment.not_yours_to_enrol"
    assert refuses(rules.check_can_read, by=by) == "enrolment.not_yours_to_read"


@pytest.mark.parametrize("standing", Standing)
def test_only_who_waits_is_visited(standing):
    is_waiting = standing in {Standing.REGISTERED, Standing.VERIFIED}

    assert (standing in WAITING) is is_waiting
    assert (refuses(rules.check_waiting, standing) == "") is is_waiting
    assert rules.can_verify(standing, by=actor(Role.COMMUNITY)) is is_waiting


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("role", Role)
def test_only_the_exit_entry_list_of_who_stands_for_it_is_a_document(source, role):
    stands = source is Source.EXIT_ENTRY and role in {Role.CDC, Role.POLICE}

    expected = Grade.B if stands else Grade.C
    assert rules.grade_of(source, by=actor(role)) is expected


@pytest.mark.parametrize(
    ("journey", "code"),
    [
        (Journey(origin="天津"), ""),
        (Journey(listing="120116.hangu"), ""),
        (Journey(is_abroad=True), ""),
        (Journey(), "enrolment.origin_missing"),
        (Journey(origin=" "), "enrolment.origin_missing"),
        (Journey(origin="天津", arrived_on=TODAY), ""),
        (Journey(origin="天津", arrived_on=TOMORROW), "enrolment.day_ahead"),
        (Journey(origin="天津", left_on=TODAY, arrived_on=TODAY), ""),
        (
            Journey(origin="天津", left_on=TODAY, arrived_on=YESTERDAY),
            "enrolment.days_out_of_order",
        ),
        (
            Journey(origin="迪拜", entered_on=TODAY, arrived_on=YESTERDAY),
            "enrolment.days_out_of_order",
        ),
        (
            Journey(origin="迪拜", left_on=TODAY, entered_on=YESTERDAY),
            "enrolment.days_out_of_order",
        ),
    ],
)
def test_a_journey_must_be_possible(journey, code):
    assert refuses(rules.check_journey, journey, Source.CHECKPOINT, today=TODAY) == code


@pytest.mark.parametrize("source", Source)
def test_only_families_and_people_themselves_tell_beforehand(source):
    ahead = Journey(origin="新加坡", arrived_on=TOMORROW)
    foretells = source in {Source.OVERSEAS_FAMILIES, Source.SELF_REPORT}

    code = refuses(rules.check_journey, ahead, source, today=TODAY)

    assert code == ("" if foretells else "enrolment.day_ahead")


def test_those_who_tell_of_people_from_abroad_only():
    assert {Source.EXIT_ENTRY, Source.OVERSEAS_FAMILIES} == FROM_ABROAD


@pytest.mark.parametrize(
    ("journey", "can"),
    [
        (Journey(origin="洛阳"), True),
        (Journey(listing="120116.hangu"), False),
        (Journey(listing="120116.hangu", left_on=TODAY), True),
        (Journey(listing="120116.hangu", arrived_on=TODAY), False),
        (Journey(is_abroad=True), False),
        (Journey(is_abroad=True, left_on=TODAY), False),
        (Journey(is_abroad=True, entered_on=TODAY), True),
    ],
)
def test_the_rules_need_the_day_that_they_count_from(journey, can):
    assert rules.is_classifiable(journey) is can


def test_a_listed_area_must_be_listed():
    known = frozenset({"120116.hangu"})

    assert refuses(rules.check_listing, "", known) == ""
    assert refuses(rules.check_listing, "120116.hangu", known) == ""
    assert refuses(rules.check_listing, "110101", known) == "enrolment.listing_unknown"


PLAIN, LISTED = Journey(origin="天津"), Journey(origin="天津", listing="120116.hangu")
ABROAD = Journey(origin="天津", is_abroad=True)


@pytest.mark.parametrize("after", [LISTED, ABROAD])
@pytest.mark.parametrize("standing", Standing)
def test_hearsay_that_changes_the_ground_asks_for_another_look(standing, after):
    asks = standing in {Standing.CLASSIFIED, Standing.CLOSED}

    for grade, expected in ((Grade.C, asks), (Grade.B, False)):
        assert (
            rules.needs_another_look(PLAIN, after, standing=standing, grade=grade)
            is expected
        )
    assert not rules.needs_another_look(PLAIN, PLAIN, standing=standing, grade=Grade.C)


def test_a_second_body_is_refused():
    assert refuses(rules.check_same_body, is_same=True) == ""
    assert refuses(rules.check_same_body, is_same=False) == "enrolment.other_body"


def test_people_are_named_as_records_name_them():
    assert rules.subject_of(UUID(int=1)) == f"person:{UUID(int=1)}"


def test_every_standing_has_a_way_to_the_end():
    for standing in set(Standing) - {Standing.CLOSED}:
        LIFECYCLE.check(standing, Standing.CLOSED)
    for standing in (Standing.REGISTERED, Standing.CLASSIFIED):
        LIFECYCLE.check(Standing.CLOSED, standing)
    assert refuses(LIFECYCLE.check, Standing.REGISTERED, Standing.CLASSIFIED)
