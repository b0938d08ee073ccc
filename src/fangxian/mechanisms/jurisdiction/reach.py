"""Who reads whom: the closure over two kinds of step.

A step leads from a parent to its child, unless the child has been succeeded; or
from a successor to what it has succeeded. Called by actions only.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Max, Min

from fangxian.mechanisms.jurisdiction.models import Area, Reach


EXTEND = """
INSERT INTO jurisdiction_reach (ancestor_id, descendant_id)
SELECT above.ancestor_id, area.id
FROM jurisdiction_area area
JOIN jurisdiction_reach above ON above.descendant_id = area.parent_id
WHERE area.id BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT id, id FROM jurisdiction_area WHERE id BETWEEN %(first)s AND %(last)s
ON CONFLICT DO NOTHING
"""

FILL = """
WITH RECURSIVE closure(ancestor, descendant) AS (
    SELECT id, id FROM jurisdiction_area WHERE id BETWEEN %(first)s AND %(last)s
    UNION
    SELECT step.upper, closure.descendant
    FROM closure
    JOIN (
        SELECT area_id AS lower, successor_id AS upper FROM jurisdiction_succession
        UNION ALL
        SELECT area.id, area.parent_id FROM jurisdiction_area area
        LEFT JOIN jurisdiction_succession gone ON gone.area_id = area.id
        WHERE area.parent_id IS NOT NULL AND gone.id IS NULL
    ) step ON step.lower = closure.ancestor
)
INSERT INTO jurisdiction_reach (ancestor_id, descendant_id)
SELECT ancestor, descendant FROM closure
"""

KNOWN_SIZE = """
SELECT greatest(reltuples, 0) FROM pg_class
WHERE oid = 'jurisdiction_area'::regclass
"""
WORTH_LEARNING = 0.2  # of the known rows, as autovacuum has it


def extend(first: int, last: int) -> None:
    """Let new areas, numbered ``first`` to ``last``, be reached as their parents are.

    None of them is another's parent, and nothing has succeeded them yet. Areas in
    between that somebody else has just made stay as they are.
    """
    _run(EXTEND, first, last)
    _learn_sizes(last - first + 1)


def refill(areas: Iterable[int]) -> None:
    """Work out again who reaches these areas, after a succession."""
    areas = sorted(areas)
    Reach.objects.filter(descendant__in=areas).delete()
    for area in areas:
        _run(FILL, area, area)


def rebuild() -> None:
    """Work out the whole closure again."""
    Reach.objects.all().delete()
    ids = Area.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ids["first"] is not None:
        _run(FILL, ids["first"], ids["last"])


def _learn_sizes(added: int) -> None:
    """Have PostgreSQL plan by the rows that an import has just made.

    By itself it learns of them only after the commit, and until then reads both
    tables whole for every area.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_SIZE)
        if added > cursor.fetchone()[0] * WORTH_LEARNING:
            cursor.execute("ANALYZE jurisdiction_area, jurisdiction_reach")


def _run(statement: str, first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first, "last": last})
