"""Today: what is late and whose, who came and is at home, returns, gaps, changes."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from fangxian.capabilities.daily_return.rules import DAILY
from fangxian.capabilities.home_watch.queries import is_by_task
from fangxian.interfaces.console import duties, returns
from fangxian.interfaces.console import today as shown
from fangxian.interfaces.console.cover import cover_of
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.interfaces.console.hospital_today import hospital_today
from fangxian.interfaces.console.matrix import can_open, can_write
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.people_today import people_of_today
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.since_yesterday import since_yesterday
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.report import queries as report
from fangxian.mechanisms.report.layouts import find_layout_in_force
from fangxian.mechanisms.task import queries as task


OVERDUE_SHOWN = 8
ACTS = ("visit_new", "return_sign", "task_remind")


@page("today")
def today(request: PageRequest) -> HttpResponse:
    """Show the morning's questions: what is late, whose, and what changed.

    A hospital has other questions: its samples, its results, who objects.
    """
    actor, at = request.actor, request.at
    if is_by_task(actor.scope):
        context = hospital_today(actor, at)
        return render(request, "console/today/hospital.html", context)
    late = list(shown.climbed_first(actor, at)[:OVERDUE_SHOWN])
    days = shown.days_of(actor, at)
    context = {
        "day": day_of(at),
        "counts": shown.counts_of(actor, at),
        "late": duties.rows(late, actor, at),
        "changes": shown.changes_of(actor),
        "days": days,
        "people": people_of_today(actor, at),
        "since": since_yesterday(actor, at),
        "cover": cover_of(actor, at),
        "charted": any(one.found or one.confirmed for one in days),
        **_units(actor, at),
    }
    return render(request, "console/today/today.html", context)


def _units(actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """The units below: their returns and what is overdue, for whoever reads returns."""
    unit = actor.unit or 0
    if not can_open("returns", actor.role):
        return {"grid": None, "tiles": []}
    stated = find_layout_in_force(DAILY.layout, unit, day=day_of(at), at=at)
    if stated is None:
        return {"grid": None, "tiles": []}
    states = report.unit_states(unit, DAILY.layout, day_of(at), at=at)
    owner = shown.owner_of(unit, states)
    return {
        "grid": returns.grid_of(unit, states, closed=at > stated.cut_off(day_of(at))),
        "cut_off": stated.cut_off(day_of(at)),
        "tiles": shown.tiles_of(actor, owner, _names(set(owner.values())), at),
    }


def _names(areas: set[int]) -> dict[int, str]:
    separator = jurisdiction.PATH_SEPARATOR
    paths = jurisdiction.path_names(areas)
    return {area: name.rsplit(separator, 1)[-1] for area, name in paths.items()}


def _overdue(actor: Actor, at: dt.datetime) -> int:
    """Count what is overdue for whoever does it or urges it; others only read."""
    if not any(can_write(act, actor.role) for act in ACTS):
        return 0
    return task.overdue(actor.scope, at).count()


COUNTERS["today"] = _overdue

urlpatterns: list[URLPattern] = [path("today/", today, name="today")]
