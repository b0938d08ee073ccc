"""The rows behind a figure of a return: which records, which lower units, which sum."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from fangxian.interfaces.console.about_people import text_of
from fangxian.interfaces.console.questions import word
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import bounds_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import queries as finding
from fangxian.mechanisms.finding.states import LIVE
from fangxian.mechanisms.finding.states import State as FindingState
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.observation import queries as observation
from fangxian.mechanisms.protocol.layouts import Layout
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.report import queries
from fangxian.mechanisms.report.rows import Rows
from fangxian.mechanisms.task import queries as task
from fangxian.mechanisms.task.states import State as TaskState


Listed = QuerySet[Any]

FINDING_MOMENTS = {
    "raised": "raised_at",
    "rectified": "rectified_at",
    "confirmed": "confirmed_at",
    "withdrawn": "withdrawn_at",
    "reopened": "attempts__sent_back_at",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose records of which day, for which reader, as of when."""

    scope: Scope
    area: int
    day: dt.date
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure, as it is shown."""

    text: str
    area: int
    moment: dt.datetime | None
    href: str


# -------------------------------------------------------------------- records
def records_of(rows: Rows, asked: Asked) -> Listed | None:
    """Select the records behind a figure, or None where it counts no records."""
    select = _SELECTS.get(rows.list)
    if select is None:
        return None
    found = select(rows.filters, asked)
    kinds = rows.filters.get("kind")
    return found.filter(kind__in=kinds) if kinds else found


def _tasks(filters: Mapping[str, Any], asked: Asked) -> Listed:
    from_, until = bounds_of(asked.day)
    act = str(filters["act"])
    states = None if act == "issued" else [TaskState(act)]
    return task.tasks(
        asked.scope, states=states, area=asked.area, from_=from_, until=until
    )


def _observations(filters: Mapping[str, Any], asked: Asked) -> Listed:
    from_, until = bounds_of(asked.day)
    seen = observation.observations(
        asked.scope, form=filters["form"], area=asked.area, from_=from_, until=until
    )
    return seen.filter(corrects=None)


def _findings(filters: Mapping[str, Any], asked: Asked) -> Listed:
    known = finding.findings(
        asked.scope, area=asked.area, severity=filters.get("severity")
    )
    if "act" not in filters:
        return known.filter(_standing(str(filters["state"]), asked.at))
    from_, until = bounds_of(asked.day)
    moment = FINDING_MOMENTS[str(filters["act"])]
    if "until" in filters:
        return known.filter(**{f"{moment}__lt": from_}).distinct()
    return known.filter(**{f"{moment}__gte": from_, f"{moment}__lt": until}).distinct()


def _standing(state: str, at: dt.datetime) -> Q:
    late = Q(state=FindingState.OPEN, deadline_at__lte=at)
    return {
        "standing": Q(state__in=LIVE),
        "open": Q(state=FindingState.OPEN),
        "overdue": late,
        "rectified": Q(state=FindingState.RECTIFIED),
    }[state]


def _places(filters: Mapping[str, Any], asked: Asked) -> Listed:
    held = ledger.places(asked.scope, area=asked.area, standing=filters.get("standing"))
    code = filters.get("venue_code")
    return held.filter(venue_code=code) if code else held


_SELECTS: Mapping[str, Callable[[Mapping[str, Any], Asked], Listed]] = {
    "tasks": _tasks,
    "observations": _observations,
    "findings": _findings,
    "places": _places,
}


def shown(rows: Rows, records: Sequence[Any], pack: Pack, actor: Actor) -> list[Record]:
    """Show records of one list to a reader: what, where, when, and their page."""
    show = _SHOWS[rows.list]
    return [show(one, pack, actor) for one in records]


def _task(one: Any, pack: Pack, _actor: Actor) -> Record:
    clause = pack.clause(one.duty)
    text = word(clause.title) if clause else one.duty
    return Record(text, one.area_id, one.due_at, reverse("task", args=[one.pk]))


def _observation(one: Any, pack: Pack, _actor: Actor) -> Record:
    form = pack.form(one.form)
    text = word(form.title) if form else one.form
    href = reverse("visit", args=[one.pk]) if one.subject.startswith("place:") else ""
    return Record(text, one.area_id, one.at, href)


def _finding(one: Any, _pack: Pack, actor: Actor) -> Record:
    text, href = text_of(one, actor), reverse("finding", args=[one.pk])
    return Record(text, one.area_id, one.raised_at, href)


def _place(one: Any, _pack: Pack, _actor: Actor) -> Record:
    return Record(one.name, one.area_id, None, reverse("place", args=[one.pk]))


_SHOWS: Mapping[str, Callable[[Any, Pack, Actor], Record]] = {
    "tasks": _task,
    "observations": _observation,
    "findings": _finding,
    "places": _place,
}


# ---------------------------------------------------------------- lower units
@dataclass(frozen=True, slots=True)
class Share:
    """What a lower unit returned for the figure; None where it returned nothing."""

    name: str
    returned: int | None
    n: int | None
    note: str


def shares_of(returned: Any, indicator: str, *, added: bool) -> list[Share]:
    """Take a figure apart by the lower units that were due to return it."""
    below = queries.provenance(returned) if returned.sources else []
    areas = [one.area for one in below]
    made = queries.standings(areas, returned.layout, returned.day)
    names = jurisdiction.path_names(areas)
    return [
        Share(
            name=names[one.area].rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1],
            returned=one.returned,
            n=_n(made.get(one.area), indicator, added=added),
            note=_note(made.get(one.area)),
        )
        for one in below
    ]


def _n(standing: Any, indicator: str, *, added: bool) -> int | None:
    if standing is None:
        return None
    return standing.figures.get(indicator, 0) if added else 1


def _note(standing: Any) -> str:
    if standing is None:
        return "missing"
    if standing.zero:
        return "zero"
    return "late" if standing.late else ""


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator that another one is made of."""

    sign: str
    name: str
    label: str
    n: int


def parts_of(rows: Rows, layout: Layout, figures: Mapping[str, int]) -> list[Part]:
    """Take a sum apart into the indicators that it adds and takes away."""
    if rows.list != "indicators":
        return []
    return [
        Part(sign, name, _label(layout, name), figures[name])
        for sign, names in (("+", rows.filters["plus"]), ("−", rows.filters["minus"]))  # noqa: RUF001 -- a true minus
        for name in _each(names)
    ]


def _each(names: str | Iterable[str]) -> Iterable[str]:
    return (names,) if isinstance(names, str) else names


def _label(layout: Layout, name: str) -> str:
    indicator = layout.indicator(name)
    return word(indicator.label) if indicator else name
