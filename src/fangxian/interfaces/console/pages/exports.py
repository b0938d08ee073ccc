"""Exports of people: ask, agree or refuse, open. The file is made and sent, never kept."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import exports as shown
from fangxian.interfaces.console.frame import COUNTERS, Frame
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.people import ROWS_A_PAGE, offer
from fangxian.interfaces.console.pages.person_acts import in_clear
from fangxian.interfaces.console.pages.place_acts import ReasonForm
from fangxian.interfaces.console.pages.sending import XLSX
from fangxian.interfaces.console.people import (
    CHOSEN_PURPOSES,
    PURPOSES,
    PersonRow,
)
from fangxian.interfaces.console.people import rows as people_rows
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.mechanisms.ledger.exports import actions, queries, rules
from fangxian.mechanisms.ledger.exports.queries import ExportFacts
from fangxian.mechanisms.ledger.people.queries import cards_of, get_person
from fangxian.mechanisms.ledger.people.rules import OVERSEERS
from fangxian.mechanisms.ledger.states import ExportForm, Purpose


ONE = "console/exports/one.html"


def _waiting(actor: Actor, at: datetime) -> int:
    """How many exports wait for an actor's word."""
    del at  # they wait until somebody decides
    return queries.to_decide(actor).count() if rules.decided_by(actor) else 0


COUNTERS["places"] = _waiting


@page("people_exports")
def exports(request: PageRequest) -> HttpResponse:
    """List what waits for this reader's word, what they asked for, what they oversee."""
    actor = request.actor
    oversees = actor.role in OVERSEERS
    own = queries.overseen(actor.scope) if oversees else queries.requested_by(actor)
    shown_page = Paginator(own, ROWS_A_PAGE).get_page(request.GET.get("page"))
    waiting = queries.to_decide(actor)[:ROWS_A_PAGE]
    context = {
        "waiting": shown.rows(waiting, request.at),
        "page": shown_page,
        "rows": shown.rows(shown_page, request.at),
        "oversees": oversees,
    }
    return render(request, "console/exports/list.html", context)


# -------------------------------------------------------------------------- asking
class AskForm(forms.Form):
    """Who receives which people, as what, and why."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    form = forms.ChoiceField(label=_("As what"))
    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=[(p.value, PURPOSES[p]) for p in CHOSEN_PURPOSES],
    )
    recipient = forms.CharField(
        label=_("Who receives it"),
        max_length=80,
        help_text=_("Unit and person. It is printed on every row and every page."),
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A second person decides by it. It is kept sealed."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forms_ = shown.forms_of(actor)
        offer(self, form=[(one.value, shown.FORMS[one]) for one in forms_])


def _chosen(said: QueryDict) -> list[UUID]:
    """Who was chosen, each once; what is no id was never offered."""
    found = []
    for text in dict.fromkeys(said.getlist("person")):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@page("people_exports_new")
def ask(request: PageRequest) -> HttpResponse:
    """Ask to hand over people who were chosen on another page."""
    said = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(said)[: rules.PEOPLE_MAX + 1]
    people = [get_person(one, request.actor.scope) for one in chosen]
    form = AskForm(request.POST or None, actor=request.actor, initial=_initial(request))

    def ask_for() -> HttpResponse:
        made = _ask(request, chosen, form.cleaned_data)
        messages.success(request, gettext("It waits for a second person now."))
        return redirect("people_export", made)

    context = {
        "form": form,
        "rows": people_rows(people),
        "most": rules.PEOPLE_MAX,
    }
    return take_form(request, "console/exports/new.html", context, form, do=ask_for)


def _initial(request: PageRequest) -> dict[str, Any]:
    asked = request.GET.get("form", "")
    return {
        "id": new_id(request.at, secrets.token_bytes(RANDOM_BYTES)),
        "form": asked,
        "purpose": Purpose.NOTICE if asked == ExportForm.DOCUMENTS else "",
        "recipient": _own_post(request) if asked == ExportForm.SCREEN else "",
    }


def _own_post(request: PageRequest) -> str:
    """Who reads on the screen: whoever asks, in their post."""
    frame = Frame(request)
    return f"{frame.unit} {frame.post.title}" if frame.post else frame.unit


def _ask(request: PageRequest, chosen: list[UUID], said: dict[str, Any]) -> UUID:
    return actions.request_export(
        id=said["id"],
        people=chosen,
        form=ExportForm(said["form"]),
        purpose=Purpose(said["purpose"]),
        recipient=said["recipient"],
        why=said["why"],
        by=request.actor,
        at=request.at,
    )


# ------------------------------------------------------------------------ one export
@page("people_export")
def export(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Show one export: who is in it, what was said to it, when it was opened."""
    context = _about(request, export_id) | {"form": ReasonForm()}
    return render(request, ONE, context)


def _about(request: PageRequest, export_id: UUID) -> dict[str, Any]:
    actor = request.actor
    facts = queries.get_export(export_id, by=actor)
    return {
        "row": shown.shown([facts], request.at)[0],
        "people": _people_of(facts, actor, request.at),
        "opened": queries.opened_at(facts.id),
        "is_mine": facts.by == actor.person,
        "is_open": shown.is_open(facts, request.at),
        "is_paper": facts.form is ExportForm.DOCUMENTS,
        "may_decide": shown.may_decide(facts, actor, request.at),
        "may_withdraw": facts.by == actor.person
        and shown.is_waiting(facts, request.at),
    }


def _people_of(facts: ExportFacts, actor: Actor, at: datetime) -> list[PersonRow]:
    """Who is in it, masked; overseers see how many, not who, unless it is theirs."""
    is_theirs = facts.by == actor.person or shown.may_decide(facts, actor, at)
    if actor.role in OVERSEERS and not is_theirs:
        return []
    wanted = queries.people_of(facts.id)
    cards = cards_of(wanted)
    return people_rows(cards[one] for one in wanted)


@page("people_export_approve")
@require_POST
def approve(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Agree as the second person."""
    actions.approve_export(export_id, by=request.actor, at=request.at)
    messages.success(request, gettext("It is approved; who asked may open it now."))
    return redirect("people_export", export_id)


@page("people_export_refuse")
@require_POST
def refuse(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Say no, with a reason that who asked will read."""
    form = ReasonForm(request.POST)

    def say_no() -> HttpResponse:
        why = form.cleaned_data["reason"]
        actions.refuse_export(export_id, why=why, by=request.actor, at=request.at)
        messages.success(request, gettext("It is refused; who asked reads why."))
        return redirect("people_export", export_id)

    context = _about(request, export_id) | {"form": form}
    return take_form(request, ONE, context, form, do=say_no)


@page("people_export_withdraw")
@require_POST
def withdraw(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Take back what this reader asked for."""
    actions.withdraw_export(export_id, by=request.actor, at=request.at)
    messages.success(request, gettext("It is withdrawn; nobody can approve it now."))
    return redirect("people_export", export_id)


@page("people_export_open")
@require_POST
def open_export(request: PageRequest, export_id: UUID) -> HttpResponse:
    """Send the sheet, or show the one person; each row is written down as read."""
    actor = request.actor
    facts = queries.get_export(export_id, by=actor)
    if facts.form is ExportForm.DOCUMENTS:
        return redirect("people_export", export_id)
    opened = actions.open_export(export_id, by=actor, at=request.at)
    if facts.form is ExportForm.SCREEN:
        return in_clear(request, get_person(opened[0].person, actor.scope), opened[0])
    mark = shown.mark_of(facts, at=request.at)
    answer = HttpResponse(shown.as_xlsx(opened, mark=mark), content_type=XLSX)
    name = f"people-{shown.number_of(export_id)}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


urlpatterns: list[URLPattern] = [
    path("people/exports/", exports, name="people_exports"),
    path("people/exports/new/", ask, name="people_exports_new"),
    path("people/exports/<uuid:export_id>/", export, name="people_export"),
    path(
        "people/exports/<uuid:export_id>/approve/",
        approve,
        name="people_export_approve",
    ),
    path(
        "people/exports/<uuid:export_id>/refuse/", refuse, name="people_export_refuse"
    ),
    path(
        "people/exports/<uuid:export_id>/withdraw/",
        withdraw,
        name="people_export_withdraw",
    ),
    path(
        "people/exports/<uuid:export_id>/open/", open_export, name="people_export_open"
    ),
]
