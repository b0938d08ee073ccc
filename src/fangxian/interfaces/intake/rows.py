"""The row of a phone: each act in its place, none of them twice, and in order.

What came is always kept. An act whose predecessors have not come yet waits for them
for a while (``PATIENCE``), so that acts are done in the order in which they were made,
and no longer, so that one that was lost holds up no other.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fangxian.interfaces.intake.at_rest import Seal
from fangxian.interfaces.intake.batches import BEGINNING, Batch, Link
from fangxian.interfaces.intake.envelope import ACT_BYTES_MAX
from fangxian.interfaces.intake.inbox import (
    OTHER_BODY,
    QUARANTINED,
    RECEIVED,
    WAITING,
    Inbox,
    id_of_clash,
)
from fangxian.interfaces.intake.reasons import (
    BROKEN_CHAIN,
    LOST_TOO_MANY,
    OTHER_ACT,
    TOO_LONG,
    reason_of,
)


PATIENCE = dt.timedelta(minutes=10)
LOST_MAX = 10_000
LOST = "lost"
IN_QUARANTINE = b""  # waits in its place only; the act itself is in quarantine already
ROWS_A_STATEMENT = 200
LINK = """
INSERT INTO inbox_link (phone, seq, act, prev, hash, behind, fault, early, came_at)
VALUES {rows}
"""
LINK_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
EARLY = """
SELECT act, seq, prev, hash, fault, early, came_at FROM inbox_link
WHERE phone = %s AND early IS NOT NULL AND {condition} ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch, and how far the phone's row is held."""

    states: list[str]
    upto: int
    head: bytes


# ------------------------------------------------------------------------ batches
def keep_batches(
    inbox: Inbox, batches: Sequence[tuple[Batch, Sequence[Link]]], *, at: dt.datetime
) -> list[Outcome]:
    """Keep the acts of many batches in one transaction; say what became of each."""
    with inbox.transaction():
        return [_Row.of(inbox, batch, at=at).take(links) for batch, links in batches]


class _Held(NamedTuple):
    """What stands in a place: its digest, what is wrong with it, whether it waits."""

    hash: bytes
    fault: str
    early: bool


class _Early(NamedTuple):
    """An act that waits for those before it."""

    act: bytes
    seq: int
    prev: str
    hash: bytes
    fault: str
    sealed: bytes
    came_at: str


START = _Held(BEGINNING, "", early=False)  # what stands before the first act
NOTHING = _Held(BEGINNING, "", early=True)  # has not come, so what follows is early


@dataclass(slots=True)
class _Row:
    """A phone's row while a batch is put into it."""

    inbox: Inbox
    batch: Batch
    at: dt.datetime
    upto: int
    seal: Seal = field(default_factory=Seal)
    held: dict[int, _Held] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)
    acts: list[tuple[Any, ...]] = field(default_factory=list)
    links: list[tuple[Any, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, inbox: Inbox, batch: Batch, *, at: dt.datetime) -> "_Row":
        """Lock the row of the phone that signed the batch."""
        found = inbox.run(
            f"SELECT upto FROM inbox_phone WHERE name = %s{inbox.locking}",  # noqa: S608 -- a fixed word
            str(batch.device),
        ).fetchone()
        return cls(inbox, batch, at, upto=found[0])

    def take(self, links: Sequence[Link]) -> Outcome:
        """Put acts into their places, and say how far the row is held."""
        self._look_up(links)
        states = [self._place(link, place) for place, link in enumerate(links)]
        self.inbox.insert(self.acts)
        insert_links(self.inbox, self.links)
        upto = _advance(self.inbox, self.name, self.upto, self.seal)
        self.inbox.run(
            "UPDATE inbox_phone SET upto = %s, have = %s, heard_at = %s"
            " WHERE name = %s",
            upto,
            self.batch.have.seq,
            self.at.isoformat(),
            self.name,
        )
        return Outcome(states, upto, _hash_at(self.inbox, self.name, upto))

    @property
    def name(self) -> str:
        """The phone, as acts name it."""
        return str(self.batch.device)

    def _look_up(self, links: Sequence[Link]) -> None:
        """Read what is known of these places, the ones before them, and these ids."""
        if not links:
            return
        seqs = sorted({seq for one in links for seq in (one.seq - 1, one.seq)})
        found = self.inbox.run(
            f"SELECT seq, hash, fault, early IS NOT NULL FROM inbox_link WHERE phone = %s AND seq IN ({_marks(seqs)})",  # noqa: S608 -- marks only
            self.name,
            *seqs,
        )
        self.held = {
            seq: _Held(bytes(hash_), fault, bool(early))
            for seq, hash_, fault, early in found.fetchall()
        }
        ids = [one.id.bytes for one in links]
        for table, column in ("inbox_act", "id"), ("inbox_link", "act"):
            known = self.inbox.run(
                f"SELECT {column} FROM {table} WHERE {column} IN ({_marks(ids)})",  # noqa: S608 -- fixed names
                *ids,
            )
            self.taken.update(bytes(row[0]) for row in known.fetchall())

    def _place(self, link: Link, place: int) -> str:
        """Keep one act: in its place if that is free, else beside in quarantine."""
        known = self.held.get(link.seq)
        if known is not None and known.hash == link.hash:
            return QUARANTINED if known.fault else RECEIVED
        if known is not None:
            fault = OTHER_BODY if link.id.bytes in self.taken else _said(OTHER_ACT)
            self._keep(link, fault, id_=self._beside(link))
            return QUARANTINED
        before = self.held.get(link.seq - 1, NOTHING if link.seq > 1 else START)
        fault = self._fault(link, before)
        id_ = link.id.bytes if link.id.bytes not in self.taken else self._beside(link)
        early = None
        if before.early:
            early = IN_QUARANTINE if fault else self.seal.close(link.raw)
        if not early:
            self._keep(link, fault, id_=id_)
        self.held[link.seq] = _Held(link.hash, fault, before.early)
        self.taken.add(link.id.bytes)
        behind, moment = self.batch.was_behind(place, self.at), self.at.isoformat()
        self.links.append(
            (
                self.name,
                link.seq,
                id_,
                link.prev,
                link.hash,
                behind,
                fault,
                early,
                moment,
            )
        )
        return QUARANTINED if fault else RECEIVED

    def _fault(self, link: Link, before: _Held) -> str:
        if link.id.bytes in self.taken:
            return OTHER_BODY
        if not _follows(link.prev, before.hash, seq=link.seq):
            return _said(BROKEN_CHAIN)
        if len(link.raw) > ACT_BYTES_MAX:
            return _said(TOO_LONG, bytes=ACT_BYTES_MAX)
        return ""

    def _beside(self, link: Link) -> bytes:
        return id_of_clash(self.seal.tag_of(link.hash))

    def _keep(self, link: Link, fault: str, *, id_: bytes) -> None:
        tag = self.seal.tag_of(link.hash)
        state = QUARANTINED if fault else WAITING
        self.acts.append(
            (
                id_,
                tag,
                self.name,
                self.seal.close(link.raw),
                self.at.isoformat(),
                state,
                fault,
            )
        )


# ----------------------------------------------------------------- what came early
def release_early(inbox: Inbox, *, at: dt.datetime) -> None:
    """Let acts be done whose predecessors have not come for too long."""
    before = (at - PATIENCE).isoformat()
    late = inbox.run(
        "SELECT DISTINCT phone FROM inbox_link WHERE early IS NOT NULL AND came_at < %s",
        before,
    ).fetchall()
    for (name,) in late:
        with inbox.transaction():
            _lock(inbox, name)
            rows = _early(inbox, name, "came_at < %s", before)
            _promote(inbox, name, rows, Seal())


def close_gap(
    inbox: Inbox, name: str, *, first: int, last: int, at: dt.datetime
) -> None:
    """Note that a phone has lost these acts itself; its row goes on behind them."""
    if last - first >= LOST_MAX:
        raise LOST_TOO_MANY(most=LOST_MAX)
    with inbox.transaction():
        upto = _lock(inbox, name)
        found = inbox.run(
            "SELECT seq FROM inbox_link WHERE phone = %s AND seq BETWEEN %s AND %s",
            name,
            first,
            last,
        )
        known = {row[0] for row in found.fetchall()}
        seal, moment = Seal(), at.isoformat()
        insert_links(
            inbox,
            [
                (
                    name,
                    seq,
                    seal.tag_of(f"{name} {seq}".encode()),
                    "",
                    BEGINNING,
                    0,
                    LOST,
                    None,
                    moment,
                )
                for seq in range(first, last + 1)
                if seq not in known
            ],
        )
        inbox.run(
            "UPDATE inbox_phone SET upto = %s WHERE name = %s",
            _advance(inbox, name, upto, seal),
            name,
        )


def _advance(inbox: Inbox, name: str, upto: int, seal: Seal) -> int:
    """Find how far the row is held without a gap, and let what waited be done."""
    found = inbox.run(
        "SELECT seq, early IS NOT NULL FROM inbox_link WHERE phone = %s AND seq > %s"
        " ORDER BY seq",
        name,
        upto,
    )
    waited = False
    for seq, early in found.fetchall():
        if seq != upto + 1:
            break
        upto = seq
        waited = waited or bool(early)
    if waited:
        _promote(inbox, name, _early(inbox, name, "seq <= %s", upto), seal)
    return upto


def _early(inbox: Inbox, name: str, condition: str, value: object) -> list[_Early]:
    sql = EARLY.format(condition=condition)
    return [
        _Early(bytes(act), seq, prev, bytes(hash_), fault, bytes(sealed), came_at)
        for act, seq, prev, hash_, fault, sealed, came_at in inbox.run(sql, name, value)
    ]


def _promote(inbox: Inbox, name: str, rows: Iterable[_Early], seal: Seal) -> None:
    """Put acts that waited for others among those to be done, in their order."""
    for one in rows:
        inbox.run(
            "UPDATE inbox_link SET early = NULL, fault = %s"
            " WHERE phone = %s AND seq = %s",
            one.fault or _enter(inbox, name, one, seal),
            name,
            one.seq,
        )


def _enter(inbox: Inbox, name: str, one: _Early, seal: Seal) -> str:
    """Put an act among those to be done, else in quarantine; say what is wrong."""
    before = _hash_at(inbox, name, one.seq - 1)
    fault = "" if _follows(one.prev, before, seq=one.seq) else _said(BROKEN_CHAIN)
    tag = seal.tag_of(one.hash)
    state = QUARANTINED if fault else WAITING
    inbox.insert([(one.act, tag, name, one.sealed, one.came_at, state, fault)])
    return fault


def _follows(prev: str, before: bytes, *, seq: int) -> bool:
    """Whether an act names the one before it; of one that is not here nobody knows."""
    unknown = before == BEGINNING and seq > 1
    return unknown or before.hex() == prev


def insert_links(inbox: Inbox, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert places of a row by long statements."""
    for first in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[first : first + ROWS_A_STATEMENT]
        sql = LINK.format(rows=", ".join([LINK_ROW] * len(some)))
        inbox.run(sql, *[value for row in some for value in row])


def _hash_at(inbox: Inbox, name: str, seq: int) -> bytes:
    """Give the digest of the act in this place; zeros where there is none."""
    row = inbox.run(
        "SELECT hash FROM inbox_link WHERE phone = %s AND seq = %s", name, seq
    ).fetchone()
    return bytes(row[0]) if row else BEGINNING


def _lock(inbox: Inbox, name: str) -> int:
    row = inbox.run(
        f"SELECT upto FROM inbox_phone WHERE name = %s{inbox.locking}",  # noqa: S608 -- a fixed word
        name,
    ).fetchone()
    return int(row[0])


def _said(kind: Any, **facts: object) -> str:
    return reason_of(kind(**facts)).to_text()


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
