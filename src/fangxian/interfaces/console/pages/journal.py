"""Journal and proof: who did what when, and that nothing of it was changed since."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console.days import Period
from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.history import (
    FAMILIES,
    FaultLine,
    areas_of_faults,
    event_word,
    fault_lines,
    tells_of_guards,
)
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.payloads import payload_lines
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.subjects import Thing, things_of
from fangxian.kernel.actors import Actor
from fangxian.kernel.merkle import is_included
from fangxian.kernel.moments import start_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.queries import JournalEntry
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.privacy.signing import signing_key_at


ROWS_A_PAGE = 50
LINES_SHOWN = 24
DAY = dt.timedelta(days=1)
OWN_DEVICES = {
    "console": _("the console"),
    "worker": _("the system's worker"),
    "command": _("the command line"),
}
ANY_EVENT = [("", _("All acts"))]


class Filter(Period):
    """Which entries are shown: a family of acts, and the first and last day."""

    field_order = ("event", "first", "last")
    event = forms.ChoiceField(
        required=False, label=_("Acts"), choices=[*ANY_EVENT, *FAMILIES.items()]
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the list shows it."""

    entry: JournalEntry
    act: str | Promise
    about: Thing
    person: str
    area: str


@page("journal")
def journal(request: PageRequest) -> HttpResponse:
    """List the entries in scope, newest first."""
    asked = Filter(request.GET)
    asked.full_clean()
    wanted = asked.cleaned_data
    first, last = wanted.get("first"), wanted.get("last")
    found = queries.find_entries(
        jurisdiction.areas_of(request.actor.scope),
        event=wanted.get("event", ""),
        from_=first and start_of(first),
        until=last and start_of(last + DAY),
    )
    shown = Paginator(found.order_by("-number"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": shown,
        "rows": _rows(
            [queries.facts_of(leaf) for leaf in shown.object_list], request.actor
        ),
        "filter": asked,
        "last": queries.last_verification(),
    }
    return render(request, "console/journal/list.html", context)


@page("journal_entry")
def entry(request: PageRequest, number: int) -> HttpResponse:
    """Show one entry with the proof that it stands in a signed checkpoint."""
    areas = jurisdiction.areas_of(request.actor.scope)
    found = queries.get_entry(number, areas)
    [row] = _rows([found], request.actor)
    lines = list(payload_lines(found.event, found.payload, request.actor))
    context = {
        "row": row,
        "payload": lines[:LINES_SHOWN],
        "more": lines[LINES_SHOWN:],
        "proof": _proof(number),
        "device": OWN_DEVICES.get(found.device, ""),
        "history": _rows(queries.entries_of(found.subject, areas), request.actor),
    }
    return render(request, "console/journal/entry.html", context)


@page("journal_checkpoints")
def checkpoints(request: PageRequest) -> HttpResponse:
    """List the signed checkpoints, and what the last verification found."""
    shown = Paginator(queries.find_checkpoints(), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    last = queries.last_verification()
    context = {
        "page": shown,
        "rows": [(made, bytes(made.root).hex()) for made in shown],
        "last": last,
        "faults": _fault_lines(last.faults) if last else [],
        "unguarded": last is not None and tells_of_guards(last.faults),
    }
    return render(request, "console/journal/checkpoints.html", context)


def _fault_lines(faults: tuple[tuple[Any, ...], ...]) -> list[FaultLine]:
    areas = jurisdiction.path_names(areas_of_faults(faults))
    return fault_lines(faults, areas=areas, kinds=kind_names())


@page("journal_held")
def held(request: PageRequest, number: int) -> HttpResponse:
    """Give a checkpoint as a small file, to be held elsewhere."""
    del request
    key = signing_key_at(settings.FANGXIAN_SIGNING_KEY)
    text = queries.hold(number, public=key.public).to_text()
    return HttpResponse(
        text,
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="checkpoint-{number}.json"'
        },
    )


@page("journal_verify")
@require_POST
def verify(request: PageRequest) -> HttpResponse:
    """Recompute the whole journal now."""
    actions.verify_and_note(by=request.actor, at=request.at)
    messages.success(request, gettext("The journal was verified."))
    return redirect("journal_checkpoints")


def _rows(entries: Iterable[JournalEntry], actor: Actor) -> list[Row]:
    """Put entries into words; one query for names, areas, and each kind of thing."""
    listed = list(entries)
    names = jurisdiction.masked_names({one.person for one in listed})
    areas = jurisdiction.path_names({one.area for one in listed if one.area})
    things = things_of({one.subject for one in listed}, actor)
    return [
        Row(
            entry=one,
            act=event_word(one.event),
            about=things[one.subject],
            person=names.get(one.person) or gettext("the system"),
            area=areas.get(one.area or 0, ""),
        )
        for one in listed
    ]


@dataclass(frozen=True, slots=True)
class Proof:
    """An inclusion proof as the page shows it, and whether it holds."""

    size: int
    leaf: str
    root: str
    path: list[str]
    holds: bool


def _proof(number: int) -> Proof | None:
    try:
        found = queries.prove(number)
    except Refusal:
        return None
    return Proof(
        size=found.size,
        leaf=found.leaf.hex(),
        root=found.root.hex(),
        path=[node.hex() for node in found.proof],
        holds=is_included(found.leaf, number - 1, found.size, found.proof, found.root),
    )


urlpatterns: list[URLPattern] = [
    path("journal/", journal, name="journal"),
    path("journal/<int:number>/", entry, name="journal_entry"),
    path("journal/checkpoints/", checkpoints, name="journal_checkpoints"),
    path("journal/checkpoints/<int:number>/", held, name="journal_held"),
    path("journal/verify/", verify, name="journal_verify"),
]
