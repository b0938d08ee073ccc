"""People, spelled as rows of the tables, as details, and as entries of the journal."""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.papers import Paper, Sex, is_drill_number
from fangxian.kernel.situation import find_situation
from fangxian.mechanisms.journal.events import Act, Count
from fangxian.mechanisms.ledger.models import Person, Residence
from fangxian.mechanisms.ledger.people import events
from fangxian.mechanisms.ledger.people.details import Details, Terms
from fangxian.mechanisms.ledger.people.index import Marks, marks_of


SAID_AS_IT_IS = ("name", "number", "no_paper_why", "telephone", "address")
MARKED = tuple(field.name for field in fields(Marks))


def terms_at(at: datetime) -> Terms:
    """Say what is accepted now: invented people only where a rehearsal is played."""
    return Terms(
        today=day_of(at),
        is_drill=find_situation(settings.FANGXIAN_DATA) is not None,
    )


def columns(details: Details, *, keyed: int) -> dict[str, object]:
    """Spell checked details as columns of the table, marks included."""
    marks, year = marks_of(details, keyed=keyed), details.birth_year
    return {
        **{name: getattr(details, name) for name in SAID_AS_IT_IS},
        "area_id": details.area,
        "paper": details.paper.value,
        "sex": details.sex and details.sex.value,
        "birth_year": None if year is None else str(year),
        **{name: getattr(marks, name) for name in MARKED},
    }


def details_of(person: Person) -> Details:
    """Read from the table what is said of a person, in clear."""
    return Details(
        name=person.name,
        area=person.area_id,
        paper=Paper(person.paper),
        number=person.number,
        no_paper_why=person.no_paper_why,
        telephone=person.telephone,
        birth_year=None if person.birth_year is None else int(person.birth_year),
        sex=None if person.sex is None else Sex(person.sex),
        address=person.address,
    )


def new_person(
    id_: UUID, details: Details, *, keyed: int, source: str, at: datetime
) -> Person:
    """Make a person of checked details; it is not saved yet."""
    return Person(
        id=id_,
        **columns(details, keyed=keyed),
        is_drill=is_drill_number(details.number or ""),
        source=source,
        registered_at=at,
    )


def new_residence(
    person: UUID, door: int, *, since: date, by: Actor, at: datetime
) -> Residence:
    """Make a residence that has not ended; it is not saved yet."""
    return Residence(person_id=person, door_id=door, since=since, by=by.person, at=at)


def written_fields(details: Details) -> tuple[str, ...]:
    """Name the fields that say something."""
    names = (field.name for field in fields(details))
    return tuple(name for name in names if getattr(details, name) is not None)


def changed_fields(before: Details, after: Details) -> tuple[str, ...]:
    """Name the fields that say something else."""
    names = (field.name for field in fields(before))
    return tuple(n for n in names if getattr(before, n) != getattr(after, n))


def registered(person: Person, details: Details, *, at: datetime) -> Act:
    """Say that a person came onto the ledger, and count it on that day."""
    event = events.PersonRegistered(
        person=person.pk,
        paper=person.paper,
        fields=written_fields(details),
        source=person.source,
    )
    count = Count(person.area_id, day_of(at), "person.registered")
    return Act(event, subject_of(person.pk), person.area_id, (count,))


def moved_in(residence: Residence, *, area: int) -> Act:
    """Say that somebody lives behind a door from a day on."""
    event = events.PersonMovedIn(
        person=residence.person_id, door=residence.door_id, since=residence.since
    )
    return Act(event, subject_of(residence.person_id), area)


def subject_of(person: UUID) -> str:
    """Name a person as the subject of a journal entry."""
    return f"person:{person}"
