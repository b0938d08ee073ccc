"""The only writers of the journal: record, number, sign, react."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction

from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.canonical import spell
from fangxian.kernel.merkle import GrowingTree, leaf_hash
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import guards, queries, stored
from fangxian.mechanisms.journal.checkpoints import signed_at
from fangxian.mechanisms.journal.events import (
    Act,
    Count,
    Event,
    GuardsPutBack,
    ReactionRefused,
    Verified,
)
from fangxian.mechanisms.journal.models import Checkpoint, Cursor, Leaf
from fangxian.mechanisms.journal.payloads import payload_of
from fangxian.mechanisms.journal.queries import JournalEntry
from fangxian.mechanisms.journal.spelling import (
    moment_of_value,
    spell_act,
    spell_leaf,
)
from fangxian.mechanisms.journal.verification import verify
from fangxian.privacy.signing import SigningKey, signing_key_at


FAULTS_NOTED = 50
TALLY_ROWS_A_STATEMENT = 150
ADD_TO_TALLIES = """
    INSERT INTO journal_tally (measure, day, area, kind, n) VALUES {rows}
    ON CONFLICT (measure, day, area, kind)
    DO UPDATE SET n = journal_tally.n + EXCLUDED.n
"""

LOCK_CURSORS = """
    SELECT reader, number FROM journal_cursor WHERE reader IN ({readers})
    ORDER BY reader
"""

TallyKey = tuple[str, date, int, str]


def record(
    event: Event,
    *,
    by: Actor,
    at: datetime,
    subject: str,
    area: int | None,
    tally: Iterable[Count] = (),
) -> None:
    """Append one act to the journal, inside the transaction that performed it.

    ``subject`` reads ``finding:12``; ``area`` is the area whose readers see the
    entry; ``tally`` is added to the counters at once. Two statements in all.
    """
    record_all([Act(event, subject, area, tuple(tally))], by=by, at=at)


def record_all(acts: Iterable[Act], *, by: Actor, at: datetime) -> None:
    """Append many acts of one actor at one moment; as ``record``, in few statements."""
    assert connection.in_atomic_block, "an act and its entry succeed or fail together"  # noqa: S101 -- programmer error, not an expected failure
    listed = list(acts)
    moment, key = moment_of_value(at), _key()
    entries = [_entry(act, by=by, at=at, moment=moment, key=key) for act in listed]
    stored.insert_entries(entries)
    _add_to_tallies(count for act in listed for count in act.tally)


def _entry(
    act: Act, *, by: Actor, at: datetime, moment: str, key: SigningKey
) -> stored.NewEntry:
    payload = spell(payload_of(act.event))
    tally = spell([_spelled(count) for count in act.tally])
    row = (
        act.area,
        by.device,
        act.event.name,
        moment,
        payload,
        str(by.person),
        by.post,
        act.subject,
        tally,
    )
    return stored.NewEntry(
        area=act.area,
        device=by.device,
        event=act.event.name,
        happened_at=at,
        payload=payload,
        person=by.person,
        post=by.post,
        subject=act.subject,
        tally=tally,
        seal=key.seal(spell_act(row).encode()),
    )


def _key() -> SigningKey:
    return signing_key_at(settings.FANGXIAN_SIGNING_KEY)


def _spelled(count: Count) -> list[object]:
    return [count.measure, count.day.isoformat(), count.area, count.kind, count.n]


def _add_to_tallies(counts: Iterable[Count]) -> None:
    """Add counts to their rows, in one order for everyone, so that none deadlocks."""
    sums: Counter[TallyKey] = Counter()
    for count in counts:
        sums[count.measure, count.day, count.area, count.kind] += count.n
    rows = [(*key, n) for key, n in sorted(sums.items()) if n]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), TALLY_ROWS_A_STATEMENT):
            part = rows[start : start + TALLY_ROWS_A_STATEMENT]
            places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            values = [value for row in part for value in row]
            cursor.execute(ADD_TO_TALLIES.format(rows=places), values)


@transaction.atomic
def sequence(*, at: datetime, most: int = 5000) -> int:
    """Number the entries that have no number yet, in id order; how many there were.

    Numbers run without gaps from 1. Of two sequencers that run at once, one waits
    for the other and finds nothing left.
    """
    marks = _lock(queries.SEQUENCER, queries.SETTLED)
    waiting = list(stored.unnumbered(after=marks[queries.SETTLED].number, most=most))
    if not waiting:
        return 0
    last = marks[queries.SEQUENCER]
    stored.insert_leaves(_leaves(waiting, after=last.number, at=at))
    last.number += len(waiting)
    last.save(update_fields=["number"])
    _settle(marks[queries.SETTLED], numbered=waiting[-1].id)
    return len(waiting)


def _lock(*readers: str) -> dict[str, Cursor]:
    """Lock these cursors in one order, making those that are not there yet."""
    cursors = _locked(readers)
    if len(cursors) == len(readers):
        return cursors
    missing = [Cursor(reader=reader) for reader in sorted(set(readers) - set(cursors))]
    Cursor.objects.bulk_create(missing, ignore_conflicts=True)
    return _locked(readers)


def _locked(readers: Sequence[str]) -> dict[str, Cursor]:
    """Lock the cursors that are there; every job asks, and the ORM would cost more."""
    sql = LOCK_CURSORS.format(readers=", ".join(["%s"] * len(readers)))
    if connection.features.has_select_for_update:
        sql += connection.ops.for_update_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, readers)
        rows = cursor.fetchall()
    names = ("reader", "number")
    return {row[0]: Cursor.from_db(connection.alias, names, row) for row in rows}


def _leaves(
    entries: Iterable[stored.StoredEntry], *, after: int, at: datetime
) -> Iterator[stored.NewLeaf]:
    previous = Leaf.objects.values_list("chain", flat=True).filter(number=after).first()
    chain = bytes(previous) if previous else queries.GENESIS
    numbered_at = moment_of_value(at)
    for number, entry in enumerate(entries, start=after + 1):
        digest = leaf_hash(
            spell_leaf(
                entry.act,
                entry=entry.id,
                number=number,
                numbered_at=numbered_at,
                seal=entry.seal,
            )
        )
        chain = sha256(chain + digest).digest()
        yield stored.NewLeaf(number, entry.id, at, digest, chain)


def _settle(settled: Cursor, *, numbered: int) -> None:
    """Move the id below which no entry can still appear.

    SQLite has one writer, so ids become visible in order. On PostgreSQL a slow
    transaction may commit an id that is lower than one already numbered; a mark
    moves only after every transaction that ran when it was set has ended.
    """
    if connection.vendor == "sqlite":
        settled.number = numbered
        settled.save(update_fields=["number"])
        return
    marks = _lock(queries.SETTLING, queries.SETTLING_UNTIL)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now)::text::bigint,"
            " pg_snapshot_xmax(now)::text::bigint FROM pg_current_snapshot() AS now"
        )
        oldest_running, next_to_start = cursor.fetchone()
    if oldest_running >= marks[queries.SETTLING_UNTIL].number:
        settled.number = marks[queries.SETTLING].number
        marks[queries.SETTLING].number = numbered
        marks[queries.SETTLING_UNTIL].number = next_to_start
        Cursor.objects.bulk_update([settled, *marks.values()], ["number"])


@transaction.atomic
def checkpoint(*, at: datetime) -> Checkpoint | None:
    """Sign the tree as it stands, or do nothing if it has not grown since the last.

    Only the leaves since the last checkpoint are read.
    """
    made = _lock(queries.CHECKPOINTS)[queries.CHECKPOINTS]
    last = Checkpoint.objects.filter(number=made.number).first()
    tree = (
        GrowingTree.from_peaks(last.size, bytes(last.peaks))
        if last
        else GrowingTree.empty()
    )
    newer = Leaf.objects.filter(number__gt=tree.size).order_by("number")
    chain: bytes | memoryview | None = None
    for digest, chain in newer.values_list("digest", "chain").iterator():  # noqa: B007 -- the last chain is the checkpoint's
        tree.append(bytes(digest))
    if chain is None:
        return None
    made.number += 1
    made.save(update_fields=["number"])
    return _signed(made.number, tree, chain=bytes(chain), at=at)


def _signed(
    number: int, tree: GrowingTree, *, chain: bytes, at: datetime
) -> Checkpoint:
    signed = signed_at(number, tree, chain=chain, made_at=at)
    return Checkpoint.objects.create(
        number=number,
        size=tree.size,
        root=tree.root,
        chain=chain,
        peaks=tree.joined_peaks,
        signature=_key().sign(signed.message),
        made_at=at,
    )


def verify_and_note(*, by: Actor, at: datetime) -> None:
    """Verify the journal, and write down who did and what was found.

    The verification itself reads outside of any transaction, so nobody waits for it.
    """
    verdict, broken = verify(), guards.faults()
    faults = (
        *((None, None, one.what.name, one.name, ()) for one in broken),
        *(
            (
                fault.number,
                fault.entry,
                fault.what.name,
                fault.detail,
                fault.counter.to_plain() if fault.counter else (),
            )
            for fault in verdict.faults
        ),
    )
    noted = Verified(
        entries=verdict.entries,
        waiting=verdict.waiting,
        checkpoints=verdict.checkpoints,
        found=len(faults),
        faults=faults[:FAULTS_NOTED],
    )
    with transaction.atomic():
        record(noted, by=by, at=at, subject=queries.VERIFICATION, area=None)


@transaction.atomic
def put_guards_back(*, by: Actor, at: datetime) -> tuple[str, ...]:
    """Put triggers back that are gone or were changed; give their names.

    What was changed meanwhile is for ``verify`` to find.
    """
    foreign = guards.What.GUARD_FOREIGN
    broken = [one.name for one in guards.faults() if one.what is not foreign]
    if broken:
        with connection.cursor() as cursor:
            for statement in guards.renewing(broken):
                cursor.execute(statement)
        event = GuardsPutBack(guards=tuple(broken))
        record(event, by=by, at=at, subject=queries.VERIFICATION, area=None)
    return tuple(broken)


def react(
    reader: str,
    handle: Callable[[JournalEntry], None],
    *,
    events: Collection[str],
    most: int,
) -> int:
    """Hand each new entry of these events to ``handle``, exactly once, in order.

    The effect and the reader's place move in one transaction: after a crash the
    reader goes on at the first entry without an effect. An effect that is refused
    is undone, noted in the journal, and does not hold up the next. Gives how many
    entries were handled, ``most`` at the most.
    """
    handled = 0
    while handled < most and _react_once(reader, handle, events):
        handled += 1
    return handled


@transaction.atomic
def _react_once(
    reader: str, handle: Callable[[JournalEntry], None], names: Collection[str]
) -> bool:
    place = _lock(reader)[reader]
    last = queries.last_number()
    entry = queries.find_next(place.number, names)
    reached = entry.number if entry else last
    if reached != place.number:
        place.number = reached
        place.save(update_fields=["number"])
    if entry is None:
        return False
    try:
        with transaction.atomic():
            handle(entry)
    except Refusal as refusal:
        _note_refusal(reader, entry, refusal)
    return True


@transaction.atomic
def once(name: str, number: int, act: Callable[[], object]) -> bool:
    """Do this if it was not yet done for this number or a later one; say whether.

    For what is owed once a day: the act and its mark stand or fall together.
    """
    reader = f"{queries.ONCE}{name}"
    mark = _lock(reader)[reader]
    if mark.number >= number:
        return False
    act()
    mark.number = number
    mark.save(update_fields=["number"])
    return True


def take_turns(name: str) -> None:
    """Wait until nobody else who takes turns under this name is still at it.

    For what reads much and then writes what nobody may write twice. Must run inside
    the caller's transaction, whose end is the end of the turn.
    """
    _lock(f"{queries.ONCE}{name}")


def _note_refusal(reader: str, entry: JournalEntry, refusal: Refusal) -> None:
    refused = ReactionRefused(
        reader=reader, number=entry.number, code=refusal.kind.code
    )
    record(
        refused, by=SYSTEM, at=entry.happened_at, subject=entry.subject, area=entry.area
    )
