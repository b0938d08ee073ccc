"""Phones' batches through the whole lane: signature, chain, sealing, signed receipt.

Requests are ASGI calls without a network, from 64 phones at a time with one act a
request, from 16 with 200. Each phone has a key of its own and sends its acts in their
order; what a phone computes is done beforehand. Beside it stand plain ORM (a row, or
200 by ``bulk_create``, a transaction) and ASGI that answers without doing anything. The
inbox is that of the run: its SQLite file, or the tables of ``FANGXIAN_DATABASE``.

Each figure is the median of five runs; the runs take turns.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from benchmarks.intake import (
    App,
    bare,
    make_plain_table,
    orm_rate,
)
from benchmarks.rows import FULL, Row, seconds, times
from fangxian.interfaces.intake.app import Intake
from fangxian.interfaces.intake.batches import BEGINNING, SIGNED, link_of
from fangxian.interfaces.intake.inbox import Inbox, open_own
from fangxian.interfaces.intake.phones import Phone, copy_phone
from fangxian.interfaces.intake.rates import Rates
from fangxian.kernel.moments import SystemClock
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.sealing import public_key, seal
from fangxian.privacy.signing import SigningKey
from tests.unit.mechanisms.jurisdiction.phones import public_of, signed_by


SINGLE_ACTS = 12_800 if FULL else 1_920
BATCH_ACTS = 96_000 if FULL else 12_800
PLAIN_ACTS = 2_000 if FULL else 500
RUNS = 5
KEPT = 200
SINGLE, MANY = (1, 64), (200, 16)  # acts a request, phones
KEY = SigningKey.from_seed(bytes(32))
INNER = {
    "kind": "visit",
    "body": {"place": 1, "form": "six_haves", "answers": {"masks": True}},
}
numbers = count(1)

Request = tuple[bytes, str]


class Enrolled:
    """A phone: a key, and requests of which each goes on where the last ended."""

    def __init__(self, number: int) -> None:
        self.id, self.number = UUID(int=number), number
        self.seq, self.head = 0, BEGINNING

    def known(self) -> Phone:
        """Give what the inbox knows of it."""
        return Phone(str(self.id), public_of(self.number), UUID(int=1), 1)

    def request(self, acts: int, sealed: str) -> Request:
        """Make and sign a request of so many new acts."""
        raws = [self._act(sealed) for _ in range(acts)]
        front = {
            "device": str(self.id),
            "sent_at": SystemClock().now().isoformat(),
            "have": {"seq": self.seq, "hash": self.head.hex()},
        }
        content = f'{json.dumps(front)[:-1]},"acts":[{",".join(raws)}]}}'.encode()
        return content, signed_by(self.number, SIGNED + content)

    def _act(self, sealed: str) -> str:
        self.seq += 1
        raw = json.dumps(
            {
                "id": str(UUID(int=(self.number << 64) + self.seq)),
                "seq": self.seq,
                "prev": self.head.hex(),
                "seen_at": "2020-11-09T11:00:00+08:00",
                "sealed": sealed,
            }
        )
        self.head = link_of(raw.encode())
        return raw


def sealed_body() -> str:
    """Seal an act as a phone does; intake does not open it, so one serves all."""
    server = public_key(keyring_at(settings.FANGXIAN_KEYRING))
    inner = json.dumps(INNER).encode()
    return b64encode(seal(inner, about=str(UUID(int=1)), public=server)).decode()


def introduce(phones: list[Enrolled]) -> None:
    """Let the inbox know them; it holds nothing else."""
    inbox = open_own()
    for table in "inbox_act", "inbox_link", "inbox_phone":
        inbox.run(f"DELETE FROM {table}")  # noqa: S608 -- fixed names
    with inbox.transaction():
        for one in phones:
            copy_phone(inbox, one.known())
    inbox.close()


def lane(open_inbox: Callable[[], Inbox] = open_own) -> Intake:
    """Open a lane without a bound for one phone."""
    return Intake(open_inbox, KEY, rates=Rates(1e9, 1e9))


async def call(app: App, request: Request) -> None:
    """Make one request; it must be taken."""
    content, signature = request

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", KEPT) == KEPT

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/intake/batches",
        "headers": [(b"fangxian-signature", signature.encode())],
    }
    await app(scope, receive, send)


def rate(make: Callable[[], App], acts: int, *, batch: int, phones: int) -> float:
    """How many acts a second the app takes of so many phones at once."""
    sealed, enrolled = sealed_body(), [Enrolled(next(numbers)) for _ in range(phones)]
    introduce(enrolled)
    each = acts // (batch * phones)
    requests = [[one.request(batch, sealed) for _ in range(each)] for one in enrolled]
    app = make()

    async def phone(own: list[Request]) -> None:
        for request in own:
            await call(app, request)

    async def run() -> None:
        await asyncio.gather(*map(phone, requests))
        if isinstance(app, Intake):
            app.stop()

    return each * batch * phones / seconds(lambda: asyncio.run(run()))


def rows() -> list[Row]:
    """Single acts and batches, each beside the plain way and the floor."""
    make_plain_table()
    return [
        *_rows("one act a request", SINGLE_ACTS, PLAIN_ACTS, *SINGLE),
        *_rows("200 acts a request", BATCH_ACTS, BATCH_ACTS, *MANY),
    ]


def _rows(name: str, acts: int, plain: int, batch: int, phones: int) -> Iterator[Row]:
    raw = Enrolled(next(numbers))._act(sealed_body())  # noqa: SLF001 -- an act as it is kept
    measured: list[Callable[[], float]] = [
        lambda: rate(lane, acts, batch=batch, phones=phones),
        lambda: orm_rate(plain, batch=batch, raw=raw),
        lambda: rate(lambda: bare, acts, batch=batch, phones=phones),
    ]
    turns = [[measure() for measure in measured] for _ in range(RUNS)]
    mine, orm, floor = (median(rates) for rates in zip(*turns, strict=True))
    store = connection.vendor
    yield Row(f"phones, {store}: {name}, acknowledged", mine, "acts/s")
    yield Row("… plain ORM", orm, "acts/s", times(mine, orm, "the ORM"))
    yield Row("… bare ASGI", floor, "acts/s", times(mine, floor, "it"))
