"""The intake lane beside what it is made of, in one run and one process.

Requests are ASGI calls without a network, 64 at a time (16 for batches): what is
compared is the lane, not the HTTP server. Every store here flushes to the disk before
it answers (``synchronous=FULL``).

*Raw group commit* is the peer of the goal, and is neutral: plain ``sqlite3``,
``executemany`` of ``INSERT … ON CONFLICT DO NOTHING`` with the columns and indexes that
the inbox has, rows made beforehand, one transaction for as many requests as there are
clients, and nothing else: no token, envelope, digest or receipt. It shares no line with
the inbox, so it does not move when the inbox is made faster. *Our store alone* is
``Inbox.keep`` with acts that were opened beforehand, in the same groups.

Each figure is the median of five runs; the runs take turns, so that what else the
machine does meets all alike.
"""

import asyncio
import gc
import itertools
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
from django.db import connection, models

from benchmarks.rows import FULL, Row, seconds, times
from fangxian.interfaces.intake.app import Intake
from fangxian.interfaces.intake.envelope import Received, open_request
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.interfaces.intake.rates import Rates
from fangxian.interfaces.intake.tokens import tag_of
from fangxian.kernel.moments import SystemClock
from fangxian.privacy.signing import SigningKey


SINGLE_ACTS = 20_000 if FULL else 4_000
BATCH_ACTS = 200_000 if FULL else 20_000
PLAIN_ACTS = 2_000 if FULL else 500
BATCH = 200
RUNS = 5
SINGLE_CLIENTS, BATCH_CLIENTS = 64, 16
KEY = SigningKey.from_seed(bytes(32))
TOKEN = "benchmark"  # noqa: S105 -- of a temporary inbox
PHONE = Device("phone", UUID(int=1), None)
BODY = {"place": 1, "form": "six_haves", "answers": {"masks": True, "exits": True}}
PEER_TABLE = """
CREATE TABLE act (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    device TEXT NOT NULL,
    raw BLOB NOT NULL,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX act_waiting ON act (number) WHERE state = 'waiting';
"""
PEER_INSERT = (
    "INSERT INTO act (id, digest, device, raw, received_at, state, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
ids = itertools.count(1)

App = Callable[..., Awaitable[None]]


class PlainAct(models.Model):
    """The same row, as one would keep it with the ORM."""

    id = models.UUIDField(primary_key=True)
    device = models.TextField()
    raw = models.TextField()
    received_at = models.DateTimeField()

    objects: ClassVar[models.Manager["PlainAct"]] = models.Manager()

    class Meta:
        app_label = "journal"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


def content(acts: int) -> bytes:
    """Spell a request of so many new acts."""
    spelled = [
        {
            "id": str(UUID(int=next(ids))),
            "kind": "visit",
            "seen_at": "2020-11-09T11:00:00+08:00",
            "body": BODY,
        }
        for _ in range(acts)
    ]
    return msgspec.json.encode(spelled[0] if acts == 1 else spelled)


async def bare(_: Any, receive: Any, send: Any) -> None:
    """Answer without doing anything: the floor of ASGI."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


async def call(app: App, body: bytes) -> None:
    """Make one request."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 200) == 200

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/intake/acts",
        "headers": [(b"authorization", b"Bearer " + TOKEN.encode())],
    }
    await app(scope, receive, send)


async def client(app: App, requests: "itertools.chain[bytes]") -> None:
    """Send one request after the other."""
    for body in requests:
        await call(app, body)


def rate(app: App, acts: int, *, batch: int, clients: int) -> float:
    """How many acts a second the app takes from so many clients."""
    bodies = [content(batch) for _ in range(acts // batch)]

    async def run() -> None:
        requests = itertools.chain(bodies)
        await asyncio.gather(*[client(app, requests) for _ in range(clients)])
        if isinstance(app, Intake):
            app.stop()

    return acts / seconds(lambda: asyncio.run(run()))


def lane(folder: Path) -> Intake:
    """Open a lane on a fresh inbox, with authentication on."""
    path = folder / f"{uuid4()}.sqlite3"
    inbox = open_file(path)
    inbox.register(tag_of(TOKEN, KEY), PHONE)
    inbox.close()
    return Intake(partial(open_file, path), KEY, rates=Rates(1e9, 1e9))


def store_rate(folder: Path, acts: int, *, batch: int, clients: int) -> float:
    """How many acts a second the inbox takes alone, grouped as the lane groups them."""
    inbox = open_file(folder / f"{uuid4()}.sqlite3")
    requests: list[list[Received]] = [
        open_request(content(batch), device=PHONE.name) for _ in range(acts // batch)
    ]
    at = SystemClock().now()

    def keep() -> None:
        for first in range(0, len(requests), clients):
            group = requests[first : first + clients]
            inbox.keep([(PHONE.name, one) for one in group], at=at)

    taken = seconds(keep)
    inbox.close()
    return acts / taken


def peer_rate(folder: Path, acts: int, *, batch: int, clients: int) -> float:
    """How many rows a second plain sqlite3 takes, so many requests a transaction."""
    path = folder / f"{uuid4()}.sqlite3"
    moment = SystemClock().now().isoformat()
    rows = [
        (act.id.bytes, act.digest, PHONE.name, act.raw, moment, "waiting", "")
        for _ in range(acts // batch)
        for act in open_request(content(batch), device=PHONE.name)
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.executescript(PEER_TABLE)

        def keep() -> None:
            for first in range(0, acts, batch * clients):
                database.execute("BEGIN IMMEDIATE")
                database.executemany(PEER_INSERT, rows[first : first + batch * clients])
                database.execute("COMMIT")

        return acts / seconds(keep)


def orm_rate(acts: int, *, batch: int, raw: str = "") -> float:
    """How many acts a second plain ORM takes: a row, or a batch, a transaction."""
    at = SystemClock().now()
    raw = raw or content(1).decode()
    plain = [PlainAct(uuid4(), PHONE.name, raw, at) for _ in range(acts)]

    def keep() -> None:
        if batch == 1:
            for one in plain:
                one.save(force_insert=True)
            return
        for first in range(0, acts, batch):
            PlainAct.objects.bulk_create(plain[first : first + batch])

    return acts / seconds(keep)


def make_plain_table() -> None:
    """Make the table of the plain way, once a run."""
    if PlainAct._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 -- Django's own word for it
        return
    with connection.schema_editor() as editor:
        editor.create_model(PlainAct)


def rows() -> list[Row]:
    """Compare the lane with its floor, its store, its peer and the plain way."""
    make_plain_table()
    with tempfile.TemporaryDirectory() as name:
        return [*single_rows(Path(name)), *batch_rows(Path(name))]


def single_rows(folder: Path) -> list[Row]:
    """One act a request."""
    mine, orm, peer, store, floor = medians(
        folder, SINGLE_ACTS, PLAIN_ACTS, batch=1, clients=SINGLE_CLIENTS
    )
    return [
        Row("intake: one act a request", mine, "acts/s"),
        Row("… plain ORM", orm, "acts/s", times(mine, orm, "the ORM"), "≥ 5 ×"),
        *made_of(mine, peer, store, floor),
    ]


def batch_rows(folder: Path) -> list[Row]:
    """200 acts a request."""
    mine, orm, peer, store, floor = medians(
        folder, BATCH_ACTS, BATCH_ACTS, batch=BATCH, clients=BATCH_CLIENTS
    )
    return [
        Row("intake: 200 acts a request", mine, "acts/s"),
        Row("… bulk_create", orm, "acts/s", times(mine, orm, "bulk_create"), "≥ 1.5 ×"),
        *made_of(mine, peer, store, floor),
    ]


def made_of(mine: float, peer: float, store: float, floor: float) -> list[Row]:
    """Set the lane beside its peer and its parts."""
    return [
        Row("… raw group commit", peer, "acts/s", times(mine, peer, "it"), "≥ 0.5 ×"),
        Row("… our store alone", store, "acts/s", times(mine, store, "it")),
        Row("… bare ASGI", floor, "acts/s", times(mine, floor, "it")),
    ]


def medians(
    folder: Path, acts: int, plain: int, *, batch: int, clients: int
) -> list[float]:
    """Give the middle rates of lane, ORM, peer, store and floor."""
    size = {"batch": batch, "clients": clients}
    measured: list[Callable[[], float]] = [
        lambda: rate(lane(folder), acts, **size),
        lambda: orm_rate(plain, batch=batch),
        lambda: peer_rate(folder, acts, **size),
        lambda: store_rate(folder, acts, **size),
        lambda: rate(bare, acts, **size),
    ]
    turns = [[_collected(measure) for measure in measured] for _ in range(RUNS)]
    return [median(rates) for rates in zip(*turns, strict=True)]


def _collected(measure: Callable[[], float]) -> float:
    """Measure without what the measurement before left lying about."""
    gc.collect()
    return measure()
