"""Places and files, spelled as rows of the tables and as entries of the journal."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from fangxian.kernel.actors import Actor
from fangxian.kernel.canonical import plain
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.events import Act, Count
from fangxian.mechanisms.ledger import events
from fangxian.mechanisms.ledger.models import Import, Place, RefusedRow
from fangxian.mechanisms.ledger.rows import BadRow, SourceFile
from fangxian.mechanisms.ledger.rules import PRIVATE_DETAILS, Details
from fangxian.mechanisms.ledger.states import About, ImportState, Standing


REFERENCES = ("kind", "area", "responsible_staff")


def columns(details: Details) -> dict[str, object]:
    """Spell details as columns of the table."""
    said = asdict(details)
    keys = {f"{name}_id": said.pop(name) for name in REFERENCES}
    return {**said, **keys, "name_key": details.name_key}


def details_of(place: Place) -> Details:
    """Read from the table what is said of a place."""
    return Details(
        kind=place.kind_id,
        name=place.name,
        area=place.area_id,
        address=place.address,
        uscc=place.uscc,
        responsible=place.responsible,
        telephone=place.telephone,
        opened_on=place.opened_on,
        responsible_staff=place.responsible_staff_id,
    )


def amended(place_id: int, before: Details, after: Details) -> events.PlaceAmended:
    """Say what was amended; of sealed fields only that they were."""
    old, new = asdict(before), asdict(after)
    changed = [name for name in old if old[name] != new[name]]
    return events.PlaceAmended(
        place=place_id,
        changes={n: (old[n], new[n]) for n in changed if n not in PRIVATE_DETAILS},
        sealed=tuple(name for name in changed if name in PRIVATE_DETAILS),
    )


def new_place(details: Details, *, source: str, at: datetime) -> Place:
    """Make an open place of checked details; it is not saved yet."""
    said = columns(details)
    return Place(**said, standing=Standing.OPEN, source=source, registered_at=at)


def registered(place: Place, *, at: datetime) -> Act:
    """Say that a place came onto the ledger, and count it on that day."""
    event = events.PlaceRegistered(
        place=place.pk,
        kind=place.kind_id,
        title=place.name,
        uscc=place.uscc,
        source=place.source,
    )
    count = Count(place.area_id, day_of(at), "place.registered", kind=place.kind_id)
    return Act(event, f"place:{place.pk}", place.area_id, (count,))


def new_import(
    file: SourceFile,
    refused: Sequence[BadRow],
    *,
    about: About,
    new: int,
    known: int,
    by: Actor,
    at: datetime,
) -> Import:
    """Sum up a file; it is not saved yet. A row with two faults is one row."""
    refused_rows = len({bad.number for bad in refused})
    return Import(
        about=about,
        file_name=file.name,
        file_digest=file.digest,
        layout_id=file.layout,
        area_id=file.area,
        state=ImportState.TAKEN if new else ImportState.REPEATED,
        rows=new + known + refused_rows,
        added=new,
        known=known,
        refused=refused_rows,
        by=by.person,
        at=at,
    )


def refused_row(batch: Import, bad: BadRow) -> RefusedRow:
    """Keep a refused row with its reason; its cells are sealed by the table."""
    return RefusedRow(
        batch=batch,
        number=bad.number,
        code=bad.code,
        facts=plain(bad.facts),
        cells=json.dumps(bad.cells, ensure_ascii=False),
    )


def file_taken(batch: Import) -> Act:
    """Say that a file was taken in."""
    event = events.FileTaken(
        batch=batch.pk,
        file_name=batch.file_name,
        file_digest=batch.file_digest,
        rows=batch.rows,
        added=batch.added,
        known=batch.known,
        refused=batch.refused,
    )
    return Act(event, f"import:{batch.pk}", batch.area_id)
