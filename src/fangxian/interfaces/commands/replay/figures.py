"""The table of figures: what the source says beside what this replay's records say."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

from fangxian.capabilities.inspection.queries import joint_visits, visits
from fangxian.capabilities.inspection.states import SectionState
from fangxian.interfaces.commands.replay.reading import FILE_WRONG
from fangxian.interfaces.commands.replay.script import Count, Figure, Script, Where
from fangxian.kernel.moments import start_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction.queries import (
    AreaFacts,
    areas_below,
    find_area_by_code,
)
from fangxian.mechanisms.ledger.queries import kinds


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from fangxian.capabilities.inspection.models import JointVisit


ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the table."""

    figure: Figure
    computed: int

    @property
    def holds(self) -> bool:
        """Whether the computed figure lies within the bounds of the source's."""
        return self.figure.least <= self.computed <= self.figure.most

    @property
    def bounds(self) -> str:
        """The bounds, or the one figure that it must equal."""
        figure = self.figure
        exact = figure.least == figure.most
        return str(figure.least) if exact else f"{figure.least} to {figure.most}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted over: an area's id, kinds of place, a period and a form."""

    area: int
    kinds: frozenset[str]
    from_: dt.datetime
    until: dt.datetime
    form: str


def compute(script: Script, *, last: dt.date | None = None) -> list[Found]:
    """Compute the scenario's figures from the records as they stand.

    Those of a period that ends after the last day played are left out.
    """
    areas = _areas_by_name(script)
    return [
        Found(figure, COUNTS[figure.count](_asked(figure.where, areas)))
        for figure in script.figures.figures
        if last is None or figure.where.until <= last + ONE_DAY
    ]


def table_of(found: list[Found], source: str) -> Table:
    """Set the figures out: wording, bounds, computed, whether it holds."""
    table = Table(title=source)
    table.add_column("Source")
    for heading in ("Bounds", "Computed", ""):
        table.add_column(heading, justify="right")
    for line in found:
        mark = "[green]✓[/]" if line.holds else "[red]✗[/]"
        table.add_row(line.figure.wording, line.bounds, str(line.computed), mark)
    return table


def _asked(where: Where, areas: Mapping[str, int]) -> Asked:
    if where.area not in areas:
        raise FILE_WRONG(file="figures.yaml", what=f"there is no area {where.area}")
    of_groups = kinds().filter(group__in=where.groups).values_list("code", flat=True)
    return Asked(
        area=areas[where.area],
        kinds=frozenset(where.kinds) | frozenset(of_groups),
        from_=start_of(where.from_),
        until=start_of(where.until),
        form=where.form,
    )


def _areas_by_name(script: Script) -> dict[str, int]:
    city = find_area_by_code(script.areas.city.code, script.areas.since)
    below: list[AreaFacts] = [] if city is None else areas_below(city.id)
    return {area.name: area.id for area in reversed(below)}


# ------------------------------------------------------------------ named queries
def places_visited(asked: Asked) -> int:
    """Count the places that were visited with a form, each once."""
    seen = visits(
        EVERYWHERE,
        form=asked.form,
        area=asked.area,
        from_=asked.from_,
        until=asked.until,
    )
    return seen.filter(kind__in=asked.kinds).values("subject").distinct().count()


def places_jointly_visited(asked: Asked) -> int:
    """Count the places that departments visited together, each once."""
    return _joint(asked).values("place").distinct().count()


def departments_joined(asked: Asked) -> int:
    """Count the departments that wrote a section of a joint visit, each once."""
    return len(
        {
            section.department
            for visit in _joint(asked)
            for section in visit.sections.all()
            if section.state == SectionState.RECORDED
        }
    )


def _joint(asked: Asked) -> "QuerySet[JointVisit]":
    found = joint_visits(EVERYWHERE, area=asked.area).filter(kind__in=asked.kinds)
    return found.filter(
        opened_at__gte=asked.from_, opened_at__lt=asked.until
    ).order_by()


COUNTS: Mapping[Count, Callable[[Asked], int]] = {
    "places_visited": places_visited,
    "places_jointly_visited": places_jointly_visited,
    "departments_joined": departments_joined,
}
