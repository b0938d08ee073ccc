"""Rows as the database holds them, in streams: what is sealed, hashed and checked.

The ORM would mend values on the way (a moment, a UUID, a JSON text), and a change
that is mended away would go unseen; so these readers take the raw values.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from fangxian.mechanisms.journal.checkpoints import Signed
from fangxian.mechanisms.journal.spelling import COLUMNS, SPELLINGS, Spelling
from fangxian.privacy.signing import is_signed


ROWS_AT_A_TIME = 2000
MOMENTS = frozenset({"happened_at", "numbered_at", "made_at", "day"})
SNAPSHOT = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


TallyKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry's row: its id, its seal, the spelling of its act, its counts."""

    id: int
    seal: bytes
    act: str
    tally: str


class NewEntry(NamedTuple):
    """One entry's values as they are to be stored; ``payload`` and ``tally`` spelled."""

    area: int | None
    device: str
    event: str
    happened_at: datetime
    payload: str
    person: UUID
    post: int | None
    subject: str
    tally: str
    seal: bytes


class NewLeaf(NamedTuple):
    """One leaf's values as they are to be stored."""

    number: int
    entry_id: int
    numbered_at: datetime
    digest: bytes
    chain: bytes


INSERT = f"INSERT INTO journal_entry ({', '.join(NewEntry._fields)}) VALUES ({', '.join(['%s'] * len(NewEntry._fields))})"  # noqa: S608 -- column names only, all from this module
INSERT_LEAF = f"INSERT INTO journal_leaf ({', '.join(NewLeaf._fields)}) VALUES ({', '.join(['%s'] * len(NewLeaf._fields))})"  # noqa: S608 -- column names only, all from this module


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """One leaf's row, and its entry's unless that is gone."""

    number: int
    entry_id: int
    numbered_at: str
    digest: bytes
    chain: bytes
    entry: StoredEntry | None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """One checkpoint's row: what it says, and its signature."""

    signed: Signed
    signature: bytes

    def is_signed(self, public: bytes) -> bool:
        """Whether the row is as the holder of this key signed it."""
        return is_signed(self.signed.message, self.signature, public=public)


def insert_entries(entries: Sequence[NewEntry]) -> None:
    """Store entries in their order; every act does, and the ORM would cost more."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, list(_adapted(entries)))


def _adapted(entries: Iterable[NewEntry]) -> Iterator[NewEntry]:
    """Give the values in their order, as this database's driver takes them."""
    native = connection.features.has_native_uuid_field
    moments: dict[datetime, Any] = {}
    for entry in entries:
        at = entry.happened_at
        if at not in moments:
            moments[at] = connection.ops.adapt_datetimefield_value(at)
        person: Any = entry.person if native else entry.person.hex
        yield entry._replace(happened_at=moments[at], person=person)


def insert_leaves(leaves: Iterable[NewLeaf]) -> None:
    """Store leaves in their order."""
    adapt: Any = connection.ops.adapt_datetimefield_value
    rows = [leaf._replace(numbered_at=adapt(leaf.numbered_at)) for leaf in leaves]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_LEAF, rows)


@contextmanager
def snapshot() -> Iterator[None]:
    """See one moment of the store while others write; also inside a transaction."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def leaves() -> Iterator[StoredLeaf]:
    """Give every leaf with its entry, by number."""
    sql = f"""
        SELECT l.number, l.entry_id, {_raw("l", "numbered_at")}, l.digest, l.chain,
               e.id, e.seal, {_entry_columns()}
        FROM journal_leaf l LEFT JOIN journal_entry e ON e.id = l.entry_id
        ORDER BY l.number
    """  # noqa: S608 -- column names only, all from this module
    spelling = _spelling()
    for number, entry_id, moment, digest, link, *entry in _stream(sql):
        yield StoredLeaf(
            number=_int(number),
            entry_id=entry_id,
            numbered_at=spelling.moment(moment),
            digest=_bytes(digest),
            chain=_bytes(link),
            entry=None if entry[0] is None else _entry(spelling, entry),
        )


def unnumbered(*, after: int = 0, most: int | None = None) -> Iterator[StoredEntry]:
    """Give the entries that have no leaf and an id above ``after``, by id."""
    sql = f"""
        SELECT e.id, e.seal, {_entry_columns()}
        FROM journal_entry e LEFT JOIN journal_leaf l ON l.entry_id = e.id
        WHERE e.id > %s AND l.number IS NULL ORDER BY e.id
    """  # noqa: S608 -- column names only, all from this module
    limit = "" if most is None else f" LIMIT {most:d}"
    spelling = _spelling()
    for row in _stream(sql + limit, after):
        yield _entry(spelling, row)


def copied_seals() -> Iterator[int]:
    """Give the ids of entries whose seal an earlier entry has already."""
    for (entry,) in _stream(
        "SELECT max(id) FROM journal_entry GROUP BY seal HAVING count(*) > 1"
    ):
        yield entry


def checkpoints() -> Iterator[StoredCheckpoint]:
    """Give every checkpoint, by number."""
    sql = f"""
        SELECT number, size, root, chain, peaks, signature, {_raw("c", "made_at")}
        FROM journal_checkpoint c ORDER BY number
    """  # noqa: S608 -- column names only, all from this module
    spelling = _spelling()
    for number, size, root, link, peaks, signature, moment in _stream(sql):
        signed = Signed(
            number=_int(number),
            size=_int(size),
            root=_bytes(root).hex(),
            chain=_bytes(link).hex(),
            peaks=_bytes(peaks).hex(),
            made_at=spelling.moment(moment),
        )
        yield StoredCheckpoint(signed, _bytes(signature))


def tallies() -> Iterator[tuple[TallyKey, object]]:
    """Give each counter's measure, day, area and kind, and how many it holds."""
    sql = f"""
        SELECT measure, {_raw("t", "day")}, area, kind, n FROM journal_tally t
    """  # noqa: S608 -- column names only, all from this module
    for measure, day, area, kind, n in _stream(sql):
        yield (measure, str(day), area, kind), n


def cursors() -> dict[str, int]:
    """Give how far each reader has come."""
    rows = _stream("SELECT reader, number FROM journal_cursor")
    return {reader: _int(number) for reader, number in rows}


def _spelling() -> Spelling:
    return SPELLINGS[connection.vendor]


def _entry(spelling: Spelling, row: Any) -> StoredEntry:
    entry, seal, *columns = row
    act = spelling.act(tuple(columns))
    return StoredEntry(entry, _bytes(seal), act, str(columns[-1]))


def _int(value: object) -> int:
    """Give whole numbers; what SQLite let become something else is -1."""
    return value if isinstance(value, int) else -1


def _bytes(value: object) -> bytes:
    """Give binary values; what SQLite let become text or a number is nothing."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def _entry_columns() -> str:
    return ", ".join(_raw("e", column) for column in COLUMNS)


def _raw(table: str, column: str) -> str:
    """Name a column so that no driver converts it: SQLite's would parse moments."""
    plus = "+" if connection.vendor == "sqlite" and column in MOMENTS else ""
    return f"{plus}{table}.{column}"


def _stream(sql: str, *parameters: int) -> Iterator[Any]:
    with _unmended_text(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        parts = iter(lambda: cursor.fetchmany(ROWS_AT_A_TIME), [])
        yield from chain.from_iterable(parts)


@contextmanager
def _unmended_text() -> Iterator[None]:
    """Let SQLite give text that is no UTF-8 instead of failing on it."""
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield
        return
    before = connection.connection.text_factory
    connection.connection.text_factory = _decoded
    try:
        yield
    finally:
        connection.connection.text_factory = before


def _decoded(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")
