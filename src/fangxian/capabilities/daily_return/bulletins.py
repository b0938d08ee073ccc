"""What a bulletin says: plain data, gathered from the records as of one moment.

Names and labels are kept as they are today, so that the bulletin reads the same for
ever; how it is laid out is the business of ``rendering``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fangxian.capabilities.daily_return import rules
from fangxian.kernel.moments import bounds_of, start_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import queries as finding
from fangxian.mechanisms.finding.states import LIVE, State
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.jurisdiction.queries import (
    PATH_SEPARATOR,
    get_area,
    path_names,
    tree_on,
)
from fangxian.mechanisms.ledger.queries import names_of
from fangxian.mechanisms.observation.queries import visited
from fangxian.mechanisms.protocol.layouts import Layout
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.words import Words
from fangxian.mechanisms.report.layouts import layout_in_force
from fangxian.mechanisms.report.queries import UnitState, unit_states
from fangxian.mechanisms.report.units import Unit, all_units_on


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding


ONE_DAY = dt.timedelta(days=1)
DAYS_COMPARED = 7
OWN_RECORDS = frozenset({"disinfection", "self_check", "rectification", "look_back"})
MEASURES = (
    "task.issued",
    "task.completed",
    "task.lapsed",
    "task.waived",
    "finding.raised",
    "finding.rectified",
    "finding.confirmed",
    "finding.reopened",
    "finding.withdrawn",
)

Content = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which area, which day, as of when, and by which rules."""

    area: int
    day: dt.date
    at: dt.datetime
    pack: Pack

    @property
    def scope(self) -> Scope:
        """The area and what lies below it."""
        return Scope(roots=frozenset({self.area}))


def compose(area: int, day: dt.date, *, at: dt.datetime) -> Content:
    """Gather what an area's bulletin of a day says, as of a moment."""
    stated = layout_in_force(rules.DAILY.layout, area, day=day, at=at)
    asked = Asked(area=area, day=day, at=at, pack=stated.pack)
    here = get_area(area)
    return {
        "area": {"id": area, "name": here.name, "level": here.level.value},
        "day": day.isoformat(),
        "at": at.isoformat(),
        "figures": _figures(asked),
        "inspected": _inspected(asked),
        "returns": _returns(asked),
        "findings": _findings(asked),
        "units": _units(asked, stated.layout),
        "days": _days(asked),
    }


# --------------------------------------------------------------------- figures
def _figures(asked: Asked) -> Content:
    """Count the day's acts, and what stands as of the moment of asking."""
    counted = journal.counts_by_measure(
        MEASURES,
        areas=tree_on(asked.area, asked.day),
        from_=asked.day,
        until=asked.day + ONE_DAY,
    )
    figures = {name.replace(".", "_"): n for name, n in counted.items()}
    due = figures["task_issued"] - figures["task_waived"]
    standing = finding.findings(asked.scope).filter(state__in=LIVE)
    return {
        **figures,
        "task_due": due,
        "task_open": due - figures["task_completed"] - figures["task_lapsed"],
        "standing": standing.count(),
        "overdue": finding.overdue(asked.scope, asked.at).count(),
        "looked_back": figures["finding_confirmed"] + figures["finding_reopened"],
    }


def _inspected(asked: Asked) -> list[Content]:
    """Tell what kinds of place were inspected by which form, today and this month."""
    from_, until = bounds_of(asked.day)
    today = {
        (one.form, one.kind): one
        for one in visited(asked.area, from_=from_, until=until)
    }
    month = visited(asked.area, from_=start_of(asked.day.replace(day=1)), until=until)
    return [
        {
            "form": one.form,
            "form_title": _words(_form_title(asked.pack, one.form)),
            "kind": one.kind,
            "kind_name": _words(_kind_name(asked.pack, one.kind)),
            "group_name": _words(_group_name(asked.pack, one.kind)),
            "records": day.records if day else 0,
            "places": day.places if day else 0,
            "places_month": one.places,
        }
        for one in month
        if one.form not in OWN_RECORDS
        for day in [today.get((one.form, one.kind))]
    ]


def _form_title(pack: Pack, code: str) -> Words:
    form = pack.form(code)
    return Words(zh=code, en=code) if form is None else form.title


def _kind_name(pack: Pack, code: str) -> Words:
    kind = pack.kind(code)
    return Words(zh=code, en=code) if kind is None else kind.name


def _group_name(pack: Pack, code: str) -> Words:
    kind = pack.kind(code)
    groups = {group.code: group.name for group in pack.groups}
    return Words(zh=code, en=code) if kind is None else groups[kind.group]


def _words(words: Words) -> Content:
    return {"zh": words.zh, "en": words.en}


# ---------------------------------------------------------- what units returned
def _returns(asked: Asked) -> Content:
    """Tell how many returned, how many of them zero, and who late or not at all."""
    states = unit_states(asked.area, rules.DAILY.layout, asked.day, at=asked.at)
    below = [one for one in states if one.area != asked.area]
    names = _names((one.area for one in below), within=asked.area)
    signed = [one for one in below if one.signed and one.returned is not None]
    return {
        "due": len(below),
        "received": len(signed),
        "zero": sum(_is(one, "zero") for one in signed),
        "late": [names[one.area] for one in signed if _is(one, "late")],
        "missing": [names[one.area] for one in below if not one.signed],
    }


def _is(state: UnitState, mark: str) -> bool:
    return bool(getattr(state.returned, mark))


def _names(areas: Iterable[int], *, within: int) -> dict[int, list[str]]:
    """Name areas by their steps below an area; the area itself by its own name."""
    listed = list(areas)
    paths = path_names([within, *listed])
    above = paths[within].split(PATH_SEPARATOR)
    named = {area: paths[area].split(PATH_SEPARATOR) for area in listed}
    return {area: path[len(above) :] or path[-1:] for area, path in named.items()}


# -------------------------------------------------------------------- findings
def _findings(asked: Asked) -> list[Content]:
    """List what was found on the day or is overdue: unit, place, problem, deadline.

    A bulletin travels, so it says of somebody at home that there was a problem, and
    never which: it may be their health.
    """
    from_, until = bounds_of(asked.day)
    known = finding.findings(asked.scope).exclude(state=State.WITHDRAWN)
    found = known.filter(raised_at__gte=from_, raised_at__lt=until)
    late = finding.overdue(asked.scope, asked.at).filter(raised_at__lt=from_)
    listed = sorted([*late, *found], key=lambda one: (one.deadline_at, one.pk))
    names = _names({one.area_id for one in listed}, within=asked.area)
    places = names_of({int(one.subject[6:]) for one in listed if _is_place(one)})
    severities = {one.code: one.name for one in asked.pack.severities}
    return [
        {
            "finding": one.pk,
            "unit": names[one.area_id],
            "place": places.get(int(one.subject[6:]), "") if _is_place(one) else "",
            "problem": one.text if _is_place(one) else "",
            "severity": _words(severities[one.severity]),
            "raised": one.raised_at.isoformat(),
            "deadline": one.deadline_at.isoformat(),
            "state": _state(one, asked.at),
            "again": one.recurrence_of_id is not None,
        }
        for one in listed
    ]


def _is_place(one: "Finding") -> bool:
    return one.subject.startswith("place:")


def _state(one: "Finding", at: dt.datetime) -> str:
    if one.state == State.OPEN and one.deadline_at <= at:
        return "overdue"
    return str(one.state)


# ----------------------------------------------------------------------- units
def _units(asked: Asked, layout: Layout) -> list[Content]:
    """Set the units directly below beside each other."""
    units = all_units_on(asked.area, layout, asked.day)
    owner = {
        area: unit
        for unit in units[asked.area].below
        for area in _areas_of(units, unit)
    }
    counted: Counter[tuple[int, str]] = Counter()
    days = {"from_": asked.day, "until": asked.day + ONE_DAY}
    for act in journal.totals(MEASURES, areas=list(owner), **days):
        counted[owner[act.area], act.measure] += act.n
    for stood in finding.totals(list(owner), at=asked.at):
        counted[owner[stood.area], "overdue"] += stood.overdue
    names = _names(units[asked.area].below, within=asked.area)
    return [
        _unit(
            names[unit], {name: n for (one, name), n in counted.items() if one == unit}
        )
        for unit in units[asked.area].below
    ]


def _areas_of(units: Mapping[int, Unit], unit: int) -> Iterator[int]:
    yield from units[unit].own
    for lower in units[unit].below:
        yield from _areas_of(units, lower)


def _unit(name: list[str], counted: Mapping[str, int]) -> Content:
    return {
        "unit": name,
        "due": counted.get("task.issued", 0) - counted.get("task.waived", 0),
        "done": counted.get("task.completed", 0),
        "missed": counted.get("task.lapsed", 0),
        "found": counted.get("finding.raised", 0),
        "confirmed": counted.get("finding.confirmed", 0),
        "overdue": counted.get("overdue", 0),
    }


# ------------------------------------------------------------------------ days
def _days(asked: Asked) -> list[Content]:
    """Compare the day with the days before it, the oldest first."""
    first = asked.day - (DAYS_COMPARED - 1) * ONE_DAY
    areas = tree_on(asked.area, asked.day)
    until = asked.day + ONE_DAY
    columns = {
        name: journal.counts_by_day(measure, areas=areas, from_=first, until=until)
        for name, measure in (
            ("done", "task.completed"),
            ("missed", "task.lapsed"),
            ("found", "finding.raised"),
            ("confirmed", "finding.confirmed"),
        )
    }
    days = [first + number * ONE_DAY for number in range(DAYS_COMPARED)]
    return [
        {
            "day": day.isoformat(),
            **{name: counts.get(day, 0) for name, counts in columns.items()},
        }
        for day in days
    ]


# ----------------------------------------------------------------- corrections
def what_changed(old: Mapping[str, object], new: Content) -> list[str]:
    """Name the parts of a bulletin that would read otherwise today."""
    parts = ("figures", "inspected", "returns", "findings", "units", "days")
    return [part for part in parts if old.get(part) != new[part]]
