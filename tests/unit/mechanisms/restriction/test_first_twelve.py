"""The first twelve attacks of the trial that came before this system, each by its name.

Most are played out in ``test_attacks.py``; here stands, for each, what becomes of the
one who tries it. Nobody is restricted without evidence, and nobody for longer.
"""

import dataclasses
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.protocol import actions as protocol
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.rules import REVIEWER_DRAFTED
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import actions, queries, rules
from fangxian.mechanisms.restriction.models import Decision, Evidence
from tests.packs import DRAFTER, LONG_AGO, REVIEWER, SIGNER
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    PACK,
    PENNY,
    QUENTIN,
    ROSA,
    STAYED,
    content,
    pack_with,
    written,
)
from tests.unit.mechanisms.restriction.test_attacks import barred, copy
from tests.unit.mechanisms.restriction.test_evidence import refused
from tests.worlds import NOON


DEPOSITORS = [UUID(int=number) for number in range(0xD0, 0xD7)]
VISITORS = [UUID(int=number) for number in range(0xE0, 0xF0)]


@pytest.fixture
def signed(restricting):
    """Penny is restricted, as she should be."""
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


def restricted(*subjects, at=NOON):
    return queries.restrictions_of(subjects, at).exists()


def test_1_a_status_without_a_decision(restricting):
    """No row says how somebody stands; what a gate is told is computed."""
    restricting.stated(PENNY, grade=Grade.C)

    assert queries.verdict([PENNY], NOON) == queries.Verdict(is_restricted=False)


def test_2_a_status_by_the_decision_on_somebody_else(signed):
    barred(lambda: copy(signed, subject=ROSA).save(force_insert=True))

    assert not restricted(ROSA)
    assert queries.verdict([ROSA], NOON).decision is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CDC}))
def test_3_imposed_by_an_administrator_or_whoever_is_no_doctor(restricting, role):
    restricting.stated()
    [cohort] = restricting.proposed()
    by = dataclasses.replace(restricting.world.actor("cdc"), role=role)

    refused(rules.NOT_A_SIGNER, lambda: actions.sign(cohort.pk, by=by, at=NOON))


def test_4_imposed_without_evidence(restricting):
    """The doctor has nothing to sign: a cohort comes of evidence, or not at all."""
    assert restricting.proposed() == ()

    refused(
        rules.UNKNOWN_COHORT,
        lambda: actions.sign(1, by=restricting.world.actor("cdc"), at=NOON),
    )


def test_5_those_who_scanned_a_picture_from_afar(restricting):
    restricting.exposed()
    for depositor in DEPOSITORS:
        restricting.visited(depositor, presence="remote")

    assert restricting.imposed() == []
    assert not restricted(*DEPOSITORS)


def test_6_a_made_up_exposure_for_a_list_among_the_visitors(restricting):
    """It hits every visitor or none, so that it cannot be aimed; and it is signed."""
    for visitor in (*VISITORS, *DEPOSITORS):
        restricting.visited(visitor)
    restricting.exposed()

    decisions = restricting.imposed()

    assert {one.subject for one in decisions} == {*VISITORS, *DEPOSITORS}
    assert len({one.signed_by for one in decisions}) == 1


def test_7_a_rule_that_reads_a_banks_list():
    when = {"in": [{"fact": "person.list"}, ["depositors"]]}

    with pytest.raises(Refusal, match="not a declared fact"):
        read_pack(content({**STAYED, "when": when}))


def test_8_rules_by_one_hand(restricting):
    """Whoever wrote the rules does not review them, and unreviewed they never hold."""
    drafted = protocol.draft(pack_with(STAYED, version="own"), by=DRAFTER, at=NOON)

    in_another_post = dataclasses.replace(REVIEWER, person=DRAFTER.person)
    for by in (DRAFTER, in_another_post):
        with pytest.raises(Refusal) as refusal:
            protocol.review(drafted.pk, by=by, at=NOON)
        assert refusal.value.kind is REVIEWER_DRAFTED
    with pytest.raises(Refusal) as refusal:
        protocol.adopt(
            drafted.pk,
            area=restricting.world["city"],
            from_=NOON,
            by=SIGNER,
            at=NOON,
        )
    assert refusal.value.kind is NOT_A_STEP


def test_9_rules_put_in_force_for_the_past(world):
    """Nobody has been restricted before a doctor signed, whenever a rule began."""
    drafted = protocol.draft(pack_with(STAYED), by=DRAFTER, at=LONG_AGO)
    protocol.review(drafted.pk, by=REVIEWER, at=LONG_AGO)
    protocol.adopt(drafted.pk, area=world["city"], from_=LONG_AGO, by=SIGNER, at=NOON)
    actions.record_evidence(
        id=UUID(int=1),
        subject=PENNY,
        kind=Kind.STAY,
        grade=Grade.B,
        states={"stay.area": "120116.hangu", "stay.left_on": "2020-11-07"},
        seen_at=NOON - HOUR,
        area=world["grid"],
        by=world.actor("police"),
        at=NOON,
    )
    doctor = world.actor("cdc")
    [cohort] = actions.propose(pack=PACK, area=world["district"], by=doctor, at=NOON)

    [decision] = actions.sign(cohort.pk, by=doctor, at=NOON)

    assert decision.since == decision.signed_at == NOON
    assert not restricted(PENNY, at=NOON - HOUR)


def test_10_an_end_that_is_put_off_in_place(signed):
    before = signed.until
    with (
        pytest.raises(IntegrityError, match="insert-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE restriction_decision SET until = %s WHERE id = %s",
            [before + 10 * DAY, signed.pk],
        )

    assert Decision.objects.get().until == before


def test_11_an_end_that_is_put_off_by_the_signer(restricting, signed):
    """The same doctor signs again: what the rule gives is all that there is to sign."""
    barred(
        lambda: copy(
            signed, proposal_id=signed.proposal_id, until=signed.until + 10 * DAY
        ).save(force_insert=True)
    )
    assert restricting.proposed(at=NOON + HOUR) == ()  # it has been said already

    restricting.stated()  # the same again, by the same rule, with the same end

    assert restricting.imposed(at=NOON + HOUR) == []


def test_12_a_result_that_is_swapped(restricting):
    """The row cannot be changed, nor written over, nor stated by who did no test."""
    negative = restricting.tested(result="negative")

    refused(rules.OTHER_BODY, lambda: restricting.tested(id=negative.pk))
    refused(rules.FOREIGN_SOURCE, lambda: restricting.tested(who="community"))
    with pytest.raises(IntegrityError, match="insert-only"), transaction.atomic():
        Evidence.objects.filter(pk=negative.pk).update(facts="{}")
    assert restricting.imposed() == []


def test_the_same_world_without_an_attack_restricts_whom_it_should(restricting):
    """The control: with evidence, a rule and a signature, somebody is restricted."""
    restricting.exposed()
    restricting.visited(QUENTIN)
    restricting.tested(ROSA)
    before = written()

    restricting.imposed()

    assert restricted(QUENTIN)
    assert restricted(ROSA)
    assert written()["Decision"] == before["Decision"] + 2
