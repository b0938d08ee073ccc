"""Acts upon places: standing, venue code, merge and its undoing, telling apart."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import places as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.ledger import actions, queries
from fangxian.mechanisms.ledger.states import VenueCode


class ReasonForm(forms.Form):
    """Why an act is done."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class MergeForm(forms.Form):
    """By what somebody knows that two entries are one place, or two."""

    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The licence, the door, a call: what was seen and by whom."),
    )


def _with_reason(
    request: PageRequest, place_id: int, act: Callable[..., Any], title: Any, done: str
) -> HttpResponse:
    """Ask for the reason, do the act, go back to the place; or say why not."""
    place = queries.get_place(place_id, request.actor.scope)
    form = ReasonForm(request.POST or None)

    def carry_out() -> HttpResponse:
        act(place.pk, **form.cleaned_data, by=request.actor, at=request.at)
        messages.success(request, done)
        return redirect("place", place.pk)

    context = {"place": place, "form": form, "act": title}
    return take_form(request, "console/places/reason.html", context, form, do=carry_out)


@page("place_suspend")
def suspend(request: PageRequest, place_id: int) -> HttpResponse:
    """Order that a place is closed until it is inspected again."""
    title, done = gettext("Suspend the place"), gettext("The place is suspended.")
    return _with_reason(request, place_id, actions.suspend_place, title, done)


@page("place_reopen")
def reopen(request: PageRequest, place_id: int) -> HttpResponse:
    """Let a place open again."""
    title, done = gettext("Open it again"), gettext("The place is open again.")
    return _with_reason(request, place_id, actions.reopen_place, title, done)


@page("place_close")
def close(request: PageRequest, place_id: int) -> HttpResponse:
    """Note that a place is gone for good."""
    title, done = (
        gettext("Take off the rounds"),
        gettext("The place is off the rounds."),
    )
    return _with_reason(request, place_id, actions.close_place, title, done)


@page("place_code")
@require_POST
def advance_code(request: PageRequest, place_id: int) -> HttpResponse:
    """Move the venue code one step on."""
    asked = request.POST.get("to", "")
    if asked in {step.value for step in VenueCode}:
        to = VenueCode(asked)
        actions.advance_venue_code(place_id, to=to, by=request.actor, at=request.at)
        messages.success(request, gettext("The venue code moved on."))
    return redirect("place", place_id)


# ------------------------------------------------------------------------- merge
@page("place_merge")
def merge(request: PageRequest, place_id: int, other_id: int) -> HttpResponse:
    """Say that two entries are one place, or that they are two; nothing is deleted."""
    scope = request.actor.scope
    place = queries.get_place(place_id, scope)
    other = queries.get_place(other_id, scope)
    form = MergeForm(request.POST or None)

    def settle() -> HttpResponse:
        evidence = form.cleaned_data["evidence"]
        return _settle(request, place_id, other_id, evidence)

    context = {
        "place": place,
        "other": other,
        "rows": shown.rows([place, other], scope),
        "form": form,
    }
    return take_form(request, "console/places/merge.html", context, form, do=settle)


def _settle(
    request: PageRequest, place_id: int, other_id: int, evidence: str
) -> HttpResponse:
    by, at = request.actor, request.at
    if request.POST.get("apart"):
        actions.keep_apart(place_id, other=other_id, reason=evidence, by=by, at=at)
        messages.success(request, gettext("They stay two places."))
        return redirect("place", place_id)
    actions.merge_places(place_id, into=other_id, evidence=evidence, by=by, at=at)
    messages.success(request, gettext("They are one place now."))
    return redirect("place", other_id)


@page("place_unmerge")
def unmerge(request: PageRequest, place_id: int) -> HttpResponse:
    """Take a merge back."""
    title, done = gettext("Undo the merge"), gettext("The merge is undone.")
    return _with_reason(request, place_id, actions.unmerge_place, title, done)


urlpatterns: list[URLPattern] = [
    path("places/<int:place_id>/suspend/", suspend, name="place_suspend"),
    path("places/<int:place_id>/reopen/", reopen, name="place_reopen"),
    path("places/<int:place_id>/close/", close, name="place_close"),
    path("places/<int:place_id>/code/", advance_code, name="place_code"),
    path("places/<int:place_id>/merge/<int:other_id>/", merge, name="place_merge"),
    path("places/<int:place_id>/unmerge/", unmerge, name="place_unmerge"),
]
