"""The journal: recording, numbering, signing and verifying, by the number of entries."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.db import transaction

from benchmarks.rows import FULL, Row, seconds
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal import actions
from fangxian.mechanisms.journal.events import Act, Count
from fangxian.mechanisms.journal.verification import verify


ENTRIES = 1_000_000 if FULL else 20_000
SINGLE = 1_000
AT_ONCE = 5_000
AREAS, DAYS = 100, 30
FIRST_DAY = dt.date(2020, 11, 1)
AT = dt.datetime(2020, 11, 30, tzinfo=dt.UTC)
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Observed:
    name: ClassVar[str] = "benchmark.observed"
    place: int
    form: str
    answers: dict[str, bool]


def acts(first: int, count: int) -> Iterator[Act]:
    """Make up acts of 100 areas and 30 days."""
    for number in range(first, first + count):
        area = number % AREAS
        day = FIRST_DAY + dt.timedelta(days=number % DAYS)
        yield Act(
            Observed(place=number, form="six_haves", answers={"masks": True}),
            f"place:{number}",
            area,
            (Count(area, day, "benchmark.observed"),),
        )


def record_singly() -> None:
    """Record one act a transaction, as requests do."""
    for act in acts(0, SINGLE):
        with transaction.atomic():
            actions.record(
                act.event,
                by=SYSTEM,
                at=AT,
                subject=act.subject,
                area=act.area,
                tally=act.tally,
            )


def record_many() -> None:
    """Record the rest in large transactions, signing a checkpoint after each."""
    for first in range(SINGLE, ENTRIES, AT_ONCE):
        with transaction.atomic():
            actions.record_all(
                acts(first, min(AT_ONCE, ENTRIES - first)), by=SYSTEM, at=AT
            )


def sequence() -> None:
    """Number everything, with a checkpoint every 5,000 entries."""
    while actions.sequence(at=AT, most=AT_ONCE):
        actions.checkpoint(at=AT)


def check() -> None:
    """Verify, and fail loudly if the journal is not clean."""
    assert verify().faults == ()


def rows() -> list[Row]:
    """Fill a journal and verify it."""
    singly, many = seconds(record_singly), seconds(record_many)
    numbered, verified = seconds(sequence), seconds(check)
    return [
        Row("journal: one act a transaction", SINGLE / singly, "acts/s"),
        Row("journal: many acts a transaction", (ENTRIES - SINGLE) / many, "acts/s"),
        Row(f"journal: number and sign {ENTRIES:,}", ENTRIES / numbered, "entries/s"),
        Row(
            f"journal: verify {ENTRIES:,} entries",
            verified,
            "s",
            ratio=f"{verified * MILLION / ENTRIES:.0f} s a million",
            goal="a few tens of seconds a million",
        ),
    ]
