"""Recomputes everything from the stored rows and names each row that does not fit.

One pass over the log in number order: every entry is spelled and hashed anew, every
link of the chain and every checkpoint is recomputed, every seal is opened, and the
counters are rebuilt. What is checked against what:

- an entry's fields, its seal and its leaf's fields against the leaf's digest;
- the digest against the chain, the chain and the tree against signed checkpoints;
- an entry without a number against its seal, and seals against each other;
- the ends of the log and of the checkpoints against the marks of their writers;
- all of it against a checkpoint held elsewhere, which finds a rewritten or cut log
  even if whoever cut it had the key.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.conf import settings

from fangxian.kernel.merkle import GrowingTree, leaf_hash
from fangxian.mechanisms.journal import queries, stored
from fangxian.mechanisms.journal.checkpoints import HeldCheckpoint, Signed
from fangxian.mechanisms.journal.spelling import encoded, spell_leaf
from fangxian.mechanisms.journal.stored import (
    StoredCheckpoint,
    StoredEntry,
    StoredLeaf,
    TallyKey,
)
from fangxian.privacy.signing import SigningKey, signing_key_at


class What(StrEnum):
    """What can be wrong; the value is the sentence, which interfaces translate."""

    MISSING = "Numbers are missing."
    OUT_OF_ORDER = "A number stands before the first."
    ENTRY_GONE = "The entry of this number is gone."
    ENTRY_CHANGED = "The entry was changed."
    LEAF_CHANGED = "The digest of the entry was changed."
    CHAIN_BROKEN = "The link to the entry before was changed."
    SEAL_BROKEN = "The entry was not written by this installation."
    SEAL_COPIED = "The entry is a copy of another."
    NUMBER_LOST = "The entry has lost its number."
    MARK_MOVED = "A mark stands elsewhere than the rows."
    CHECKPOINT_MISSING = "A checkpoint is missing."
    CHECKPOINT_CHANGED = "The checkpoint was changed."
    CHECKPOINT_DIFFERS = "The entries are not those that the checkpoint signed."
    LOG_CUT = "The journal ends before this checkpoint."
    HELD_DIFFERS = "The entries are not those of the checkpoint held elsewhere."
    COUNTER_DIFFERS = "A counter is not the sum of its entries."


@dataclass(frozen=True, slots=True)
class FaultyCounter:
    """Which counter differs, what is stored (None: no row), and what the entries make.

    Key and value are as they are stored: whoever changed them may have put anything.
    """

    measure: object
    day: object
    area: object
    kind: object
    stored: object
    made: int

    def __str__(self) -> str:
        held = "nothing" if self.stored is None else self.stored
        key = f"{self.measure} {self.day} {self.area} {self.kind}"
        return f"{key}: {held} is stored, the entries make {self.made}"

    def to_plain(self) -> tuple[str | int | None, ...]:
        """Give the fields in their order, as plain as a journal entry takes them."""
        fields = (self.measure, self.day, self.area, self.kind, self.stored, self.made)
        return tuple(
            one if one is None or isinstance(one, str | int) else str(one)
            for one in fields
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that does not fit: its number, its entry's id, and what is wrong.

    A checkpoint's fault has the size of its tree as number. A counter's has none;
    its ``counter`` says which one, and ``detail`` the same in English.
    """

    number: int | None
    entry: int | None
    what: What
    detail: str = ""
    counter: FaultyCounter | None = field(default=None, compare=False)  # as in detail


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found; ``waiting`` entries have no number yet."""

    entries: int
    waiting: int
    checkpoints: int
    faults: tuple[Fault, ...]

    @property
    def clean(self) -> bool:
        """Whether every row fits."""
        return not self.faults


def verify(*, checkpoint: HeldCheckpoint | None = None) -> Verdict:
    """Check the whole journal, and against a checkpoint that was held elsewhere."""
    key = signing_key_at(settings.FANGXIAN_SIGNING_KEY)
    with stored.snapshot():
        points = list(stored.checkpoints())
        marks = Counter(stored.cursors())  # who has no mark stands at 0
        log = _Log(key, {point.signed.size: point for point in points}, checkpoint)
        faults = (
            *log.numbered(),
            *log.unnumbered(settled=marks[queries.SETTLED]),
            *(Fault(None, id_, What.SEAL_COPIED) for id_ in stored.copied_seals()),
            *log.ends(marks),
            *_faulty_checkpoints(
                points, key=key, last=marks[queries.CHECKPOINTS], size=log.number
            ),
            *_faulty_counters(log.tallies),
        )
    return Verdict(log.number, log.waiting, len(points), faults)


@dataclass(slots=True)
class _Chain:
    """The links as they are stored, and as they would be: one of them goes on."""

    stored: bytes = queries.GENESIS
    computed: bytes = queries.GENESIS

    def follow(self, link: bytes, digests: tuple[bytes, ...]) -> bytes | None:
        """Take the next link; give the digest it commits to, or None if it is broken."""
        for digest in digests:
            for previous in (self.stored, self.computed):
                if sha256(previous + digest).digest() == link:
                    self.resume(link)
                    return digest
        self.computed = sha256(self.computed + digests[0]).digest()
        self.stored = link
        return None

    def resume(self, link: bytes) -> None:
        """Go on from a link that holds, or that stands behind a gap."""
        self.stored = self.computed = link


@dataclass(slots=True)
class _Log:
    """One pass over entries and leaves, and what is known at its end."""

    key: SigningKey
    points: dict[int, StoredCheckpoint]
    held: HeldCheckpoint | None
    number: int = 0
    waiting: int = 0
    tree: GrowingTree = field(default_factory=GrowingTree.empty)
    chain: _Chain = field(default_factory=_Chain)
    tallies: Counter[str] = field(default_factory=Counter)

    def numbered(self) -> Iterator[Fault]:
        """Check every leaf with its entry, and the checkpoints on the way."""
        for leaf in stored.leaves():
            if leaf.number <= self.number:
                yield Fault(leaf.number, leaf.entry_id, What.OUT_OF_ORDER)
                continue
            gap = leaf.number > self.number + 1
            if gap:
                yield _missing(self.number + 1, leaf.number - 1)
            self.number = leaf.number
            yield from self._leaf(leaf, gap=gap)
            yield from self._signed_here()

    def _leaf(self, leaf: StoredLeaf, *, gap: bool) -> Iterator[Fault]:
        computed, held = _digest(leaf), leaf.digest
        if gap:
            self.chain.resume(leaf.chain)
        believed = held if gap else self.chain.follow(leaf.chain, (held, computed))
        self.tree.append(believed or held)
        if leaf.entry is not None:
            self.tallies[leaf.entry.tally] += 1
        what = self._fault_of(leaf, computed, believed)
        if what is not None:
            yield Fault(leaf.number, leaf.entry_id, what)

    def _fault_of(
        self, leaf: StoredLeaf, computed: bytes, believed: bytes | None
    ) -> What | None:
        if leaf.entry is None:
            return What.ENTRY_GONE
        if leaf.digest != computed:
            return What.LEAF_CHANGED if believed == computed else What.ENTRY_CHANGED
        if believed is None:
            return What.CHAIN_BROKEN
        return None if self._opens(leaf.entry) else What.SEAL_BROKEN

    def _opens(self, entry: StoredEntry) -> bool:
        return self.key.opens(entry.seal, encoded(entry.act))

    def _signed_here(self) -> Iterator[Fault]:
        """Compare with the checkpoints of this size, and go on from what was signed."""
        held = self.held.signed if self.held else None
        if held and held.size == self.number and not self._fits(held):
            yield Fault(self.number, None, What.HELD_DIFFERS)
        point = self.points.get(self.number)
        if point is None or not point.is_signed(self.key.public):
            return
        if not self._fits(point.signed):
            yield Fault(self.number, None, What.CHECKPOINT_DIFFERS)
            peaks = bytes.fromhex(point.signed.peaks)
            self.tree = GrowingTree.from_peaks(point.signed.size, peaks)

    def _fits(self, signed: Signed) -> bool:
        return (
            self.tree.root.hex() == signed.root
            and self.tree.joined_peaks.hex() == signed.peaks
            and signed.chain in {self.chain.stored.hex(), self.chain.computed.hex()}
        )

    def unnumbered(self, *, settled: int) -> Iterator[Fault]:
        """Check the entries without a number: only new ones may wait for it."""
        for entry in stored.unnumbered():
            self.tallies[entry.tally] += 1
            if not self._opens(entry):
                yield Fault(None, entry.id, What.SEAL_BROKEN)
            elif entry.id <= settled:
                yield Fault(None, entry.id, What.NUMBER_LOST)
            else:
                self.waiting += 1

    def ends(self, marks: Counter[str]) -> Iterator[Fault]:
        """Check that the log ends where its writer, its readers and others left it."""
        last = marks[queries.SEQUENCER]
        if last > self.number:
            yield _missing(self.number + 1, last)
        if last < self.number:
            yield Fault(self.number, None, What.MARK_MOVED, queries.SEQUENCER)
        for reader, number in sorted(marks.items()):
            if queries.is_place_in_log(reader) and number > last:
                yield Fault(number, None, What.MARK_MOVED, reader)
        if self.held and self.held.signed.size > self.number:
            yield Fault(self.held.signed.size, None, What.LOG_CUT)


def _missing(first: int, last: int) -> Fault:
    return Fault(first, None, What.MISSING, f"{first}-{last}")


def _digest(leaf: StoredLeaf) -> bytes:
    """Compute what the leaf's digest must be; what it is if its entry is gone."""
    if leaf.entry is None:
        return leaf.digest
    return leaf_hash(
        spell_leaf(
            leaf.entry.act,
            entry=leaf.entry_id,
            number=leaf.number,
            numbered_at=leaf.numbered_at,
            seal=leaf.entry.seal,
        )
    )


def _faulty_checkpoints(
    points: Iterable[StoredCheckpoint], *, key: SigningKey, last: int, size: int
) -> Iterator[Fault]:
    """Check the signatures and the numbering; ``size`` is the last number of the log."""
    number = 0
    for point in points:
        signed = point.signed
        if signed.number != number + 1:
            detail = f"{number + 1}-{signed.number - 1}"
            yield Fault(signed.size, None, What.CHECKPOINT_MISSING, detail)
        number = signed.number
        if not point.is_signed(key.public):
            yield Fault(signed.size, None, What.CHECKPOINT_CHANGED, f"{number}")
        elif signed.size > size:
            yield Fault(signed.size, None, What.LOG_CUT, f"{number}")
    if number != last:
        yield Fault(size, None, What.CHECKPOINT_MISSING, f"{number + 1}-{last}")


def _faulty_counters(texts: Mapping[str, int]) -> Iterator[Fault]:
    """Compare the counters with the sums over all entries' tallies."""
    sums: Counter[TallyKey] = Counter()
    for text, times in texts.items():
        for *counted, n in _counts(text):
            sums[tuple(counted)] += n * times
    for key, n in stored.tallies():
        made = sums.pop(key, None)
        if made is None or (made, type(made)) != (n, type(n)):
            yield _counter_fault(key, stored=n, made=made or 0)
    for key, made in sums.items():
        if made:
            yield _counter_fault(key, stored=None, made=made)


def _counts(text: str) -> list[list[Any]]:
    """Read an entry's tally; one that was made unreadable is its entry's fault."""
    try:
        counts = json.loads(text)
        return [count for count in counts if isinstance(count[-1], int)]
    except (ValueError, TypeError, LookupError):
        return []


def _counter_fault(key: TallyKey, *, stored: object, made: int) -> Fault:
    measure, day, area, kind = key
    counter = FaultyCounter(measure, day, area, kind, stored, made)
    return Fault(None, None, What.COUNTER_DIFFERS, str(counter), counter)
