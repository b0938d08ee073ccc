"""Patrols: should, did and missed by area and kind; planning the day; self-checks."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection import queries as inspection
from fangxian.interfaces.console import findings as shown
from fangxian.interfaces.console.days import MinuteField, Period
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


DAY = dt.timedelta(days=1)
OWN = {"own": True}  # what lies in no unit below


@dataclass(frozen=True, slots=True)
class Line:
    """A unit or a kind of place with its coverage; ``asks`` lists its duties."""

    name: str
    coverage: inspection.Coverage
    asks: str
    area: int | None = None


@page("patrols")
def patrols(request: PageRequest) -> HttpResponse:
    """Show what should have been visited, was, and was missed."""
    asked = Period(request.GET)
    asked.full_clean()
    days = asked.cleaned_data
    last = days.get("last") or day_of(request.at)
    first = min(days.get("first") or last, last)
    area = _area(request)
    rows = inspection.coverage(
        request.actor.scope, from_=first, until=last + DAY, area=area
    )
    asks = {"day": first, "last": last, "area": area, "places": True}
    context = {
        "asks": urlencode(asks),
        "period": asked
        if asked.errors
        else Period(initial={"first": first, "last": last}),
        "area": jurisdiction.get_area(area),
        "total": inspection.summed(rows, area=area),
        "units": _by_unit(rows, area, asks),
        "kinds": _by_kind(rows, area, asks),
    }
    return render(request, "console/patrols/coverage.html", context)


def _area(request: PageRequest) -> int:
    """The area that is looked into: the one asked for, else the reader's own."""
    own = request.actor.unit or 0
    given = request.GET.get("area", "")
    area = int(given) if given.isascii() and given.isdigit() else own
    inspection.check_area(request.actor.scope, area)
    return area


def _by_unit(
    rows: Iterable[inspection.Coverage], area: int, asks: Mapping[str, Any]
) -> list[Line]:
    """Add up by the units directly below; what lies in none counts for the area."""
    below = {one.id: one for one in jurisdiction.areas_below(area)}
    grouped: dict[int, list[inspection.Coverage]] = {}
    for row in rows:
        grouped.setdefault(_unit_of(row.area, area, below), []).append(row)
    own = jurisdiction.get_area(area)
    lines = [
        Line(
            name=below[unit].name if unit in below else own.name,
            coverage=inspection.summed(listed, area=unit),
            asks=urlencode({**asks, "area": unit, **({} if unit in below else OWN)}),
            area=unit if unit in below else None,
        )
        for unit, listed in grouped.items()
    ]
    return sorted(lines, key=lambda line: (-line.coverage.missed, line.name))


def _unit_of(area: int, top: int, below: Mapping[int, Any]) -> int:
    """Climb to the unit directly below the top that an area belongs to."""
    while area in below and below[area].parent != top:
        area = below[area].parent or top
    return area if area in below else top


def _by_kind(
    rows: Iterable[inspection.Coverage], area: int, asks: Mapping[str, Any]
) -> list[Line]:
    names = shown.kind_names()
    grouped: dict[str, list[inspection.Coverage]] = {}
    for row in rows:
        grouped.setdefault(row.kind, []).append(row)
    return [
        Line(
            names.get(kind, kind),
            inspection.summed(listed, area=area, kind=kind),
            urlencode({**asks, "kind": kind}),
        )
        for kind, listed in sorted(grouped.items())
    ]


@page("patrols_plan")
@require_POST
def plan(request: PageRequest) -> HttpResponse:
    """Issue what the rules ask of every place in the unit today."""
    issued = actions.plan_patrols(
        area=request.actor.unit or 0,
        day=day_of(request.at),
        by=request.actor,
        at=request.at,
    )
    said = ngettext(
        "{count} new duty for today.", "{count} new duties for today.", issued
    )
    messages.success(request, said.format(count=issued))
    return redirect("patrols")


class SelfCheckForm(forms.Form):
    """A problem named above, and the like places that check themselves for it."""

    source = forms.CharField(
        label=_("Bulletin"),
        max_length=80,
        help_text=_("Its number or title; the same bulletin orders once."),
    )
    problem = forms.CharField(
        label=_("Problem"), max_length=300, widget=forms.Textarea({"rows": 3})
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of place"), widget=forms.CheckboxSelectMultiple
    )
    due = MinuteField(label=_("Due"))

    def __init__(self, kinds: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["kinds"]
        assert isinstance(offered, forms.MultipleChoiceField)  # noqa: S101 -- declared above
        offered.choices = list(kinds.items())


@page("patrols_self_check")
def self_checks(request: PageRequest) -> HttpResponse:
    """Have all like places check themselves for a problem that a bulletin names."""
    form = SelfCheckForm(shown.kind_names(), request.POST or None)

    def order() -> HttpResponse:
        issued = _order(request, form.cleaned_data)
        said = ngettext(
            "{count} place is to check itself.",
            "{count} places are to check themselves.",
            issued,
        )
        messages.success(request, said.format(count=issued))
        return redirect("patrols")

    context = {"form": form}
    return take_form(
        request, "console/patrols/self_check.html", context, form, do=order
    )


def _order(request: PageRequest, said: dict[str, Any]) -> int:
    return actions.order_self_checks(
        area=request.actor.unit or 0,
        kinds=said["kinds"],
        problem=said["problem"],
        source=said["source"],
        due_at=said["due"],
        by=request.actor,
        at=request.at,
    )


urlpatterns: list[URLPattern] = [
    path("patrols/", patrols, name="patrols"),
    path("patrols/plan/", plan, name="patrols_plan"),
    path("patrols/self-check/", self_checks, name="patrols_self_check"),
]
