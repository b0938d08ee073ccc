"""Figures of a unit and a day: its own records, and the returns below it, summed."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from fangxian.kernel.canonical import digest
from fangxian.mechanisms.protocol.layouts import (
    Indicator,
    Layout,
    Returns,
    Sum,
    Units,
)
from fangxian.mechanisms.report import rules
from fangxian.mechanisms.report.models import Restatement, Return
from fangxian.mechanisms.report.sources import figures_by_unit
from fangxian.mechanisms.report.states import State
from fangxian.mechanisms.report.units import Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """A return as it stands now: the last restatement, else what was signed."""

    area: int
    number: int
    late: bool
    zero: bool
    figures: Mapping[str, int]
    sources: Mapping[str, str | None]
    digest: str

    @property
    def missing(self) -> tuple[int, ...]:
        """The lower units whose return was missing when this was summed."""
        return tuple(int(area) for area, seal in self.sources.items() if seal is None)


@dataclass(frozen=True, slots=True)
class Computed:
    """Fresh figures, and which lower return went into them by which digest."""

    figures: dict[str, int]
    sources: dict[str, str | None]


def compute(unit: Unit, layout: Layout, day: dt.date, *, at: dt.datetime) -> Computed:
    """Compute a unit's figures of a day, as known at a moment."""
    owner = dict.fromkeys(unit.own, unit.area)
    own = figures_by_unit(layout, owner, day=day, at=at)[unit.area]
    if not unit.below:
        return add_up(unit, layout, own, {})
    below = Return.objects.filter(day=day, layout=layout.code, area__in=unit.below)
    return add_up(unit, layout, own, standing_of(below))


def add_up(
    unit: Unit,
    layout: Layout,
    own: Mapping[str, int],
    below: Mapping[int, Standing],
) -> Computed:
    """Add what lower units returned to a unit's own figures."""
    made = [below[area] for area in unit.below if area in below]
    sources: dict[str, str | None] = {str(area): None for area in unit.below}
    sources |= {str(one.area): one.digest for one in made}
    added = rules.sum_of([own, *(one.figures for one in made)], own)
    counted = _count_returns(len(unit.below), made)
    figures: dict[str, int] = {}
    for one in layout.indicators:
        figures[one.name] = _figure(one, added, counted, figures)
    return Computed(figures=figures, sources=sources)


def _figure(
    indicator: Indicator,
    added: Mapping[str, int],
    counted: Mapping[Units, int],
    earlier: Mapping[str, int],
) -> int:
    source = indicator.source
    if isinstance(source, Returns):
        return counted[source.which]
    if isinstance(source, Sum):
        return rules.value_of(source, earlier)
    return added[indicator.name]


def _count_returns(due: int, made: Collection[Standing]) -> dict[Units, int]:
    return {
        Units.DUE: due,
        Units.RECEIVED: len(made),
        Units.LATE: sum(one.late for one in made),
        Units.MISSING: due - len(made),
        Units.ZERO: sum(one.zero for one in made),
    }


def standing_of(returns: Iterable[Return]) -> dict[int, Standing]:
    """Give the signed ones among returns of one day and layout, by area id."""
    signed = [one for one in returns if one.state != State.COMPUTED]
    last = _last_restatements(one.pk for one in signed)
    return {one.area_id: _standing(one, last.get(one.pk)) for one in signed}


def _last_restatements(returns: Iterable[int]) -> dict[int, Restatement]:
    """Give the last restatement of each return that has one."""
    restated = Restatement.objects.filter(of__in=list(returns)).order_by("number")
    return {one.of_id: one for one in restated}


def _standing(signed: Return, restated: Restatement | None) -> Standing:
    now = signed if restated is None else restated
    return Standing(
        area=signed.area_id,
        number=0 if restated is None else restated.number,
        late=signed.late,
        zero=signed.zero,
        figures=now.figures,
        sources=now.sources,
        digest=now.digest,
    )


def seal_of(returned: Return, computed: Computed, number: int) -> str:
    """Give the digest that seals figures and sources of a return or restatement."""
    return digest(
        {
            "area": returned.area_id,
            "layout": returned.layout,
            "edition": returned.edition_id,
            "day": returned.day,
            "zero": returned.zero,
            "number": number,
            "figures": computed.figures,
            "sources": computed.sources,
        }
    )


def is_changed(standing: Standing, computed: Computed) -> bool:
    """Whether fresh figures or sources differ from what stands."""
    return (computed.figures, computed.sources) != (standing.figures, standing.sources)


def changed_names(
    old: Mapping[str, int], new: Mapping[str, int], names: Collection[str]
) -> tuple[str, ...]:
    """Name the figures that differ, in the order of the layout."""
    return tuple(name for name in names if old.get(name, 0) != new.get(name, 0))
