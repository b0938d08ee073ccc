"""Readers of areas: who reads whom, what stands, how it is called."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction import rules
from fangxian.mechanisms.jurisdiction.models import (
    Area,
    FormerDesignation,
    Reach,
)
from fangxian.mechanisms.jurisdiction.states import Level


PATH_SEPARATOR = " › "  # noqa: RUF001 -- the sign between the steps of a path

TREE = """
WITH RECURSIVE tree(id) AS (
    SELECT id FROM jurisdiction_area WHERE id = %(area)s AND valid_from <= %(day)s
    UNION
    SELECT step.lower
    FROM tree
    JOIN (
        SELECT successor_id AS upper, area_id AS lower FROM jurisdiction_succession
        WHERE "on" <= %(day)s
        UNION ALL
        SELECT area.parent_id, area.id FROM jurisdiction_area area
        LEFT JOIN jurisdiction_succession gone
            ON gone.area_id = area.id AND gone."on" <= %(day)s
        WHERE area.valid_from <= %(day)s AND gone.id IS NULL
    ) step ON step.upper = tree.id
)
SELECT id FROM tree
"""

LIFTED = """
WITH RECURSIVE climb(start, id) AS (
    SELECT id, id FROM jurisdiction_area {where}
    UNION
    SELECT climb.start, area.parent_id
    FROM climb
    JOIN jurisdiction_area area ON area.id = climb.id
    WHERE area.level > %s AND area.parent_id IS NOT NULL
)
SELECT climb.start, climb.id
FROM climb
JOIN jurisdiction_area area ON area.id = climb.id
WHERE area.level <= %s OR area.parent_id IS NULL
"""

LIFTED_WITHIN = """
WITH RECURSIVE climb(id) AS (
    SELECT id FROM jurisdiction_area {where}
    UNION
    SELECT area.parent_id
    FROM climb
    JOIN jurisdiction_area area ON area.id = climb.id
    WHERE area.level > %s AND area.parent_id IS NOT NULL
)
SELECT climb.id
FROM climb
JOIN jurisdiction_area area ON area.id = climb.id
WHERE area.level <= %s OR area.parent_id IS NULL
"""

IS_BELOW = """
SELECT 1 FROM jurisdiction_reach
WHERE descendant_id = %s AND ancestor_id IN ({marks}) LIMIT 1
"""

REACHED = """
WHERE id IN (SELECT descendant_id FROM jurisdiction_reach WHERE ancestor_id IN ({marks}))
"""

LINES = """
WITH RECURSIVE line(start, id, steps) AS (
    SELECT id, id, 0 FROM jurisdiction_area WHERE id IN ({marks})
    UNION ALL
    SELECT line.start, area.parent_id, line.steps + 1
    FROM line
    JOIN jurisdiction_area area ON area.id = line.id
    WHERE area.parent_id IS NOT NULL
)
SELECT
    area.id, area.code, area.name, area.level, area.parent_id,
    area.valid_from, area.valid_until, line.start
FROM line
JOIN jurisdiction_area area ON area.id = line.id
ORDER BY line.start, line.steps
"""


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An area as it is called today; ``code`` is None for management areas."""

    id: int
    code: str | None
    name: str
    level: Level
    parent: int | None
    valid_from: date
    valid_until: date | None


# ------------------------------------------------------------------------ scopes
def descendants(area_id: int) -> "QuerySet[Reach, int]":
    """The ids of all that this area reads today, itself included; fits ``__in``."""
    reached = Reach.objects.filter(ancestor=area_id)
    return reached.values_list("descendant_id", flat=True)


def areas_of(scope: Scope) -> "QuerySet[Reach, int] | None":
    """The ids of the areas in the scope; fits ``__in``, and None is every area."""
    if scope.everywhere:
        return None
    reached = Reach.objects.filter(ancestor__in=scope.roots)
    return reached.values_list("descendant_id", flat=True)


def within(scope: Scope, field: str = "area") -> Q:
    """A condition for rows whose ``field`` names an area in the scope."""
    areas = areas_of(scope)
    return Q() if areas is None else Q(**{f"{field}__in": areas})


def within_kinds(scope: Scope, field: str = "kind") -> Q:
    """A condition for rows whose ``field`` names a kind of place in the scope."""
    return Q() if scope.kinds is None else Q(**{f"{field}__in": sorted(scope.kinds)})


def reaches(scope: Scope, area_id: int, kind: str | None = None) -> bool:
    """Whether rows about this area and this kind (or no kind) are in scope."""
    return scope.reaches_kind(kind) and reaches_area(scope, area_id)


def reaches_area(scope: Scope, area_id: int) -> bool:
    """Whether the area itself is in scope, whatever the kinds."""
    return (
        scope.everywhere
        or area_id in scope.roots  # every area reaches itself
        or _is_below(area_id, sorted(scope.roots))
    )


def _is_below(area_id: int, roots: list[int]) -> bool:
    if not roots:
        return False
    sql = IS_BELOW.format(marks=", ".join(["%s"] * len(roots)))
    with connection.cursor() as cursor:  # every act asks; the ORM would cost more
        cursor.execute(sql, [area_id, *roots])
        return cursor.fetchone() is not None


def reached_among(scope: Scope, area_ids: Collection[int]) -> set[int]:
    """Which of these areas are in the scope: one query for a page of links."""
    known = Area.objects.filter(within(scope, "pk"), pk__in=area_ids)
    return set(known.values_list("pk", flat=True))


def areas_within(
    scope: Scope, *, text: str = "", level: Level | None = None, area: int | None = None
) -> "QuerySet[Area]":
    """The standing areas in scope, from the top; ``area`` is one subtree of it.

    ``text`` is a part of the name or the beginning of the code.
    """
    found = Area.objects.filter(within(scope, "pk"), valid_until=None)
    if level is not None:
        found = found.filter(level=level)
    if area is not None:
        found = found.filter(pk__in=descendants(area)).exclude(pk=area)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__startswith=text))
    return found.order_by("level", "code", "name", "pk")


def check_reaches(
    scope: Scope, area_id: int, kind: str | None = None, *, what: str
) -> None:
    """Refuse what lies outside the scope, in the words for what does not exist."""
    if not reaches(scope, area_id, kind):
        raise rules.OUT_OF_REACH(what=what)


def check_reaches_area(scope: Scope, area_id: int, *, what: str) -> None:
    """Refuse an area outside the scope as absent, whatever the kinds."""
    if not reaches_area(scope, area_id):
        raise rules.OUT_OF_REACH(what=what)


def lifted(area_ids: Collection[int], level: Level) -> dict[int, int]:
    """For each area, itself or what it lies in that stands at this level or higher."""
    wanted = sorted(set(area_ids))
    marks = ", ".join(["%s"] * len(wanted))
    if not wanted:
        return {}
    climbed = _climb(LIFTED, f"WHERE id IN ({marks})", wanted, level)
    return {start: up for start, up in climbed}  # noqa: C416 -- says that a row is a pair


def lifted_within(scope: Scope, level: Level) -> frozenset[int]:
    """The areas at this level or higher that the scope's areas are or lie in."""
    roots = sorted(scope.roots)
    if not roots and not scope.everywhere:
        return frozenset()
    marks = ", ".join(["%s"] * len(roots))
    where = "" if scope.everywhere else REACHED.format(marks=marks)
    values = [] if scope.everywhere else roots
    return frozenset(up for (up,) in _climb(LIFTED_WITHIN, where, values, level))


def _climb(
    sql: str, where: str, values: list[int], level: Level
) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        up_to = [level.value, level.value]
        cursor.execute(sql.format(where=where), [*values, *up_to])
        return list(cursor.fetchall())


# ------------------------------------------------------------------------- areas
def facts_of(area: Area) -> AreaFacts:
    """Freeze an area."""
    return AreaFacts(
        id=area.pk,
        code=area.code,
        name=area.name,
        level=Level(area.level),
        parent=area.parent_id,
        valid_from=area.valid_from,
        valid_until=area.valid_until,
    )


def get_area(area_id: int) -> AreaFacts:
    """Give an area; an unknown id is refused as absent."""
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise rules.OUT_OF_REACH(what="area")
    return facts_of(area)


def find_area_by_code(code: str, on: date) -> AreaFacts | None:
    """Find who bore a code on a day. Codes are used again, so the day matters."""
    former = FormerDesignation.objects.filter(code=code, since__lte=on, until__gt=on)
    changed_later = FormerDesignation.objects.filter(area=OuterRef("pk"), until__gt=on)
    area = (
        Area.objects.filter(
            Q(pk__in=former.values("area")) | Q(~Exists(changed_later), code=code),
            Q(valid_until=None) | Q(valid_until__gt=on),
            valid_from__lte=on,
        )
        .order_by("-valid_from")
        .first()
    )
    return None if area is None else facts_of(area)


def ids_by_code(codes: Collection[str]) -> dict[str, int]:
    """The ids of the standing areas that bear these codes today."""
    standing = Area.objects.filter(code__in=codes, valid_until=None)
    return {str(code): pk for code, pk in standing.values_list("code", "pk")}


def changed_on(area_id: int) -> date:
    """The day of the last change of an area and of all that it reads."""
    reached = descendants(area_id)
    areas = Area.objects.filter(pk__in=reached)
    began, ended = areas.aggregate(a=Max("valid_from"), b=Max("valid_until")).values()
    former = FormerDesignation.objects.filter(area__in=reached)
    days: list[date | None] = [began, ended, former.aggregate(on=Max("until"))["on"]]
    return max(day for day in days if day is not None)


def find_child(parent: int | None, name: str) -> AreaFacts | None:
    """Find the standing area of this name directly below a parent."""
    area = Area.objects.filter(parent=parent, name=name, valid_until=None).first()
    return None if area is None else facts_of(area)


def areas_below(
    area_id: int, level: Level | None = None, on: date | None = None
) -> list[AreaFacts]:
    """What stands below an area on a day (None: today), from the top, by code."""
    if on is None:
        areas = Area.objects.filter(pk__in=descendants(area_id), valid_until=None)
    else:
        standing = Q(valid_until=None) | Q(valid_until__gt=on)
        areas = Area.objects.filter(standing, pk__in=tree_on(area_id, on))
    if level is not None:
        areas = areas.filter(level=level)
    ordered = areas.exclude(pk=area_id).order_by("level", "code", "name", "pk")
    return [facts_of(area) for area in ordered]


def top_areas(on: date) -> list[int]:
    """The ids of the areas that stand below none on a day: the installation's city."""
    standing = Q(valid_until=None) | Q(valid_until__gt=on)
    areas = Area.objects.filter(standing, parent=None, valid_from__lte=on)
    return list(areas.order_by("pk").values_list("pk", flat=True))


def tree_on(area_id: int, day: date) -> frozenset[int]:
    """The ids whose records count for this area on this day, itself included.

    What had been succeeded by that day counts where its successors lay; what was
    succeeded later still counts where it lay itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(TREE, {"area": area_id, "day": day})
        return frozenset(row[0] for row in cursor.fetchall())


def lines(area_ids: Iterable[int]) -> dict[int, list[Area]]:
    """For each area, itself and then what lies above it, in one query."""
    wanted = sorted(set(area_ids))
    found: dict[int, list[Area]] = {area_id: [] for area_id in wanted}
    if not wanted:
        return found
    marks = ", ".join(["%s"] * len(wanted))
    for area in Area.objects.raw(LINES.format(marks=marks), wanted):
        found[area.start].append(area)  # type: ignore[attr-defined]  # a column that LINES adds
    return found


def ancestors(area_id: int) -> list[AreaFacts]:
    """The areas above this one, the city first, itself not included."""
    line = lines([area_id])[area_id]
    return [facts_of(area) for area in reversed(line[1:])]


def path_name(area_id: int) -> str:
    """Name an area by its path from the district down; a city by its name."""
    return path_names([area_id])[area_id]


def path_names(area_ids: Iterable[int]) -> dict[int, str]:
    """Name many areas by their paths, in as few queries as there are levels."""
    return {
        area_id: PATH_SEPARATOR.join(
            area.name
            for area in reversed(line)
            if area.level != Level.CITY or len(line) == 1
        )
        for area_id, line in lines(area_ids).items()
    }
