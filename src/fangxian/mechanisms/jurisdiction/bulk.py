"""A batch of a list of areas at once: few statements, whatever its size."""

from collections.abc import Collection
from dataclasses import dataclass

from fangxian.kernel.canonical import digest
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction import events, reach, rules
from fangxian.mechanisms.jurisdiction.changes import Change
from fangxian.mechanisms.jurisdiction.models import Area
from fangxian.mechanisms.jurisdiction.states import Level


@dataclass(frozen=True, slots=True)
class NewArea:
    """One row of a list; ``row`` is its number there, for whoever must correct it."""

    row: int
    code: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Established:
    """What became of a batch: rows added, rows known before, and refused rows."""

    added: int
    known: int
    refused: tuple[tuple[int, Refusal], ...]


def establish(
    rows: Collection[NewArea], *, level: Level, change: Change
) -> Established:
    """Add the rows that are new; what is known under its code stays as it is."""
    known = _names([row.code for row in rows])
    parents = _ids({row.parent for row in rows if row.parent is not None})
    fresh: dict[str, Area] = {}
    refused = []
    for row in rows:
        if known.get(row.code) == row.name:
            continue
        try:
            area = _new(row, level, known=known, fresh=fresh, parents=parents)
        except Refusal as refusal:
            refused.append((row.row, refusal))
        else:
            area.valid_from, area.source = change.on, change.source
            fresh[row.code] = area
    _insert(list(fresh.values()), change=change)
    return Established(
        added=len(fresh),
        known=len(rows) - len(fresh) - len(refused),
        refused=tuple(refused),
    )


def _new(
    row: NewArea,
    level: Level,
    *,
    known: dict[str | None, str],
    fresh: dict[str, Area],
    parents: dict[str | None, int],
) -> Area:
    """Make the area of a row, or refuse the row."""
    rules.check_name(row.name)
    if row.code in known:
        raise rules.CODE_MEANS_ANOTHER(
            code=row.code, known=known[row.code], name=row.name
        )
    if row.code in fresh:
        raise rules.CODE_TWICE(code=row.code, known=fresh[row.code].name, name=row.name)
    if row.parent is not None and row.parent not in parents:
        raise rules.PARENT_UNKNOWN(parent=row.parent, name=row.name)
    parent = None if row.parent is None else parents[row.parent]
    return Area(code=row.code, name=row.name, level=level, parent_id=parent)


def _insert(areas: list[Area], *, change: Change) -> None:
    """Insert new areas, let them be reached, and record them as one act."""
    if not areas:
        return
    Area.objects.bulk_create(areas)
    first, last = areas[0].pk, areas[-1].pk
    reach.extend(first, last)
    event = events.AreasImported(
        source=change.source,
        on=change.on,
        areas=len(areas),
        first=first,
        last=last,
        digest=digest([[area.pk, area.code, area.name] for area in areas]),
    )
    record(
        event,
        by=change.by,
        at=change.at,
        subject=f"areas:{first}-{last}",
        area=areas[0].parent_id,
    )


def _names(codes: Collection[str]) -> dict[str | None, str]:
    standing = Area.objects.filter(code__in=codes, valid_until=None)
    return dict(standing.values_list("code", "name"))


def _ids(codes: Collection[str]) -> dict[str | None, int]:
    standing = Area.objects.filter(code__in=codes, valid_until=None)
    return dict(standing.values_list("code", "pk"))
