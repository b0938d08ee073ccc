"""Sweeps, what is done: order one, write a visit down, register whoever was found."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment.queries import edition_for
from fangxian.capabilities.enrolment.states import About, Met
from fangxian.capabilities.enrolment.sweeps import actions, queries, rules
from fangxian.interfaces.console import people as folk
from fangxian.interfaces.console import sweeps as shown
from fangxian.interfaces.console.days import MinuteField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.pages.people import PersonForm, offer
from fangxian.interfaces.console.pages.places import (
    HOLDERS,
    LISTED,
    area_choices,
    kind_choices,
)
from fangxian.interfaces.console.pages.screening_acts import DoorForm, JourneyForm
from fangxian.interfaces.console.pages.visits import fresh_visit
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.jurisdiction.queries import path_name
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.queries import find_people


TWO_DAYS = dt.timedelta(days=2)
EVENING = 20


# ------------------------------------------------------------------------ order one
class OrderForm(forms.Form):
    """What is swept, where, from when until when, and why. ``id`` came with the form."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    clause = forms.ChoiceField(label=_("What is swept"), widget=forms.RadioSelect)
    area = forms.ChoiceField(label=_("Area"))
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of place"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For places only; none ticked means all of them."),
    )
    opens_at = MinuteField(label=_("Begins"))
    until = MinuteField(
        label=_("Ends"),
        help_text=_("Then it ends by itself, and what was missed is listed."),
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who goes there reads it."),
    )

    def __init__(self, *args: Any, request: PageRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = request.actor
        unit = actor.unit
        known = () if unit is None else edition_for(unit, request.at).pack
        clauses = queries.clauses_of(known) if known else ()
        offer(
            self,
            clause=[(one.code, word(one.title)) for one in clauses],
            area=area_choices(actor, (*LISTED, *HOLDERS)),
            kinds=kind_choices(actor.scope),
        )

    def said(self) -> dict[str, Any]:
        """What the sweep is ordered with; kinds are of places only."""
        given = self.cleaned_data
        return {**given, "area": int(given["area"])}


@page("sweep_new")
def order(request: PageRequest) -> HttpResponse:
    """Order a sweep; its doors or places are given to the posts nearby at once."""
    rules.check_can_order(by=request.actor)
    form = OrderForm(request.POST or None, request=request, initial=_fresh(request))

    def give_out() -> HttpResponse:
        made = actions.order_sweep(**form.said(), by=request.actor, at=request.at)
        messages.success(request, gettext("Ordered; the posts have their doors."))
        return redirect("sweep", made.pk)

    context = {"form": form}
    return take_form(request, "console/sweeps/new.html", context, form, do=give_out)


def _fresh(request: PageRequest) -> dict[str, object]:
    now = request.at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    return {
        "id": fresh_id(request.at),
        "opens_at": now,
        "until": (now + TWO_DAYS).replace(hour=EVENING, minute=0),
        "area": request.actor.unit,
        "clause": "door_sweep",
    }


# ----------------------------------------------------------------------- call it off
class StopForm(forms.Form):
    """Why a sweep stops before its end."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@page("sweep_call_off")
def call_off(request: PageRequest, sweep_id: UUID) -> HttpResponse:
    """Stop a sweep; what is still owed is waived, what was seen stays."""
    found = queries.get_sweep(sweep_id, request.actor.scope)
    rules.check_can_call_off(by=request.actor)
    form = StopForm(request.POST or None)

    def stop() -> HttpResponse:
        actions.call_off(
            found.pk,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=request.at,
        )
        messages.success(request, gettext("The sweep is called off."))
        return redirect("sweep", found.pk)

    context = {
        "sweep": found,
        "title": shown.title_of(found),
        "form": form,
    }
    return take_form(request, "console/sweeps/call_off.html", context, form, do=stop)


# ------------------------------------------------------------------------- a visit
@page("sweep_visit")
def visit(request: PageRequest, sweep_id: UUID, task_id: int) -> HttpResponse:
    """Write down what was found at one door or place."""
    target = queries.get_target(sweep_id, task_id, request.actor.scope)
    asked = shown.form_of(target.sweep)
    form = DoorForm(
        asked,
        request.POST or None,
        request.FILES or None,
        initial=fresh_visit(request),
    )

    def save() -> HttpResponse:
        actions.record_visit(
            sweep_id,
            task=task_id,
            id=form.cleaned_data["id"],
            answers=form.answers,
            seen_at=form.cleaned_data["seen_at"],
            by=request.actor,
            at=request.at,
        )
        return redirect(_next(request, target, form.answers))

    context = {
        **_about(request, target),
        "title": word(asked.title),
        "source": asked.source,
        "form": form,
    }
    return take_form(request, "console/sweeps/visit.html", context, form, do=save)


def _about(request: PageRequest, target: Any) -> dict[str, Any]:
    """What is known of a door or place: its name, and who lives there."""
    number, sweep = target.number, target.sweep
    living: list[Any] = []
    if sweep.about == About.DOOR and shown.may_read_rows(sweep, request.actor):
        found = find_people(request.actor.scope, door=number)
        living = folk.rows(found.cards)
    names = shown.names_of(sweep, [number], request.actor)
    return {
        "target": target,
        "sweep": sweep,
        "name": names.get(number, f"№ {number}"),
        "path": path_name(target.area_id),
        "living": living,
        "rows_at": _rows_at(target),
        "is_door": sweep.about == About.DOOR,
        "last": shown.outcomes_of(sweep).get(target.outcome, ""),
    }


def _rows_at(target: Any) -> str:
    asked = {"met": Met.OPEN.value, "area": target.area_id, "building": target.building}
    rows_at = reverse("sweep_rows", args=[target.sweep_id])
    return f"{rows_at}?{urlencode({k: v for k, v in asked.items() if v})}"


def _next(request: PageRequest, target: Any, answers: Any) -> str:
    """Say what follows, and lead there: whoever is new is registered at once."""
    new = max(answers.get("unlisted", 0), answers.get(rules.CAME, 0))
    if new:
        said = ngettext(
            "Saved. Register {count} person who was found here.",
            "Saved. Register {count} people who were found here.",
            new,
        )
        messages.warning(request, said.format(count=new))
        return reverse("sweep_found", args=[target.sweep_id, target.task_id])
    if answers[rules.OUTCOME] in rules.SETTLING:
        messages.success(request, gettext("Saved; nobody has to go there again."))
    else:
        messages.warning(request, gettext("Saved. Somebody has to go there again."))
    return _rows_at(target)


# ------------------------------------------------------------------ who was found
class FoundForm(PersonForm):
    """Somebody found at a door, and whether they came from elsewhere."""

    came = forms.BooleanField(
        label=_("Came from abroad, another province or an area at risk"),
        required=False,
        help_text=_("Then fill in the journey; a visit is owed to them."),
    )


@page("sweep_found")
def found(request: PageRequest, sweep_id: UUID, task_id: int) -> HttpResponse:
    """Put somebody found at a door on the ledger, and say if they came from elsewhere."""
    target = queries.get_target(sweep_id, task_id, request.actor.scope)
    pack = edition_for(target.area_id, request.at).pack
    data = request.POST or None
    initial = {"id": fresh_id(request.at), "area": target.area_id}
    person = FoundForm(data, actor=request.actor, initial=initial)
    journey = JourneyForm(data, pack=pack)

    def register() -> HttpResponse:
        actions.register_found(
            sweep_id,
            task=task_id,
            id=person.cleaned_data["id"],
            details=Details(**person.said()),
            journey=journey.journey() if person.cleaned_data["came"] else None,
            by=request.actor,
            at=request.at,
        )
        messages.success(request, gettext("Registered."))
        return redirect("sweep_found", sweep_id, task_id)

    context = {
        **_about(request, target),
        "person": person,
        "journey": journey,
    }
    return take_form(
        request, "console/sweeps/found.html", context, person, journey, do=register
    )


urlpatterns: list[URLPattern] = [
    path("screening/sweeps/new/", order, name="sweep_new"),
    path("screening/sweeps/<uuid:sweep_id>/call-off/", call_off, name="sweep_call_off"),
    path(
        "screening/sweeps/<uuid:sweep_id>/<int:task_id>/visit/",
        visit,
        name="sweep_visit",
    ),
    path(
        "screening/sweeps/<uuid:sweep_id>/<int:task_id>/found/",
        found,
        name="sweep_found",
    ),
]
