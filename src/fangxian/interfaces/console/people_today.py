"""What Today shows of people: what waits and for how long, unit by unit, what changed.

Counts stand for whoever may open the section; the rows behind them for who may read
them. A figure of which somebody reads no rows has no link.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment import queries as enrolment
from fangxian.capabilities.enrolment.states import WAITING
from fangxian.capabilities.home_watch import queries as watches
from fangxian.capabilities.home_watch.states import Form
from fangxian.interfaces.console.about_people import may_read
from fangxian.interfaces.console.arrivals import NEXT_LEVEL
from fangxian.interfaces.console.few import hidden, told
from fangxian.interfaces.console.matrix import can_open
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger.exports import queries as exports
from fangxian.mechanisms.ledger.exports.rules import decided_by
from fangxian.mechanisms.restriction import queries as restriction
from fangxian.mechanisms.restriction.states import Standing
from fangxian.mechanisms.task import queries as task
from fangxian.mechanisms.task.states import OPEN, State


ONE_DAY = dt.timedelta(days=1)
ABOUT = "restriction:"
TO_VISIT = "waiting"  # what the list of screening calls them
MATTERS = ("arrivals", "late", "at_home", "missed_before", "missed")


@dataclass(frozen=True, slots=True)
class AtHome:
    """How many a measure holds at home now, and who begins and ends on this day."""

    now: int | str
    begun: int | str
    ahead: int | str
    ending: int | str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something about people that waits: how many, since or until when, its rows."""

    icon: str
    label: str | Promise
    figure: int | str
    href: str
    look: str = ""
    of: str = ""
    note: str = ""
    due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one unit, with the address of its rows, if this reader has them."""

    figure: int | str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """What waits and what was missed in one unit below."""

    name: str
    arrivals: Cell
    at_home: Cell
    late: Cell
    missed_before: Cell
    missed: Cell


@dataclass(frozen=True, slots=True)
class People:
    """All of it. ``screens`` and ``watches`` say which halves the reader sees."""

    at_home: AtHome | None
    lines: tuple[Line, ...]
    units: tuple[Unit, ...]
    screens: bool
    watches: bool

    @property
    def waits(self) -> bool:
        """Whether anything at all waits for somebody."""
        return any(line.figure for line in self.lines)


Areas = Mapping[int, Mapping[str, int]]


def people_of_today(actor: Actor, at: dt.datetime) -> People:
    """Count what concerns people in a reader's scope, as far as they may know it."""
    screens = can_open("screening", actor.role)
    watched = can_open("home_watch", actor.role)
    areas: dict[int, dict[str, int]] = {}
    lines: list[Line] = []
    if screens:
        lines += _arrivals(actor, at, areas)
    at_home = _at_home(actor, at, areas) if watched else None
    if watched:
        lines += [*_health(actor, at, areas), *_watches(actor, at)]
    lines += [*_appeals(actor), *_cohorts(actor), *_exports(actor)]
    units = tuple(_units(actor, at, areas))
    return People(at_home, tuple(lines), units, screens=screens, watches=watched)


def _reads(actor: Actor) -> bool:
    return may_read(ABOUT, by=actor)


def _add(areas: dict[int, dict[str, int]], area: int, matter: str, n: int) -> None:
    held = areas.setdefault(area, dict.fromkeys(MATTERS, 0))
    held[matter] += n


# --------------------------------------------------------------------- who came
def _arrivals(
    actor: Actor, at: dt.datetime, areas: dict[int, dict[str, int]]
) -> Iterator[Line]:
    reads = may_read("arrival:", by=actor)
    waiting = enrolment.arrivals(actor.scope, standing=WAITING, counted_only=True)
    counted = waiting.order_by().values_list("area").annotate(n=Count("pk"))
    total = 0
    for area, n in counted:
        _add(areas, area, "arrivals", n)
        total += n
    owed = _visits(actor, at)
    yield Line(
        icon="user-check",
        label=_("Arrivals to be verified"),
        figure=told(total, reads=reads),
        href=_when(reads and total, "screening", standing=TO_VISIT),
        look=_pressing(owed["first"], at) if total else "",
        due_at=owed["first"] if total else None,
    )
    yield Line(
        icon="route",
        label=_("Visits and calls owed to them"),
        figure=told(owed["n"], reads=reads),
        href=_when(reads and owed["n"], "screening_visits"),
        look="late" if owed["late"] else "",
        note=gettext("{tonight} due by tonight, {late} late").format(
            tonight=told(owed["tonight"], reads=reads),
            late=told(owed["late"], reads=reads),
        )
        if owed["n"]
        else "",
    )


def _pressing(due: dt.datetime | None, at: dt.datetime) -> str:
    return "late" if due is not None and due <= at else "due"


def _visits(actor: Actor, at: dt.datetime) -> dict[str, Any]:
    _morning, tonight = bounds_of(day_of(at))
    due = enrolment.visits_due(actor.scope).order_by()
    return due.aggregate(
        n=Count("pk"),
        first=Min("due_at"),
        late=Count("pk", filter=Q(due_at__lte=at)),
        tonight=Count("pk", filter=Q(due_at__lte=tonight)),
    )


def _when(has_rows: Any, url: str, **query: Any) -> str:
    if not has_rows:
        return ""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{reverse(url)}{asked}"


# ------------------------------------------------------------------- who is at home
def _at_home(actor: Actor, at: dt.datetime, areas: dict[int, dict[str, int]]) -> AtHome:
    morning, tonight = bounds_of(day_of(at))
    here = watches.watches(actor.scope, at).order_by()
    rows = here.values_list("area").annotate(
        n=Count("pk"),
        begun=Count("pk", filter=Q(decision__since__gte=morning)),
        ending=Count("pk", filter=Q(decision__until__lte=tonight)),
    )
    now = begun = ending = 0
    for area, n, began, ends in rows:
        _add(areas, area, "at_home", n)
        now, begun, ending = now + n, begun + began, ending + ends
    ahead = watches.watches(actor.scope, at, standing=Standing.AHEAD)
    reads = _reads(actor)
    return AtHome(
        now=told(now, reads=reads),
        begun=told(begun, reads=reads),
        ahead=told(ahead.filter(decision__since__lt=tonight).count(), reads=reads),
        ending=told(ending, reads=reads),
        href=_when(now and reads, "home_watch"),
    )


def _health(
    actor: Actor, at: dt.datetime, areas: dict[int, dict[str, int]]
) -> Iterator[Line]:
    """Records of temperature: of today, and those that nobody wrote since yesterday."""
    morning, tonight = bounds_of(day_of(at))
    today, missed = Q(due_at__gte=morning), Q(state=State.LAPSED)
    owed = task.tasks(actor.scope, form=Form.HEALTH, until=tonight)
    known = Q(due_at__gte=morning - ONE_DAY) | Q(state__in=OPEN)
    counted = owed.filter(known, subject__startswith=ABOUT)
    counted = counted.exclude(state=State.WAIVED)
    rows = (
        counted.order_by()
        .values_list("area")
        .annotate(
            should=Count("pk", filter=today),
            did=Count("pk", filter=today & Q(state=State.COMPLETED)),
            missed_before=Count("pk", filter=~today & missed),
            missed=Count("pk", filter=today & missed),
            late=Count("pk", filter=Q(state__in=OPEN, due_at__lte=at)),
        )
    )
    totals = dict.fromkeys(("should", "did", "missed_before", "missed", "late"), 0)
    for area, *counts in rows:
        for matter, n in zip(totals, counts, strict=True):
            totals[matter] += n
            if matter in MATTERS:
                _add(areas, area, matter, n)
    yield from _health_lines(actor, at, totals)


def _health_lines(
    actor: Actor, at: dt.datetime, totals: Mapping[str, int]
) -> Iterator[Line]:
    today = day_of(at)
    yield Line(
        icon="clipboard-check",
        label=_("Health records of today"),
        figure=totals["did"],
        of=f"/ {totals['should']}",
        href=_records(actor, totals["did"], day=today, state="done"),
    )
    yield Line(
        icon="clock",
        label=_("Health records late now"),
        figure=totals["late"],
        look="late" if totals["late"] else "",
        href=_records(actor, totals["late"], which="overdue"),
    )
    for matter, label, day in (
        ("missed_before", _("Health records missed yesterday"), today - ONE_DAY),
        ("missed", _("Health records missed today"), today),
    ):
        yield Line(
            icon="alert-triangle",
            label=label,
            figure=totals[matter],
            look="late" if totals[matter] else "",
            href=_records(actor, totals[matter], which="missed", day=day),
        )


def _records(actor: Actor, n: int, **asked: Any) -> str:
    return _when(n and _reads(actor), "tasks", **asked, form=Form.HEALTH.value)


def _watches(actor: Actor, at: dt.datetime) -> Iterator[Line]:
    short = watches.short_of_five(actor.scope, at).count()
    yield Line(
        icon="users",
        label=_("At home with fewer than five to answer for them"),
        figure=told(short, reads=_reads(actor)),
        look="late" if short else "",
        href=_when(short and _reads(actor), "home_watch", short=1),
    )


# ------------------------------------------------------- what waits for a second person
def _appeals(actor: Actor) -> Iterator[Line]:
    if not can_open("home_watch", actor.role):
        return
    filed = restriction.appeals(actor.scope, open_only=True).order_by()
    said = filed.aggregate(n=Count("pk"), first=Min("due_at"))
    yield Line(
        icon="gavel",
        label=_("Objections without an answer"),
        figure=said["n"],
        look="due" if said["n"] else "",
        href=_when(said["n"] and can_open("appeals", actor.role), "appeals"),
        due_at=said["first"],
    )


def _cohorts(actor: Actor) -> Iterator[Line]:
    if not can_open("cohorts", actor.role):
        return
    waiting = restriction.waiting(actor.scope).order_by()
    said = waiting.aggregate(n=Count("pk"), people=Sum("persons"))
    n, people = said["n"], said["people"] or 0
    yield Line(
        icon="signature",
        label=_("Measures to be signed by a doctor"),
        figure=n,
        look="due" if n else "",
        note=gettext("{n} people").format(n=people) if n else "",
        href=_when(n, "cohorts"),
    )


def _exports(actor: Actor) -> Iterator[Line]:
    if not can_open("people_exports", actor.role) or not decided_by(actor):
        return
    n = exports.to_decide(actor).count()
    yield Line(
        icon="shield-lock",
        label=_("Exports that wait for your word"),
        figure=n,
        look="due" if n else "",
        href=_when(n, "people_exports"),
    )


# -------------------------------------------------------------------- unit by unit
def _units(actor: Actor, at: dt.datetime, areas: Areas) -> Iterator[Unit]:
    """Sum what was counted by the units directly below, the most missed first."""
    if actor.unit is None or not areas:
        return
    level = NEXT_LEVEL.get(jurisdiction.get_area(actor.unit).level)
    if level is None:
        return
    above = jurisdiction.lifted(list(areas), level)
    sums: dict[int, dict[str, int]] = {}
    for area, counts in areas.items():
        for matter, n in counts.items():
            _add(sums, above[area], matter, n)
    names = jurisdiction.path_names(sums)
    came = set() if may_read("arrival:", by=actor) else hidden(_only(sums, "arrivals"))
    held = set() if _reads(actor) else hidden(_only(sums, "at_home"))
    for area in sorted(sums, key=lambda one: _worst(sums[one]), reverse=True):
        if any(sums[area].values()):
            unit = _unit(area, names[area], sums[area], actor, at)
            few = Cell(pgettext("people", "few"))
            yield replace(
                unit,
                arrivals=few if area in came else unit.arrivals,
                at_home=few if area in held else unit.at_home,
            )


def _only(sums: Areas, matter: str) -> dict[int, int]:
    return {area: counts[matter] for area, counts in sums.items()}


def _worst(counts: Mapping[str, int]) -> tuple[int, ...]:
    missed = counts["missed"] + counts["missed_before"] + counts["late"]
    return (missed, counts["arrivals"], counts["at_home"])


def _unit(
    area: int, path: str, counts: Mapping[str, int], actor: Actor, at: dt.datetime
) -> Unit:
    today = day_of(at)

    def records(matter: str, **asked: Any) -> Cell:
        n = counts[matter]
        return Cell(n, _records(actor, n, **asked, area=area))

    comes = counts["arrivals"] and may_read("arrival:", by=actor)
    asked = {"standing": TO_VISIT, "area": area}
    return Unit(
        name=path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1],
        arrivals=Cell(counts["arrivals"], _when(comes, "screening", **asked)),
        at_home=Cell(
            counts["at_home"],
            _when(counts["at_home"] and _reads(actor), "home_watch", area=area),
        ),
        late=records("late", which="overdue"),
        missed_before=records("missed_before", which="missed", day=today - ONE_DAY),
        missed=records("missed", which="missed", day=today),
    )
