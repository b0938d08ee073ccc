"""Who may state, have evaluated, sign, read and judge; and what may be stated."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import rules
from tests.roles import refusal_of, roles_passing, roles_that, somebody
from tests.worlds import NOON


PENNY, QUENTIN = UUID(int=1), UUID(int=2)
RECORD = UUID(int=9)
INSTANT = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)


def kind_of(check, *given):
    refusal = refusal_of(check, *given)
    return refusal and refusal.kind


# ------------------------------------------------------------------------ sources
BEST = {
    Kind.LAB: {Role.HOSPITAL: "A", Role.CDC: "A"},
    Kind.VISIT: {
        Role.CDC: "A",
        Role.GRID_WORKER: "B",
        Role.COMMUNITY: "B",
        Role.CHECKPOINT_STAFF: "B",
        Role.VENUE_MANAGER: "C",
        Role.RESIDENT: "C",
    },
    Kind.EXPOSURE: {Role.CDC: "A"},
    Kind.CONTACT: {Role.CDC: "A", Role.RESIDENT: "C"},
    Kind.STAY: {
        Role.CDC: "A",
        Role.POLICE: "B",
        Role.GRID_WORKER: "B",
        Role.COMMUNITY: "B",
        Role.CHECKPOINT_STAFF: "B",
        Role.RESIDENT: "C",
        Role.SYSTEM: "C",
    },
}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("grade", Grade)
def test_a_source_states_no_more_than_it_knows(kind, grade):
    best = BEST[kind]
    sources = {role for role in best if grade.name >= best[role]}  # C is the least

    def check(by):
        rules.check_source(kind, grade, by=by)

    assert roles_passing(check) == sources


def test_a_foreign_source_is_named_with_what_it_said():
    guard = somebody(Role.CHECKPOINT_STAFF)

    refusal = refusal_of(lambda: rules.check_source(Kind.LAB, Grade.A, by=guard))

    assert refusal.kind is rules.FOREIGN_SOURCE
    assert refusal.facts == {"role": "checkpoint_staff", "kind": "lab", "grade": "A"}


# ------------------------------------------------------------------ what is stated
STAY = {"stay.area": "120116.hangu", "stay.left_on": "2020-11-09"}
IN_TIME = {"seen_at": NOON, "at": NOON}


def stated(facts, kind=Kind.STAY, **moments):
    return refusal_of(lambda: rules.check_facts(kind, facts, **{**IN_TIME, **moments}))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (STAY | {"lab.result": "positive"}, "lab.result"),
        (STAY | {"zodiac": "ox", "family_name": "x"}, "family_name, zodiac"),
        (STAY | {"stay.left_on": "yesterday"}, "stay.left_on"),
        ({}, "stay"),
    ],
)
def test_what_there_are_no_words_for_is_not_stated(facts, told):
    refusal = stated(facts)

    assert refusal.kind is rules.OUTSIDE_VOCABULARY
    assert refusal.facts == {"kind": "stay", "facts": told}


@pytest.mark.parametrize(
    ("moments", "is_refused"),
    [
        ({}, False),
        ({"seen_at": NOON - HOUR}, False),
        ({"seen_at": NOON + dt.timedelta(minutes=5)}, False),
        ({"seen_at": NOON + dt.timedelta(minutes=5) + INSTANT}, True),
        ({"seen_at": NOON - dt.timedelta(days=1)}, True),  # it states a later day
    ],
)
def test_what_had_not_happened_is_not_stated(moments, is_refused):
    refusal = stated(STAY, **moments)

    assert (refusal and refusal.kind) is (rules.SEEN_IN_FUTURE if is_refused else None)


@pytest.mark.parametrize(
    ("kind", "subject", "venue", "is_refused"),
    [
        (Kind.STAY, PENNY, "", False),
        (Kind.STAY, None, "place:1", True),
        (Kind.EXPOSURE, None, "place:1", False),
        (Kind.EXPOSURE, None, "", True),
        (Kind.EXPOSURE, PENNY, "", False),
    ],
)
def test_evidence_is_about_somebody(kind, subject, venue, is_refused):
    found = kind_of(rules.check_about, kind, subject, venue)

    assert found is (rules.ABOUT_NOBODY if is_refused else None)


@pytest.mark.parametrize("record", [None, RECORD])
@pytest.mark.parametrize("grade", Grade)
def test_what_a_worker_saw_at_the_door_has_its_record(grade, record):
    needs_one = grade is Grade.B and record is None

    def check(by):
        rules.check_visited(grade, record, by=by)

    refused = set(Role) - roles_passing(check)
    assert refused == ({Role.GRID_WORKER, Role.COMMUNITY} if needs_one else set())


@pytest.mark.parametrize(
    ("about", "subject", "is_refused"),
    [
        (f"person:{PENNY}", PENNY, False),
        (f"person:{QUENTIN}", PENNY, True),
        ("place:1", PENNY, True),
        (None, PENNY, True),
        (f"person:{PENNY}", None, True),
    ],
)
def test_the_record_is_of_this_very_person(about, subject, is_refused):
    refusal = refusal_of(
        lambda: rules.check_is_of(RECORD, about=about, subject=subject)
    )

    assert (refusal and refusal.kind) is (rules.OTHER_VISIT if is_refused else None)
    assert refusal is None or refusal.facts == {"observation": RECORD}


def test_a_second_body_under_one_id_is_refused():
    def check(is_same):
        rules.check_same_body(PENNY, is_same=is_same)

    assert kind_of(check, True) is None  # noqa: FBT003 -- the body is the same
    assert kind_of(check, False) is rules.OTHER_BODY  # noqa: FBT003 -- it is not


def test_the_source_or_the_cdc_takes_evidence_back():
    def check(by):
        rules.check_can_withdraw(source="police", by=by)

    assert roles_passing(check) == {Role.POLICE, Role.CDC}
    refusal = refusal_of(check, somebody(Role.STREET))
    assert (refusal.kind, refusal.facts) == (
        rules.NOT_YOUR_EVIDENCE,
        {"role": "street"},
    )


@pytest.mark.parametrize(("reason", "is_refused"), [("x", False), (" \n", True)])
def test_a_step_that_needs_a_reason_has_one(reason, is_refused):
    assert kind_of(rules.check_reason, reason) is (
        rules.REASON_NEEDED if is_refused else None
    )


# --------------------------------------------------------------------- every role
DOCTORS = {Role.CDC, Role.HOSPITAL}
READERS = {
    *DOCTORS,
    Role.GRID_WORKER,
    Role.COMMUNITY,
    Role.STREET,
    Role.AUDITOR,
}


def test_the_evidence_is_evaluated_for_doctors_and_the_system():
    def check(by):
        rules.check_can_propose(by=by)

    assert roles_passing(check) == DOCTORS | {Role.SYSTEM}
    assert refusal_of(check, somebody(Role.STREET)).facts == {"role": "street"}


def test_a_doctor_of_the_cdc_signs_and_nobody_else():
    def check(by):
        rules.check_can_sign(by=by)

    assert roles_passing(check) == {Role.CDC}
    assert roles_that(lambda by: rules.can_sign(by=by)) == {Role.CDC}
    assert refusal_of(check, somebody(Role.HOSPITAL)).facts == {"role": "hospital"}


def test_rows_about_persons_are_read_by_few_and_evidence_by_doctors():
    def read(by):
        rules.check_can_read(by=by)

    def read_evidence(by):
        rules.check_can_read_evidence(by=by)

    assert roles_passing(read) == READERS
    assert roles_passing(read_evidence) == DOCTORS
    for check in (read, read_evidence):
        refusal = refusal_of(check, somebody(Role.POLICE))
        assert (refusal.kind, refusal.facts) == (
            rules.NOT_A_READER,
            {"role": "police"},
        )


def test_who_answers_for_kinds_of_place_reads_no_persons():
    hotels = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))

    def check(by):
        rules.check_can_read(by=replace(by, scope=hotels))

    assert roles_passing(check) == set()


# ------------------------------------------------------------------------ appeals
def judged(by):
    rules.check_can_decide(appeal=5, decision=3, signer=PENNY, filer=QUENTIN, by=by)


def may_judge(by):
    return rules.can_decide(appeal=5, decision=3, signer=PENNY, filer=QUENTIN, by=by)


def test_another_doctor_decides():
    assert roles_passing(judged) == DOCTORS
    assert roles_that(may_judge) == DOCTORS
    assert refusal_of(judged, somebody(Role.STREET)).facts == {"role": "street"}


@pytest.mark.parametrize("role", sorted(DOCTORS))
@pytest.mark.parametrize(
    ("person", "kind", "facts"),
    [
        (PENNY, rules.OWN_SIGNATURE, {"decision": 3}),
        (QUENTIN, rules.OWN_APPEAL, {"appeal": 5}),
    ],
)
def test_persons_are_compared_and_not_posts(role, person, kind, facts):
    by = somebody(role, person=person, post=77)

    refusal = refusal_of(judged, by)

    assert (refusal.kind, refusal.facts) == (kind, facts)
    assert not may_judge(by)


# --------------------------------------------------------------------------- keys
def test_the_same_evidence_by_one_rule_has_one_key():
    key = rules.key_of(1, "stayed", PENNY, ("b", "a"))

    assert key == rules.key_of(1, "stayed", PENNY, ("a", "b"))
    others = {
        rules.key_of(2, "stayed", PENNY, ("a", "b")),
        rules.key_of(1, "left", PENNY, ("a", "b")),
        rules.key_of(1, "stayed", QUENTIN, ("a", "b")),
        rules.key_of(1, "stayed", PENNY, ("a",)),
    }
    assert len(others | {key}) == 5
