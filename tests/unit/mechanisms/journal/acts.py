"""Made-up acts for the journal's own tests, which know no other mechanism."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.journal import actions
from fangxian.mechanisms.journal.events import Count


NOON = dt.datetime(2020, 11, 5, 4, tzinfo=dt.UTC)
DAY = dt.date(2020, 11, 5)
FUHUAJIE, DEHUAJIE = 11, 12
ALICE = Actor(
    person=UUID(int=0xA11CE),
    post=1,
    role=Role.STREET,
    scope=Scope(roots=frozenset({FUHUAJIE})),
    unit=FUHUAJIE,
)
CHARLIE = Actor(
    person=UUID(int=0xC),
    post=2,
    role=Role.STREET,
    scope=Scope(roots=frozenset({DEHUAJIE})),
    unit=DEHUAJIE,
    device="phone-7",
)


@dataclass(frozen=True, slots=True)
class Lent:
    name: ClassVar[str] = "library.lent"
    book: int
    title: str


@dataclass(frozen=True, slots=True)
class Returned:
    name: ClassVar[str] = "library.returned"
    book: int


def lent(area, day=DAY, n=1, kind=""):
    return Count(area=area, day=day, measure="library.lent", n=n, kind=kind)


def lend(book, *, by=ALICE, at=NOON, tally=None):
    """Lend one book; Alice lends in Fuhuajie, Charlie in Dehuajie."""
    with transaction.atomic():
        actions.record(
            Lent(book=book, title=f"书 {book}"),
            by=by,
            at=at,
            subject=f"book:{book}",
            area=by.unit,
            tally=[lent(by.unit)] if tally is None else tally,
        )


def give_back(book, *, by=ALICE, at=NOON):
    with transaction.atomic():
        actions.record(
            Returned(book=book), by=by, at=at, subject=f"book:{book}", area=by.unit
        )


def fill(count, *, checkpoint_every=10):
    """Lend books in turn by Alice and Charlie; number and sign on the way."""
    for book in range(1, count + 1):
        minute = dt.timedelta(minutes=book, microseconds=book % 3)
        lend(book, by=(ALICE, CHARLIE)[book % 2], at=NOON + minute)
        if book % checkpoint_every == 0:
            actions.sequence(at=NOON + minute)
            actions.checkpoint(at=NOON + minute)
    actions.sequence(at=NOON + dt.timedelta(days=1))
