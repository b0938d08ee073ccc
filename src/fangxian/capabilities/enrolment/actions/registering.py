"""Registering one arrival, or all that a list tells of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from fangxian.capabilities.enrolment import events, rules
from fangxian.capabilities.enrolment.actions.enrolling import Book, Outcome, Told
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.queries import (
    edition_for,
    find_somebody,
    listings,
)
from fangxian.capabilities.enrolment.states import FROM_ABROAD, Source
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger.people import actions as ledger
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.queries import areas_of, get_person, survivor
from fangxian.mechanisms.ledger.people.rows import FileRows, Taken
from fangxian.mechanisms.ledger.rows import SourceFile


NONE_OF_THEIR_OWN: Mapping[int, Source] = MappingProxyType({})


@transaction.atomic
def enrol(
    person: UUID,
    *,
    id: UUID,  # noqa: A002 -- it names the report and is made where it was told
    source: Source,
    origin: str,
    is_abroad: bool,
    listing: str = "",
    left_on: dt.date | None = None,
    entered_on: dt.date | None = None,
    arrived_on: dt.date | None = None,
    transport: str = "",
    area: int,
    by: Actor,
    at: dt.datetime,
) -> Arrival:
    """Register that somebody came, or is to come, from elsewhere.

    What another source told of the same journey is joined: one arrival, and each
    source kept. The same report again changes nothing. A document (the exit-entry
    list, from who stands for it) verifies; anything else owes a visit.
    """
    rules.check_can_enrol(by=by)
    check_reaches(by.scope, area, what="area")
    get_person(person, by.scope.unbound)
    journey = Journey(
        origin=origin.strip(),
        listing=listing,
        is_abroad=is_abroad or source in FROM_ABROAD,
        left_on=left_on,
        entered_on=entered_on,
        arrived_on=arrived_on,
        transport=transport.strip(),
    )
    known = frozenset(listings(edition_for(area, at).pack))
    rules.check_listing(listing, known)
    rules.check_journey(journey, source, today=day_of(at))
    told = Told(id, survivor(person), area, source, journey)
    return _take_down([told], by=by, at=at).arrivals[id]


@transaction.atomic
def enrol_somebody(
    details: Details,
    *,
    id: UUID,  # noqa: A002 -- it names the report and is made where it was told
    source: Source,
    journey: Journey,
    by: Actor,
    at: dt.datetime,
) -> Arrival:
    """Register somebody at the door: on the ledger, if need be, and as an arrival.

    Who is on the ledger with the same number, or with the same name and telephone, is
    taken for the same person. The person's id follows from the report's.
    """
    rules.check_can_enrol(by=by)
    person = find_somebody(details, by.scope.unbound)
    if person is None:
        person = ledger.register_person(
            **_parts(details), id=uuid5(id, "person"), source=source.value, by=by, at=at
        ).person
    return enrol(
        person,
        id=id,
        source=source,
        area=details.area,
        by=by,
        at=at,
        **_parts(journey),
    )


def _parts(said: Journey | Details) -> dict[str, Any]:
    return {field.name: getattr(said, field.name) for field in fields(said)}


# --------------------------------------------------------------------------- lists
@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a list: of its people, and of their journeys by row."""

    taken: Taken
    arrivals: Mapping[int, UUID]
    registered: int
    joined: int
    repeated: int


@transaction.atomic
def enrol_list(
    file: SourceFile,
    rows: FileRows,
    journeys: Mapping[int, Journey],
    *,
    source: Source,
    sources: Mapping[int, Source] = NONE_OF_THEIR_OWN,
    by: Actor,
    at: dt.datetime,
) -> Listed:
    """Take a list of people in, and register the journey that each good row tells of.

    ``journeys`` are by the number of the row, and so are the ``sources`` of rows that
    name another than the list's. People and journeys are one transaction;
    the same list again, or a corrected one, registers nothing twice.
    """
    rules.check_can_list(by=by)
    taken = ledger.take_people(file, rows, by=by, at=at)
    people = {**taken.added, **{known.row: known.person for known in taken.known}}
    areas = areas_of(people.values())
    ids = {row.number: row.id for row in rows.readable}
    told = [
        Told(
            id=uuid5(ids[row], "arrival"),
            person=person,
            area=areas[person],
            source=sources.get(row, source),
            journey=_from_abroad(journeys[row], sources.get(row, source)),
            batch=taken.batch,
            row=row,
        )
        for row, person in sorted(people.items())
    ]
    outcome = _take_down(told, by=by, at=at)
    listed = _listed(taken, told, outcome)
    _note(listed, file.area, source, by=by, at=at)
    return listed


def _from_abroad(journey: Journey, source: Source) -> Journey:
    return replace(journey, is_abroad=journey.is_abroad or source in FROM_ABROAD)


def _listed(taken: Taken, told: list[Told], outcome: Outcome) -> Listed:
    return Listed(
        taken=taken,
        arrivals={
            one.row: outcome.arrivals[one.id].pk for one in told if one.row is not None
        },
        registered=len(outcome.registered),
        joined=len(outcome.joined),
        repeated=len(outcome.repeated),
    )


def _note(
    listed: Listed, area: int, source: Source, *, by: Actor, at: dt.datetime
) -> None:
    event = events.ListTaken(
        batch=listed.taken.batch,
        source=source,
        registered=listed.registered,
        joined=listed.joined,
        repeated=listed.repeated,
    )
    record(event, by=by, at=at, subject=f"import:{listed.taken.batch}", area=area)


def _take_down(told: list[Told], *, by: Actor, at: dt.datetime) -> Outcome:
    book = Book(told, by=by, at=at)
    for one in told:
        book.take_down(one)
    return book.close()
