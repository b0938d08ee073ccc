"""Ways to restrict somebody without evidence, or for longer, tried one by one.

The first part goes through the actions, as an insider at a desk would; the second
writes to the tables, as somebody with the database's password would.
"""

import inspect
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.vocabulary import Grade
from fangxian.mechanisms.restriction import actions, queries, rules
from fangxian.mechanisms.restriction.models import (
    Answer,
    Cohort,
    Evidence,
    Ground,
    Proposal,
    Ruling,
)
from fangxian.mechanisms.restriction.states import Channel
from tests.unit.mechanisms.restriction.restricting import (
    AT_VENUE,
    DAY,
    HOUR,
    MARKET,
    PENNY,
    QUENTIN,
    ROSA,
    STAYED,
    TABLES,
    content,
    pack_with,
    put_in_force,
    rule,
    written,
)
from tests.unit.mechanisms.restriction.test_evidence import refused, withdraw
from tests.worlds import NOON


EVERYBODY = [PENNY, QUENTIN, ROSA]


def nobody_is_restricted(*, at=NOON + HOUR):
    return queries.restrictions_of(EVERYBODY, at).count() == 0


@pytest.fixture
def signed(restricting):
    """Penny is restricted, as she should be."""
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


# ------------------------------------------------------------- through the actions
def test_1_restrict_without_evidence(restricting):
    assert restricting.proposed() == ()
    assert nobody_is_restricted()


def test_2_restrict_on_hearsay(restricting):
    restricting.stated(who="community", grade=Grade.C)

    assert restricting.proposed() == ()
    assert list(queries.hearsay(restricting.world.actor("alice").scope)) == list(
        Evidence.objects.all()
    )


def test_3_restrict_on_a_scan_from_afar(restricting):
    """871 people had scanned a picture of a code that somebody forwarded."""
    restricting.exposed()
    restricting.visited(PENNY, presence="remote")
    restricting.visited(QUENTIN, presence="verified")

    [cohort] = restricting.proposed()

    assert list(cohort.proposals.values_list("subject", flat=True)) == [QUENTIN]


def test_4_evidence_from_headquarters(restricting):
    refused(
        rules.FOREIGN_SOURCE,
        lambda: restricting.tested(who="district"),
    )
    refused(
        rules.FOREIGN_SOURCE,
        lambda: restricting.exposed(who="district"),
    )


def test_5_a_later_end_by_a_later_day(restricting):
    later = {"stay.area": "120116.hangu", "stay.left_on": "2020-11-20"}

    refused(rules.SEEN_IN_FUTURE, lambda: restricting.stated(states=later))


def test_6_a_later_end_by_late_processing(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()

    [decision] = actions.sign(
        cohort.pk, by=restricting.world.actor("cdc"), at=NOON + 5 * DAY
    )

    assert decision.until == cohort.proposals.get().until
    assert decision.since == NOON + 5 * DAY


def test_7_an_earlier_beginning(signed):
    assert signed.since == signed.signed_at == NOON


def test_8_anothers_evidence(restricting):
    """A merge of two people hands nobody's evidence to the other."""
    restricting.exposed()
    restricting.visited(QUENTIN)
    restricting.tested(PENNY, result="negative")

    [cohort] = restricting.proposed()

    assert list(cohort.proposals.values_list("subject", flat=True)) == [QUENTIN]
    assert queries.restrictions_of([PENNY], NOON).count() == 0


def test_9_withdrawn_evidence(restricting):
    stated = restricting.stated()
    [cohort] = restricting.proposed()
    withdraw(restricting, stated)

    assert (
        actions.sign(cohort.pk, by=restricting.world.actor("cdc"), at=NOON + HOUR) == ()
    )
    assert nobody_is_restricted()


def test_10_a_repealed_rule(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()
    put_in_force(
        pack_with(AT_VENUE, version="next"), restricting.world["city"], from_=NOON
    )

    refused(
        rules.RULE_NOT_IN_FORCE,
        lambda: actions.sign(cohort.pk, by=restricting.world.actor("cdc"), at=NOON),
    )


def test_11_sign_only_some_of_them(restricting):
    restricting.exposed()
    for subject in EVERYBODY:
        restricting.visited(subject)
    [cohort] = restricting.proposed()

    decisions = actions.sign(cohort.pk, by=restricting.world.actor("cdc"), at=NOON)

    assert {one.subject for one in decisions} == set(EVERYBODY)
    named = {"subject", "subjects", "person", "persons", "only", "without"}
    for verb in (actions.propose, actions.sign, actions.refuse):
        assert not named & set(inspect.signature(verb).parameters)


def test_12_judge_ones_own_signature(restricting, signed):
    doctor = restricting.world.actor("cdc")
    appeal = actions.file_appeal(
        signed.pk, said="x", channel=Channel.PAPER, by=doctor, at=NOON
    )

    refused(
        rules.OWN_SIGNATURE,
        lambda: actions.decide_appeal(
            appeal.pk, upheld=False, reason="x", by=doctor, at=NOON
        ),
    )


def test_13_leave_an_appeal_lying(restricting, signed):
    grid = restricting.world.actor("grid")
    actions.file_appeal(signed.pk, said="x", channel=Channel.PAPER, by=grid, at=NOON)

    assert nobody_is_restricted(at=NOON + DAY)


def test_14_a_cohort_that_nobody_signed(restricting):
    restricting.stated()
    restricting.proposed()

    assert nobody_is_restricted()


def test_15_impose_as_an_administrator(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()

    for who in ("administrator", "dana", "district", "auditor"):
        by = restricting.world.actor(who)
        refused(
            rules.NOT_A_SIGNER, lambda by=by: actions.sign(cohort.pk, by=by, at=NOON)
        )


def test_16_sign_what_was_refused(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()
    doctor = restricting.world.actor("cdc")
    actions.refuse(cohort.pk, reason="无依据", by=doctor, at=NOON)

    refused(rules.ALREADY_ANSWERED, lambda: actions.sign(cohort.pk, by=doctor, at=NOON))


def test_17_overwrite_a_result(restricting):
    negative = restricting.tested(result="negative")

    refused(rules.OTHER_BODY, lambda: restricting.tested(id=negative.pk))


UNFAIR = [
    ({"==": [{"fact": "person.list"}, "depositors"]}, "not a declared fact"),
    ({"==": [{"fact": "stay.area"}, "410103"]}, "not a declared fact"),
    ({"==": [{"fact": "stay.risk"}, "depositors"]}, "stay.risk is never depositors"),
    ({"fact": "contact.type"}, "yes_no is needed"),
]


@pytest.mark.parametrize(("when", "why"), UNFAIR)
def test_18_a_rule_for_a_list_of_people(when, why):
    with pytest.raises(Refusal, match=why):
        read_pack(content({**STAYED, "when": when}))


def test_19_a_rule_without_evidence():
    with pytest.raises(Refusal, match=r"restrictions\[0\]\.needs"):
        read_pack(content({**STAYED, "needs": []}))


def test_20_a_rule_without_end():
    with pytest.raises(Refusal, match="15 is out of bounds"):
        read_pack(content({**STAYED, "lasts": {"days": 15}}))
    with pytest.raises(Refusal, match="lasts: days is missing"):
        read_pack(content({**STAYED, "lasts": {}}))


def test_21_a_rule_that_punishes_the_tested():
    negative = rule(
        "negative",
        needs=["lab"],
        when={"==": [{"fact": "lab.result"}, "negative"]},
        anchor="lab.sampled_on",
        lasts={"days": 1},
    )
    with pytest.raises(
        Refusal, match=r"lab\.result negative restricts where inconclusive"
    ):
        read_pack(content(negative))


def test_22_a_rule_against_whom_nothing_is_known():
    unknown = {**STAYED, "when": {"not": {"exists": "stay.left_on"}}}

    with pytest.raises(Refusal, match=r"stay\.left_on unknown restricts"):
        read_pack(content(unknown))


# ------------------------------------------------------------ past every rule, in SQL
def barred(write, words=None):
    """Assert that the database refuses to write, and that nothing was written."""
    before = written()
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        write()
    assert written() == before


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_nothing_that_was_written_is_changed_or_removed(restricting, signed, table):
    stated = restricting.stated(QUENTIN)
    withdraw(restricting, stated)
    grid, doctor = (restricting.world.actor(who) for who in ("grid", "hospital"))
    appeal = actions.file_appeal(
        signed.pk, said="x", channel=Channel.PAPER, by=grid, at=NOON
    )
    actions.decide_appeal(appeal.pk, upheld=True, reason="x", by=doctor, at=NOON)
    row = table.objects.first()
    name, key = table._meta.db_table, table._meta.pk.column
    value = getattr(row, table._meta.pk.attname)
    spelt = (
        value.hex
        if isinstance(value, UUID) and connection.vendor == "sqlite"
        else value
    )

    for statement in (
        f"UPDATE {name} SET {key} = {key} WHERE {key} = %s",  # noqa: S608 -- names of our own tables
        f"DELETE FROM {name} WHERE {key} = %s",  # noqa: S608 -- names of our own tables
    ):
        with (
            pytest.raises(IntegrityError, match="insert-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [spelt])


def copy(row, **changes):
    """Copy a row as a new one, with these columns changed."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname != "id"
    }
    return type(row)(**{**values, **changes})


@pytest.fixture
def unsigned(restricting):
    """Quentin's proposal, which nobody has signed."""
    restricting.stated(QUENTIN)
    [cohort] = restricting.proposed()
    return cohort.proposals.get()


def of(proposal, like, **changes):
    """Write a decision by hand, as if a proposal had been signed."""
    given = {
        "proposal_id": proposal.pk,
        "subject": proposal.subject,
        "until": proposal.until,
        **changes,
    }
    return copy(like, **given)


SIGNED = "what a signed cohort proposed"


def test_a_decision_by_hand_without_a_signature(signed, unsigned):
    barred(lambda: of(unsigned, signed).save(force_insert=True), SIGNED)


def test_a_decision_by_hand_on_a_refused_cohort(restricting, signed, unsigned):
    doctor = restricting.world.actor("cdc")
    actions.refuse(unsigned.cohort_id, reason="x", by=doctor, at=NOON)

    barred(lambda: of(unsigned, signed).save(force_insert=True), SIGNED)


def answered(proposal, like):
    Answer.objects.create(
        cohort_id=proposal.cohort_id,
        accepted=True,
        by=like.signed_by,
        at=like.signed_at,
    )


FORGED = [
    {"subject": ROSA},
    {"until": NOON + 300 * DAY},
    {"until": NOON + HOUR},
    {"rule": "positive"},
    {"measure": "hospital_isolation"},
    {"signed_by": UUID(int=9)},
    {"signed_at": NOON - HOUR},
]


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_a_decision_by_hand_that_says_something_else(signed, unsigned, forged):
    answered(unsigned, signed)

    barred(lambda: of(unsigned, signed, **forged).save(force_insert=True), SIGNED)


def test_a_decision_by_hand_as_it_was_signed_goes_in(signed, unsigned):
    """The guard lets in what is honest; else the tests above would prove nothing."""
    answered(unsigned, signed)
    of(unsigned, signed).save(force_insert=True)

    assert queries.restrictions_of([QUENTIN], NOON).count() == 1


def test_a_backdated_decision_by_hand(signed, unsigned):
    answered(unsigned, signed)

    barred(
        lambda: of(unsigned, signed, since=NOON - HOUR).save(force_insert=True),
        "decision_is_not_backdated",
    )


def test_a_decision_by_hand_on_no_proposal(signed, unsigned):
    answered(unsigned, signed)

    barred(lambda: of(unsigned, signed, proposal_id=987_654).save(force_insert=True))


def test_a_second_decision_by_hand_on_one_proposal(signed):
    barred(lambda: copy(signed).save(force_insert=True))


def groundless(restricting, like):
    """Write a cohort of one by hand, for Rosa, resting on nothing."""
    cohort = Cohort.objects.create(
        edition_id=like.edition_id,
        rule=like.rule,
        area_id=restricting.world["district"],
        at=NOON,
        by=like.signed_by,
        digest="0" * 64,
    )
    return Proposal.objects.create(
        cohort=cohort,
        subject=ROSA,
        area_id=like.area_id,
        measure=like.measure,
        since=NOON - DAY,
        until=like.until,
        why=[],
        key="by hand",
    )


def test_a_decision_by_hand_that_rests_on_nothing(restricting, signed):
    proposal = groundless(restricting, signed)
    answered(proposal, signed)

    barred(
        lambda: of(proposal, signed).save(force_insert=True),
        "rests on evidence that stands",
    )


GROUNDS = "only standing evidence about the person"


def test_a_ground_by_hand_of_hearsay(restricting, signed):
    hearsay = restricting.stated(ROSA, grade=Grade.C)
    proposal = groundless(restricting, signed)

    barred(lambda: Ground.objects.create(proposal=proposal, evidence=hearsay), GROUNDS)


def test_a_ground_by_hand_of_somebody_else(restricting, signed):
    of_penny = Evidence.objects.get(subject=PENNY)
    proposal = groundless(restricting, signed)

    barred(lambda: Ground.objects.create(proposal=proposal, evidence=of_penny), GROUNDS)


def test_a_ground_by_hand_that_was_withdrawn(restricting, signed):
    stated = restricting.stated(ROSA)
    withdraw(restricting, stated)
    proposal = groundless(restricting, signed)

    barred(lambda: Ground.objects.create(proposal=proposal, evidence=stated), GROUNDS)


def test_a_decision_by_hand_on_what_was_withdrawn(restricting, signed, unsigned):
    withdraw(restricting, Evidence.objects.get(subject=QUENTIN))
    answered(unsigned, signed)

    barred(
        lambda: of(unsigned, signed).save(force_insert=True),
        "rests on evidence that stands",
    )


def test_a_ruling_by_hand_of_the_signer(restricting, signed):
    grid = restricting.world.actor("grid")
    appeal = actions.file_appeal(
        signed.pk, said="x", channel=Channel.PAPER, by=grid, at=NOON
    )
    ruling = {"appeal": appeal, "upheld": False, "reason": "x", "at": NOON}

    barred(
        lambda: Ruling.objects.create(
            **ruling, signer=signed.signed_by, by=signed.signed_by
        ),
        "ruling_is_another_persons",
    )
    barred(
        lambda: Ruling.objects.create(
            **ruling, signer=UUID(int=1), by=signed.signed_by
        ),
        "names who signed",
    )


@pytest.mark.usefixtures("signed")
def test_evidence_by_hand_about_nobody():
    stated = Evidence.objects.get(subject=PENNY)

    for changes, constraint in (
        ({"subject": None}, "evidence_is_about_somebody"),
        ({"subject": None, "venue": MARKET}, "evidence_is_about_somebody"),
        ({"grade": "A+"}, "evidence_has_a_grade"),
        ({"kind": "list"}, "evidence_has_a_kind"),
    ):
        barred(
            lambda changes=changes: copy(stated, id=UUID(int=5), **changes).save(
                force_insert=True
            ),
            constraint,
        )
