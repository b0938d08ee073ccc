"""Group commit: one thread writes, many requests share one flush to the disk."""

import asyncio
import datetime as dt
import queue
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import msgspec

from fangxian.interfaces.intake.batches import Batch, Link
from fangxian.interfaces.intake.envelope import Received
from fangxian.interfaces.intake.inbox import Inbox
from fangxian.interfaces.intake.receipts import (
    BatchReceipt,
    SignedReceipt,
    sign_bodies,
    sign_receipts,
)
from fangxian.interfaces.intake.rows import Outcome as BatchOutcome
from fangxian.interfaces.intake.rows import keep_batches
from fangxian.kernel.moments import Clock
from fangxian.privacy.signing import SigningKey


REQUESTS_A_COMMIT = 500
ACTS_A_COMMIT = 4000

Outcome = SignedReceipt | Exception


class _Waiting(NamedTuple):
    device: str
    acts: Sequence[Received] | Sequence[Link]
    answer: "asyncio.Future[SignedReceipt]"
    batch: Batch | None = None


class Writer:
    """Takes requests from the event loop; answers when they are on the disk.

    ``open_inbox`` is called in the writing thread, which owns the connection.
    """

    def __init__(
        self, open_inbox: Callable[[], Inbox], *, clock: Clock, key: SigningKey
    ) -> None:
        self._open = open_inbox
        self._clock = clock
        self._key = key
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def keep(self, device: str, acts: Sequence[Received]) -> SignedReceipt:
        """Keep one request's acts; gives the receipt after the commit."""
        return await self._hand_over(device, acts)

    async def keep_batch(self, batch: Batch, links: Sequence[Link]) -> SignedReceipt:
        """Keep a phone's batch; gives the receipt after the commit."""
        return await self._hand_over(str(batch.device), links, batch)

    async def _hand_over(
        self,
        device: str,
        acts: Sequence[Received] | Sequence[Link],
        batch: Batch | None = None,
    ) -> SignedReceipt:
        answer: asyncio.Future[SignedReceipt] = self._loop.create_future()
        self._queue.put(_Waiting(device, acts, answer, batch))
        return await answer

    @property
    def waiting(self) -> int:
        """How many requests wait to be written."""
        return self._queue.qsize()

    def close(self) -> None:
        """Write what waits, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        inbox = self._open()
        open_for_more = True
        while open_for_more:
            group, open_for_more = self._next_group()
            if group:
                outcomes = self._commit(inbox, group)
                self._loop.call_soon_threadsafe(_answer, group, outcomes)
        inbox.close()

    def _next_group(self) -> tuple[list[_Waiting], bool]:
        """Wait for one request and take along what waits behind it."""
        group: list[_Waiting] = []
        acts = 0
        first = self._queue.get()
        while first is not None:
            group.append(first)
            acts += len(first.acts)
            if len(group) == REQUESTS_A_COMMIT or acts >= ACTS_A_COMMIT:
                return group, True
            try:
                first = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit(self, inbox: Inbox, group: Sequence[_Waiting]) -> Sequence[Outcome]:
        """Keep the acts of a group, and its batches beside them."""
        batches = [one for one in group if one.batch is not None]
        if not batches:
            return self._keep_requests(inbox, group)
        requests = [one for one in group if one.batch is None]
        outcomes = iter(self._keep_requests(inbox, requests) if requests else ())
        of_batches = iter(self._keep_batches(inbox, batches))
        return [next(outcomes if one.batch is None else of_batches) for one in group]

    def _keep_requests(
        self, inbox: Inbox, group: Sequence[_Waiting]
    ) -> Sequence[Outcome]:
        at = self._clock.now()
        asked = [(one.device, cast("Sequence[Received]", one.acts)) for one in group]
        try:
            states = inbox.keep(asked, at=at)
            requests = [
                (device, acts, became)
                for (device, acts), became in zip(asked, states, strict=True)
            ]
            return sign_receipts(requests, at=at, key=self._key)
        except Exception as error:  # noqa: BLE001 -- whatever it is, nothing was acknowledged, and each request is told so
            return [error] * len(group)

    def _keep_batches(
        self, inbox: Inbox, group: Sequence[_Waiting]
    ) -> Sequence[Outcome]:
        """Keep batches together; if that fails each alone, so that one fails itself."""
        at = self._clock.now()
        asked = [
            (one.batch, cast("Sequence[Link]", one.acts)) for one in group if one.batch
        ]
        try:
            kept = keep_batches(inbox, asked, at=at)
            bodies = [
                _receipt(batch, links, outcome, at=at)
                for (batch, links), outcome in zip(asked, kept, strict=True)
            ]
            return sign_bodies(bodies, key=self._key)
        except Exception as error:  # noqa: BLE001 -- whatever it is, nothing was acknowledged, and each phone is told so
            if len(group) == 1:
                return [error]
            return [self._keep_batches(inbox, [one])[0] for one in group]


def _receipt(
    batch: Batch, links: Sequence[Link], outcome: BatchOutcome, *, at: dt.datetime
) -> bytes:
    return msgspec.json.encode(
        BatchReceipt(
            device=str(batch.device),
            received_at=at,
            acts=[
                (link.id, state)
                for link, state in zip(links, outcome.states, strict=True)
            ],
            upto=outcome.upto,
            head=outcome.head.hex(),
        )
    )


def _answer(group: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    for one, outcome in zip(group, outcomes, strict=True):
        if one.answer.done():
            continue
        if isinstance(outcome, Exception):
            one.answer.set_exception(outcome)
        else:
            one.answer.set_result(outcome)
