"""The intake lane beside what it is made of, in one run and one process.

Requests are ASGI calls without a network, 64 at a time (16 for batches): what is
compared is the lane, not the HTTP server. Every store here flushes to the disk before
it answers (``synchronous=FULL``).
"""

import asyncio
import itertools
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
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
SINGLE_CLIENTS, BATCH_CLIENTS = 64, 16
KEY = SigningKey.from_seed(bytes(32))
TOKEN = "benchmark"  # noqa: S105 -- of a temporary inbox
PHONE = Device("phone", UUID(int=1), None)
BODY = {"place": 1, "form": "six_haves", "answers": {"masks": True, "exits": True}}
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


def orm_rate(acts: int, *, batch: int) -> float:
    """How many acts a second plain ORM takes: a row, or a batch, a transaction."""
    at = SystemClock().now()
    raw = content(1).decode()
    plain = [PlainAct(uuid4(), PHONE.name, raw, at) for _ in range(acts)]

    def keep() -> None:
        if batch == 1:
            for one in plain:
                one.save(force_insert=True)
            return
        for first in range(0, acts, batch):
            PlainAct.objects.bulk_create(plain[first : first + batch])

    return acts / seconds(keep)


def rows() -> list[Row]:
    """Compare the lane with its floor, its store and the plain way."""
    with connection.schema_editor() as editor:
        editor.create_model(PlainAct)
    with tempfile.TemporaryDirectory() as name:
        return [*single_rows(Path(name)), *batch_rows(Path(name))]


def single_rows(folder: Path) -> list[Row]:
    """One act a request."""
    size = {"batch": 1, "clients": SINGLE_CLIENTS}
    mine = rate(lane(folder), SINGLE_ACTS, **size)
    floor = rate(bare, SINGLE_ACTS, **size)
    store = store_rate(folder, SINGLE_ACTS, **size)
    orm = orm_rate(PLAIN_ACTS, batch=1)
    return [
        Row("intake: one act a request", mine, "acts/s"),
        Row("… plain ORM", orm, "acts/s", times(mine, orm, "the ORM"), "≥ 5 ×"),
        Row("… raw group commit", store, "acts/s", times(mine, store, "it"), "≥ 0.5 ×"),
        Row("… bare ASGI", floor, "acts/s", times(mine, floor, "it")),
    ]


def batch_rows(folder: Path) -> list[Row]:
    """200 acts a request."""
    size = {"batch": BATCH, "clients": BATCH_CLIENTS}
    mine = rate(lane(folder), BATCH_ACTS, **size)
    floor = rate(bare, BATCH_ACTS, **size)
    store = store_rate(folder, BATCH_ACTS, **size)
    orm = orm_rate(BATCH_ACTS, batch=BATCH)
    return [
        Row("intake: 200 acts a request", mine, "acts/s"),
        Row("… bulk_create", orm, "acts/s", times(mine, orm, "bulk_create"), "≥ 1.5 ×"),
        Row("… raw group commit", store, "acts/s", times(mine, store, "it"), "≥ 0.5 ×"),
        Row("… bare ASGI", floor, "acts/s", times(mine, floor, "it")),
    ]
