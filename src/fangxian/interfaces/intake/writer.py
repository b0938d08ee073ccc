"""Group commit: one thread writes, many requests share one flush to the disk."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from fangxian.interfaces.intake.envelope import Received
from fangxian.interfaces.intake.inbox import Inbox
from fangxian.interfaces.intake.receipts import SignedReceipt, sign_receipts
from fangxian.kernel.moments import Clock
from fangxian.privacy.signing import SigningKey


REQUESTS_A_COMMIT = 500
ACTS_A_COMMIT = 4000
REQUESTS_WAITING_MAX = 5000

Outcome = SignedReceipt | Exception


class Overloaded(Exception):  # noqa: N818 -- an answer, not an error
    """More requests wait than can be answered in time."""


class _Waiting(NamedTuple):
    device: str
    acts: Sequence[Received]
    answer: "asyncio.Future[SignedReceipt]"


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
        if self._queue.qsize() >= REQUESTS_WAITING_MAX:
            raise Overloaded
        answer: asyncio.Future[SignedReceipt] = self._loop.create_future()
        self._queue.put(_Waiting(device, acts, answer))
        return await answer

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
        at = self._clock.now()
        try:
            states = inbox.keep([(one.device, one.acts) for one in group], at=at)
            requests = [
                (one.device, one.acts, became)
                for one, became in zip(group, states, strict=True)
            ]
            return sign_receipts(requests, at=at, key=self._key)
        except Exception as error:  # noqa: BLE001 -- whatever it is, nothing was acknowledged, and each request is told so
            return [error] * len(group)


def _answer(group: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    for one, outcome in zip(group, outcomes, strict=True):
        if one.answer.done():
            continue
        if isinstance(outcome, Exception):
            one.answer.set_exception(outcome)
        else:
            one.answer.set_result(outcome)
