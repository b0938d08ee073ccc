"""A batch of a list of areas at once: few statements, whatever its size."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from fangxian.kernel.canonical import digest
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction import events, reach, rules
from fangxian.mechanisms.jurisdiction.changes import Change
from fangxian.mechanisms.jurisdiction.models import Area
from fangxian.mechanisms.jurisdiction.states import Level


INSERT = """
INSERT INTO jurisdiction_area (code, name, level, parent_id, valid_from, source)
VALUES (%s, %s, %s, %s, %s, %s)
"""


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
    fresh: dict[str, NewArea] = {}
    refused = []
    for row in rows:
        if known.get(row.code) == row.name:
            continue
        try:
            _check(row, known=known, fresh=fresh, parents=parents)
        except Refusal as refusal:
            refused.append((row.row, refusal))
        else:
            fresh[row.code] = row
    if fresh:
        _insert(fresh, level, parents=parents, change=change)
    return Established(
        added=len(fresh),
        known=len(rows) - len(fresh) - len(refused),
        refused=tuple(refused),
    )


def _check(
    row: NewArea,
    *,
    known: Mapping[str | None, str],
    fresh: Mapping[str, NewArea],
    parents: Mapping[str | None, int],
) -> None:
    """Refuse a row that cannot become an area."""
    rules.check_name(row.name)
    if row.code in known:
        raise rules.CODE_MEANS_ANOTHER(
            code=row.code, known=known[row.code], name=row.name
        )
    if row.code in fresh:
        raise rules.CODE_TWICE(code=row.code, known=fresh[row.code].name, name=row.name)
    if row.parent is not None and row.parent not in parents:
        raise rules.PARENT_UNKNOWN(parent=row.parent, name=row.name)


def _insert(
    fresh: Mapping[str, NewArea],
    level: Level,
    *,
    parents: Mapping[str | None, int],
    change: Change,
) -> None:
    """Insert new areas, let them be reached, and record them as one act."""
    sealed = Area._meta.get_field("source").get_db_prep_save(change.source, connection)  # noqa: SLF001 -- Django documents _meta as public
    with connection.cursor() as cursor:
        cursor.executemany(
            INSERT,
            [
                (
                    row.code,
                    row.name,
                    level.value,
                    parents.get(row.parent),
                    change.on,
                    sealed,
                )
                for row in fresh.values()
            ],
        )
    ids = _ids(fresh)
    first, last = min(ids.values()), max(ids.values())
    reach.extend(first, last)
    event = events.AreasImported(
        source=change.source,
        on=change.on,
        areas=len(fresh),
        first=first,
        last=last,
        digest=digest([[row.code, row.name] for row in fresh.values()]),
    )
    unit = parents.get(next(iter(fresh.values())).parent)
    record(
        event, by=change.by, at=change.at, subject=f"areas:{first}-{last}", area=unit
    )


def _names(codes: Collection[str]) -> dict[str | None, str]:
    standing = Area.objects.filter(code__in=codes, valid_until=None)
    return dict(standing.values_list("code", "name"))


def _ids(codes: Collection[str]) -> dict[str | None, int]:
    standing = Area.objects.filter(code__in=codes, valid_until=None)
    return dict(standing.values_list("code", "pk"))
