"""What the page Today shows: tiles, the units by what is late, changes of late."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from fangxian.interfaces.console.matrix import can_open
from fangxian.interfaces.console.subjects import href_of
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding import queries as finding
from fangxian.mechanisms.finding.states import LIVE
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.report.queries import UnitState
from fangxian.mechanisms.task import queries as task
from fangxian.mechanisms.task.states import OPEN


ONE_DAY = dt.timedelta(days=1)
SOON = dt.timedelta(hours=2)
STEPS = 5  # of the scale from few to many
CHANGES_SHOWN = 8
DAYS_CHARTED = 14

ACTS = ("task.issued", "task.completed", "task.waived", "task.lapsed")
CHANGES: Mapping[str, tuple[str, str, str | Promise]] = {
    "finding.raised": ("late", "alert-triangle", gettext_lazy("Problem found")),
    "finding.rectified": ("doing", "refresh", gettext_lazy("Problem put right")),
    "finding.confirmed": ("done", "check", gettext_lazy("Problem confirmed")),
    "finding.reopened": ("right", "rotate", gettext_lazy("Problem sent back")),
    "finding.withdrawn": ("none", "ban", gettext_lazy("Problem withdrawn")),
    "task.escalated": ("late", "arrow-up-right", gettext_lazy("Duty told upward")),
    "task.lapsed": ("late", "clock", gettext_lazy("Duty missed")),
    "task.waived": ("right", "scale", gettext_lazy("Duty waived")),
    "place.registered": ("doing", "plus", gettext_lazy("Place put on the ledger")),
    "place.suspended": ("late", "ban", gettext_lazy("Place ordered to close")),
    "place.reopened": ("done", "door", gettext_lazy("Place open again")),
    "report.attested": ("done", "signature", gettext_lazy("Return signed")),
    "report.restated": ("right", "rotate", gettext_lazy("Return restated")),
    "report.bulletin_issued": ("doing", "report", gettext_lazy("Bulletin issued")),
    "protocol.adopted": ("right", "gavel", gettext_lazy("Edition put in force")),
}
OF_PEOPLE: Mapping[str, tuple[str, str, str | Promise]] = {
    "restriction.accepted": ("right", "signature", gettext_lazy("Measures signed")),
    "restriction.refused": ("none", "ban", gettext_lazy("Measures refused")),
    "restriction.appeal_filed": ("due", "scale", gettext_lazy("Objection filed")),
    "restriction.appeal_decided": ("done", "scale", gettext_lazy("Objection decided")),
    "restriction.ended": ("done", "lock-open", gettext_lazy("Measure over")),
}


# ------------------------------------------------------------------------ tiles
@dataclass(frozen=True, slots=True)
class Counts:
    """What the tiles count, each beside its whole."""

    overdue: int
    open: int
    soon: int
    due: int
    done: int
    missed: int
    findings: int
    findings_overdue: int


def counts_of(actor: Actor, at: dt.datetime) -> Counts:
    """Count what is owed: open duties from the rows, the day's from the counters."""
    scope = actor.scope
    owed = task.tasks(scope, states=OPEN).order_by()
    acts = journal.counts_by_measure(
        ACTS,
        areas=jurisdiction.areas_of(scope),
        from_=day_of(at),
        until=day_of(at) + ONE_DAY,
        kinds=scope.kinds,
    )
    live = finding.findings(scope).filter(state__in=LIVE)
    return Counts(
        overdue=owed.filter(due_at__lt=at).count(),
        open=owed.count(),
        soon=owed.filter(due_at__gte=at, due_at__lt=at + SOON).count(),
        due=acts["task.issued"] - acts["task.waived"],
        done=acts["task.completed"],
        missed=acts["task.lapsed"],
        findings=live.count(),
        findings_overdue=finding.overdue(scope, at).count(),
    )


def climbed_first(actor: Actor, at: dt.datetime) -> Any:
    """Order the overdue duties: highest climbed first, then the longest overdue."""
    late = task.tasks(actor.scope, states=OPEN, until=at)
    return late.order_by("-level", "due_at", "pk")


# --------------------------------------------------------------------- the units
@dataclass(frozen=True, slots=True)
class Tile:
    """A unit on the schematic map: how many duties are overdue there."""

    area: int
    name: str
    overdue: int
    findings: int
    step: int


def tiles_of(
    actor: Actor, owner: Mapping[int, int], names: Mapping[int, str], at: dt.datetime
) -> list[Tile]:
    """Count what is overdue by the unit that each area belongs to."""
    late = _by_owner(task.tasks(actor.scope, states=OPEN, until=at), owner)
    problems = _by_owner(finding.overdue(actor.scope, at), owner)
    most = max(late.values(), default=0)
    return [
        Tile(unit, names[unit], late[unit], problems[unit], _step(late[unit], most))
        for unit in sorted(set(owner.values()))
    ]


def _by_owner(rows: Any, owner: Mapping[int, int]) -> Counter[int]:
    counted = rows.order_by().values_list("area").annotate(n=Count("pk"))
    total: Counter[int] = Counter()
    for area, n in counted:
        if area in owner:
            total[owner[area]] += n
    return total


def _step(n: int, most: int) -> int:
    """Place a count on the scale of five: 1 is nothing, 5 the most there is."""
    return 1 if not n else 2 + (n - 1) * (STEPS - 2) // max(most - 1, 1)


def owner_of(area: int, states: Sequence[UnitState]) -> dict[int, int]:
    """Map every area to the unit just below the given one that it belongs to."""
    by_area = {one.area: one for one in states}
    held = {low for one in states if one.area != area for low in one.below}
    owner: dict[int, int] = {}
    for one in states:
        if one.area != area and one.area not in held:
            owner |= dict.fromkeys(_under(one.area, by_area), one.area)
    return owner


def _under(area: int, by_area: Mapping[int, UnitState]) -> list[int]:
    found = list(by_area[area].own)
    for low in by_area[area].below:
        found += _under(low, by_area)
    return found


# ------------------------------------------------------------------- changes
@dataclass(frozen=True, slots=True)
class Change:
    """One recent act as a line: what, where, when, who, and its page."""

    look: str
    icon: str
    word: str
    where: str
    moment: dt.datetime
    who: str
    href: str


def changes_of(actor: Actor) -> list[Change]:
    """List the latest acts in scope that change what somebody must do."""
    if actor.scope.kinds is not None:
        return []  # the journal knows areas, not kinds of place
    words = dict(CHANGES)
    if can_open("home_watch", actor.role):
        words |= OF_PEOPLE
    latest = journal.find_entries(jurisdiction.areas_of(actor.scope)).filter(
        entry__event__in=words
    )
    acts = [leaf.entry for leaf in latest.order_by("-number")[:CHANGES_SHOWN]]
    names = jurisdiction.path_names({one.area for one in acts if one.area})
    persons = {one.person for one in acts} - {SYSTEM.person}
    who = jurisdiction.masked_names(persons)
    return [_change(one, names, who, actor) for one in acts]


def _change(
    act: Any, names: Mapping[int, str], who: Mapping[Any, str], actor: Actor
) -> Change:
    look, icon, word = {**CHANGES, **OF_PEOPLE}[act.event]
    path = names.get(act.area, "")
    return Change(
        look=look,
        icon=icon,
        word=str(word),
        where=path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1],
        moment=act.happened_at,
        who=who.get(act.person, gettext("the system")),
        href=href_of(act.subject, actor),
    )


# --------------------------------------------------------------------- chart
@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart, with where its bars and points stand."""

    day: dt.date
    done: int
    missed: int
    found: int
    confirmed: int
    x: float
    found_height: float
    confirmed_height: float
    found_y: float
    confirmed_y: float

    @property
    def confirmed_x(self) -> float:
        """Where the second bar stands."""
        return self.x + BAR


CHART_HEIGHT = 120.0
CHART_LEFT = 24.0
CHART_STEP = 79.0
BAR = 15.0


def days_of(actor: Actor, at: dt.datetime) -> list[Day]:
    """Set two weeks beside each other: problems found and problems confirmed."""
    until = day_of(at) + ONE_DAY
    first = until - DAYS_CHARTED * ONE_DAY
    areas = jurisdiction.areas_of(actor.scope)
    kinds = actor.scope.kinds
    found, confirmed, done, missed = (
        journal.counts_by_day(
            measure, areas=areas, from_=first, until=until, kinds=kinds
        )
        for measure in (
            "finding.raised",
            "finding.confirmed",
            "task.completed",
            "task.lapsed",
        )
    )
    most = max([*found.values(), *confirmed.values(), 1])

    def height(n: int) -> float:
        return round(CHART_HEIGHT * n / most, 1)

    days = [first + number * ONE_DAY for number in range(DAYS_CHARTED)]
    return [
        Day(
            day=day,
            done=done.get(day, 0),
            missed=missed.get(day, 0),
            found=found.get(day, 0),
            confirmed=confirmed.get(day, 0),
            x=CHART_LEFT + number * CHART_STEP,
            found_height=height(found.get(day, 0)),
            confirmed_height=height(confirmed.get(day, 0)),
            found_y=CHART_HEIGHT - height(found.get(day, 0)),
            confirmed_y=CHART_HEIGHT - height(confirmed.get(day, 0)),
        )
        for number, day in enumerate(days)
    ]
