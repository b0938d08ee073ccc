"""Acts on doors, and on who lives behind them from when until when."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record, record_all
from fangxian.mechanisms.journal.events import Act
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger.models import Door, Person, Residence
from fangxian.mechanisms.ledger.people import events, queries, rules
from fangxian.mechanisms.ledger.people.actions.writing import (
    locked_standing,
    move_to,
    note,
)
from fangxian.mechanisms.ledger.people.index import door_mark, door_marks, keyring
from fangxian.mechanisms.ledger.people.naming import name_of
from fangxian.mechanisms.ledger.people.spelling import moved_in, new_residence
from fangxian.store.rows import insert


MARKED = """
    SELECT id FROM ledger_door WHERE area_id = %s AND mark IN ({marks})
    ORDER BY id LIMIT 1
"""


@transaction.atomic
def register_door(
    *,
    area: int,
    room: str,
    building: str = "",
    unit: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Put a door on the ledger and give its number; a known door stays as it is."""
    rules.check_can_register(by=by)
    check_reaches(by.scope, area, what="area")
    known = find_door(area, building, unit, room)
    if known is not None:
        return known
    door = new_door(area, building, unit, room, at=at)
    insert(door)
    record_all([door_registered(door)], by=by, at=at)
    return door.pk


def find_door(area: int, building: str, unit: str, room: str) -> int | None:
    """Find a door by what stands at it, under whichever key it was written."""
    if not name_of(room):
        raise rules.ROOM_MISSING()
    marks = door_marks(building, unit, room)
    sql = MARKED.format(marks=", ".join(["%s"] * len(marks)))
    with connection.cursor() as cursor:  # whole streets ask; the ORM would cost more
        cursor.execute(sql, [area, *marks])
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def new_door(area: int, building: str, unit: str, room: str, *, at: datetime) -> Door:
    """Make a door; it is not saved yet."""
    return Door(
        area_id=area,
        building=" ".join(building.split()),
        unit=" ".join(unit.split()),
        room=" ".join(room.split()),
        mark=door_mark(building, unit, room),
        indexed_with=keyring().current,
        registered_at=at,
    )


def door_registered(door: Door) -> Act:
    """Say that a door came onto the ledger."""
    event = events.DoorRegistered(door=door.pk)
    return Act(event, f"door:{door.pk}", door.area_id)


# ------------------------------------------------------------------------ residences
@transaction.atomic
def move_in(
    person_id: UUID, *, door: int, since: date, by: Actor, at: datetime
) -> None:
    """Say that somebody lives behind a door from a day on; where they lived ends then.

    The area of the door answers for the person from now on.
    """
    person = locked_standing(person_id, by=by)
    there = queries.get_door(door, by.scope)
    if since > day_of(at):
        raise rules.NOT_LIVED_YET()
    living = _living(person)
    if living is not None:
        if living.door_id == door:
            raise rules.LIVES_THERE()
        _end(living, since)
    residence = new_residence(person.pk, door, since=since, by=by, at=at)
    residence.save()
    move_to(person, there.area)
    act = moved_in(residence, area=there.area)
    record(act.event, by=by, at=at, subject=act.subject, area=act.area)


@transaction.atomic
def move_out(person_id: UUID, *, until: date, by: Actor, at: datetime) -> None:
    """Say that somebody does not live behind their door any more, from a day on.

    The area still answers for them until another does.
    """
    person = locked_standing(person_id, by=by)
    living = _living(person)
    if living is None:
        raise rules.LIVES_NOWHERE()
    if until > day_of(at):
        raise rules.NOT_LIVED_YET()
    _end(living, until)
    event = events.PersonMovedOut(person=person.pk, door=living.door_id, until=until)
    note(event, person, by=by, at=at)


def _living(person: Person) -> Residence | None:
    return Residence.objects.filter(person=person, until=None).first()


def _end(living: Residence, until: date) -> None:
    if until <= living.since:
        raise rules.NOT_LIVED_YET()
    living.until = until
    living.save(update_fields=["until"])
