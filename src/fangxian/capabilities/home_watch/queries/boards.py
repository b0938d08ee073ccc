"""The day at a glance: what is owed to those at home, what was done, what is missing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from fangxian.capabilities.home_watch.facts import SUBJECT, subject_of
from fangxian.capabilities.home_watch.queries.watches import short_of_five, watches
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.finding.states import LIVE
from fangxian.mechanisms.restriction.queries import appeals
from fangxian.mechanisms.restriction.states import Standing
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN, State


if TYPE_CHECKING:
    from fangxian.capabilities.home_watch.models import Watch
    from fangxian.mechanisms.task.models import Task

ABOUT = f"{SUBJECT}:"


@dataclass(frozen=True, slots=True)
class Tally:
    """What is owed by one form, and what became of it; waived duties are left out."""

    should: int
    did: int
    missed: int
    late: int

    @property
    def open(self) -> int:
        """How many are still owed."""
        return self.should - self.did - self.missed


NOTHING = Tally(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Board:
    """How those at home in a scope stand at a moment, and the duties due that day.

    ``duties`` is by form; ``ending`` are those free by the end of the day.
    """

    in_force: int
    ahead: int
    ending: int
    short_of_five: int
    findings: int
    appeals: int
    duties: Mapping[str, Tally]


def board(scope: Scope, at: dt.datetime) -> Board:
    """Count who is at home, and what was owed to them and done, on the day of ``at``."""
    here = watches(scope, at)
    live = findings(scope).filter(subject__startswith=ABOUT, state__in=LIVE)
    return Board(
        in_force=here.count(),
        ahead=watches(scope, at, standing=Standing.AHEAD).count(),
        ending=free_tonight(scope, at).count(),
        short_of_five=short_of_five(scope, at).count(),
        findings=live.count(),
        appeals=appeals(scope, open_only=True).count(),
        duties=_duties(_owed(scope, day_of(at)), at),
    )


def free_tonight(scope: Scope, at: dt.datetime) -> "QuerySet[Watch]":
    """List those at home who are free by the end of the day."""
    _, tonight = bounds_of(day_of(at))
    return watches(scope, at).filter(decision__until__lte=tonight)


def duties_of(
    watch_id: int, scope: Scope, at: dt.datetime, *, until: dt.datetime | None = None
) -> dict[str, Tally]:
    """Count what was owed to one person so far, form by form."""
    owed = tasks(scope, subject=subject_of(watch_id), until=until or at)
    return _duties(owed, at)


def missed(scope: Scope, *, from_: dt.date, until: dt.date) -> "QuerySet[Task]":
    """List what was never done for somebody at home, by the days it was due."""
    lapsed = tasks(
        scope,
        states=[State.LAPSED],
        from_=bounds_of(from_)[0],
        until=bounds_of(until)[0],
    )
    return lapsed.filter(subject__startswith=ABOUT)


def overdue(scope: Scope, at: dt.datetime) -> "QuerySet[Task]":
    """List what is late now and can still be done for somebody at home."""
    late = tasks(scope, states=OPEN, until=at)
    return late.filter(subject__startswith=ABOUT)


def _owed(scope: Scope, day: dt.date) -> "QuerySet[Task]":
    from_, until = bounds_of(day)
    owed = tasks(scope, from_=from_, until=until)
    return owed.filter(subject__startswith=ABOUT)


def _duties(owed: "QuerySet[Task]", at: dt.datetime) -> dict[str, Tally]:
    rows = (
        owed.exclude(state=State.WAIVED)
        .order_by("form")
        .values_list("form")
        .annotate(
            should=Count("pk"),
            did=Count("pk", filter=Q(state=State.COMPLETED)),
            missed=Count("pk", filter=Q(state=State.LAPSED)),
            late=Count("pk", filter=Q(state__in=OPEN, due_at__lte=at)),
        )
    )
    return {form: Tally(*counts) for form, *counts in rows}
