"""What nobody has verified brings about a visit or a call, and nothing else."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.enrolment import events, queries, rules
from fangxian.capabilities.enrolment.actions.enrolling import Book, Told
from fangxian.capabilities.enrolment.actions.visits import Desk
from fangxian.capabilities.enrolment.facts import facts_about_hearsay
from fangxian.capabilities.enrolment.journeys import journey_from
from fangxian.capabilities.enrolment.states import Source
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.conditions import Value
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.ledger.people.queries import survivor
from fangxian.mechanisms.observation.actions import observe
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import facts as stated
from fangxian.mechanisms.restriction import queries as restrictions
from fangxian.mechanisms.task.actions import issue_all
from fangxian.mechanisms.task.queries import get_task


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation

Stated = Mapping[str, Value]


@transaction.atomic
def follow_hearsay(evidence_id: UUID, *, at: dt.datetime) -> bool:
    """Have somebody look into a piece of hearsay; say whether anything was owed.

    A stay that somebody reported is an arrival, to be verified by a visit; of anything
    else a call is owed. What was registered here is looked into already.
    """
    evidence = restrictions.get_evidence(evidence_id, EVERYWHERE)
    person = evidence.subject
    if evidence.grade != Grade.C or person is None or queries.is_told(evidence_id):
        return False
    if evidence.kind == Kind.STAY:
        said = stated.read(evidence.facts or "")
        _register(evidence_id, person, said, area=evidence.area_id, at=at)
    else:
        _owe_call(evidence_id, person, kind=evidence.kind, area=evidence.area_id, at=at)
    event = events.HearsayFollowed(evidence=evidence_id, person=person)
    record(
        event,
        by=SYSTEM,
        at=at,
        subject=f"evidence:{evidence_id}",
        area=evidence.area_id,
    )
    return True


def _register(
    evidence: UUID, person: UUID, said: Stated, *, area: int, at: dt.datetime
) -> None:
    """Register the stay that hearsay speaks of; the visit follows from the rules."""
    journey = journey_from(
        {
            "listing": said.get("stay.area"),
            "is_abroad": said.get("stay.abroad"),
            "left_on": said.get("stay.left_on"),
            "entered_on": said.get("stay.entered_on"),
        }
    )
    told = Told(evidence, survivor(person), area, Source.SELF_REPORT, journey)
    book = Book([told], by=SYSTEM, at=at)
    book.take_down(told)
    book.close()


def _owe_call(
    evidence: UUID, person: UUID, *, kind: str, area: int, at: dt.datetime
) -> None:
    facts = facts_about_hearsay(evidence, kind=kind, recorded_at=at)
    subject = rules.subject_of(person)
    issue_all(Desk(at).requests(facts, area=area, subject=subject), by=SYSTEM, at=at)


@transaction.atomic
def answer_hearsay(
    person: UUID,
    *,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    answers: Mapping[str, object],
    seen_at: dt.datetime,
    task: int,
    by: Actor,
    at: dt.datetime,
) -> "Observation":
    """Write down what a call or a visit on hearsay found; the doctor goes on from it."""
    rules.check_can_verify(by=by)
    owed = get_task(task, by.scope)
    return observe(
        id=id,
        form=queries.CALL,
        edition=queries.edition_for(owed.area_id, seen_at).id,
        subject=rules.subject_of(person),
        kind="",
        area=owed.area_id,
        answers=answers,
        seen_at=seen_at,
        task=task,
        by=by,
        at=at,
    )
