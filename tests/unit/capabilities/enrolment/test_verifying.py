"""The visit: a record, evidence of grade B, and what the rules make of it."""

import datetime as dt

import pytest

from fangxian.capabilities.enrolment import actions, queries
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import Closing, Risk, Source, Standing
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.restriction import actions as restriction
from fangxian.mechanisms.restriction.models import Evidence
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.enrolment.conftest import MET, MISSED, id_number, written
from tests.worlds import NOON


HOUR = dt.timedelta(hours=1)


def again(arrival):
    return Arrival.objects.get(pk=arrival.pk)


def test_a_visit_is_evidence_and_classifies(told, visit, wang, plan):
    arrival = told()
    [task] = Task.objects.all()

    visit(arrival, task=task.pk)

    arrival = again(arrival)
    assert arrival.standing == Standing.CLASSIFIED
    assert arrival.risk == Risk.MEDIUM
    assert arrival.edition_id == plan.id
    [evidence] = Evidence.objects.all()
    assert (evidence.subject, evidence.grade) == (wang, "B")
    assert evidence.observation_id == id_number(101) == arrival.evidence
    task.refresh_from_db()
    assert task.state == "completed"


def test_what_follows_from_it_can_be_signed(told, visit, world, wang):
    visit(told())
    doctor = world.actor("cdc")

    [cohort] = restriction.propose(
        pack="covid19-cn", area=world["district"], by=doctor, at=NOON
    )
    [decision] = restriction.sign(cohort.pk, by=doctor, at=NOON)

    assert decision.subject == wang
    assert decision.rule == "stayed_at_medium_risk"


def test_a_visit_without_its_duty_fulfils_it_all_the_same(told, visit):
    visit(told())

    assert Task.objects.get().state == "completed"


def test_the_same_visit_again_changes_nothing(told, visit):
    arrival = told()
    first = visit(arrival)
    before = written()

    assert visit(arrival) == first
    assert written() == before


def test_who_was_not_met_is_owed_another_visit(told, visit):
    arrival = told()

    visit(arrival, MISSED, at=NOON + HOUR)

    assert again(arrival).standing == Standing.REGISTERED
    assert Evidence.objects.count() == 0
    states = Task.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["completed", "issued"]


def test_nobody_under_the_address_is_a_finding(told, visit, wang):
    visit(told(), {"reached": False, "not_reached": "wrong_address"})

    finding = Finding.objects.get()
    assert (finding.subject, finding.severity) == (f"person:{wang}", "major")


def test_who_was_never_away_is_closed_without_evidence(told, visit):
    arrival = told()

    visit(arrival, {**MET, "travelled": "never_away"})

    arrival = again(arrival)
    assert (arrival.standing, arrival.closed_why) == ("closed", Closing.MISTAKEN)
    assert Evidence.objects.count() == 0
    assert queries.counts(arrival.area_id).all == 0


def test_who_went_on_is_closed_with_the_evidence(told, visit):
    arrival = told()

    visit(arrival, {**MET, "stays_here": False})

    assert again(arrival).closed_why == Closing.MOVED_ON
    assert Evidence.objects.count() == 1


def test_what_the_visit_found_replaces_what_was_told(told, visit):
    arrival = told(origin="海外", is_abroad=True)
    found = Journey(origin="河南省洛阳市", left_on=dt.date(2020, 11, 7))

    visit(arrival, {**MET, "travelled": "otherwise"}, journey=found)

    arrival = again(arrival)
    assert not arrival.is_abroad
    assert arrival.risk == Risk.LOW
    assert queries.journey_of(arrival) == found


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"who": "alice"}, "enrolment.not_yours_to_verify"),
        ({"who": "cdc"}, "enrolment.not_yours_to_verify"),
        ({"who": "community_next_door"}, "jurisdiction.out_of_reach"),
        ({"answers": {"reached": True}}, "protocol.wrong_answers"),
        (
            {"journey": Journey(origin="天津", left_on=dt.date(2020, 11, 20))},
            "enrolment.day_ahead",
        ),
        (
            {"journey": Journey(listing="110101.nowhere")},
            "enrolment.listing_unknown",
        ),
    ],
)
def test_a_refused_visit_writes_nothing(told, visit, said, code):
    arrival = told()
    before = written()

    with pytest.raises(Refusal) as refusal:
        visit(arrival, **said)

    assert refusal.value.kind.code == code
    assert written() == before


def test_who_is_classified_waits_for_no_visit(told, visit):
    arrival = told()
    visit(arrival)
    before = written()

    with pytest.raises(Refusal) as refusal:
        visit(arrival, number=102)

    assert refusal.value.kind.code == "enrolment.not_waiting"
    assert written() == before


def test_hearsay_on_who_is_classified_asks_for_another_look(told, visit):
    arrival = told(origin="河南省洛阳市")
    visit(arrival)

    told(
        number=2,
        source=Source.BIG_DATA,
        origin="",
        listing="120116.hangu",
        at=NOON + HOUR,
    )

    assert again(arrival).standing == Standing.REGISTERED
    assert Task.objects.filter(state="issued").count() == 1


def test_visits_are_issued_once(told, world):
    told()

    assert actions.issue_visits(world["city"], by=SYSTEM, at=NOON) == 0
    with pytest.raises(Refusal):
        actions.issue_visits(world["grid"], by=world.actor("grid"), at=NOON)


def test_a_foretold_visit_is_issued_on_the_day(told, world):
    told(
        source=Source.OVERSEAS_FAMILIES, left_on=None, arrived_on=dt.date(2020, 11, 12)
    )
    then = NOON + dt.timedelta(days=3)

    assert actions.issue_visits(world["city"], by=SYSTEM, at=then) == 1
