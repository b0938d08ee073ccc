"""What a worker finds at the door: the record, the evidence, and what follows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.enrolment import events, queries, rules
from fangxian.capabilities.enrolment.actions import steps
from fangxian.capabilities.enrolment.actions.visits import owe_visits
from fangxian.capabilities.enrolment.facts import states_of
from fangxian.capabilities.enrolment.journeys import Journey, with_listing
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import Closing
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import (
    Followed,
    follow_correction,
    raise_problems,
)
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.observation.actions import correct, is_repeated, observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.observation.queries import get_observation, is_known
from fangxian.mechanisms.observation.rules import check_keeps
from fangxian.mechanisms.protocol.queries import LoadedEdition
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction.actions import record_evidence
from fangxian.mechanisms.task.actions import complete
from fangxian.mechanisms.task.queries import open_for_subject
from fangxian.mechanisms.task.rules import can_do


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation

NEVER_AWAY = "never_away"
DECIDING = ("reached", "travelled", "stays_here")
Answers = Mapping[str, object]


@transaction.atomic
def verify(
    arrival_id: UUID,
    *,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    answers: Answers,
    seen_at: dt.datetime,
    journey: Journey | None = None,
    task: int | None = None,
    by: Actor,
    at: dt.datetime,
) -> "Observation":
    """Write down the visit to somebody who came, and what follows from it.

    ``journey`` is what the visit found, in place of what had been told. Who was not
    reached is owed another visit; who was never away, or does not stay here, is closed;
    of everybody else the visit is evidence of grade B, and the rules classify them.
    Sent again with the same id and body it gives the known record and does nothing.
    """
    arrival = _locked(arrival_id, by=by)
    rules.check_can_verify(by=by)
    edition = queries.edition_for(arrival.area_id, seen_at)
    repeated = is_known(id)
    if not repeated:
        rules.check_waiting(arrival.standing)
    observation = observe(
        id=id,
        form=queries.VISIT,
        edition=edition.id,
        subject=rules.subject_of(arrival.person),
        kind="",
        area=arrival.area_id,
        answers=answers,
        seen_at=seen_at,
        task=task,
        by=by,
        at=at,
    )
    if not repeated:
        _complete_others(observation, by=by, at=at)
        raise_problems(observation, by=by, at=at)
        _follow(arrival, observation, journey, edition, by=by, at=at)
    return observation


@transaction.atomic
def correct_visit(
    observation_id: UUID,
    *,
    corrected: UUID,
    answers: Answers,
    reason: str,
    evidence: Sequence[EvidenceFacts] = (),
    by: Actor,
    at: dt.datetime,
) -> Followed:
    """Put the record of a visit or a call right by another; its problems follow it.

    What decided how somebody was classified is no longer corrected here: a doctor
    looks at a measure again on an objection. Sent again, nothing happens again.
    """
    wrong = get_observation(observation_id, by.scope)
    repeated = is_repeated(corrected)
    if not repeated and wrong.form == queries.VISIT:
        check_keeps(wrong, answers=answers, decided=DECIDING)
    right = correct(
        wrong.pk,
        corrected=corrected,
        answers=answers,
        reason=reason,
        evidence=evidence,
        by=by,
        at=at,
    )
    return Followed() if repeated else follow_correction(wrong, right, by=by, at=at)


def _locked(arrival_id: UUID, *, by: Actor) -> Arrival:
    arrival = Arrival.objects.select_for_update().filter(pk=arrival_id).first()
    if arrival is None or arrival.into_id is not None:
        raise rules.UNKNOWN()
    check_reaches(by.scope, arrival.area_id, what="arrival")
    return arrival


def _follow(
    arrival: Arrival,
    observation: "Observation",
    found: Journey | None,
    edition: LoadedEdition,
    *,
    by: Actor,
    at: dt.datetime,
) -> None:
    answers = observation.answers
    if not answers["reached"]:
        arrival.since = at
        event = events.NotReached(arrival=arrival.pk, observation=observation.pk)
        steps.note(event, arrival, by=by, at=at)
    elif answers["travelled"] == NEVER_AWAY:
        steps.close(arrival, Closing.MISTAKEN, by=by, at=at)
    else:
        _bear_out(arrival, observation, found, edition, by=by, at=at)
    arrival.save()
    if not answers["reached"]:
        owe_visits([arrival], at=at)


def _bear_out(
    arrival: Arrival,
    observation: "Observation",
    found: Journey | None,
    edition: LoadedEdition,
    *,
    by: Actor,
    at: dt.datetime,
) -> None:
    """Let the visit be evidence of what it found, and classify by it."""
    journey = found or queries.journey_of(arrival)
    rules.check_listing(journey.listing, frozenset(queries.listings(edition.pack)))
    rules.check_days(journey, today=day_of(observation.at))
    journey = with_listing(journey, edition.pack.risks)
    steps.believe(arrival, journey)
    evidence = record_evidence(
        id=observation.pk,
        subject=arrival.person,
        kind=Kind.STAY,
        grade=Grade.B,
        states=states_of(journey, seen_at=observation.at),
        seen_at=observation.at,
        area=arrival.area_id,
        observation=observation.pk,
        by=by,
        at=at,
    )
    steps.verify(arrival, evidence.pk, by=by, at=at)
    steps.classify(arrival, edition, by=by, at=at)
    if not observation.answers["stays_here"]:
        steps.close(arrival, Closing.MOVED_ON, by=by, at=at)


def _complete_others(observation: "Observation", *, by: Actor, at: dt.datetime) -> None:
    """Complete the other visits to this person that are owed now."""
    owed = open_for_subject(observation.subject, observation.form)
    for task in owed:
        if can_do(task, by=by, at=at):
            complete(task.pk, observation=observation.pk, by=by, at=at)
