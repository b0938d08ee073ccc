"""For which unit each area's records count on a day: the tree of the date, in units.

A unit is an area of a level that makes returns. Whatever lies below it and belongs
to no lower unit counts for it; what had been succeeded by that day counts where its
successor lay, after a split where its first successor lay, so nothing counts twice.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection


WALK = """
WITH RECURSIVE
gone(area, successor) AS (
    SELECT area_id, min(successor_id) FROM jurisdiction_succession
    WHERE "on" <= %(day)s GROUP BY area_id
),
tree(id, level, unit, above) AS (
    SELECT id, level, id, CAST(NULL AS bigint) FROM jurisdiction_area
    WHERE id = %(area)s AND valid_from <= %(day)s
    UNION
    SELECT
        area.id,
        area.level,
        CASE WHEN gone.area IS NULL AND area.level IN ({levels})
            THEN area.id ELSE tree.unit END,
        CASE WHEN gone.area IS NULL AND area.level IN ({levels})
            THEN tree.unit ELSE tree.above END
    FROM tree
    JOIN jurisdiction_area area
        ON area.parent_id = tree.id
        OR area.id IN (SELECT area FROM gone WHERE gone.successor = tree.id)
    LEFT JOIN gone ON gone.area = area.id
    WHERE area.valid_from <= %(day)s
        AND (gone.area IS NULL OR gone.successor = tree.id)
        AND (%(deep)s OR tree.unit = %(area)s)
)
SELECT id, level, unit, above FROM tree
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """An area, the unit that its records count for, and the unit above that one."""

    area: int
    level: str
    unit: int
    above: int | None


def units_on(
    area: int, day: date, *, levels: Collection[str], deep: bool
) -> list[Counted]:
    """Walk the tree of the day from one unit down, in one query.

    ``levels`` are those that make returns. Without ``deep`` the walk stops at the
    first lower units: enough to tell the unit's own areas from the units below.
    """
    names = {f"level{n}": level for n, level in enumerate(sorted(levels))}
    marks = ", ".join(f"%({name})s" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            WALK.format(levels=marks), {"area": area, "day": day, "deep": deep, **names}
        )
        return [Counted(*row) for row in cursor.fetchall()]
