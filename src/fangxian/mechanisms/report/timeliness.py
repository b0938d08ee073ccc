"""Who returned in time, late or not at all, and whose figures did not hold."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fangxian.mechanisms.report.layouts import Stated, find_layout_in_force, layout_of
from fangxian.mechanisms.report.models import Restatement, Return
from fangxian.mechanisms.report.states import State
from fangxian.mechanisms.report.units import all_units_on, returns_it


ONE_DAY = dt.timedelta(days=1)
OWN_FAULTS = ("omitted", "overstated", "false_zero")


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How a unit returned over some days; computed, never typed in.

    ``due`` counts days whose cut-off has passed. ``not_made`` of them nobody signed.
    ``omitted`` returns had to be raised afterwards, ``overstated`` ones lowered, and
    ``false_zero`` ones said that there was nothing when there was something. What
    changed only because of a lower unit or of the hours after signing is no fault.
    """

    area: int
    due: int
    on_time: int
    late: int
    zero: int
    omitted: int
    overstated: int
    false_zero: int

    @property
    def not_made(self) -> int:
        """How many returns nobody signed."""
        return self.due - self.on_time - self.late


def timeliness(
    area: int, layout: str, *, from_: dt.date, until: dt.date, at: dt.datetime
) -> list[Timeliness]:
    """Tell for each unit in an area how it returned over ``[from_, until)``.

    The units of each day are those of its own tree; the area itself comes first. On
    days before the rules asked for a return nobody owed one.
    """
    due = Counter[int]()
    for day in _days(from_, until):
        stated = find_layout_in_force(layout, area, day=day, at=at)
        if stated is not None and at > stated.cut_off(day):
            due.update(_owing(area, stated, day))
    returns = Return.objects.filter(
        area__in=due, layout=layout, day__gte=from_, day__lt=until
    ).exclude(state=State.COMPUTED)
    marks = _marks(returns.order_by("day"))
    return [_row(unit, due[unit], marks) for unit in reversed(due)]


def _days(from_: dt.date, until: dt.date) -> Iterator[dt.date]:
    for number in range((until - from_).days):
        yield from_ + number * ONE_DAY


def _owing(area: int, stated: Stated, day: dt.date) -> list[int]:
    units = all_units_on(area, stated.layout, day)
    return [one.area for one in units.values() if returns_it(one, stated.layout)]


def _marks(returns: Iterable[Return]) -> Counter[tuple[int, str]]:
    """Count for each unit what its returns were, and what became of them."""
    listed = list(returns)
    marks = Counter[tuple[int, str]]()
    for one in listed:
        marks[one.area_id, "late" if one.late else "on_time"] += 1
        marks[one.area_id, "zero"] += one.zero
    by_id = {one.pk: one for one in listed}
    for returned, faults in _faults(by_id).items():
        marks.update((by_id[returned].area_id, fault) for fault in faults)
    return marks


def _faults(returns: Mapping[int, Return]) -> dict[int, set[str]]:
    """Name what was wrong with the returns that a person restated."""
    restated = Restatement.objects.filter(of__in=list(returns)).order_by("of", "number")
    old = {key: one.figures for key, one in returns.items()}
    faults: dict[int, set[str]] = {}
    for one in restated:
        if one.by_hand:
            found = _faults_of(returns[one.of_id], old[one.of_id], one.figures)
            faults.setdefault(one.of_id, set()).update(found)
        old[one.of_id] = one.figures
    return faults


def _faults_of(
    returned: Return, old: Mapping[str, int], new: Mapping[str, int]
) -> Iterator[str]:
    differences = [new.get(name, 0) - n for name, n in old.items()]
    if any(n > 0 for n in differences):
        yield "omitted"
    if any(n < 0 for n in differences):
        yield "overstated"
    layout = layout_of(returned.edition_id, returned.layout).layout
    if returned.zero and any(new[name] for name in layout.nothing):
        yield "false_zero"


def _row(unit: int, due: int, marks: Counter[tuple[int, str]]) -> Timeliness:
    counted = ("on_time", "late", "zero", *OWN_FAULTS)
    return Timeliness(
        area=unit, due=due, **{name: marks[unit, name] for name in counted}
    )
