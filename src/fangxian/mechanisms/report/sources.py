"""Where figures come from: the tallies and tables of the mechanisms, never a person.

One query for each table that a layout reads, whatever the number of units.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from fangxian.kernel.moments import start_of
from fangxian.mechanisms.finding import queries as finding
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.protocol.layouts import (
    Findings,
    Layout,
    Over,
    Places,
    Standing,
    Tally,
)


ONE_DAY = dt.timedelta(days=1)
DAWN = dt.date(2000, 1, 1)  # before the first record of any installation


@dataclass(frozen=True, slots=True)
class Part:
    """What one row of one table adds to one indicator."""

    area: int
    indicator: str
    n: int


def is_added_up(source: object) -> bool:
    """Whether the figure of an upper unit is the sum of the lower ones and its own."""
    return isinstance(source, Tally | Places | Findings)


def figures_by_unit(
    layout: Layout, owner: Mapping[int, int], *, day: dt.date, at: dt.datetime
) -> dict[int, dict[str, int]]:
    """Compute each unit's own figures of a day, as known at a moment.

    ``owner`` maps an area's id to the unit that its records count for; records
    of other areas are left out. Every indicator that is added up has a figure.
    """
    names = [one.name for one in layout.indicators if is_added_up(one.source)]
    units = {unit: dict.fromkeys(names, 0) for unit in owner.values()}
    for part in _parts(layout, list(owner), day=day, at=at):
        units[owner[part.area]][part.indicator] += part.n
    return units


def _parts(
    layout: Layout, areas: Collection[int], *, day: dt.date, at: dt.datetime
) -> Iterator[Part]:
    last = start_of(day + ONE_DAY) - dt.timedelta.resolution
    yield from _tallied(layout, areas, Over.DAY, from_=day, until=day + ONE_DAY)
    yield from _tallied(layout, areas, Over.BEFORE, from_=DAWN, until=day)
    yield from _listed(layout, areas)
    yield from _found(layout, areas, at=min(at, last))


def _tallied(
    layout: Layout,
    areas: Collection[int],
    over: Over,
    *,
    from_: dt.date,
    until: dt.date,
) -> Iterator[Part]:
    asked: dict[str, list[tuple[str, Tally]]] = defaultdict(list)
    for one in layout.indicators:
        if isinstance(one.source, Tally) and one.source.over is over:
            asked[one.source.measure].append((one.name, one.source))
    if not asked:
        return
    for total in journal.totals(list(asked), areas=areas, from_=from_, until=until):
        for name, source in asked[total.measure]:
            if source.kinds is None or total.kind in source.kinds:
                yield Part(total.area, name, total.n)


def _listed(layout: Layout, areas: Collection[int]) -> Iterator[Part]:
    asked = {
        one.name: one.source
        for one in layout.indicators
        if isinstance(one.source, Places)
    }
    if not asked:
        return
    for total in ledger.totals(areas):
        for name, source in asked.items():
            if _is_listed(source, total):
                yield Part(total.area, name, total.n)


def _is_listed(source: Places, total: ledger.Total) -> bool:
    return (
        source.standing in (Standing.ANY, total.standing)
        and source.venue_code in ("", total.venue_code)
        and (source.kinds is None or total.kind in source.kinds)
    )


def _found(
    layout: Layout, areas: Collection[int], *, at: dt.datetime
) -> Iterator[Part]:
    asked = {
        one.name: one.source
        for one in layout.indicators
        if isinstance(one.source, Findings)
    }
    if not asked:
        return
    for total in finding.totals(areas, at=at):
        for name, source in asked.items():
            if _is_found(source, total):
                yield Part(total.area, name, getattr(total, source.which.value))


def _is_found(source: Findings, total: finding.Total) -> bool:
    return source.severity in ("", total.severity) and (
        source.kinds is None or total.kind in source.kinds
    )
