"""Sweeps: which there are, one board by building or unit, and door by door."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fangxian.capabilities.enrolment.states import About, Met, Sweeping
from fangxian.capabilities.enrolment.sweeps import queries, rules
from fangxian.interfaces.console import sweeps as shown
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.jurisdiction.queries import path_name, reaches_area
from fangxian.mechanisms.ledger.people.rules import check_can_read


ROWS_A_PAGE = 50


@page("sweeps")
def sweeps(request: PageRequest) -> HttpResponse:
    """List the sweeps that go through the reader's areas, the latest first."""
    asked = request.GET.get("state", "")
    state = Sweeping(asked) if asked in set(Sweeping) else None
    found = queries.sweeps(request.actor.scope, state=state)
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown_page,
        "rows": shown.rows(list(shown_page), request.actor, request.at),
        "states": [(one.value, look[2]) for one, look in shown.STATES.items()],
        "state": state,
        "may_order": rules.can_order(by=request.actor),
    }
    return render(request, "console/sweeps/list.html", context)


@page("sweep")
def sweep(request: PageRequest, sweep_id: UUID) -> HttpResponse:
    """Show one sweep: how many should be seen, were, were not, and why not."""
    found = queries.get_sweep(sweep_id, request.actor.scope)
    board = shown.board(
        found, request.actor, request.at, by=request.GET.get("by", shown.BUILDINGS)
    )
    may_stop = (
        found.state == Sweeping.RUNNING
        and rules.can_order(by=request.actor)
        and reaches_area(request.actor.scope, found.area_id)
    )
    context = {
        "sweep": found,
        "board": board,
        "page": Paginator(board.lines, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_stop": may_stop,
    }
    return render(request, "console/sweeps/board.html", context)


class Narrow(forms.Form):
    """Which doors or places of a sweep are listed; codes only, so in the address."""

    met = forms.ChoiceField(
        required=False,
        label=pgettext_lazy("sweep", "What became of it"),
        choices=[("", _("all")), *((m.value, w[2]) for m, w in shown.METS.items())],
    )
    outcome = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    area = NumberField()
    building = forms.CharField(required=False, max_length=60, label=_("Building"))
    came = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        """What ``queries.targets`` is asked; what was never offered is none."""
        self.is_valid()
        said = self.cleaned_data
        met, outcome = said.get("met"), said.get("outcome")
        return {
            "met": Met(met) if met else None,
            "outcome": "" if outcome == rules.UNVISITED else outcome or None,
            "area": said.get("area"),
            "building": said.get("building") or None,
            "came": said.get("came") or None,
        }


@page("sweep_rows")
def sweep_rows(request: PageRequest, sweep_id: UUID) -> HttpResponse:
    """List the doors or places of a sweep in scope, building by building."""
    found = queries.get_sweep(sweep_id, request.actor.scope)
    if found.about == About.DOOR:
        check_can_read(by=request.actor)
    asked = Narrow(request.GET)
    wanted = asked.wanted()
    listed = queries.targets(found.pk, request.actor.scope, **wanted)
    shown_page = Paginator(listed, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sweep": found,
        "title": shown.title_of(found),
        "form": asked,
        "where": path_name(wanted["area"])
        if _in_scope(request, wanted["area"])
        else "",
        "reason": shown.reason_of(found, wanted["outcome"]),
        "page": shown_page,
        "rows": shown.target_rows(list(shown_page), found, request.actor, request.at),
    }
    return render(request, "console/sweeps/rows.html", context)


def _in_scope(request: PageRequest, area: int | None) -> bool:
    return area is not None and reaches_area(request.actor.scope, area)


urlpatterns: list[URLPattern] = [
    path("screening/sweeps/", sweeps, name="sweeps"),
    path("screening/sweeps/<uuid:sweep_id>/", sweep, name="sweep"),
    path("screening/sweeps/<uuid:sweep_id>/rows/", sweep_rows, name="sweep_rows"),
]
