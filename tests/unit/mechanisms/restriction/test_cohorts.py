import datetime as dt
import inspect

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import at_time, start_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import actions, queries, rules
from fangxian.mechanisms.restriction.models import Cohort, Decision
from fangxian.mechanisms.restriction.states import Standing
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    MARKET,
    PACK,
    PENNY,
    POSITIVE,
    QUENTIN,
    ROSA,
    STAYED,
    pack_with,
    put_in_force,
    second_doctor,
)
from tests.unit.mechanisms.restriction.test_evidence import refused
from tests.worlds import NOON, TODAY


ABROAD = {
    **STAYED,
    "restriction": "abroad",
    "when": {"fact": "stay.abroad"},
    "anchor": "stay.entered_on",
}
AFTERWARDS = {**ABROAD, "restriction": "afterwards", "lasts": {"days": 7, "after": 14}}


def end_of(day):
    return start_of(dt.date.fromisoformat(day) + DAY)


# ---------------------------------------------------------------------- proposing
def test_a_cohort_holds_everybody_for_whom_a_rule_follows(restricting):
    restricting.stated(PENNY)
    restricting.stated(
        QUENTIN, states={"stay.area": "120116.hangu", "stay.left_on": "2020-11-05"}
    )
    restricting.stated(
        ROSA, states={"stay.area": "410105", "stay.left_on": "2020-11-07"}
    )

    [cohort] = restricting.proposed()

    assert cohort.rule == "stayed"
    assert list(
        cohort.proposals.order_by("subject").values_list("subject", "until", "why")
    ) == [
        (PENNY, end_of("2020-11-21"), ["stay.risk in medium, high"]),
        (QUENTIN, end_of("2020-11-19"), ["stay.risk in medium, high"]),
    ]


def test_a_proposal_restricts_nobody(restricting):
    restricting.stated()
    restricting.proposed()

    assert queries.restrictions_of([PENNY], NOON + HOUR).count() == 0
    assert queries.verdict([PENNY], NOON + HOUR) == queries.Verdict(is_restricted=False)
    assert Decision.objects.count() == 0


def test_the_journal_tells_how_many_but_not_whom(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()

    [entry] = Entry.objects.filter(event="restriction.proposed")
    assert entry.payload == {
        "cohort": cohort.pk,
        "edition": restricting.edition,
        "rule": "stayed",
        "persons": 1,
        "digest": cohort.digest,
    }


def test_the_same_evidence_is_put_to_a_doctor_once(restricting):
    restricting.stated()
    restricting.proposed()

    assert restricting.proposed() == ()


def test_new_people_make_a_new_cohort(restricting):
    restricting.stated(PENNY)
    restricting.proposed()
    restricting.stated(QUENTIN)

    [cohort] = restricting.proposed()

    assert list(cohort.proposals.values_list("subject", flat=True)) == [QUENTIN]


def test_a_second_report_of_the_same_is_not_proposed_again(restricting):
    restricting.stated()
    restricting.imposed()
    restricting.stated()

    assert restricting.proposed() == ()


def test_a_later_day_0_is_a_new_proposal_and_a_new_decision(restricting):
    restricting.stated()
    [first] = restricting.imposed()
    restricting.stated(
        states={"stay.area": "120116.hangu", "stay.left_on": "2020-11-08"}
    )

    [second] = restricting.imposed()

    assert (second.until, first.until) == (end_of("2020-11-22"), end_of("2020-11-21"))


def test_the_last_exposure_counts(restricting):
    for day in ("2020-11-05", "2020-11-08", "2020-11-06"):
        restricting.stated(states={"stay.area": "120116.hangu", "stay.left_on": day})

    [decision] = restricting.imposed()

    assert decision.until == end_of("2020-11-22")


def test_who_has_moved_on_is_the_other_districts_to_restrict(restricting):
    next_door = second_doctor(restricting.world, "next_district")
    restricting.stated(PENNY)
    actions.record_evidence(
        id=restricting.new_id(),
        subject=PENNY,
        kind=Kind.CONTACT,
        grade=Grade.A,
        states={"contact.type": "general", "contact.last_on": "2020-11-08"},
        seen_at=NOON - HOUR / 2,
        area=restricting.world["next_grid"],
        by=next_door,
        at=NOON,
    )

    assert restricting.proposed() == ()
    [cohort] = actions.propose(
        pack=PACK, area=restricting.world["next_district"], by=next_door, at=NOON
    )
    assert cohort.proposals.get().area_id == restricting.world["next_grid"]


def test_everybody_at_the_venue_is_treated_alike(restricting):
    restricting.exposed()
    for subject in (PENNY, QUENTIN, ROSA):
        restricting.visited(subject)

    [cohort] = restricting.proposed()

    assert set(cohort.proposals.values_list("subject", flat=True)) == {
        PENNY,
        QUENTIN,
        ROSA,
    }
    assert set(cohort.proposals.values_list("until", flat=True)) == {
        end_of("2020-11-11")
    }


def test_an_exposure_elsewhere_concerns_nobody_here(restricting):
    restricting.exposed(venue="place:78")
    restricting.visited(PENNY, venue=MARKET)

    assert restricting.proposed() == ()


def test_the_system_and_doctors_have_evidence_evaluated_and_nobody_else(restricting):
    restricting.stated()

    for who in ("district", "street", "police", "administrator", "grid", "dana"):
        refused(rules.NOT_A_PROPOSER, lambda who=who: restricting.proposed(who=who))
    assert len(restricting.proposed(who="hospital")) == 1


def test_a_doctor_evaluates_only_what_lies_in_reach(restricting):
    refused(OUT_OF_REACH, lambda: restricting.proposed(area="next_district"))


def test_without_rules_in_force_nothing_is_proposed(world):
    with pytest.raises(Refusal, match="no_rules"):
        actions.propose(pack=PACK, area=world["district"], by=SYSTEM, at=NOON)


def test_nobody_can_be_named_to_the_evaluation():
    asked = set(inspect.signature(actions.propose).parameters)
    signed = set(inspect.signature(actions.sign).parameters)

    assert asked == {"pack", "area", "by", "at"}
    assert signed == {"cohort_id", "by", "at"}


def test_evaluation_asks_as_often_for_one_as_for_three(restricting):
    restricting.proposed()  # the first makes the row by which turns are taken
    restricting.stated(PENNY)
    with CaptureQueriesContext(connection) as one:
        restricting.proposed()
    for subject in (QUENTIN, ROSA):
        restricting.stated(subject)
    with CaptureQueriesContext(connection) as two:
        restricting.proposed()

    assert len(two) == len(one)


# ------------------------------------------------------------------------ signing
def test_a_signature_asks_as_often_for_one_as_for_three(restricting):
    doctor = restricting.world.actor("cdc")
    asked = []
    for people in ([PENNY], [QUENTIN, ROSA]):
        for subject in people:
            restricting.stated(subject)
        [cohort] = restricting.proposed()
        with CaptureQueriesContext(connection) as queries_:
            actions.sign(cohort.pk, by=doctor, at=NOON)
        asked.append(len(queries_))

    assert asked[0] == asked[1]


def test_a_signature_imposes_the_whole_cohort(restricting):
    for subject in (PENNY, QUENTIN):
        restricting.stated(subject)
    [cohort] = restricting.proposed()

    decisions = actions.sign(
        cohort.pk, by=restricting.world.actor("cdc"), at=NOON + HOUR
    )

    assert [one.subject for one in decisions] == [PENNY, QUENTIN]
    [decision, _other] = Decision.objects.order_by("pk")
    assert decision.rule == "stayed"
    assert decision.measure == "home_monitoring"
    assert decision.since == NOON + HOUR
    assert decision.until == end_of("2020-11-21")
    assert decision.why == ["stay.risk in medium, high"]
    assert decision.signed_by == restricting.world.actor("cdc").person
    assert queries.verdict([PENNY], NOON + HOUR) == queries.Verdict(
        is_restricted=True, decision=decision.pk
    )


def test_the_journal_tells_of_a_signature_and_of_each_decision(restricting):
    stated = restricting.stated()
    [decision] = restricting.imposed()

    [accepted] = Entry.objects.filter(event="restriction.accepted")
    assert accepted.payload == {
        "cohort": Cohort.objects.get().pk,
        "imposed": 1,
        "fallen": [],
    }
    [imposed] = Entry.objects.filter(event="restriction.imposed")
    assert imposed.subject == f"restriction:{decision.pk}"
    assert imposed.payload["evidence"] == [str(stated.pk)]
    assert imposed.payload["person"] == str(PENNY)
    assert imposed.payload["digest"] == decision.digest
    assert imposed.tally == [
        [
            "restriction.imposed",
            "2020-11-09",
            restricting.world["grid"],
            "home_monitoring",
            1,
        ]
    ]


SIGNING = ["district", "street", "supervision", "hospital", "police", "administrator"]


@pytest.mark.parametrize("who", SIGNING)
def test_nobody_but_a_doctor_of_the_cdc_signs(restricting, who):
    restricting.stated()
    [cohort] = restricting.proposed()
    by = restricting.world.actor(who)
    kind = OUT_OF_REACH if who == "street" else rules.NOT_A_SIGNER

    refused(kind, lambda: actions.sign(cohort.pk, by=by, at=NOON))
    refused(kind, lambda: actions.refuse(cohort.pk, reason="x", by=by, at=NOON))


def test_a_refusal_is_kept_with_its_reason_and_is_final(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()
    doctor = restricting.world.actor("cdc")
    refused(
        rules.REASON_NEEDED,
        lambda: actions.refuse(cohort.pk, reason=" ", by=doctor, at=NOON),
    )

    answer = actions.refuse(cohort.pk, reason="名单有误", by=doctor, at=NOON)

    assert (answer.accepted, answer.reason) == (False, "名单有误")
    [entry] = Entry.objects.filter(event="restriction.refused")
    assert entry.payload == {"cohort": cohort.pk, "persons": 1}
    refused(rules.ALREADY_ANSWERED, lambda: actions.sign(cohort.pk, by=doctor, at=NOON))
    assert restricting.proposed(at=NOON + HOUR) == ()
    assert Decision.objects.count() == 0


def test_a_cohort_is_signed_once(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()
    doctor = restricting.world.actor("cdc")
    actions.sign(cohort.pk, by=doctor, at=NOON)

    refused(rules.ALREADY_ANSWERED, lambda: actions.sign(cohort.pk, by=doctor, at=NOON))


def test_an_unknown_cohort_is_not_there(restricting):
    doctor = restricting.world.actor("cdc")

    refused(rules.UNKNOWN_COHORT, lambda: actions.sign(987_654, by=doctor, at=NOON))


def test_what_has_been_taken_back_meanwhile_falls_away(restricting):
    stated = restricting.stated(PENNY)
    restricting.stated(QUENTIN)
    [cohort] = restricting.proposed()
    doctor = restricting.world.actor("cdc")
    actions.withdraw_evidence(stated.pk, reason="错了", by=doctor, at=NOON)

    [decision] = actions.sign(cohort.pk, by=doctor, at=NOON + HOUR)

    assert decision.subject == QUENTIN
    [entry] = Entry.objects.filter(event="restriction.accepted")
    assert entry.payload["fallen"] == [cohort.proposals.get(subject=PENNY).pk]


def test_what_has_ended_before_the_signature_falls_away(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()

    late = end_of("2020-11-21")
    assert actions.sign(cohort.pk, by=restricting.world.actor("cdc"), at=late) == ()


def test_evidence_can_grow_too_old_for_a_rule(restricting):
    restricting.tested()
    [cohort] = restricting.proposed()

    assert (
        actions.sign(cohort.pk, by=restricting.world.actor("cdc"), at=NOON + 48 * HOUR)
        == ()
    )


def test_an_hourly_end_counts_from_the_moment_it_was_seen(restricting):
    restricting.tested(seen_at=NOON - 3 * HOUR)

    [decision] = restricting.imposed()

    assert decision.until == NOON + 165 * HOUR
    assert decision.why == ["lab.result == positive", "age <= 48"]


def test_fourteen_days_and_then_seven_are_two_decisions(restricting):
    world = restricting.world
    put_in_force(
        pack_with(ABROAD, AFTERWARDS, version="two"), world["city"], from_=NOON
    )
    states = {"stay.abroad": True, "stay.entered_on": "2020-11-09"}
    restricting.stated(states=states, at=NOON + HOUR)

    [first] = restricting.imposed(at=NOON + HOUR)
    assert restricting.imposed(at=at_time(TODAY + 13 * DAY, dt.time(23, 59))) == []
    [second] = restricting.imposed(at=at_time(TODAY + 14 * DAY, dt.time(9)))

    assert first.until == second.since == end_of("2020-11-23")
    assert second.until == end_of("2020-11-30")
    assert queries.standing_of(second, second.since - HOUR) is Standing.AHEAD
    assert queries.standing_of(second, second.since) is Standing.IN_FORCE


def test_another_edition_since_the_proposal_stops_the_signature(restricting):
    restricting.stated()
    [cohort] = restricting.proposed()
    put_in_force(
        pack_with(POSITIVE, version="next"), restricting.world["city"], from_=NOON
    )

    refused(
        rules.RULE_NOT_IN_FORCE,
        lambda: actions.sign(
            cohort.pk, by=restricting.world.actor("cdc"), at=NOON + HOUR
        ),
    )


def test_a_rule_past_its_last_day_is_not_signed(restricting):
    ending = {**STAYED, "valid_until": "2020-11-10"}
    put_in_force(
        pack_with(ending, version="short"), restricting.world["city"], from_=NOON
    )
    restricting.stated()
    [cohort] = restricting.proposed()

    refused(
        rules.RULE_NOT_IN_FORCE,
        lambda: actions.sign(
            cohort.pk, by=restricting.world.actor("cdc"), at=NOON + DAY
        ),
    )
