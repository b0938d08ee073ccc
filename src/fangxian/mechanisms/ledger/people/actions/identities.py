"""The one act by which anybody reads who a person is, in clear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.kernel.papers import Paper, Sex
from fangxian.mechanisms.journal.actions import take_turns
from fangxian.mechanisms.jurisdiction.queries import reaches
from fangxian.mechanisms.ledger.models import Opening, Person, Residence
from fangxian.mechanisms.ledger.people import events, rules
from fangxian.mechanisms.ledger.people.actions.writing import locked, note
from fangxian.mechanisms.ledger.people.spelling import details_of
from fangxian.mechanisms.ledger.states import Purpose


TURNS = "ledger.openings:"  # of one actor, who opens so many a day


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, in clear. Give it to who asked, and to nobody else."""

    person: UUID
    name: str
    paper: Paper
    number: str | None
    no_paper_why: str | None
    telephone: str | None
    birth_year: int | None
    sex: Sex | None
    address: str | None
    building: str
    unit: str
    room: str


@transaction.atomic
def open_identity(
    person_id: UUID,
    *,
    purpose: Purpose,
    why: str,
    task: int | None = None,
    second: Actor | None = None,
    by: Actor,
    at: datetime,
) -> Identity:
    """Read one person's identity, and leave a record of who read it and what for.

    ``task`` is the duty that needs it: whoever passes it on has checked that it is
    the actor's, open, and about this person. ``second`` is who agrees, where one
    alone may not. One actor opens a bounded number a day.
    """
    said = rules.check_why(why)
    person = locked(person_id, by=by)
    rules.check_can_open(task=task, second=second, by=by)
    if second is not None and not reaches(second.scope, person.area_id):
        raise rules.SECOND_MISSING()
    take_turns(f"{TURNS}{by.person}")
    rules.check_not_opened_enough(len(opened_today(by, at) - {person.pk}))
    agreed = None if second is None else second.person
    Opening.objects.create(
        person=person,
        by=by.person,
        post=by.post,
        purpose=purpose,
        why=said,
        task=task,
        second=agreed,
        at=at,
    )
    event = events.IdentityOpened(
        person=person.pk, purpose=purpose, task=task, second=agreed
    )
    note(event, person, by=by, at=at)
    return identities([person])[0]


def opened_today(by: Actor, at: datetime) -> set[UUID]:
    """Whose identities an actor has read today, in whatever way."""
    begins, ends = bounds_of(day_of(at))
    opened = Opening.objects.filter(by=by.person, at__gte=begins, at__lt=ends)
    return set(opened.values_list("person_id", flat=True))


def identities(people: Sequence[Person]) -> list[Identity]:
    """Read entries in clear, in their order; whoever asks has written it down."""
    living = Residence.objects.filter(person__in=people, until=None)
    lives = {home.person_id: home for home in living.select_related("door")}
    return [_identity(person, lives.get(person.pk)) for person in people]


def _identity(person: Person, lives: Residence | None) -> Identity:
    said = details_of(person)
    return Identity(
        person=person.pk,
        name=said.name,
        paper=said.paper,
        number=said.number,
        no_paper_why=said.no_paper_why,
        telephone=said.telephone,
        birth_year=said.birth_year,
        sex=said.sex,
        address=said.address,
        building=lives.door.building if lives else "",
        unit=lives.door.unit if lives else "",
        room=lives.door.room if lives else "",
    )
