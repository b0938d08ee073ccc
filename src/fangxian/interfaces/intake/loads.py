"""What the processes of an installation tell each other of their load, by the inbox.

Momentary figures stand in ``inbox_load`` and count for a few seconds; how much was
turned away stands in ``inbox_shed`` by day. A process that is idle writes nothing.
"""

import datetime as dt
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from fangxian.interfaces.intake.inbox import Inbox
from fangxian.interfaces.intake.shedding import Class, Gate, read_bounds
from fangxian.kernel.moments import SystemClock, day_of


TURN_SECONDS = 1.0
COUNTS_FOR = dt.timedelta(seconds=15)
TOLD_FROM = 0.1
WORKER = "worker"
LOG = logging.getLogger("fangxian.intake")

TELL = """
INSERT INTO inbox_load (name, at, load, behind) VALUES (%s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, load = excluded.load,
behind = excluded.behind
"""
COUNT = """
INSERT INTO inbox_shed (day, class, process, n, last_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (day, class, process) DO UPDATE
SET n = inbox_shed.n + excluded.n, last_at = excluded.last_at
"""
OLDEST = """
SELECT received_at FROM inbox_act WHERE state = 'waiting' AND device NOT IN
(SELECT device FROM inbox_act WHERE state = 'pictures') ORDER BY number LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one process told of itself: how full it is; the worker, how far behind."""

    name: str
    at: dt.datetime
    load: float
    behind: int


@dataclass(frozen=True, slots=True)
class Shed:
    """How many requests of a class one kind of process turned away on a day."""

    day: dt.date
    what: Class
    process: str
    n: int
    last_at: dt.datetime


# ------------------------------------------------------------------------- telling
def tell(
    inbox: Inbox, name: str, load: float, *, at: dt.datetime, behind: int = 0
) -> None:
    """Say how full a process of this machine is."""
    inbox.run(TELL, _here(name), at.isoformat(), load, behind)


def _here(name: str) -> str:
    return f"{name}@{socket.gethostname()}"


def loads(inbox: Inbox, *, at: dt.datetime) -> list[Load]:
    """Give what the processes told lately, by name."""
    since = (at - COUNTS_FOR).isoformat()
    found = inbox.run(
        "SELECT name, at, load, behind FROM inbox_load WHERE at >= %s ORDER BY name",
        since,
    )
    return [
        Load(name, dt.datetime.fromisoformat(told), float(load), int(behind))
        for name, told, load, behind in found.fetchall()
    ]


def shed_since(inbox: Inbox, day: dt.date) -> list[Shed]:
    """Give what was turned away since a day, the latest day first."""
    found = inbox.run(
        "SELECT day, class, process, n, last_at FROM inbox_shed WHERE day >= %s"
        " ORDER BY day DESC, class, process",
        day.isoformat(),
    )
    return [
        Shed(
            dt.date.fromisoformat(day),
            Class(what),
            process,
            int(n),
            dt.datetime.fromisoformat(last_at),
        )
        for day, what, process, n, last_at in found.fetchall()
    ]


def exchange(inbox: Inbox, gate: Gate, *, at: dt.datetime, told: float = 0.0) -> float:
    """Tell this process's load and what it turned away; hear the others. Gives its load.

    ``told`` is what was told before: back to nothing is told once.
    """
    load, shed = gate.load, gate.take_shed()
    if load >= TOLD_FROM or told >= TOLD_FROM:
        tell(inbox, gate.name, load, at=at)
    day = day_of(at).isoformat()
    for what, n in sorted(shed.items()):
        inbox.run(COUNT, day, what.value, gate.name, n, at.isoformat())
    own = _here(gate.name)
    others = [one.load for one in loads(inbox, at=at) if one.name != own]
    gate.others = max(others, default=0.0)
    return load


# ---------------------------------------------------------------------- the worker
def tell_behind(inbox: Inbox, *, now: dt.datetime, at: dt.datetime, bound: int) -> None:
    """Say how long the oldest act waits that the worker could have done.

    ``now`` is the installation's time, by which acts are received; ``at`` the wall's.
    """
    row = inbox.run(OLDEST).fetchone()
    known = any(one.name == _here(WORKER) and one.load for one in loads(inbox, at=at))
    if row is None and not known:
        return
    oldest = now if row is None else dt.datetime.fromisoformat(row[0])
    behind = max(0, int((now - oldest).total_seconds()))
    tell(inbox, WORKER, behind / bound, at=at, behind=behind)


# ---------------------------------------------------------------------- in a process
@cache
def gate_of_pages() -> Gate:
    """Give the gate before the pages of this process, and before what phones pull."""
    return Gate("pages", most=read_bounds(settings.FANGXIAN_BOUNDS).pages)


class Herald:
    """A thread of a process that exchanges loads each second, with its own connection."""

    def __init__(self, gate: Gate, open_inbox: Callable[[], Inbox]) -> None:
        self._gate = gate
        self._open = open_inbox
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        inbox: Inbox | None = None
        told = 0.0
        while not self._ended.wait(TURN_SECONDS):
            try:
                inbox = inbox or self._open()
                told = exchange(inbox, self._gate, at=SystemClock().now(), told=told)
            except Exception:
                LOG.exception("could not tell the load")
                _close(inbox)
                inbox, self._gate.others = None, 0.0
        _close(inbox)


def _close(inbox: Inbox | None) -> None:
    if inbox is not None:
        with suppress(Exception):
            inbox.close()
