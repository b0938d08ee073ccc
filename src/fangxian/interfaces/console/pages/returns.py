"""Returns: the day's grid, one return, signing, restating, timeliness."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.daily_return import actions
from fangxian.capabilities.daily_return.rules import DAILY
from fangxian.interfaces.console import returns as shown
from fangxian.interfaces.console import signoff
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.subjects import titles_of_packs
from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.report import actions as report
from fangxian.mechanisms.report import queries
from fangxian.mechanisms.report.layouts import find_layout_in_force
from fangxian.mechanisms.report.rules import is_nothing
from fangxian.mechanisms.report.states import State
from fangxian.mechanisms.report.timeliness import timeliness


ONE_DAY = dt.timedelta(days=1)
DAYS_TOLD = 7
DAYS_MOST = 31
ROWS_A_PAGE = 50


class Asked(forms.Form):
    """Which day, which area."""

    day = DayField(required=False, label=_("Day"))
    area = NumberField()


def _asked(request: PageRequest) -> tuple[dt.date, int]:
    """Read day and area of the address; what is not given is ours, today."""
    form = Asked(request.GET)
    form.full_clean()
    given = form.cleaned_data
    day = given.get("day") or day_of(request.at)
    area = given.get("area") or request.actor.unit or 0
    jurisdiction.check_reaches(request.actor.scope, area, what="unit")
    return day, area


# ---------------------------------------------------------------------- the day
@page("returns")
def returns(request: PageRequest) -> HttpResponse:
    """Show who has returned on a day, who is late, and who is missing by name."""
    day, area = _asked(request)
    here = jurisdiction.get_area(area)
    form = Asked(request.GET)
    context = {
        "asked": form if form.errors else Asked(initial={"day": day, "area": area}),
        "day": day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY if day < day_of(request.at) else None,
        "area": here,
        "grid": _grid(area, day, request.at),
        "may_sign": shown.may_sign(area, request.actor) and day <= day_of(request.at),
    }
    return render(request, "console/returns/day.html", context)


def _grid(area: int, day: dt.date, at: dt.datetime) -> shown.Grid | None:
    """Make the grid of an area, or nothing where no such return is owed."""
    stated = find_layout_in_force(DAILY.layout, area, day=day, at=at)
    if stated is None:
        return None
    states = queries.unit_states(area, DAILY.layout, day, at=at)
    return shown.grid_of(area, states, closed=at > stated.cut_off(day))


# ------------------------------------------------------------------- one return
@page("return")
def one_return(request: PageRequest, return_id: int) -> HttpResponse:
    """Show one return: identities, lines, sign-off, restatements, what it summed."""
    returned = queries.get_return(return_id, request.actor.scope)
    layout = queries.layout_for(returned)
    amendments = signoff.amendments_of(returned)
    figures = queries.figures_of(returned)
    context = {
        "returned": returned,
        "pack": titles_of_packs().get(returned.edition.pack, returned.edition.pack),
        "title": word(layout.title),
        "path": jurisdiction.path_name(returned.area_id),
        "lines": shown.lines_of(
            layout, queries.lines(returned), closed=returned.frozen_at is not None
        ),
        "equations": shown.equations_of(layout, figures, queries.balances(returned)),
        "amendments": amendments,
        "steps": signoff.steps_of(returned, amendments),
        "sources": shown.sources_of(returned),
        "number": shown.journal_number(f"return:{returned.pk}"),
        "signed": returned.state != State.COMPUTED,
        "may_restate": shown.may_sign(returned.area_id, request.actor),
    }
    return render(request, "console/returns/return.html", context)


# ---------------------------------------------------------------------- signing
class SignForm(forms.Form):
    """What the signer states: that nothing happened, or in words what did."""

    zero = forms.BooleanField(required=False)
    said = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Anything else"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@page("return_sign")
def sign(request: PageRequest) -> HttpResponse:
    """Show what would be signed now, and sign it."""
    asked, _area = _asked(request)
    unit = request.actor.unit or 0
    known = queries.find_return(unit, DAILY.layout, asked)
    if known is not None and known.state != State.COMPUTED:
        return redirect("return", known.pk)
    form = SignForm(request.POST or None)

    def put_name() -> HttpResponse:
        signed = _sign(request, asked, form.cleaned_data)
        messages.success(request, gettext("The return is signed."))
        return redirect("return", signed.pk)

    def about(_refusal: Refusal | None) -> dict[str, Any]:
        return {"form": form, **_unsigned(unit, asked, request)}

    return take_form(request, "console/returns/sign.html", about, form, do=put_name)


def _unsigned(unit: int, day: dt.date, request: PageRequest) -> dict[str, Any]:
    """What would be signed now."""
    draft = queries.draft(unit, DAILY.layout, day, at=request.at)
    stated = draft.stated
    closed = request.at >= stated.freeze(day)
    return {
        "zero": is_nothing(stated.layout, draft.figures),
        "area": jurisdiction.get_area(unit),
        "day": day,
        "late": request.at > stated.cut_off(day),
        "title": word(stated.layout.title),
        "lines": shown.lines_of(stated.layout, draft.lines, closed=closed),
        "equations": shown.equations_of(stated.layout, draft.figures, draft.balances),
        "missing": sorted(jurisdiction.path_names(draft.missing).values()),
        "may_sign": shown.may_sign(unit, request.actor),
    }


def _sign(request: PageRequest, day: dt.date, stated: Mapping[str, Any]) -> Any:
    return actions.attest_daily(
        area=request.actor.unit or 0,
        day=day,
        zero=stated["zero"],
        happened=stated["said"],
        by=request.actor,
        at=request.at,
    )


# -------------------------------------------------------------------- restating
class RestateForm(forms.Form):
    """Why a signed return is restated."""

    reason = forms.CharField(
        max_length=1000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3})
    )


@page("return_restate")
def restate(request: PageRequest, return_id: int) -> HttpResponse:
    """Show old beside new, and restate with a reason; the signed figures stay."""
    returned = queries.get_return(return_id, request.actor.scope)
    form = RestateForm(request.POST or None)

    def sign_anew() -> HttpResponse:
        report.restate(
            return_id,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=request.at,
        )
        messages.success(request, gettext("The return is restated."))
        return redirect("return", return_id)

    context = {
        "returned": returned,
        "form": form,
        "path": jurisdiction.path_name(returned.area_id),
        "changed": _changed(returned, request.at),
        "may_restate": shown.may_sign(returned.area_id, request.actor),
    }
    return take_form(
        request, "console/returns/restate.html", context, form, do=sign_anew
    )


def _changed(returned: Any, at: dt.datetime) -> list[signoff.Changed]:
    """Compare what stands with what would be computed now."""
    old = queries.figures_of(returned)
    draft = queries.draft(returned.area_id, returned.layout, returned.day, at=at)
    return [
        signoff.Changed(word(one.label), old.get(one.name, 0), new)
        for one in draft.stated.layout.indicators
        for new in [draft.figures[one.name]]
        if old.get(one.name, 0) != new
    ]


# ------------------------------------------------------------------- timeliness
class Period(forms.Form):
    """The first and the last day told about."""

    first = DayField(required=False, label=_("From"))
    last = DayField(required=False, label=_("To"))


@page("returns_timeliness")
def how_timely(request: PageRequest) -> HttpResponse:
    """Show for each unit how it returned: in time, late, not at all, not true."""
    _day, area = _asked(request)
    form = Period(request.GET)
    form.full_clean()
    days = form.cleaned_data
    last = min(days.get("last") or day_of(request.at), day_of(request.at))
    first = days.get("first") or last - (DAYS_TOLD - 1) * ONE_DAY
    first = min(max(first, last - (DAYS_MOST - 1) * ONE_DAY), last)
    rows = timeliness(
        area, DAILY.layout, from_=first, until=last + ONE_DAY, at=request.at
    )
    units = {one.area for one in rows}
    worst = sorted(rows, key=shown.faults_first)
    page_ = Paginator(worst, ROWS_A_PAGE).get_page(request.GET.get("page"))
    names = jurisdiction.path_names({one.area for one in page_})
    context = {
        "area": jurisdiction.get_area(area),
        "period": form
        if form.errors
        else Period(initial={"first": first, "last": last}),
        "first": first,
        "last": last,
        "page": page_,
        "rows": [(names[one.area], one) for one in page_],
        "days": _days(request, area, first, last) if area in units else [],
    }
    return render(request, "console/returns/timeliness.html", context)


def _days(
    request: PageRequest, area: int, first: dt.date, last: dt.date
) -> list[shown.DayRow]:
    """Tell the unit's own returns day by day, the latest first."""
    found = queries.returns(request.actor.scope, layout=DAILY.layout)
    returned = {
        one.day: one for one in found.filter(area=area, day__range=(first, last))
    }
    cut_offs = {
        day: stated.cut_off(day)
        for number in range((last - first).days + 1)
        for day in [last - number * ONE_DAY]
        if (stated := find_layout_in_force(DAILY.layout, area, day=day, at=request.at))
    }
    return shown.days_of(returned, cut_offs, request.at)


urlpatterns: list[URLPattern] = [
    path("returns/", returns, name="returns"),
    path("returns/<int:return_id>/", one_return, name="return"),
    path("returns/<int:return_id>/restate/", restate, name="return_restate"),
    path("returns/sign/", sign, name="return_sign"),
    path("returns/timeliness/", how_timely, name="returns_timeliness"),
]
