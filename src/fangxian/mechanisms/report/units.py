"""Who returns what for whom on a day; every answer is of the tree of that day."""

import datetime as dt
from dataclasses import dataclass

from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.jurisdiction.units import units_on
from fangxian.mechanisms.protocol.layouts import Layout


LEVELS = {level.value.partition("-")[2]: level.value for level in Level}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a day: the areas it counts itself, and the units just below it."""

    area: int
    level: str
    own: frozenset[int]
    below: tuple[int, ...]


def unit_on(area: int, layout: Layout, day: dt.date) -> Unit:
    """Give the unit that an area was on a day."""
    return _gather(area, layout, day, deep=False)[area]


def all_units_on(area: int, layout: Layout, day: dt.date) -> dict[int, Unit]:
    """Give every unit in an area on a day, the lowest first, the area itself last."""
    return _gather(area, layout, day, deep=True)


def returns_it(unit: Unit, layout: Layout) -> bool:
    """Whether a unit of this level makes this return."""
    return unit.level.partition("-")[2] in layout.levels


def _gather(area: int, layout: Layout, day: dt.date, *, deep: bool) -> dict[int, Unit]:
    levels = [LEVELS[name] for name in layout.levels]
    counted = units_on(area, day, levels=levels, deep=deep)
    levels_of = {row.area: row.level for row in counted}
    own: dict[int, set[int]] = {}
    below: dict[int, set[int]] = {}
    for row in counted:
        own.setdefault(row.unit, set()).add(row.area)
        if row.above is not None:
            below.setdefault(row.above, set()).add(row.unit)
    return {
        unit: Unit(
            area=unit,
            level=levels_of[unit],
            own=frozenset(own[unit]),
            below=tuple(sorted(below.get(unit, ()))),
        )
        for unit in _lowest_first(area, below)
        if unit in own
    }


def _lowest_first(area: int, below: dict[int, set[int]]) -> list[int]:
    order, waiting = [], [area]
    while waiting:
        unit = waiting.pop()
        order.append(unit)
        waiting.extend(sorted(below.get(unit, ()), reverse=True))
    return order[::-1]
