"""Who has to wait when more is asked than can be answered: acts last of all.

Each process measures its own load as a share of its bounds (``Bounds``): 1.0 is full.
A class of requests is let in while the highest load lies below its share; acts look at
their own lane alone, since they need nothing else. So it recovers by itself.
"""

import math
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

from fangxian.kernel.refusals import Refusal, RefusalKind


SOONEST_SECONDS = 5
LATEST_SECONDS = 60


class Class(StrEnum):
    """What is asked, the first to wait last."""

    ACTS = "acts"
    PULLS = "pulls"
    PHOTOS = "photos"
    PAGES = "pages"
    EXPORTS = "exports"


SHARES: Mapping[Class, float] = MappingProxyType(
    {
        Class.ACTS: 1.0,
        Class.PULLS: 0.8,
        Class.PHOTOS: 0.7,
        Class.PAGES: 0.6,
        Class.EXPORTS: 0.5,
    }
)
"""Up to which share of the bounds a class is let in."""

BUSY = RefusalKind(
    code="intake.busy",
    sentence="More is asked just now than can be answered in time.",
    remedy="Wait {seconds} seconds; nothing is lost.",
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is too much (``FANGXIAN_BOUNDS``: ``name=number``, with commas).

    ``queued``: requests of the lane that wait for their commit; ``lane``: requests in
    it at all; ``photos``: pictures that come in at once; ``pages``: requests that are
    answered at once, each by a thread; ``behind``: seconds that the oldest act waits
    for the worker.
    """

    queued: int = 2000
    lane: int = 4000
    photos: int = 100
    pages: int = 32
    behind: int = 120


def read_bounds(spelled: str) -> Bounds:
    """Read what the operator set; ValueError for what is no bound."""
    given = dict(_read_bound(one) for one in spelled.split(",") if one.strip())
    return Bounds(**{**asdict(Bounds()), **given})


def _read_bound(spelled: str) -> tuple[str, int]:
    name, _, number = (part.strip() for part in spelled.partition("="))
    known = [one.name for one in fields(Bounds)]
    if name not in known:
        raise ValueError(f"{name!r} is no bound; there are {', '.join(known)}")
    if not number.isdecimal() or int(number) < 1:
        raise ValueError(f"the bound {name} is a whole number from 1")
    return name, int(number)


@dataclass(slots=True)
class Gate:
    """Lets requests of one process in, or has them wait; safe among threads.

    ``queued`` gives the load behind the gate that no request shows; ``others`` is the
    highest load that other processes told lately.
    """

    name: str
    most: int
    queued: Callable[[], float] = lambda: 0.0
    most_of: Mapping[Class, int] = field(default_factory=dict)
    chance: Callable[[], float] = secrets.SystemRandom().random
    others: float = 0.0
    inside: Counter[Class] = field(default_factory=Counter)
    shed: Counter[Class] = field(default_factory=Counter)
    _told: Counter[Class] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def load(self) -> float:
        """How full this process is."""
        return max(self.inside.total() / self.most, self.queued())

    @contextmanager
    def let_in(self, what: Class) -> Iterator[None]:
        """Answer a request of this class, or refuse it for a while."""
        self._check(what)
        with self._lock:
            self.inside[what] += 1
        try:
            yield
        finally:
            with self._lock:
                self.inside[what] -= 1

    def _check(self, what: Class) -> None:
        under = self.load if what is Class.ACTS else max(self.load, self.others)
        is_full = self.inside[what] >= self.most_of.get(what, self.most)
        if is_full or under >= SHARES[what]:
            with self._lock:
                self.shed[what] += 1
            raise self._busy(under)

    def _busy(self, under: float) -> Refusal:
        """Say how long to wait: longer under more load, and not for all the same."""
        least = min(LATEST_SECONDS, SOONEST_SECONDS * max(1.0, under))
        return BUSY(seconds=math.ceil(least * (1 + self.chance())))

    def take_shed(self) -> Counter[Class]:
        """Give what was shed since this was asked last."""
        with self._lock:
            since, self._told = self.shed - self._told, self.shed.copy()
        return since
