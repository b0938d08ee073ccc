"""The table of figures: what the source says beside what this replay's records say."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from rich.table import Table

from fangxian.capabilities.enrolment.queries import people_of
from fangxian.capabilities.home_watch.queries import released, tested_negative
from fangxian.capabilities.inspection.queries import joint_visits, visits
from fangxian.capabilities.inspection.states import SectionState
from fangxian.interfaces.commands.replay.reading import FILE_WRONG
from fangxian.interfaces.commands.replay.script import (
    Count,
    Figure,
    Script,
    Where,
    dated_moment,
)
from fangxian.kernel.moments import day_of, start_of
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
    least: int
    most: int
    computed: int

    @property
    def holds(self) -> bool:
        """Whether the computed figure lies within the bounds of the source's."""
        return self.least <= self.computed <= self.most

    @property
    def bounds(self) -> str:
        """The bounds, or the one figure that it must equal."""
        exact = self.least == self.most
        return str(self.least) if exact else f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted over: an area's id, kinds of place, a period and a form."""

    area: int
    kinds: frozenset[str]
    from_: dt.datetime
    until: dt.datetime
    form: str
    abroad: bool | None
    at: dt.datetime


def compute(script: Script, *, last: dt.date | None = None) -> list[Found]:
    """Compute the scenario's figures from the records as they stand.

    Those of a period that ends after the last day played are left out.
    """
    areas = _areas_by_name(script)
    return [
        _find(figure, _asked(figure.where, areas))
        for figure in script.figures.figures
        if last is None or _last_day(figure.where) <= last
    ]


def table_of(found: list[Found], source: str, headings: Sequence[str]) -> Table:
    """Set the figures out: wording, bounds, computed, whether it holds."""
    table = Table(title=source)
    wording, *others = headings
    table.add_column(wording)
    for heading in (*others, ""):
        table.add_column(heading, justify="right")
    for line in found:
        mark = "[green]✓[/]" if line.holds else "[red]✗[/]"
        table.add_row(line.figure.wording, line.bounds, str(line.computed), mark)
    return table


def _last_day(where: Where) -> dt.date:
    seen = [day_of(dated_moment(where.at))] if where.at else []
    return max([where.until - ONE_DAY, *seen])


def _find(figure: Figure, asked: Asked) -> Found:
    computed = COUNTS[figure.count](asked)
    if figure.all is None:
        return Found(figure, figure.least, figure.most, computed)
    everybody = COUNTS[figure.all](asked)
    return Found(figure, everybody, everybody, computed)


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
        abroad=where.abroad,
        at=dated_moment(where.at) if where.at else start_of(where.until),
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


def people_returned(asked: Asked) -> int:
    """Count those who came back, each once, whoever told of them."""
    return len(_came(asked))


def people_negative(asked: Asked) -> int:
    """Count those who came back whose every result was negative."""
    return tested_negative(_came(asked), asked.at)


def people_released(asked: Asked) -> int:
    """Count those who came back and had been under a measure, and were so no more."""
    return released(_came(asked), asked.at)


def _came(asked: Asked) -> frozenset[UUID]:
    ways = (False, True) if asked.abroad is None else (asked.abroad,)
    from_, until = day_of(asked.from_), day_of(asked.until)
    came = [people_of(asked.area, abroad=way, from_=from_, until=until) for way in ways]
    return frozenset().union(*came)


def _joint(asked: Asked) -> "QuerySet[JointVisit]":
    found = joint_visits(EVERYWHERE, area=asked.area).filter(kind__in=asked.kinds)
    return found.filter(
        opened_at__gte=asked.from_, opened_at__lt=asked.until
    ).order_by()


COUNTS: Mapping[Count, Callable[[Asked], int]] = {
    "places_visited": places_visited,
    "places_jointly_visited": places_jointly_visited,
    "departments_joined": departments_joined,
    "people_returned": people_returned,
    "people_negative": people_negative,
    "people_released": people_released,
}
