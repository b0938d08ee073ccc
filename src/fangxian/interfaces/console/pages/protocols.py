"""Protocols: packs and their editions, what stands in them, who signs for them."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.capabilities.inspection.previews import Foreseen, foresee
from fangxian.interfaces.console import protocols as shown
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.risks import shown_risks
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of, start_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.queries import names_of
from fangxian.mechanisms.protocol import actions, queries, rules
from fangxian.mechanisms.protocol.changes import changes
from fangxian.mechanisms.protocol.rehearsal import rehearse


if TYPE_CHECKING:
    from fangxian.mechanisms.protocol.models import Edition

ROWS_A_PAGE = 50
DAYS_FORESEEN = 7
ROWS_FORESEEN = 50
ADOPTING = (Level.DISTRICT, Level.STREET)


class SendBackForm(forms.Form):
    """Why an edition goes back to its draft."""

    reason = forms.CharField(
        label=_("What must be changed"), widget=forms.Textarea(attrs={"rows": 3})
    )


class AdoptForm(forms.Form):
    """Where and from which day an edition is in force."""

    field_order = ("area", "first")
    first = DayField(
        label=_("From"),
        required=False,
        help_text=_("Empty: from now."),
    )

    def __init__(self, *said: Any, areas: list[tuple[int, str]]) -> None:
        super().__init__(*said)
        self.fields["area"] = forms.TypedChoiceField(
            label=_("In force for"), choices=areas, coerce=int
        )
        self.order_fields(self.field_order)


@page("protocols")
def protocols(request: PageRequest) -> HttpResponse:
    """List the editions of every pack, and which of them hold in the reader's unit."""
    listed = Paginator(queries.editions(), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    unit = request.actor.unit
    holding = queries.packs_in_force(unit, request.at) if unit else []
    here = {one.id for one in holding}
    signers = {
        person
        for one in listed
        for person in (one.drafted_by, one.reviewed_by)
        if person
    }
    names = jurisdiction.masked_names(signers)
    rows = [
        shown.shown_edition(one, queries.pack_of(one), names, here=one.pk in here)
        for one in listed
    ]
    context = {"page": listed, "rows": rows, "holding": holding}
    return render(request, "console/protocols/list.html", context)


@page("protocol")
def protocol(request: PageRequest, edition_id: int) -> HttpResponse:
    """Show an edition: who stands for it, where it holds, and its clauses."""
    edition = queries.get_edition(edition_id)
    adoptions = queries.adoptions(request.actor.scope, edition_id)[:ROWS_A_PAGE]
    signers = {one.signed_by for one in adoptions}
    pack = queries.pack_of(edition)
    return _render(
        request,
        "edition",
        edition,
        clauses=shown.shown_clauses(pack, day_of(request.at)),
        adoptions=adoptions,
        signers=jurisdiction.masked_names(signers),
        can_review=rules.can_review(edition, by=request.actor),
        can_keep=rules.can_keep(by=request.actor),
        can_adopt=rules.can_adopt(by=request.actor),
        review_refusal=_why_no_review(edition, request.actor),
        risks=shown_risks(pack, day_of(request.at)),
        forms=[(one.code, shown.in_words(one.title)) for one in pack.forms.values()],
    )


@page("protocol_parameters")
def parameters(request: PageRequest, edition_id: int) -> HttpResponse:
    """Show the parameters by the days on which their values begin."""
    edition = queries.get_edition(edition_id)
    pack, today = queries.pack_of(edition), day_of(request.at)
    rows = [
        (one, dated, dated == _holding(one.values, today))
        for one in pack.parameters.values()
        for dated in one.values
    ]
    grades = [(one.name, pack.hours(one.hours, today)) for one in pack.severities]
    return _render(
        request, "parameters", edition, parameters=rows, today=today, grades=grades
    )


def _holding(values: tuple[Any, ...], day: dt.date) -> Any:
    """Find the value that holds on a day; None before the first one."""
    begun = [one for one in values if one.valid_from <= day]
    return begun[-1] if begun else None


@page("protocol_form")
def form(request: PageRequest, edition_id: int, code: str) -> HttpResponse:
    """Show a form as it would be asked, and which answers are a problem."""
    edition = queries.get_edition(edition_id)
    asked = queries.get_form(edition_id, code)
    questions = shown.shown_questions(queries.pack_of(edition), asked)
    return _render(request, "form", edition, form=asked, questions=questions)


@page("protocol_returns")
def returns(request: PageRequest, edition_id: int) -> HttpResponse:
    """Show the layouts of returns, each indicator with what it counts, and the texts."""
    edition = queries.get_edition(edition_id)
    pack, today = queries.pack_of(edition), day_of(request.at)
    layouts = [
        (one, pack.time(one.cut_off, today), pack.time(one.freeze, today))
        for one in pack.layouts.values()
    ]
    return _render(
        request, "returns", edition, layouts=layouts, texts=pack.texts.values()
    )


@page("protocol_cases")
def cases(request: PageRequest, edition_id: int) -> HttpResponse:
    """Show the cases of an edition and whether each holds."""
    edition = queries.get_edition(edition_id)
    rehearsed = rehearse(queries.pack_of(edition))
    failed = sum(not one.holds for one in rehearsed)
    return _render(request, "cases", edition, rehearsed=rehearsed, failed=failed)


@page("protocol_changes")
def differences(request: PageRequest, edition_id: int) -> HttpResponse:
    """Show what differs from the edition that was drafted before this one."""
    edition = queries.get_edition(edition_id)
    earlier = queries.previous(edition)
    found = (
        changes(queries.pack_of(earlier), queries.pack_of(edition)) if earlier else ()
    )
    listed = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = list(shown.shown_changes(listed))
    return _render(request, "changes", edition, earlier=earlier, rows=rows, page=listed)


# -------------------------------------------------------------------------- acts
@page("protocol_review")
@require_POST
def review(request: PageRequest, edition_id: int) -> HttpResponse:
    """Stand for an edition as a second person."""
    actions.review(edition_id, by=request.actor, at=request.at)
    messages.success(request, gettext("You stand for this edition."))
    return redirect("protocol", edition_id)


@page("protocol_send_back")
def send_back(request: PageRequest, edition_id: int) -> HttpResponse:
    """Send a reviewed edition back to its draft."""
    edition = queries.get_edition(edition_id)
    asked = SendBackForm(request.POST or None)

    def undo() -> HttpResponse:
        reason = asked.cleaned_data["reason"]
        actions.send_back(edition_id, reason=reason, by=request.actor, at=request.at)
        messages.success(request, gettext("The edition is a draft again."))
        return redirect("protocol", edition_id)

    context = _about(edition, "send_back", form=asked)
    return take_form(
        request, "console/protocols/send_back.html", context, asked, do=undo
    )


@page("protocol_adopt")
def adopt(request: PageRequest, edition_id: int) -> HttpResponse:
    """Put an edition in force, after showing what it would change."""
    edition = queries.get_edition(edition_id)
    asked = AdoptForm(request.POST or None, areas=_areas(request))

    def put_in_force() -> HttpResponse:
        area, from_ = asked.cleaned_data["area"], _begin(request, asked)
        actions.adopt(
            edition_id, area=area, from_=from_, by=request.actor, at=request.at
        )
        messages.success(request, gettext("The edition is in force."))
        return redirect("protocol", edition_id)

    def about(_refusal: Refusal | None) -> dict[str, Any]:
        return _about(edition, "adopt", form=asked, **_foreseen(request, edition))

    return take_form(
        request, "console/protocols/adopt.html", about, asked, do=put_in_force
    )


def _begin(request: PageRequest, asked: AdoptForm) -> dt.datetime:
    first = asked.cleaned_data["first"]
    return request.at if first is None else start_of(first)


def _areas(request: PageRequest) -> list[tuple[int, str]]:
    """The reader's own unit, and the districts and streets below it."""
    unit = request.actor.unit or 0
    below = [one for one in jurisdiction.areas_below(unit) if one.level in ADOPTING]
    return [(one.id, one.name) for one in (jurisdiction.get_area(unit), *below)]


def _foreseen(request: PageRequest, edition: "Edition") -> dict[str, Any]:
    """Say what the edition would change in the reader's unit in the coming days."""
    pack = queries.pack_of(edition)
    found = foresee(
        pack,
        area=request.actor.unit or 0,
        scope=request.actor.scope,
        at=request.at,
        days=DAYS_FORESEEN,
    )
    titles = {one.code: shown.in_words(one.title) for one in pack.clauses}
    names = _subject_names(found)
    duties = [
        shown.shown_difference(one, names.get(one.subject, one.subject), titles)
        for one in found.duties[:ROWS_FORESEEN]
    ]
    tasks = [
        (one, names.get(one.subject, one.subject), shown.reason_of(one.difference))
        for one in found.tasks[:ROWS_FORESEEN]
    ]
    return {
        "foreseen": found,
        "duties": duties,
        "tasks": tasks,
        "days": DAYS_FORESEEN,
        "more": max(len(found.duties) - ROWS_FORESEEN, 0),
    }


def _subject_names(found: Foreseen) -> dict[str, str]:
    """Name the places and units that are shown."""
    subjects = {one.subject for one in found.duties[:ROWS_FORESEEN]}
    subjects |= {one.subject for one in found.tasks[:ROWS_FORESEEN]}
    places = _numbers(subjects, "place:")
    areas = _numbers(subjects, "area:")
    named = {f"place:{key}": name for key, name in names_of(places).items()}
    units = jurisdiction.path_names(areas)
    return named | {f"area:{key}": name for key, name in units.items()}


def _numbers(subjects: set[str], what: str) -> list[int]:
    return [int(one.removeprefix(what)) for one in subjects if one.startswith(what)]


# ------------------------------------------------------------------------ shared
def _why_no_review(edition: "Edition", actor: Actor) -> Refusal | None:
    """Say why this reader cannot stand for an edition, if they cannot."""
    try:
        rules.check_can_review(edition, by=actor)
    except Refusal as refusal:
        return refusal
    return None


def _about(edition: "Edition", tab: str, **context: Any) -> dict[str, Any]:
    """What every page about one edition shows: its head, and which page it is."""
    pack = queries.pack_of(edition)
    names = jurisdiction.masked_names(
        {one for one in (edition.drafted_by, edition.reviewed_by) if one}
    )
    head = shown.shown_edition(edition, pack, names, here=False)
    return {**context, "head": head, "edition": edition, "pack": pack, "tab": tab}


def _render(
    request: PageRequest, tab: str, edition: "Edition", **context: Any
) -> HttpResponse:
    """Render a page about one edition, with its head."""
    about = _about(edition, tab, **context)
    return render(request, f"console/protocols/{tab}.html", about)


urlpatterns: list[URLPattern] = [
    path("protocols/", protocols, name="protocols"),
    path("protocols/<int:edition_id>/", protocol, name="protocol"),
    path(
        "protocols/<int:edition_id>/parameters/", parameters, name="protocol_parameters"
    ),
    path("protocols/<int:edition_id>/forms/<slug:code>/", form, name="protocol_form"),
    path("protocols/<int:edition_id>/returns/", returns, name="protocol_returns"),
    path("protocols/<int:edition_id>/cases/", cases, name="protocol_cases"),
    path("protocols/<int:edition_id>/changes/", differences, name="protocol_changes"),
    path("protocols/<int:edition_id>/review/", review, name="protocol_review"),
    path("protocols/<int:edition_id>/send-back/", send_back, name="protocol_send_back"),
    path("protocols/<int:edition_id>/adopt/", adopt, name="protocol_adopt"),
]
