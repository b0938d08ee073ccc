"""Acts on lists: remember how one is laid out, take its good rows in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record, record_all
from fangxian.mechanisms.journal.events import Act
from fangxian.mechanisms.jurisdiction.queries import check_reaches, descendants
from fangxian.mechanisms.ledger.events import LayoutRemembered
from fangxian.mechanisms.ledger.models import (
    Door,
    Import,
    Layout,
    Person,
    Proxy,
    RefusedRow,
    Residence,
)
from fangxian.mechanisms.ledger.people import events, queries, rules
from fangxian.mechanisms.ledger.people.actions.doors import door_registered, new_door
from fangxian.mechanisms.ledger.people.actions.writing import (
    entries_like,
    remember_alike,
    write_tokens,
)
from fangxian.mechanisms.ledger.people.index import door_marks, keyed_areas
from fangxian.mechanisms.ledger.people.rows import (
    FileRows,
    KnownPerson,
    Row,
    SaidDoor,
    Taken,
    sort_rows,
)
from fangxian.mechanisms.ledger.people.spelling import (
    details_of,
    moved_in,
    new_person,
    new_residence,
    registered,
    subject_of,
    terms_at,
)
from fangxian.mechanisms.ledger.rows import BadRow, SourceFile
from fangxian.mechanisms.ledger.spelling import new_import, refused_row
from fangxian.mechanisms.ledger.states import About, ImportState
from fangxian.store.rows import insert_all


AT_ONCE = 500
LIVING = ("person_id", "door_id", "since", "by", "at")  # what a new residence says


@transaction.atomic
def remember_layout(
    fingerprint: str,
    *,
    headings: Sequence[str],
    mapping: Mapping[str, int],
    by: Actor,
    at: datetime,
) -> None:
    """Remember which column of a list of people means which field.

    ``mapping`` gives the place of the column, counted from 0.
    """
    rules.check_can_bring(by=by)
    known = Layout.objects.filter(pk=fingerprint).first()
    if known is not None and known.mapping == dict(mapping):
        return
    said = {"headings": list(headings), "mapping": dict(mapping), "remembered_at": at}
    Layout.objects.update_or_create(fingerprint=fingerprint, defaults=said)
    event = LayoutRemembered(layout=fingerprint, mapping=dict(mapping))
    record(event, by=by, at=at, subject=f"layout:{fingerprint}", area=None)


@transaction.atomic
def take_people(file: SourceFile, rows: FileRows, *, by: Actor, at: datetime) -> Taken:
    """Take in every good row of a list of people, and list every other with its reason.

    A row about somebody known adds nothing, so the same file, or a corrected one, may
    come again. All or nothing: the people and the list are one transaction.
    """
    rules.check_can_import(by=by)
    check_reaches(by.scope, file.area, what="area")
    sorting = sort_rows(
        rows.readable,
        known=_known(rows.readable, by=by),
        areas=frozenset(descendants(file.area)),
        terms=terms_at(at),
    )
    refused = sorted([*rows.refused, *sorting.refused], key=lambda bad: bad.number)
    batch = new_import(
        file,
        refused,
        about=About.PEOPLE,
        new=len(sorting.new),
        known=len(sorting.known),
        by=by,
        at=at,
    )
    batch.save()
    RefusedRow.objects.bulk_create(
        [refused_row(batch, bad) for bad in refused], AT_ONCE
    )
    acts = [_people_taken(batch), *_write(sorting.new, batch, by=by, at=at)]
    remember_alike(sorting.alike, at=at)
    record_all(acts, by=by, at=at)
    return Taken(
        batch=batch.pk,
        added={row.number: row.id for row in sorting.new},
        known=tuple(sorting.known),
        refused=tuple(refused),
        alike=tuple(sorting.alike),
    )


@transaction.atomic
def keep_list(
    file: SourceFile,
    *,
    about: About,
    added: int,
    known: int,
    refused: Sequence[BadRow],
    by: Actor,
    at: datetime,
) -> int:
    """Keep what became of a list about people that another room takes in.

    Must run inside the caller's transaction; the caller says what the list was for,
    and records it. Gives the number of the list.
    """
    rules.check_can_bring(by=by)
    check_reaches(by.scope, file.area, what="area")
    refused_rows = len({bad.number for bad in refused})
    batch = Import.objects.create(
        about=about,
        file_name=file.name,
        file_digest=file.digest,
        layout_id=file.layout,
        area_id=file.area,
        state=ImportState.TAKEN if added else ImportState.REPEATED,
        rows=added + known + refused_rows,
        added=added,
        known=known,
        refused=refused_rows,
        by=by.person,
        at=at,
    )
    listed = sorted(refused, key=lambda bad: bad.number)
    rows = [refused_row(batch, bad) for bad in listed]
    RefusedRow.objects.bulk_create(rows, AT_ONCE)
    return int(batch.pk)


def _known(rows: Sequence[Row], *, by: Actor) -> list[KnownPerson]:
    """Give what a file is compared with: entries that may be one of its people."""
    said = [row.details for row in rows]
    keyed = keyed_areas({details.area for details in said})
    entries = entries_like(said, keyed.values())
    ids = [entry.pk for entry in entries]
    in_scope = set(
        queries.visible(by.scope.unbound)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    )
    return [
        KnownPerson(
            id=entry.pk,
            details=details_of(entry),
            survivor=queries.survivor(entry.pk) if entry.merged_into_id else entry.pk,
            is_in_scope=entry.pk in in_scope,
        )
        for entry in entries
    ]


# ----------------------------------------------------------------------- what goes in
def _write(rows: Sequence[Row], batch: Import, *, by: Actor, at: datetime) -> list[Act]:
    """Write the new people, their index and their doors; give what there is to record."""
    keyed = keyed_areas({row.details.area for row in rows})
    people = [
        new_person(
            row.id,
            row.details,
            keyed=keyed[row.details.area],
            source=f"import:{batch.pk}",
            at=at,
        )
        for row in rows
    ]
    told = list(zip(people, (row.details for row in rows), strict=True))
    names = [field.attname for field in Person._meta.concrete_fields]  # noqa: SLF001 -- Django documents _meta as public
    insert_all(Person, names, map(attrgetter(*names), people))
    write_tokens(told)
    acts = [registered(person, details, at=at) for person, details in told]
    return [*acts, *_settle(rows, by=by, at=at), *_let_speak(rows, at=at)]


def _let_speak(rows: Iterable[Row], *, at: datetime) -> list[Act]:
    """Name who speaks for the people of whom rows say it."""
    spoken = [(row, row.proxy) for row in rows if row.proxy]
    Proxy.objects.bulk_create(
        (
            Proxy(
                person_id=row.id,
                name=said.name,
                telephone=said.telephone,
                relation=said.relation,
                since=at,
            )
            for row, said in spoken
        ),
        AT_ONCE,
    )
    return [
        Act(
            events.ProxyNamed(person=row.id, proxy=None, relation=said.relation),
            subject_of(row.id),
            row.details.area,
        )
        for row, said in spoken
    ]


_Spot = tuple[int, SaidDoor]


def _settle(rows: Iterable[Row], *, by: Actor, at: datetime) -> list[Act]:
    """Let people live behind the doors that their rows name, making doors as needed."""
    housed = [(row, (row.details.area, row.door)) for row in rows if row.door]
    doors, made = _doors({spot for _, spot in housed}, at=at)
    residences = [
        new_residence(row.id, doors[spot], since=row.since or day_of(at), by=by, at=at)
        for row, spot in housed
    ]
    insert_all(Residence, LIVING, map(attrgetter(*LIVING), residences))
    lived = zip(residences, housed, strict=True)
    return [
        *(door_registered(door) for door in made),
        *(moved_in(residence, area=spot[0]) for residence, (_, spot) in lived),
    ]


def _doors(
    spots: Iterable[_Spot], *, at: datetime
) -> tuple[dict[_Spot, int], list[Door]]:
    """Find or make the door of each spot: the ids by spot, and what was made."""
    marked = {
        spot: door_marks(spot[1].building, spot[1].unit, spot[1].room)
        for spot in sorted(spots, key=repr)
    }
    known = _doors_by_mark(marked)
    made: dict[tuple[int, bytes], Door] = {}
    chosen: dict[_Spot, Door | int] = {}
    for spot, marks in marked.items():
        area, said = spot
        ids = (known[area, mark] for mark in marks if (area, mark) in known)
        door = next(ids, None)
        if door is None:
            fresh = new_door(area, said.building, said.unit, said.room, at=at)
            chosen[spot] = made.setdefault((area, bytes(fresh.mark)), fresh)
        else:
            chosen[spot] = door
    doors = Door.objects.bulk_create(made.values(), AT_ONCE)
    ids_by_spot = {s: d if isinstance(d, int) else d.pk for s, d in chosen.items()}
    return ids_by_spot, doors


def _doors_by_mark(
    marked: Mapping[_Spot, Sequence[bytes]],
) -> dict[tuple[int, bytes], int]:
    marks = [mark for listed in marked.values() for mark in listed]
    found: dict[tuple[int, bytes], int] = {}
    for start in range(0, len(marks), AT_ONCE):
        there = Door.objects.filter(mark__in=marks[start : start + AT_ONCE])
        rows = there.values_list("area", "mark", "pk")
        found |= {(area, bytes(mark)): door for area, mark, door in rows}
    return found


# --------------------------------------------------------------------------- the file
def _people_taken(batch: Import) -> Act:
    event = events.PeopleTaken(
        batch=batch.pk,
        file_digest=batch.file_digest,
        rows=batch.rows,
        added=batch.added,
        known=batch.known,
        refused=batch.refused,
    )
    return Act(event, f"import:{batch.pk}", batch.area_id)
