"""Objections: the list, one of them, and its answer by another doctor."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.home_watch.rules import reads_results
from fangxian.interfaces.console import restrictions as shown
from fangxian.interfaces.console import watching
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.restrictions import (
    ReasonForm,
    decision_head,
    decision_in_reach,
)
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.restriction import actions, queries, rules


ROWS_A_PAGE = 50


@page("appeals")
def appeals(request: PageRequest) -> HttpResponse:
    """List the objections in scope, the first to lapse first."""
    actor = request.actor
    rules.check_can_read(by=actor)
    is_open = request.GET.get("which") != "all"
    found = queries.appeals(actor.scope, open_only=is_open).select_related("ruling")
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    filed = list(shown_page)
    context = {
        "page": shown_page,
        "is_open": is_open,
        "people": watching.people_of({one.decision.subject for one in filed}, actor),
        "paths": jurisdiction.path_names({one.decision.area_id for one in filed}),
        "objections": shown.objections(filed, request.at),
    }
    return render(request, "console/restrictions/appeals.html", context)


class RulingForm(ReasonForm):
    """The answer to an objection."""

    upheld = forms.ChoiceField(
        label=pgettext_lazy("by a doctor", "Answer"),
        choices=[
            ("yes", _("upheld: the measure ends now")),
            ("no", _("rejected: the measure stays until its end")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("upheld", "reason")


@page("appeal")
def appeal(request: PageRequest, appeal_id: int) -> HttpResponse:
    """Show one objection, and let another doctor answer it."""
    actor, at = request.actor, request.at
    rules.check_can_read(by=actor)
    found = queries.get_appeal(appeal_id, EVERYWHERE)
    decision_in_reach(found.decision_id, actor)
    form = RulingForm(request.POST or None)

    def decide() -> HttpResponse:
        actions.decide_appeal(
            appeal_id,
            upheld=form.cleaned_data["upheld"] == "yes",
            reason=form.cleaned_data["reason"],
            by=actor,
            at=at,
        )
        messages.success(request, gettext("The objection is answered."))
        return redirect("decision", found.decision_id)

    context = _appeal_context(found, actor, at) | {"form": form}
    return take_form(
        request, "console/restrictions/appeal.html", context, form, do=decide
    )


def _appeal_context(found: Any, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    [objection] = shown.objections([found], at)
    is_open = objection.ruling is None and queries.end_of(found.decision).at > at
    may_decide = rules.can_decide(
        appeal=found.pk,
        decision=found.decision_id,
        signer=found.decision.signed_by,
        filer=found.filed_by,
        by=actor,
    )
    return {
        **decision_head(found.decision, actor),
        "objection": objection,
        "is_open": is_open,
        "may_read": reads_results(by=actor) or found.filed_by == actor.person,
        "may_decide": is_open and may_decide,
        "why_not": None if may_decide or not is_open else _why_not(found, actor),
        "why": shown.why(found.decision, actor),
    }


def _why_not(found: Any, actor: Actor) -> Refusal | None:
    """Say to a doctor why it is not theirs to answer; to others nothing."""
    try:
        rules.check_can_decide(
            appeal=found.pk,
            decision=found.decision_id,
            signer=found.decision.signed_by,
            filer=found.filed_by,
            by=actor,
        )
    except Refusal as refusal:
        return None if refusal.kind is rules.NOT_A_JUDGE else refusal
    return None


urlpatterns: list[URLPattern] = [
    path("appeals/", appeals, name="appeals"),
    path("appeals/<int:appeal_id>/", appeal, name="appeal"),
]
