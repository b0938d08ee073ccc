"""Names asked for: the tokens of a question, looked up the rarest first.

Written as SQL, because what makes it quick is the order in which the index is read.
Ids are fetched before anything is asked of people: a database that guesses how common
a token is reads everybody instead.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from uuid import UUID

from django.db import connection

from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import lifted_within
from fangxian.mechanisms.ledger.models import Person
from fangxian.mechanisms.ledger.people.index import KEYED_AT, keyring, tokens_at
from fangxian.mechanisms.ledger.people.naming import asked


Value = int | str | UUID

COMMON = 2000
MERGED_FIRST = 400  # merged entries among which a name is sought first
UNBOUNDED = 2**62
NIL = UUID(int=0)

COUNTED = """
(SELECT COUNT(*) FROM (
    SELECT 1 FROM ledger_token WHERE token IN ({tokens}) LIMIT %s
) AS counted)
"""

# The tables are read in this order: SQLite keeps to it where it is told CROSS JOIN, and
# PostgreSQL makes first what is to be materialized.
HAVING = """
SELECT t0.person_id
FROM (VALUES {rows}) AS asked {others}
WHERE t0.token = asked.column2 {held}
"""
MERGED = """
merged{way} AS MATERIALIZED (
    SELECT person.id, asked.*
    FROM (VALUES {rows}) AS asked CROSS JOIN ledger_person person
    WHERE person.indexed_in = asked.column1 AND person.merged_into_id > %s
    ORDER BY person.id DESC, asked.column2 LIMIT %s OFFSET %s
)
"""
HAVING_MERGED = """
SELECT t0.person_id
FROM merged{way} asked {others}
WHERE t0.token = asked.column2 AND t0.person_id = asked.id {held}
"""
MERGED_IN = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM ledger_person
    WHERE indexed_in IN ({areas}) AND merged_into_id > %s LIMIT %s
) AS counted
"""
ANOTHER = """
AND {t}.token = asked.column{column} AND {t}.person_id = t0.person_id
"""
SINCE = "AND t0.person_id >= %s"
BEFORE = "AND t0.person_id < %s"


class Named:
    """What a question means of names, under every key of the areas in scope.

    It means whoever has all parts of one way to read it. A part has one token under
    each key and area, and who has two parts has both under the same: so the rarest
    part is looked up, and then one look for each other part of each who was found.
    ``is_of_merged`` says that merged entries are better found by ``found_merged``.
    """

    def __init__(self, text: str, scope: Scope) -> None:
        ways = asked(text)
        areas = sorted(lifted_within(scope, KEYED_AT)) if ways else []
        self._places = [(key, area) for key in keyring().keys for area in areas]
        parts = sorted({part for way in ways for part in way})
        self._tokens = {part: tokens_at(self._places, part) for part in parts}
        frequency = _frequencies(self._tokens)
        self._ways = [
            sorted(sorted(way), key=frequency.__getitem__)
            for way in ways
            if all(frequency[part] for part in way)
        ]
        looks = [frequency[way[0]] for way in self._ways]
        self.is_common = COMMON in looks
        self.is_of_merged = self.is_common or self._has_fewer_merged(sum(looks))

    def _has_fewer_merged(self, than: int) -> bool:
        """Whether it is less work to read merged entries than who has the name."""
        areas = sorted({area for _, area in self._places})
        if than <= MERGED_FIRST or not areas:
            return False
        sql = MERGED_IN.format(areas=", ".join(["%s"] * len(areas)))
        with connection.cursor() as cursor:
            cursor.execute(sql, [*areas, _spelled(NIL), than])
            return int(cursor.fetchone()[0]) < than

    def found(
        self,
        *,
        since: UUID | None = None,
        before: UUID | None = None,
        areas: Collection[int] | None = None,
    ) -> list[UUID]:
        """Give the ids of whom it means, the latest first.

        ``since`` and ``before`` bound the ids, ``areas`` are those that index them.
        """
        bounds = {SINCE: since, BEFORE: before}
        said = {sql: _spelled(one) for sql, one in bounds.items() if one is not None}
        ways: list[str] = []
        values: list[Value] = []
        for way in self._ways:
            if rows := self._rows(way, areas):
                others, held = _joined(way)
                held = " ".join([held, *said])
                ways.append(HAVING.format(rows=_marks(rows), others=others, held=held))
                values += [*chain.from_iterable(rows), *said.values()]
        return _fetch(" UNION ALL ".join(ways), values)

    def found_merged(self) -> Iterator[list[UUID]]:
        """Give the merged entries among them: first of the latest, then of all others.

        Merged entries are few, so they are read before their tokens are.
        """
        yield self._merged(most=MERGED_FIRST, after=0)
        yield self._merged(most=UNBOUNDED, after=MERGED_FIRST)

    def _merged(self, *, most: int, after: int) -> list[UUID]:
        """Give those among so many merged entries after the latest so many."""
        merged: list[str] = []
        ways: list[str] = []
        values: list[Value] = []
        for number, way in enumerate(self._ways):
            rows = self._rows(way, None)
            others, held = _joined(way)
            merged.append(MERGED.format(way=number, rows=_marks(rows)))
            ways.append(HAVING_MERGED.format(way=number, others=others, held=held))
            values += [*chain.from_iterable(rows), _spelled(NIL), most, after]
        named = f"WITH {', '.join(merged)}" if ways else ""
        return _fetch(named + " UNION ALL ".join(ways), values)

    def _rows(
        self, way: Iterable[str], areas: Collection[int] | None
    ) -> list[tuple[int, ...]]:
        """Give, for each place, its area and the tokens that the parts have there."""
        held = [area for _, area in self._places]
        rows = zip(held, *(self._tokens[part] for part in way), strict=True)
        return [row for row in rows if areas is None or row[0] in areas]


def _joined(way: Sequence[str]) -> tuple[str, str]:
    """Say where the tokens of a way stand, and that all of them are one person's."""
    tables = [f"CROSS JOIN ledger_token t{number}" for number in range(len(way))]
    same = [
        ANOTHER.format(t=f"t{number}", column=number + 2)
        for number in range(1, len(way))
    ]
    return " ".join(tables), " ".join(same)


def _marks(rows: Sequence[Sequence[int]]) -> str:
    return ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)


def _fetch(sql: str, values: Sequence[Value]) -> list[UUID]:
    """Give the ids that a question finds, the latest first; an empty one, nobody."""
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        ids = sorted({person for (person,) in cursor.fetchall()}, reverse=True)
    return [one if isinstance(one, UUID) else UUID(one) for one in ids]


def _frequencies(tokens: dict[str, list[int]]) -> dict[str, int]:
    """How many have each part; from ``COMMON`` on all are as common."""
    if not any(tokens.values()):
        return dict.fromkeys(tokens, 0)
    counted = [
        COUNTED.format(tokens=", ".join(["%s"] * len(made))) for made in tokens.values()
    ]
    with connection.cursor() as cursor:
        values = [value for made in tokens.values() for value in (*made, COMMON)]
        cursor.execute(f"SELECT {', '.join(counted)}", values)
        return dict(zip(tokens, cursor.fetchone(), strict=True))


def _spelled(person: UUID) -> Value:
    key = Person._meta.pk  # noqa: SLF001 -- Django's own word for it
    spelled: Value = key.get_db_prep_value(person, connection)
    return spelled
