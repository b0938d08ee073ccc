"""The intake lane: a plain ASGI application that receives acts and signs receipts.

``POST /intake/acts`` with one act or a list of up to 200, by a device with a token;
``POST /intake/batches`` with a phone's signed batch (``batches``);
``POST /intake/photos/…`` with a picture (``photos``); ``GET /intake/health`` says how
full it is. It checks who sends, how much and whether the envelope is one; nothing
received is refused for its content. The answer comes after the commit, with the acts'
states; ``Fangxian-Proof`` and ``Fangxian-Signature`` prove it (``receipts``). No
answer, or 5xx: send again. Refusals are said in both languages (``words``). Under load
pictures wait first (``shedding``).
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fangxian.interfaces.intake.batches import is_genuine_batch, read_batch
from fangxian.interfaces.intake.envelope import (
    REQUEST_BYTES_MAX,
    Received,
    open_request,
)
from fangxian.interfaces.intake.inbox import Device, Inbox
from fangxian.interfaces.intake.loads import Herald
from fangxian.interfaces.intake.phones import find_phone
from fangxian.interfaces.intake.photos import (
    NO_PHOTO,
    PHOTO_BYTES_MAX,
    digest_in,
    is_genuine_photo,
    keep_photo,
)
from fangxian.interfaces.intake.rates import Rates
from fangxian.interfaces.intake.receipts import SignedReceipt
from fangxian.interfaces.intake.shedding import BUSY, Bounds, Class, Gate
from fangxian.interfaces.intake.tokens import tag_of
from fangxian.interfaces.intake.words import words_of
from fangxian.interfaces.intake.writer import Writer
from fangxian.kernel.moments import Clock, SystemClock
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.privacy.signing import SigningKey


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LOG = logging.getLogger("fangxian.intake")
DEVICE_REMEMBERED_SECONDS = 1.0
JSON = (b"content-type", b"application/json")
ACTS, BATCHES, HEALTH = "/intake/acts", "/intake/batches", "/intake/health"
HELD = b'{"held":true}'
# Pages may come from another port; a batch proves itself and carries no cookie.
ANY_ORIGIN = (b"access-control-allow-origin", b"*")
ASKED_BEFORE = [
    ANY_ORIGIN,
    (b"access-control-allow-methods", b"POST"),
    (
        b"access-control-allow-headers",
        b"content-type, fangxian-device, fangxian-signature",
    ),
    (b"access-control-max-age", b"86400"),
]
TOLD = [
    ANY_ORIGIN,
    (
        b"access-control-expose-headers",
        b"fangxian-proof, fangxian-signature, retry-after",
    ),
]

NO_DEVICE = RefusalKind(
    code="intake.no_device",
    sentence="This device is not registered here, or no longer.",
    remedy="Have it registered again; what it holds is not lost.",
)
TOO_LARGE = RefusalKind(
    code="intake.too_large",
    sentence="The request has more than {bytes} bytes.",
    remedy="Send fewer acts at once.",
)
NO_ENVELOPE = RefusalKind(
    code="intake.no_envelope",
    sentence="This is not an act: {problem}.",
    remedy="Each act has an id (UUID), a kind, a moment seen_at with its zone, and a body.",
)
TOO_FAST = RefusalKind(
    code="intake.too_fast",
    sentence="The device sends more than its share.",
    remedy="Wait {seconds} seconds.",
)
NOT_KEPT = RefusalKind(
    code="intake.not_kept",
    sentence="What was sent could not be kept; nothing was acknowledged.",
    remedy="Send it again in a little while.",
)
NO_ADDRESS = RefusalKind(
    code="intake.no_address",
    sentence="Nothing is received here.",
    remedy="POST to /intake/acts.",
)
NO_PHONE = RefusalKind(
    code="intake.no_phone",
    sentence="This phone is not enrolled here, or no longer, or the batch is not its own.",
    remedy="Ask the office of your unit for a new code; what the phone holds is not lost.",
)
NO_BATCH = RefusalKind(
    code="intake.no_batch",
    sentence="This is not a batch: {problem}.",
    remedy="Update the app; what the phone holds is not lost.",
)
STATUS = {
    NO_DEVICE: 401,
    NO_PHONE: 401,
    NO_BATCH: 400,
    NO_PHOTO: 409,
    TOO_LARGE: 413,
    NO_ENVELOPE: 400,
    TOO_FAST: 429,
    NOT_KEPT: 503,
    BUSY: 503,
    NO_ADDRESS: 404,
}


@dataclass(frozen=True, slots=True)
class _Lane:
    """What runs: a connection to look devices up, and the writer."""

    reader: Inbox
    writer: Writer
    herald: Herald | None

    def close(self) -> None:
        if self.herald is not None:
            self.herald.close()
        self.writer.close()
        self.reader.close()


@dataclass(slots=True)
class Intake:
    """The application; one event loop, one writer."""

    open_inbox: Callable[[], Inbox]
    key: SigningKey
    clock: Clock = field(default_factory=SystemClock)
    rates: Rates = field(default_factory=Rates)
    bounds: Bounds = field(default_factory=Bounds)
    is_telling: bool = False  # its load to the other processes
    gate: Gate = field(init=False)
    _open_lane: _Lane | None = None
    _devices: dict[str, tuple[float, Device | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gate = Gate(
            "intake",
            most=self.bounds.lane,
            queued=self._queued,
            most_of={Class.PHOTOS: self.bounds.photos},
        )

    def _queued(self) -> float:
        """How full the writer's queue is."""
        lane = self._open_lane
        return 0.0 if lane is None else lane.writer.waiting / self.bounds.queued

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, by ASGI 3."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._lane()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _lane(self) -> _Lane:
        """Give the lane, opening it in the running loop on first use."""
        if self._open_lane is None:
            self._open_lane = _Lane(
                self.open_inbox(),
                Writer(self.open_inbox, clock=self.clock, key=self.key),
                Herald(self.gate, self.open_inbox) if self.is_telling else None,
            )
        return self._open_lane

    def stop(self) -> None:
        """Write what waits and close the inbox."""
        if self._open_lane is not None:
            self._open_lane.close()
            self._open_lane = None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        photo = digest_in(scope["path"])
        from_pages = scope["path"] == BATCHES or photo is not None
        open_to = TOLD if from_pages else []
        try:
            if scope["method"] == "OPTIONS" and from_pages:
                await _respond(send, 204, ASKED_BEFORE, b"")
                return
            if (scope["method"], scope["path"]) == ("GET", HEALTH):
                await _respond(send, 200, [JSON], self._health())
                return
            if scope["method"] == "POST" and photo is not None:
                with self.gate.let_in(Class.PHOTOS):
                    await self._receive_photo(photo, scope, receive)
                await _respond(send, 201, [JSON, *open_to], HELD)
                return
            with self.gate.let_in(Class.ACTS):
                receipt = await self._receive(scope, receive)
            proof = (b"fangxian-proof", receipt.proof.encode())
            signature = (b"fangxian-signature", receipt.signature.hex().encode())
            await _respond(send, 200, [JSON, proof, signature, *open_to], receipt.body)
        except Refusal as refusal:
            if refusal.kind is BUSY:
                await _discard(receive)
            accepted = _header(scope["headers"], b"accept-language")
            await _refuse(send, refusal, accepted, open_to)

    def _health(self) -> bytes:
        """Say how full the lane is, and what it turned away since it was started."""
        gate = self.gate
        told = {
            "load": round(gate.load, 3),
            "others": round(gate.others, 3),
            "inside": dict(sorted(gate.inside.items())),
            "turned_away": dict(sorted(gate.shed.items())),
        }
        return msgspec.json.encode(told)

    async def _receive(self, scope: Scope, receive: Receive) -> SignedReceipt:
        asked = (scope["method"], scope["path"])
        if asked == ("POST", ACTS):
            return await self._receive_acts(scope, receive)
        if asked == ("POST", BATCHES):
            return await self._receive_batch(scope, receive)
        raise NO_ADDRESS()

    async def _receive_batch(self, scope: Scope, receive: Receive) -> SignedReceipt:
        content = await _read(receive)
        try:
            batch, links = read_batch(content)
        except (ValueError, msgspec.DecodeError) as problem:
            raise NO_BATCH(problem=problem) from problem
        name = str(batch.device)
        phone = find_phone(self._lane().reader, name)
        signature = _header(scope["headers"], b"fangxian-signature")
        if phone is None or not is_genuine_batch(content, signature, key=phone.key):
            raise NO_PHONE()
        self._check_rate(name, max(1, len(links)))
        return await self._kept(name, self._lane().writer.keep_batch(batch, links))

    async def _receive_photo(self, digest: str, scope: Scope, receive: Receive) -> None:
        """Keep a picture before saying so; writing it must not hold up the acts."""
        sealed = await _read(receive, PHOTO_BYTES_MAX)
        name = _header(scope["headers"], b"fangxian-device")
        phone = find_phone(self._lane().reader, name)
        signature = _header(scope["headers"], b"fangxian-signature")
        if phone is None or not is_genuine_photo(
            digest, sealed, signature, key=phone.key
        ):
            raise NO_PHONE()
        self._check_rate(name, 1)
        try:
            await asyncio.to_thread(keep_photo, digest, sealed)
        except OSError as problem:
            LOG.exception("a picture of %s could not be kept", name)
            raise NOT_KEPT() from problem

    async def _receive_acts(self, scope: Scope, receive: Receive) -> SignedReceipt:
        device = self._device(scope["headers"])
        acts = _open(await _read(receive), device)
        self._check_rate(device.name, len(acts))
        return await self._kept(
            device.name, self._lane().writer.keep(device.name, acts)
        )

    def _check_rate(self, device: str, acts: int) -> None:
        wait = self.rates.wait_for(device, acts, now=time.monotonic())
        if wait:
            raise TOO_FAST(seconds=math.ceil(wait))

    async def _kept(
        self, device: str, keeping: Awaitable[SignedReceipt]
    ) -> SignedReceipt:
        try:
            return await keeping
        except Exception as error:
            LOG.exception("acts of %s could not be kept", device)
            raise NOT_KEPT() from error

    def _device(self, headers: Headers) -> Device:
        token = _token(headers)
        now = time.monotonic()
        until, device = self._devices.get(token, (0.0, None))
        if now >= until:
            device = self._lane().reader.find_device(tag_of(token, self.key))
            self._devices[token] = (now + DEVICE_REMEMBERED_SECONDS, device)
        if device is None:
            del self._devices[token]  # strangers are not remembered
            raise NO_DEVICE()
        return device


def _token(headers: Headers) -> str:
    for name, value in headers:
        if name == b"authorization" and value.startswith(b"Bearer "):
            return value[len(b"Bearer ") :].decode("latin-1")
    raise NO_DEVICE()


def _header(headers: Headers, wanted: bytes) -> str:
    found = [value for name, value in headers if name == wanted]
    return found[0].decode("latin-1") if found else ""


async def _read(receive: Receive, most: int = REQUEST_BYTES_MAX) -> bytes:
    """Read a request's content, and no more than a request may have."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TOO_LARGE(bytes=most)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


async def _discard(receive: Receive) -> None:
    """Read to the end what will not be taken, so that the answer is heard."""
    while (await receive()).get("more_body", False):
        pass


def _open(content: bytes, device: Device) -> list[Received]:
    try:
        return open_request(content, device=device.name)
    except (ValueError, msgspec.DecodeError) as problem:
        raise NO_ENVELOPE(problem=problem) from problem


async def _refuse(
    send: Send, refusal: Refusal, accepted: str, open_to: Headers
) -> None:
    told = words_of(refusal, accepted)
    headers = [JSON, *open_to]
    if refusal.kind in (TOO_FAST, NOT_KEPT, BUSY):
        seconds = str(refusal.facts.get("seconds", 5))
        headers.append((b"retry-after", seconds.encode()))
    await _respond(send, STATUS[refusal.kind], headers, msgspec.json.encode(told))


async def _respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, length],
        }
    )
    await send({"type": "http.response.body", "body": body})
