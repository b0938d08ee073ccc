"""The inbox: what came in, kept before anything is judged, and sealed (``at_rest``).

Embedded it is its own SQLite file, so that intake answers while the main database is
locked; on PostgreSQL it is a few tables beside the others (decisions.md 11).
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings

from fangxian.interfaces.intake.at_rest import Seal
from fangxian.interfaces.intake.envelope import Received, id_of
from fangxian.interfaces.intake.tables import TABLES


BUSY_SECONDS = 20
INSERT = """
INSERT INTO inbox_act (id, digest, device, raw, received_at, state, reason)
VALUES {rows} ON CONFLICT (id) DO NOTHING
"""
ROW = "(%s, %s, %s, %s, %s, %s, %s)"
ROWS_A_STATEMENT = 200
OTHER_BODY = "intake.other_body"
RECEIVED = "received"
WAITING, DONE, QUARANTINED = "waiting", "done", "quarantined"
PICTURES = "pictures"  # waits for what it names
DONE_LATER, SET_ASIDE = "done_later", "set_aside"  # what a person made of quarantine


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device: whose it is, and in which post it acts."""

    name: str
    person: UUID
    post: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An act in the inbox; numbers rise in the order of receipt.

    ``seq`` is its place in the row of a phone, whose clock was ``behind`` so many
    seconds.
    """

    number: int
    id: UUID
    device: str
    raw: bytes
    reason: str
    seq: int | None = None
    behind: int = 0
    received_at: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An act that was in quarantine, with what became of it since."""

    number: int
    device: str
    raw: bytes
    received_at: dt.datetime
    state: str
    reason: str
    behind: int = 0


DEVICES = (
    "SELECT name, person, post FROM (SELECT name, person, post FROM inbox_device"
    " UNION ALL SELECT name, person, post FROM inbox_phone) AS known"
)
LINKED = "FROM inbox_act LEFT JOIN inbox_link ON act = id"
NEXT = (
    "SELECT number, id, device, raw, received_at, reason, seq, behind"  # noqa: S608 -- fixed words
    f" {LINKED} WHERE state = 'waiting' AND device NOT IN"
    " (SELECT device FROM inbox_act WHERE state = 'pictures') ORDER BY number LIMIT %s"
)
HELD = (
    "SELECT number, id, device, raw, received_at, state, reason, behind"
    f" {LINKED} WHERE "
)


class Inbox:
    """One connection to the inbox, in autocommit; of one thread."""

    def __init__(self, connection: Any, *, embedded: bool) -> None:
        self._connection = connection
        self._embedded = embedded
        self.locking = "" if embedded else " FOR UPDATE"
        self.id = self._identify()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def register(self, token_tag: bytes, device: Device) -> None:
        """Let this token speak for a device; an earlier token of the name ends."""
        self.run("DELETE FROM inbox_device WHERE name = %s", device.name)
        self.run(
            "INSERT INTO inbox_device (token, name, person, post)"
            " VALUES (%s, %s, %s, %s)",
            token_tag,
            device.name,
            str(device.person),
            device.post,
        )

    def end(self, name: str) -> None:
        """Take away a device's right to send."""
        self.run("UPDATE inbox_device SET ended = TRUE WHERE name = %s", name)

    def find_device(self, token_tag: bytes) -> Device | None:
        """Find the device that this token speaks for, unless that was ended."""
        row = self.run(
            "SELECT name, person, post FROM inbox_device"
            " WHERE token = %s AND NOT ended",
            token_tag,
        ).fetchone()
        return row and Device(name=row[0], person=UUID(row[1]), post=row[2])

    def get_device(self, name: str) -> Device:
        """Give a device by its name, also one that was ended since."""
        row = self.run(f"{DEVICES} WHERE name = %s", name).fetchone()
        return Device(name=row[0], person=UUID(row[1]), post=row[2])

    def keep(
        self, requests: Sequence[tuple[str, Sequence[Received]]], *, at: dt.datetime
    ) -> list[list[str]]:
        """Keep the acts of many requests in one transaction; say what became of each.

        When this returns they are on the disk. An id that is known with the same
        bytes is kept once; with other bytes it is kept beside, in quarantine.
        """
        rows = list(_rows(requests, at))
        with self.transaction():
            if self.insert(rows) == len(rows):
                return [[RECEIVED] * len(acts) for _, acts in requests]
            return self._tell_apart(requests, rows)

    def _tell_apart(
        self,
        requests: Sequence[tuple[str, Sequence[Received]]],
        rows: Sequence[tuple[Any, ...]],
    ) -> list[list[str]]:
        """Name each act of a transaction in which some ids were known before."""
        held = self._digests(row[0] for row in rows)
        clashing = [row for row in rows if held[row[0]] != row[1]]
        self.insert(
            [
                (id_of_clash(row[1]), *row[1:5], QUARANTINED, OTHER_BODY)
                for row in clashing
            ]
        )
        states = (RECEIVED if held[row[0]] == row[1] else QUARANTINED for row in rows)
        return [list(islice(states, len(acts))) for _, acts in requests]

    def waiting(self, most: int) -> list[Kept]:
        """Give the acts that wait for processing, oldest first.

        A phone one of whose acts waits for pictures has its others wait with it.
        """
        found = self.run(
            NEXT,
            most,
        )
        seal = Seal()
        return [
            Kept(
                number,
                UUID(bytes=bytes(id_)),
                device,
                seal.open(sealed, id_=id_, received_at=received_at),
                seal.open_reason(reason),
                seq,
                behind or 0,
                received_at,
            )
            for number, id_, device, sealed, received_at, reason, seq, behind in found
        ]

    def finish(self, number: int, *, state: str, reason: str = "") -> None:
        """Say what became of an act."""
        self.run(
            "UPDATE inbox_act SET state = %s, reason = %s WHERE number = %s",
            state,
            Seal().close_reason(reason) if reason else "",
            number,
        )

    def note(self, number: int, reason: str) -> None:
        """Keep another reason with an act that is in quarantine."""
        self.run(
            "UPDATE inbox_act SET reason = %s"
            " WHERE number = %s AND state = 'quarantined'",
            Seal().close_reason(reason),
            number,
        )

    def quarantined(self) -> list[tuple[UUID, str, str]]:
        """Give id, device and reason of every act in quarantine, oldest first."""
        found = self.run(f"{HELD} state = 'quarantined' ORDER BY number")
        acts = map(_held, found.fetchall())
        return [(id_of(one.raw), one.device, one.reason) for one in acts]

    def devices(self) -> list[Device]:
        """Give every device, also those that were ended."""
        found = self.run(f"{DEVICES} ORDER BY name")
        return [Device(name, UUID(person), post) for name, person, post in found]

    def held(
        self, state: str, devices: Sequence[str], *, most: int, after: int = 0
    ) -> list[Held]:
        """Give the acts of these devices in a state, the latest first."""
        marks = ", ".join(["%s"] * len(devices)) or "NULL"
        found = self.run(
            f"{HELD} state = %s AND device IN ({marks})"
            " ORDER BY number DESC LIMIT %s OFFSET %s",
            state,
            *devices,
            most,
            after,
        )
        return [_held(row) for row in found.fetchall()]

    def find_held(self, number: int) -> Held | None:
        """Find one act by its number, whatever became of it."""
        row = self.run(f"{HELD} number = %s", number).fetchone()
        return row and _held(row)

    def count_held(self, state: str, devices: Sequence[str]) -> int:
        """Count the acts of these devices in a state."""
        marks = ", ".join(["%s"] * len(devices)) or "NULL"
        found = self.run(
            f"SELECT count(*) FROM inbox_act WHERE state = %s AND device IN ({marks})",  # noqa: S608 -- marks only
            state,
            *devices,
        )
        return int(found.fetchone()[0])

    def count(self, state: str) -> int:
        """Count the acts in a state."""
        found = self.run("SELECT count(*) FROM inbox_act WHERE state = %s", state)
        return int(found.fetchone()[0])

    def _identify(self) -> str:
        """Give the inbox's own name, made with it: another file is another inbox."""
        row = self.run("SELECT id FROM inbox_self").fetchone()
        if row is None:
            self.run(
                "INSERT INTO inbox_self (id) VALUES (%s) ON CONFLICT DO NOTHING",
                str(uuid4()),
            )
            row = self.run("SELECT min(id) FROM inbox_self").fetchone()
        return str(row[0])

    def _digests(self, ids: Iterable[bytes]) -> dict[bytes, bytes]:
        found = {}
        for id_ in ids:
            row = self.run("SELECT digest FROM inbox_act WHERE id = %s", id_)
            found[id_] = bytes(row.fetchone()[0])
        return found

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> int:
        """Insert acts by long statements, in which other threads of the lane run on."""
        inserted = 0
        for first in range(0, len(rows), ROWS_A_STATEMENT):
            some = rows[first : first + ROWS_A_STATEMENT]
            sql = INSERT.format(rows=", ".join([ROW] * len(some)))
            inserted += int(self.run(sql, *chain.from_iterable(some)).rowcount)
        return inserted

    def run(self, sql: str, *parameters: object) -> Any:
        """Run one statement of the inbox's own modules."""
        return self._connection.execute(self._spelled(sql), parameters)

    def _spelled(self, sql: str) -> str:
        return sql.replace("%s", "?") if self._embedded else sql

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let statements stand or fall together; they are on the disk after it."""
        self._connection.execute("BEGIN IMMEDIATE" if self._embedded else "BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _rows(
    requests: Sequence[tuple[str, Sequence[Received]]], at: dt.datetime
) -> Iterator[tuple[Any, ...]]:
    moment, seal = at.isoformat(), Seal()
    for device, acts in requests:
        for act in acts:
            tag, sealed = seal.tag_of(act.digest), seal.close(act.raw)
            yield act.id.bytes, tag, device, sealed, moment, WAITING, ""


def _held(row: tuple[Any, ...]) -> Held:
    number, id_, device, sealed, received_at, state, reason, behind = row
    moment = dt.datetime.fromisoformat(received_at)
    seal = Seal()
    raw = seal.open(sealed, id_=id_, received_at=received_at)
    why = seal.open_reason(reason)
    return Held(number, device, raw, moment, state, why, behind or 0)


def id_of_clash(tag: bytes) -> bytes:
    """Give a clashing act a place of its own: the same bytes clash only once."""
    return b"clash:" + tag


def open_file(path: Path) -> Inbox:
    """Open the embedded inbox, making it on first use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    number = "INTEGER PRIMARY KEY AUTOINCREMENT"
    connection.executescript(TABLES.format(bytes="BLOB", number=number))
    return Inbox(connection, embedded=True)


def open_server(**parameters: Any) -> Inbox:
    """Open the inbox tables on PostgreSQL, making them on first use."""
    connection = psycopg.connect(autocommit=True, **parameters)
    number = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    connection.execute("SELECT pg_advisory_lock(hashtext('fangxian inbox'))")
    connection.execute(TABLES.format(bytes="BYTEA", number=number))
    connection.execute("SELECT pg_advisory_unlock(hashtext('fangxian inbox'))")
    return Inbox(connection, embedded=False)


def open_own() -> Inbox:
    """Open the inbox of this installation."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return open_file(settings.FANGXIAN_DATA / "inbox.sqlite3")
    return open_server(
        dbname=database["NAME"],
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        host=database["HOST"] or None,
        port=database["PORT"] or None,
    )


@contextmanager
def open_inbox() -> Iterator[Inbox]:
    """Open the inbox of this installation for a while."""
    inbox = open_own()
    try:
        yield inbox
    finally:
        inbox.close()
