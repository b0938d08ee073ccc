"""The page behind a rectification link: one finding, one person, no log-in."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection import queries as inspection
from fangxian.interfaces.console import findings as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.photos import WithPhotos
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.finding.states import Severity, State
from fangxian.mechanisms.jurisdiction.rules import masked


class DoneForm(WithPhotos):
    """What was done, with photos."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.CharField(
        label=_("What was done"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    field_order = ("how", "photos")


@page("rectify")
def rectify(request: PageRequest, token: str) -> HttpResponse:
    """Show the finding to the person it was sent to, and take what they did."""
    opened = inspection.open_link(token, at=request.at)
    form = DoneForm(
        request.POST or None,
        request.FILES or None,
        initial={"id": fresh_id(request.at)},
    )

    def report() -> HttpResponse:
        actions.rectify_by_link(
            token,
            how=form.cleaned_data["how"],
            id=form.cleaned_data["id"],
            evidence=form.cleaned_data["evidence"],
            at=request.at,
        )
        messages.success(request, gettext("Saved. Somebody will come and look again."))
        return redirect("rectify", token)

    finding = opened.finding
    context = {
        "finding": finding,
        "state": shown.STATES[State(finding.state)],
        "severity": shown.SEVERITIES[Severity(finding.severity)],
        "place": shown.place_names([finding], opened.actor.scope).get(finding.subject),
        "holder": masked(opened.holder.name),
        "form": form,
    }
    return take_form(request, "console/rectify.html", context, form, do=report)


urlpatterns: list[URLPattern] = [path("r/<str:token>/", rectify, name="rectify")]
