"""Readers of the journal and of its counters. Callers name the areas they may see."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum

from fangxian.kernel.merkle import GrowingTree, Proof, inclusion_proof
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.journal.checkpoints import HeldCheckpoint, Signed
from fangxian.mechanisms.journal.models import Checkpoint, Cursor, Entry, Leaf, Tally
from fangxian.mechanisms.journal.spelling import moment_of_value


GENESIS = bytes(32)
SEQUENCER = "journal.numbers"
SETTLED = "journal.settled"
SETTLING = "journal.settling"
SETTLING_UNTIL = "journal.settling_until"
CHECKPOINTS = "journal.checkpoints"
VERIFICATION = "journal:verification"
ONCE = "once:"
MARKS_OF_OTHER_THINGS = frozenset({SETTLED, SETTLING, SETTLING_UNTIL, CHECKPOINTS})

NO_ENTRY = RefusalKind(
    code="journal.no_entry",
    sentence="There is no entry {number}.",
    remedy="Check the number.",
    hidden=True,
)
NO_CHECKPOINT = RefusalKind(
    code="journal.no_checkpoint",
    sentence="No checkpoint covers this yet.",
    remedy="Wait a minute: the next checkpoint will.",
)

NEXT = """
    SELECT leaf.number FROM journal_leaf leaf
    JOIN journal_entry entry ON entry.id = leaf.entry_id
    WHERE leaf.number > %s AND entry.event IN ({marks})
    ORDER BY leaf.number LIMIT 1
"""
TOTALS = """
    SELECT area, measure, kind, CAST(sum(n) AS bigint)
    FROM journal_tally
    WHERE measure IN ({measures}) AND day >= %s AND day < %s AND area IN ({areas})
    GROUP BY area, measure, kind
"""

Areas = Iterable[int] | QuerySet[Any, Any] | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A numbered act as readers get it."""

    number: int
    id: int
    event: str
    subject: str
    area: int | None
    payload: dict[str, Any]
    person: UUID
    post: int | None
    device: str
    happened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands in a signed tree; ``kernel.merkle.is_included`` checks it."""

    number: int
    leaf: bytes
    size: int
    root: bytes
    proof: Proof


@dataclass(frozen=True, slots=True)
class Total:
    """How often something was done in one area itself, for one kind of place."""

    area: int
    measure: str
    kind: str
    n: int


@dataclass(frozen=True, slots=True)
class Verification:
    """Who verified the journal when, and what was found; the first ``faults`` of all."""

    by: UUID
    at: dt.datetime
    entries: int
    checkpoints: int
    found: int
    faults: tuple[tuple[Any, ...], ...]


def entries(
    areas: Areas,
    *,
    after: int = 0,
    most: int = 50,
    event: str = "",
    from_: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> list[JournalEntry]:
    """Give numbered entries of these areas (None: of all), by number, above ``after``."""
    rows = find_entries(areas, event=event, from_=from_, until=until)
    return [facts_of(leaf) for leaf in rows.filter(number__gt=after)[:most]]


def find_entries(
    areas: Areas,
    *,
    event: str = "",
    from_: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> QuerySet[Leaf]:
    """Select leaves with their entries, by number; ``event`` is a whole name or ``finding.``."""
    found = Leaf.objects.select_related("entry").order_by("number")
    if areas is not None:
        found = found.filter(entry__area__in=areas)
    if event:
        found = (
            found.filter(entry__event__startswith=event)
            if event.endswith(".")
            else found.filter(entry__event=event)
        )
    if from_ is not None:
        found = found.filter(entry__happened_at__gte=from_)
    if until is not None:
        found = found.filter(entry__happened_at__lt=until)
    return found


def entries_of(subject: str, areas: Areas = None) -> list[JournalEntry]:
    """Give the numbered acts on one thing, oldest first: its history."""
    found = find_entries(areas).filter(entry__subject=subject)
    return [facts_of(leaf) for leaf in found]


def said_of(subject: str) -> dict[str, dict[str, Any]]:
    """Give what each event last said of one thing, numbered yet or not."""
    told = Entry.objects.filter(subject=subject).order_by("pk")
    return dict(told.values_list("event", "payload"))


def payloads(event: str) -> Iterator[dict[str, Any]]:
    """Give what every entry of an event says, numbered yet or not, oldest first."""
    told = Entry.objects.filter(event=event).order_by("pk")
    return told.values_list("payload", flat=True).iterator()


def entries_after(number: int, most: int) -> list[JournalEntry]:
    """Give the next entries of the outbox, whatever their area."""
    return entries(None, after=number, most=most)


def get_entry(number: int, areas: Areas) -> JournalEntry:
    """Give one entry of these areas, or refuse as if there were none."""
    leaf = find_entries(areas).filter(number=number).first()
    if leaf is None:
        raise NO_ENTRY(number=number)
    return facts_of(leaf)


def find_next(number: int, events: Collection[str]) -> JournalEntry | None:
    """Give the first entry of these events above a number."""
    sql = NEXT.format(marks=", ".join(["%s"] * len(events)))
    with connection.cursor() as cursor:  # every job asks; the ORM would cost more
        cursor.execute(sql, [number, *events])
        found = cursor.fetchone()
    if found is None:
        return None
    return facts_of(Leaf.objects.select_related("entry").get(number=found[0]))


def last_number() -> int:
    """Give the highest number; 0 while there is none."""
    mark = Cursor.objects.filter(reader=SEQUENCER).values_list("number", flat=True)
    return mark.first() or 0


def is_place_in_log(reader: str) -> bool:
    """Whether a cursor counts numbers of the log, and not days or ids."""
    return reader not in MARKS_OF_OTHER_THINGS and not reader.startswith(ONCE)


def done_once(name: str) -> int:
    """Give the last number for which this was done (``actions.once``); 0 if never."""
    mark = Cursor.objects.filter(reader=f"{ONCE}{name}")
    return mark.values_list("number", flat=True).first() or 0


def last_checkpoint_at() -> dt.datetime | None:
    """Give when the newest checkpoint was made."""
    return find_checkpoints().values_list("made_at", flat=True).first()


def last_verification() -> Verification | None:
    """Give the newest verification that was noted (``actions.verify_and_note``)."""
    entry = Entry.objects.filter(subject=VERIFICATION).order_by("-id").first()
    if entry is None:
        return None
    faults = tuple(tuple(fault) for fault in entry.payload["faults"])
    return Verification(
        by=entry.person,
        at=entry.happened_at,
        entries=entry.payload["entries"],
        checkpoints=entry.payload["checkpoints"],
        found=entry.payload["found"],
        faults=faults,
    )


def events_of(areas: Areas) -> list[str]:
    """Name the events that occur, for a filter."""
    return sorted(
        find_entries(areas).order_by().values_list("entry__event", flat=True).distinct()
    )


def facts_of(leaf: Leaf) -> JournalEntry:
    """Give a leaf with its entry as readers get it."""
    entry = leaf.entry
    return JournalEntry(
        number=leaf.number,
        id=entry.pk,
        event=entry.event,
        subject=entry.subject,
        area=entry.area,
        payload=entry.payload,
        person=entry.person,
        post=entry.post,
        device=entry.device,
        happened_at=entry.happened_at,
    )


def prove(number: int) -> Inclusion:
    """Prove that an entry stands in the first checkpoint that covers it."""
    covering = Checkpoint.objects.filter(size__gte=number).order_by("size").first()
    if covering is None:
        raise NO_CHECKPOINT()
    before = Checkpoint.objects.filter(number=covering.number - 1).first()
    earlier = (
        GrowingTree.from_peaks(before.size, bytes(before.peaks))
        if before
        else GrowingTree.empty()
    )
    newer = Leaf.objects.filter(number__gt=earlier.size, number__lte=covering.size)
    digests = [
        bytes(digest)
        for digest in newer.order_by("number").values_list("digest", flat=True)
    ]
    return Inclusion(
        number=number,
        leaf=digests[number - earlier.size - 1],
        size=covering.size,
        root=bytes(covering.root),
        proof=inclusion_proof(digests, number - 1, after=earlier),
    )


def find_checkpoints() -> QuerySet[Checkpoint]:
    """Select checkpoints, newest first."""
    return Checkpoint.objects.order_by("-number")


def hold(number: int | None = None, *, public: bytes) -> HeldCheckpoint:
    """Give a checkpoint (the newest, or by number) as someone may hold it elsewhere."""
    chosen = find_checkpoints()
    if number is not None:
        chosen = chosen.filter(number=number)
    made = chosen.first()
    if made is None:
        raise NO_CHECKPOINT()
    signed = Signed(
        number=made.number,
        size=made.size,
        root=bytes(made.root).hex(),
        chain=bytes(made.chain).hex(),
        peaks=bytes(made.peaks).hex(),
        made_at=moment_of_value(made.made_at),
    )
    return HeldCheckpoint(signed, bytes(made.signature).hex(), public.hex())


def count(
    measure: str,
    *,
    areas: Areas,
    from_: dt.date,
    until: dt.date,
    kinds: Collection[str] | None = None,
) -> int:
    """Sum a measure over areas (None: all) and Shanghai days ``[from_, until)``."""
    chosen = _tallies([measure], areas, from_, until, kinds)
    return chosen.aggregate(n=Sum("n"))["n"] or 0


def counts_by_area(
    measure: str,
    *,
    areas: Areas,
    from_: dt.date,
    until: dt.date,
    kinds: Collection[str] | None = None,
) -> dict[int, int]:
    """As ``count``, for each area that has any."""
    chosen = _tallies([measure], areas, from_, until, kinds)
    return dict(chosen.values_list("area").annotate(sum=Sum("n")).order_by("area"))


def counts_by_day(
    measure: str,
    *,
    areas: Areas,
    from_: dt.date,
    until: dt.date,
    kinds: Collection[str] | None = None,
) -> dict[dt.date, int]:
    """As ``count``, for each day that has any."""
    chosen = _tallies([measure], areas, from_, until, kinds)
    return dict(chosen.values_list("day").annotate(sum=Sum("n")).order_by("day"))


def counts_by_measure(
    measures: Collection[str],
    *,
    areas: Areas,
    from_: dt.date,
    until: dt.date,
    kinds: Collection[str] | None = None,
) -> dict[str, int]:
    """Sum many measures at once; one that never occurred is 0."""
    chosen = _tallies(measures, areas, from_, until, kinds)
    sums = chosen.values_list("measure").annotate(sum=Sum("n")).order_by("measure")
    return {**dict.fromkeys(measures, 0), **dict(sums)}


def totals(
    measures: Collection[str],
    *,
    areas: Collection[int],
    from_: dt.date,
    until: dt.date,
) -> list[Total]:
    """Sum many measures for each area and kind, for figures of returns."""
    if not measures or not areas:
        return []
    sql = TOTALS.format(
        measures=", ".join(["%s"] * len(measures)), areas=", ".join(["%s"] * len(areas))
    )
    days = [connection.ops.adapt_datefield_value(day) for day in (from_, until)]
    with connection.cursor() as cursor:  # every signature asks; the ORM would cost more
        cursor.execute(sql, [*measures, *days, *areas])
        return [Total(*row) for row in cursor.fetchall()]


def tallied(
    *, from_: dt.date, until: dt.date
) -> dict[tuple[str, int, dt.date, str], int]:
    """Give every counter of these days, as (measure, area, day, kind) → n."""
    rows = Tally.objects.filter(day__gte=from_, day__lt=until).exclude(n=0)
    return {
        (measure, area, day, kind): n
        for measure, area, day, kind, n in rows.values_list(
            "measure", "area", "day", "kind", "n"
        )
    }


def _tallies(
    measures: Collection[str],
    areas: Areas,
    from_: dt.date,
    until: dt.date,
    kinds: Collection[str] | None,
) -> QuerySet[Tally]:
    one_day = until - from_ == dt.timedelta(days=1)  # an equality keeps to the index
    days = {"day": from_} if one_day else {"day__gte": from_, "day__lt": until}
    chosen = Tally.objects.filter(measure__in=measures, **days)
    if areas is not None:
        chosen = chosen.filter(area__in=areas)
    if kinds is not None:
        chosen = chosen.filter(kind__in=kinds)
    return chosen
