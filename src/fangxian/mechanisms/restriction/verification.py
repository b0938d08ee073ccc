"""Compares what the tables say of restrictions with what the journal heard of them.

Triggers keep everybody out who has the database's password only; somebody who takes
them away can change a row, but not the journal unseen (``journal.verification``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from fangxian.kernel.canonical import plain
from fangxian.mechanisms.journal.queries import payloads
from fangxian.mechanisms.restriction import events, facts
from fangxian.mechanisms.restriction.models import (
    Appeal,
    Decision,
    Ended,
    Evidence,
    Ruling,
    Withdrawal,
)


AT_ONCE = 500


class What(StrEnum):
    """What is wrong with a row."""

    CHANGED = "The row says something else than the journal."
    GONE = "The journal tells of a row that is not there."
    UNHEARD = "The journal never heard of the row."
    UNSEALED = "The row does not fit its own digest."


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that does not fit, by its table and key."""

    table: str
    key: str
    what: What


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many rows were compared, and which do not fit."""

    rows: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was to be told; None for what cannot be opened any more."""

    key: object
    said: Mapping[str, object] | None
    is_sealed: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """An event, the field of it that names the row, and the rows it should tell of."""

    event: str
    key: str
    rows: Callable[[], Iterator[Row]]


def verify() -> Verdict:
    """Compare every row that restricts, frees or grounds with its entry."""
    counted, faults = 0, list[Fault]()
    for table, told in TOLD.items():
        rows = list(told.rows())
        counted += len(rows)
        heard = {str(one[told.key]): one for one in payloads(told.event)}
        faults += [Fault(table, *one) for one in _compared(rows, heard)]
    return Verdict(counted, tuple(faults))


def _compared(
    rows: Iterable[Row], heard: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, What]]:
    for row in rows:
        key = str(row.key)
        entry = heard.pop(key, None)
        if entry is None:
            yield key, What.UNHEARD
        elif row.said is None or not row.is_sealed:
            yield key, What.UNSEALED
        elif any(entry[name] != plain(value) for name, value in row.said.items()):
            yield key, What.CHANGED
    yield from ((key, What.GONE) for key in heard)


# -------------------------------------------------------------------------- the rows
def _evidence() -> Iterator[Row]:
    ids = list(Evidence.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        yield from _opened(ids[first : first + AT_ONCE])


def _opened(ids: list[UUID]) -> Iterator[Row]:
    """Open pieces of evidence at once; where one does not open, each by itself."""
    try:
        rows = list(Evidence.objects.filter(pk__in=ids).order_by("pk"))
    except InvalidTag:
        if len(ids) == 1:
            yield Row(ids[0], None)
        else:
            for one in ids:
                yield from _opened([one])
        return
    for row in rows:
        said = {
            "person": row.subject,
            "kind": row.kind,
            "grade": row.grade,
            "observation": row.observation_id,
            "digest": row.digest,
        }
        yield Row(row.pk, said, is_sealed=facts.digest_of(row) == row.digest)


def _decisions() -> Iterator[Row]:
    rows = Decision.objects.select_related("edition", "proposal")
    rows = rows.defer("edition__content").prefetch_related("proposal__grounds")
    for row in rows.order_by("pk").iterator(AT_ONCE):
        said = {
            "person": row.subject,
            "edition": row.edition_id,
            "rule": row.rule,
            "measure": row.measure,
            "evidence": facts.evidence_of(row.proposal),
            "since": row.since,
            "until": row.until,
            "digest": row.digest,
        }
        is_sealed = facts.digest_of_decision(row) == row.digest
        yield Row(row.pk, said, is_sealed=is_sealed)


def _ended() -> Iterator[Row]:
    ended = Ended.objects.values_list("decision", "reason", "at")
    for decision, reason, at in ended.iterator(AT_ONCE):
        yield Row(decision, {"reason": reason, "ended_at": at})


def _appeals() -> Iterator[Row]:
    filed = Appeal.objects.values_list("pk", "decision", "channel", "due_at")
    for appeal, decision, channel, due_at in filed.iterator(AT_ONCE):
        said = {"decision": decision, "channel": channel, "due_at": due_at}
        yield Row(appeal, said)


def _rulings() -> Iterator[Row]:
    for appeal, upheld in Ruling.objects.values_list("appeal", "upheld"):
        yield Row(appeal, {"upheld": upheld})


def _withdrawals() -> Iterator[Row]:
    for evidence in Withdrawal.objects.values_list("evidence", flat=True):
        yield Row(evidence, {})


TOLD: Mapping[str, Told] = {
    "evidence": Told(events.EvidenceRecorded.name, "evidence", _evidence),
    "withdrawal": Told(events.EvidenceWithdrawn.name, "evidence", _withdrawals),
    "decision": Told(events.Imposed.name, "decision", _decisions),
    "ended": Told(events.Ended.name, "decision", _ended),
    "appeal": Told(events.AppealFiled.name, "appeal", _appeals),
    "ruling": Told(events.AppealDecided.name, "appeal", _rulings),
}
