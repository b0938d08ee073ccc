"""Screening: who came from elsewhere, who still waits for a visit, one arrival.

What is searched for is a name or a number, so it is posted: an address stands in
histories and logs.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment import queries, rules
from fangxian.capabilities.enrolment.states import WAITING, Risk, Source, Standing
from fangxian.interfaces.console import arrivals as shown
from fangxian.interfaces.console import duties
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.people import PRIVATE, offer
from fangxian.interfaces.console.pages.places import LISTED, area_choices
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.ledger.people.queries import cards_of


ROWS_A_PAGE = 50
ABROAD, DOMESTIC = "abroad", "domestic"
LISTED_AREAS, TO_VISIT = "listed", "waiting"


def _waiting(actor: Actor, at: dt.datetime) -> int:
    """Count the visits that are late in the reader's scope."""
    return queries.visits_due(actor.scope).filter(due_at__lt=at).count()


COUNTERS["screening"] = _waiting


# ------------------------------------------------------------------------ the list
class Narrow(forms.Form):
    """What the list is narrowed to; only codes, so it may stand in an address."""

    standing = forms.ChoiceField(
        required=False,
        label=_("How far it has come"),
        choices=[
            ("", _("all")),
            (TO_VISIT, _("somebody must go there")),
            *((s.value, words[2]) for s, words in shown.STANDINGS.items()),
        ],
    )
    source = forms.ChoiceField(
        required=False,
        label=_("Who told"),
        choices=[
            ("", _("all")),
            *((s.value, said) for s, said in shown.SOURCES.items()),
        ],
    )
    risk = forms.ChoiceField(
        required=False,
        label=_("Risk"),
        choices=[
            ("", _("all")),
            (LISTED_AREAS, _("medium and high")),
            *((r.value, words[2]) for r, words in shown.RISKS.items() if r.value),
        ],
    )
    where = forms.ChoiceField(
        required=False,
        label=_("At home or abroad"),
        choices=[
            ("", _("all")),
            (DOMESTIC, _("within the country")),
            (ABROAD, _("from abroad")),
        ],
    )
    area = forms.ChoiceField(required=False, label=_("Area"))

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        every: list[tuple[str, Any]] = [("", _("all"))]
        offer(self, area=[*every, *area_choices(actor, LISTED)])

    def wanted(self) -> dict[str, Any]:
        """What ``queries.arrivals`` is asked; what was never offered is none."""
        self.is_valid()
        said = self.cleaned_data
        source = said.get("source")
        return {
            "standing": _standings(said.get("standing", "")),
            "source": Source(source) if source else None,
            "risk": _risks(said.get("risk", "")),
            "abroad": said["where"] == ABROAD if said.get("where") else None,
            "area": int(said["area"]) if said.get("area") else None,
            "counted_only": True,
        }


def _standings(asked: str) -> Collection[Standing] | None:
    if asked == TO_VISIT:
        return WAITING
    return [Standing(asked)] if asked else None


def _risks(asked: str) -> list[Risk] | None:
    if asked == LISTED_AREAS:
        return [Risk.MEDIUM, Risk.HIGH]
    return [Risk(asked)] if asked else None


class Find(Narrow):
    """Whom to look for, besides."""

    q = forms.CharField(
        required=False,
        label=_("Name, pinyin, number or telephone"),
        max_length=60,
        widget=forms.TextInput(attrs=PRIVATE),
    )

    def wanted(self) -> dict[str, Any]:
        """As narrowed, and what was typed; who was never away is found too."""
        text = self.cleaned_data.get("q", "") if self.is_valid() else ""
        return {**super().wanted(), "text": text, "counted_only": not text}


@page("screening")
def screening(request: PageRequest) -> HttpResponse:
    """Show how those who came stand, and list them; above the street, counts only."""
    return _listed(request, Narrow(request.GET, actor=request.actor))


@page("screening_search")
def search(request: PageRequest) -> HttpResponse:
    """Find somebody by what was typed; without it, go to the list."""
    if request.method != "POST":
        return redirect("screening")
    return _listed(request, Find(request.POST, actor=request.actor))


def _listed(request: PageRequest, asked: Narrow) -> HttpResponse:
    actor = request.actor
    wanted = asked.wanted()
    context: dict[str, Any] = {
        "tiles": shown.tiles(queries.board(actor.scope, request.at), actor),
        "parts": shown.parts(actor),
        "reads": rules.can_read(by=actor),
        "form": Find(asked.data, actor=actor),
        "text": wanted.get("text", ""),
    }
    if context["reads"]:
        found = queries.arrivals(actor.scope, **wanted)
        shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": shown_page, "rows": shown.rows(list(shown_page))}
    return render(request, "console/screening/list.html", context)


# ---------------------------------------------------------------------- one arrival
@page("screening_one")
def one_arrival(request: PageRequest, arrival_id: UUID) -> HttpResponse:
    """Show one arrival: what each source told, what was found, what follows."""
    rules.check_can_read(by=request.actor)
    arrival = queries.get_arrival(arrival_id, request.actor.scope)
    if arrival.into_id is not None:
        return redirect("screening_one", arrival.into_id)
    context = {
        "arrival": arrival,
        "shown": shown.details(arrival, request.actor, request.at),
    }
    return render(request, "console/screening/one.html", context)


# ------------------------------------------------------------------------ visits due
@page("screening_visits")
def visits(request: PageRequest) -> HttpResponse:
    """List the doors at which somebody must be, the first due first."""
    rules.check_can_read(by=request.actor)
    found = queries.visits_due(request.actor.scope)
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    owed = list(shown_page)
    people = [UUID(one.subject.partition(":")[2]) for one in owed]
    known = dict(zip((one.pk for one in owed), people, strict=True))
    context = {
        "page": shown_page,
        "rows": duties.rows(owed, request.actor, request.at),
        "people": known,
        "cards": cards_of(people),
        "arrivals": queries.waiting_among(people),
    }
    return render(request, "console/screening/visits.html", context)


urlpatterns: list[URLPattern] = [
    path("screening/", screening, name="screening"),
    path("screening/find/", search, name="screening_search"),
    path("screening/visits/", visits, name="screening_visits"),
    path("screening/<uuid:arrival_id>/", one_arrival, name="screening_one"),
]
