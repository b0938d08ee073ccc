"""Visits: the list, recording one on the pack's form, one visit with its photos."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.home_watch.facts import decision_of
from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection import queries as inspection
from fangxian.interfaces.console import findings as shown
from fangxian.interfaces.console.about_people import check_may_read_health, names_of
from fangxian.interfaces.console.days import MinuteField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.corrections import may_correct
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.questions import AnswersForm, told, word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.finding.queries import of_observations
from fangxian.mechanisms.finding.states import Severity
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.queries import get_observation, records_before
from fangxian.mechanisms.protocol.queries import LoadedEdition, loaded
from fangxian.mechanisms.task.queries import open_for_subject


ROWS_A_PAGE = 50
PLACES_SHOWN = 20
DAYS_KEPT_BY_BROWSERS = 86_400


# ---------------------------------------------------------------------- the list
@page("visits")
def visits(request: PageRequest) -> HttpResponse:
    """List what was seen at places in scope, the latest first."""
    place = _number(request, "place")
    form = request.GET.get("form") or None
    rows = inspection.visits(
        request.actor.scope, place=place, form=form
    ).select_related("corrected_by")
    shown_page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    seen = list(shown_page)
    problems = of_observations([one.pk for one in seen], request.actor.scope)
    counts: dict[UUID | None, int] = {}
    for observation in problems.order_by().values_list("observation", flat=True):
        counts[observation] = counts.get(observation, 0) + 1
    context = {
        "page": shown_page,
        "names": shown.place_names(seen, request.actor.scope),
        "paths": jurisdiction.path_names({one.area_id for one in seen}),
        "who": jurisdiction.masked_names({one.by for one in seen}),
        "titles": _titles(seen),
        "problems": counts,
        "place": place and ledger.find_place(place, request.actor.scope),
    }
    return render(request, "console/visits/list.html", context)


def _number(request: PageRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else None


def _titles(seen: list[Any]) -> dict[str, str]:
    """Name the forms of records, as their editions call them."""
    titles: dict[str, str] = {}
    for edition_id in {one.edition_id for one in seen}:
        forms_of = loaded(edition_id).forms
        titles |= {code: word(form.title) for code, form in forms_of.items()}
    return titles


# ------------------------------------------------------------------ recording one
class VisitForm(AnswersForm):
    """The pack's questions, and when it was seen. ``id`` was made with the form."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    seen_at = MinuteField(label=_("Seen at"))


def fresh_visit(request: PageRequest) -> dict[str, object]:
    """What an empty visit form begins with: its id and the present minute."""
    minute = request.at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    return {"id": fresh_id(request.at), "seen_at": minute}


@page("visit_new")
def record_visit(request: PageRequest) -> HttpResponse:
    """Choose a place and a checklist, then record the visit."""
    number = _number(request, "place")
    if number is None:
        return _choose_place(request)
    place = ledger.get_place(number, request.actor.scope)
    edition = inspection.edition_for(place.area_id, request.at)
    offered = {form.code: form for form in inspection.visit_forms(edition)}
    asked = offered.get(request.GET.get("form", ""))
    if asked is None:
        return _choose_form(request, place, edition)
    form = VisitForm(
        asked,
        request.POST or None,
        request.FILES or None,
        initial=fresh_visit(request),
    )

    def save() -> HttpResponse:
        seen = actions.record_visit(
            place=place.pk,
            form=asked.code,
            answers=form.answers,
            seen_at=form.cleaned_data["seen_at"],
            id=form.cleaned_data["id"],
            evidence=form.cleaned_data["evidence"],
            by=request.actor,
            at=request.at,
        )
        _say_what_followed(request, seen.pk)
        return redirect("visit", seen.pk)

    context = {"place": place, "asked": asked, "form": form}
    return take_form(request, "console/visits/form.html", context, form, do=save)


def _choose_place(request: PageRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found = ledger.places(request.actor.scope, text=text)[:PLACES_SHOWN]
    context = {"places": found, "text": text, "most": PLACES_SHOWN}
    return render(request, "console/visits/choose_place.html", context)


def _choose_form(
    request: PageRequest, place: Any, edition: LoadedEdition
) -> HttpResponse:
    """Offer what is owed first, then what the rules ask of the kind, then the rest."""
    owed = {task.form: task for task in open_for_subject(f"place:{place.pk}")}
    asked = inspection.forms_asked(edition, place.kind_id) | owed.keys()
    rows = [
        (form.code, word(form.title), owed.get(form.code))
        for form in inspection.visit_forms(edition)
    ]
    rows.sort(key=lambda row: row[2] is None)
    fitting = [row for row in rows if row[0] in asked]
    context = {
        "place": place,
        "forms": fitting or rows,
        "others": [row for row in rows if row not in fitting] if fitting else [],
    }
    return render(request, "console/visits/choose_form.html", context)


def _say_what_followed(request: PageRequest, observation: UUID) -> None:
    problems = of_observations([observation], request.actor.scope).count()
    said = ngettext(
        "Saved. {count} problem was found.",
        "Saved. {count} problems were found.",
        problems,
    )
    messages.success(
        request,
        said.format(count=problems) if problems else gettext("Saved. All in order."),
    )


# --------------------------------------------------------------------- one visit
@page("visit")
def visit(request: PageRequest, visit_id: UUID) -> HttpResponse:
    """Show one record: answers, photos, and the problems it raised."""
    seen = get_observation(visit_id, request.actor.scope)
    check_may_read_health(seen.subject, by=request.actor)
    names = {
        **shown.place_names([seen], request.actor.scope),
        **names_of([seen.subject], request.actor),
    }
    asked = loaded(seen.edition_id).form(seen.form)
    problems = list(of_observations(records_before(seen), request.actor.scope))
    context = {
        "seen": seen,
        "at_home": decision_of(seen.subject),
        "may_correct": may_correct(seen, asked, by=request.actor),
        "by_another": getattr(seen, "corrected_by", None),
        "title": word(asked.title) if asked else seen.form,
        "answers": told(asked, seen.answers) if asked else [],
        "photos": [file.digest for file in seen.evidence.all()],
        "place": names.get(seen.subject, ""),
        "path": jurisdiction.path_name(seen.area_id),
        "who": jurisdiction.masked_name(seen.by),
        "cards": shown.cards(problems, request.actor),
    }
    return render(request, "console/visits/visit.html", context)


@page("visit_photo")
def photo(request: PageRequest, visit_id: UUID, digest: str) -> HttpResponse:
    """Give a photo of a record in scope."""
    seen = get_observation(visit_id, request.actor.scope)
    check_may_read_health(seen.subject, by=request.actor)
    file = seen.evidence.filter(digest=digest).first()
    if file is None:
        raise Http404
    answer = HttpResponse(evidence.read(digest), content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# -------------------------------------------------------------- in free words
class ProblemForm(forms.Form):
    """A problem seen in passing."""

    text = forms.CharField(
        label=_("What is wrong"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=[(s.value, w) for s, w in shown.SEVERITIES.items()],
        initial=Severity.MINOR.value,
        widget=forms.RadioSelect,
    )


@page("finding_new")
def note_problem(request: PageRequest, place_id: int) -> HttpResponse:
    """Note a problem in free words, outside any checklist."""
    place = ledger.get_place(place_id, request.actor.scope)
    form = ProblemForm(request.POST or None)

    def note() -> HttpResponse:
        noted = actions.note_problem(
            place=place.pk, by=request.actor, at=request.at, **form.cleaned_data
        )
        messages.success(request, gettext("Saved."))
        return redirect("finding", noted.pk)

    context = {"place": place, "form": form}
    return take_form(request, "console/visits/problem.html", context, form, do=note)


urlpatterns: list[URLPattern] = [
    path("visits/", visits, name="visits"),
    path("visits/new/", record_visit, name="visit_new"),
    path("visits/<uuid:visit_id>/", visit, name="visit"),
    path("visits/<uuid:visit_id>/photos/<str:digest>/", photo, name="visit_photo"),
    path("places/<int:place_id>/problem/", note_problem, name="finding_new"),
]
