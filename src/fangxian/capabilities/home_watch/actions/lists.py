"""A list of results: good rows in, every other row kept with its reason and remedy."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.home_watch import events, queries, rules
from fangxian.capabilities.home_watch.actions.results import Stated, take_down
from fangxian.capabilities.home_watch.models import Result
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.ledger.people.actions import keep_list
from fangxian.mechanisms.ledger.people.queries import (
    Asked,
    Recognised,
    entries_of,
    recognise,
)
from fangxian.mechanisms.ledger.rows import BadRow, SourceFile
from fangxian.mechanisms.ledger.states import About


AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row that could be read: its number in the file, its cells, whom and what."""

    number: int
    cells: tuple[str, ...]
    asked: Asked
    said: Stated


@dataclass(frozen=True, slots=True)
class ResultRows:
    """The rows of a file: those that could be read, and those that could not."""

    readable: Sequence[ResultRow]
    refused: Sequence[BadRow] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a list. ``added`` maps the number of a row to its evidence."""

    batch: int
    added: Mapping[int, UUID]
    known: tuple[int, ...]
    refused: tuple[BadRow, ...]


@dataclass(slots=True)
class _Sorting:
    """What became of the rows so far; nothing is dropped silently."""

    about: dict[int, int] = field(default_factory=dict)  # by row: whose watch
    added: dict[int, UUID] = field(default_factory=dict)
    known: list[int] = field(default_factory=list)
    refused: list[BadRow] = field(default_factory=list)

    def refuse(self, row: ResultRow, refusal: Refusal) -> None:
        """Keep a row with its reason."""
        bad = BadRow(row.number, row.cells, refusal.kind.code, refusal.facts)
        self.refused.append(bad)


@transaction.atomic
def take_results(
    file: SourceFile, rows: ResultRows, *, by: Actor, at: dt.datetime
) -> Listed:
    """Take in every good row of a list of results, and list every other with its reason.

    The same list, or a corrected one, may come again: a known result is known. Of rows
    that say different things of one sample none is taken, in whatever order they stand.
    """
    rules.check_can_take(by=by)
    sorting = _Sorting(refused=list(rows.refused))
    found = recognise([row.asked for row in rows.readable], by.scope)
    for row, one in zip(rows.readable, found, strict=True):
        try:
            sorting.about[row.number] = _watch_of(one, row, by=by)
        except Refusal as refusal:
            sorting.refuse(row, refusal)
    for row in _agreeing(rows.readable, sorting):
        _take(row, sorting, by=by, at=at)
    return _keep(file, sorting, by=by, at=at)


def _watch_of(found: Recognised, row: ResultRow, *, by: Actor) -> int:
    """Say under which watch the sample of a row was taken, or refuse the row."""
    if found.is_other_name:
        raise rules.NAMED_OTHERWISE()
    if not found.people:
        raise rules.PERSON_NOT_FOUND()
    if len(found.people) > 1:
        raise rules.PEOPLE_ALIKE()
    person = entries_of(found.people[0])
    watch = queries.find_watch_on(person, by.scope, row.said.sampled_on)
    if watch is None:
        raise rules.NOT_WATCHED()
    return int(watch.pk)


def _agreeing(rows: Sequence[ResultRow], sorting: _Sorting) -> Iterator[ResultRow]:
    """Give one row for each sample of which the rows agree; refuse the others."""
    samples: dict[tuple[int, dt.date], list[ResultRow]] = {}
    for row in rows:
        if row.number in sorting.about:
            key = (sorting.about[row.number], row.said.sampled_on)
            samples.setdefault(key, []).append(row)
    for first, *others in samples.values():
        other = next((one for one in others if _differ(one, first)), None)
        if other is None:
            yield first
        else:
            sorting.refuse(first, rules.CONFLICTING_ROWS(row=other.number))
        for one in others:
            kind = rules.SAME_SAMPLE_AS_ROW if other is None else rules.CONFLICTING_ROWS
            sorting.refuse(one, kind(row=first.number))


def _differ(one: ResultRow, other: ResultRow) -> bool:
    return one.said.outcome is not other.said.outcome


def _take(row: ResultRow, sorting: _Sorting, *, by: Actor, at: dt.datetime) -> None:
    """Take one row; a refused one leaves nothing behind."""
    try:
        with transaction.atomic():
            result, is_new = take_down(
                sorting.about[row.number], row.said, by=by, at=at
            )
    except Refusal as refusal:
        sorting.refuse(row, refusal)
        return
    if is_new:
        sorting.added[row.number] = result.evidence_id
    else:
        sorting.known.append(row.number)


def _keep(file: SourceFile, sorting: _Sorting, *, by: Actor, at: dt.datetime) -> Listed:
    refused = sorted(sorting.refused, key=lambda bad: bad.number)
    batch = keep_list(
        file,
        about=About.RESULTS,
        added=len(sorting.added),
        known=len(sorting.known),
        refused=refused,
        by=by,
        at=at,
    )
    _name_rows(batch, sorting.added)
    listed = Listed(batch, sorting.added, tuple(sorting.known), tuple(refused))
    refused_rows = len({bad.number for bad in refused})
    event = events.ResultsListed(
        batch=batch,
        file_digest=file.digest,
        rows=len(listed.added) + len(listed.known) + refused_rows,
        added=len(listed.added),
        known=len(listed.known),
        refused=refused_rows,
    )
    record(event, by=by, at=at, subject=f"import:{batch}", area=file.area)
    return listed


def _name_rows(batch: int, added: Mapping[int, UUID]) -> None:
    """Say of each new result in which row of which list it stood."""
    rows = {evidence: number for number, evidence in added.items()}
    results = list(Result.objects.filter(pk__in=rows))
    for result in results:
        result.batch_id, result.row = batch, rows[result.evidence_id]
    Result.objects.bulk_update(results, ["batch", "row"], AT_ONCE)
