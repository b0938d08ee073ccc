"""Who is found at a door and stands on no list: the ledger, the door, the journey."""

import datetime as dt
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from fangxian.capabilities.enrolment.actions import enrol
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.queries import find_somebody
from fangxian.capabilities.enrolment.states import About, Source
from fangxian.capabilities.enrolment.sweeps import queries, rules
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.ledger.people import actions as ledger
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.queries import cards_of


@transaction.atomic
def register_found(
    sweep_id: UUID,
    *,
    task: int,
    id: UUID,  # noqa: A002 -- it names the person and is made with the form
    details: Details,
    journey: Journey | None,
    by: Actor,
    at: dt.datetime,
) -> UUID:
    """Put somebody found at a door on the ledger, behind that door; give who it is.

    Who is known by number, or by name and telephone, is taken for the same person.
    With a journey they are registered as somebody who came, and a visit is owed.
    """
    target = queries.get_target(sweep_id, task, by.scope)
    rules.check_can_visit(target.task.post_id, by=by)
    person = find_somebody(details, by.scope.unbound)
    if person is None:
        person = ledger.register_person(
            **_parts(details), id=id, source=Source.DOOR_SURVEY.value, by=by, at=at
        ).person
    if target.sweep.about == About.DOOR and not _lives_at(person, target.number):
        ledger.move_in(person, door=target.number, since=day_of(at), by=by, at=at)
    if journey is not None:
        enrol(
            person,
            id=uuid5(id, "journey"),
            source=Source.DOOR_SURVEY,
            area=target.area_id,
            by=by,
            at=at,
            **_parts(journey),
        )
    return person


def _lives_at(person: UUID, door: int) -> bool:
    card = cards_of([person]).get(person)
    return card is not None and card.door is not None and card.door.id == door


def _parts(said: Journey | Details) -> dict[str, Any]:
    return {field.name: getattr(said, field.name) for field in fields(said)}
