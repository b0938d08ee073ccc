"""The intake lane: a plain ASGI application that receives acts and signs receipts.

``POST /intake/acts`` with one act or a list of up to 200. It checks who sends, how
much and whether the envelope is one; nothing received is refused for its content. The
answer comes after the commit, with the acts' states; ``Fangxian-Proof`` and
``Fangxian-Signature`` prove it (``receipts``). No answer, or 5xx: send again.
"""

import logging
import math
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fangxian.interfaces.intake.envelope import (
    REQUEST_BYTES_MAX,
    Received,
    open_request,
)
from fangxian.interfaces.intake.inbox import Device, Inbox
from fangxian.interfaces.intake.rates import Rates
from fangxian.interfaces.intake.receipts import SignedReceipt
from fangxian.interfaces.intake.tokens import tag_of
from fangxian.interfaces.intake.writer import Overloaded, Writer
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

NO_DEVICE = RefusalKind(
    "intake.no_device",
    "This device is not registered here, or no longer.",
    "Have it registered again; what it holds is not lost.",
)
TOO_LARGE = RefusalKind(
    "intake.too_large",
    "The request has more than {bytes} bytes.",
    "Send fewer acts at once.",
)
NO_ENVELOPE = RefusalKind(
    "intake.no_envelope",
    "This is not an act: {problem}.",
    "Each act has an id (UUID), a kind, a moment seen_at with its zone, and a body.",
)
TOO_FAST = RefusalKind(
    "intake.too_fast",
    "The device sends more than its share.",
    "Wait {seconds} seconds.",
)
NOT_KEPT = RefusalKind(
    "intake.not_kept",
    "The acts could not be kept; nothing was acknowledged.",
    "Send them again in a little while.",
)
NO_ADDRESS = RefusalKind(
    "intake.no_address", "Nothing is received here.", "POST to /intake/acts."
)
STATUS = {
    NO_DEVICE: 401,
    TOO_LARGE: 413,
    NO_ENVELOPE: 400,
    TOO_FAST: 429,
    NOT_KEPT: 503,
    NO_ADDRESS: 404,
}


@dataclass(frozen=True, slots=True)
class _Lane:
    """What runs: a connection to look devices up, and the writer."""

    reader: Inbox
    writer: Writer

    def close(self) -> None:
        self.writer.close()
        self.reader.close()


@dataclass(slots=True)
class Intake:
    """The application; one event loop, one writer."""

    open_inbox: Callable[[], Inbox]
    key: SigningKey
    clock: Clock = field(default_factory=SystemClock)
    rates: Rates = field(default_factory=Rates)
    _open_lane: _Lane | None = None
    _devices: dict[str, tuple[float, Device | None]] = field(default_factory=dict)

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
            reader = self.open_inbox()
            self._open_lane = _Lane(
                reader, Writer(self.open_inbox, clock=self.clock, key=self.key)
            )
        return self._open_lane

    def stop(self) -> None:
        """Write what waits and close the inbox."""
        if self._open_lane is not None:
            self._open_lane.close()
            self._open_lane = None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receipt = await self._receive_acts(scope, receive)
            proof = (b"fangxian-proof", receipt.proof.encode())
            signature = (b"fangxian-signature", receipt.signature.hex().encode())
            await _respond(send, 200, [JSON, proof, signature], receipt.body)
        except Refusal as refusal:
            await _refuse(send, refusal)

    async def _receive_acts(self, scope: Scope, receive: Receive) -> SignedReceipt:
        if (scope["method"], scope["path"]) != ("POST", "/intake/acts"):
            raise NO_ADDRESS()
        device = self._device(scope["headers"])
        acts = _open(await _read(receive), device)
        wait = self.rates.wait_for(device.name, len(acts), now=time.monotonic())
        if wait:
            raise TOO_FAST(seconds=math.ceil(wait))
        return await self._keep(device, acts)

    async def _keep(self, device: Device, acts: list[Received]) -> SignedReceipt:
        try:
            return await self._lane().writer.keep(device.name, acts)
        except Exception as error:
            if not isinstance(error, Overloaded):
                LOG.exception("acts of %s could not be kept", device.name)
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


async def _read(receive: Receive) -> bytes:
    """Read a request's content, and no more than a request may have."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > REQUEST_BYTES_MAX:
            raise TOO_LARGE(bytes=REQUEST_BYTES_MAX)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _open(content: bytes, device: Device) -> list[Received]:
    try:
        return open_request(content, device=device.name)
    except (ValueError, msgspec.DecodeError) as problem:
        raise NO_ENVELOPE(problem=problem) from problem


async def _refuse(send: Send, refusal: Refusal) -> None:
    told = {
        "code": refusal.kind.code,
        "sentence": refusal.sentence,
        "remedy": refusal.remedy,
    }
    headers = [JSON]
    if refusal.kind in (TOO_FAST, NOT_KEPT):
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
