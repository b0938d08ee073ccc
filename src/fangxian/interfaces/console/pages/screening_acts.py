"""Screening at the door: register somebody, write down the visit, answer hearsay."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment import actions, queries, rules
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.states import Risk, Source
from fangxian.interfaces.console import arrivals as shown
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.pages.people import PRIVATE, PersonForm, offer
from fangxian.interfaces.console.pages.visits import VisitForm, fresh_visit
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.finding.queries import of_observations
from fangxian.mechanisms.jurisdiction.queries import path_name
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.queries import PersonCard, cards_of, get_person
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.task.queries import get_task


class JourneyForm(forms.Form):
    """From where somebody came, when and how; what nobody knows stays empty."""

    origin = forms.CharField(
        label=_("Came from"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PRIVATE),
        help_text=_("As exactly as they can say: province, city, district, estate."),
    )
    listing = forms.ChoiceField(
        label=_("Area at risk"),
        required=False,
        help_text=_("Empty if they were in none of these."),
    )
    is_abroad = forms.BooleanField(label=_("From abroad"), required=False)
    left_on = DayField(label=_("Left on"), required=False)
    entered_on = DayField(label=_("Entered the country on"), required=False)
    arrived_on = DayField(label=_("Arrived here on"), required=False)
    transport = forms.CharField(
        label=_("Train, flight or car"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=PRIVATE),
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [
            (risk.area, f"{shown.RISKS[Risk(risk.risk)][2]} · {word(risk.name)}")
            for risk in pack.risks
        ]
        offer(self, listing=[("", "—"), *listed])

    def journey(self) -> Journey:
        """What was written."""
        names = ("origin", "listing", "transport")
        given = self.cleaned_data
        return Journey(
            **{name: given[name] for name in names},
            is_abroad=given["is_abroad"],
            left_on=given["left_on"],
            entered_on=given["entered_on"],
            arrived_on=given["arrived_on"],
        )


def _as_typed(journey: Journey) -> dict[str, object]:
    return {name: getattr(journey, name) for name in JourneyForm.base_fields}


class DoorForm(VisitForm):
    """The questions at a door, and when somebody was there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_at"].label = gettext("When")


class ReportForm(JourneyForm):
    """A journey, and who told of it. ``report`` was made with the form."""

    report = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=_("Who told"),
        choices=[(s.value, said) for s, said in shown.SOURCES.items()],
        initial=Source.DOOR_SURVEY.value,
    )
    field_order = ("source", "origin", "listing", "is_abroad")


# -------------------------------------------------------------------- at the door
@page("screening_new")
def register(request: PageRequest) -> HttpResponse:
    """Register somebody who came: a new person, or one who is on the ledger."""
    actor = request.actor
    rules.check_can_enrol(by=actor)
    known = _known(request)
    pack = queries.edition_for(_area(request, known), request.at).pack
    data = request.POST or None
    report = ReportForm(data, pack=pack, initial={"report": fresh_id(request.at)})
    person = None
    if known is None:
        initial = {"id": fresh_id(request.at), "area": request.GET.get("area", "")}
        person = PersonForm(data, actor=actor, initial=initial)

    def enrol() -> HttpResponse:
        arrival = _register(request, report, person, known)
        messages.success(request, gettext("Registered; a visit is owed."))
        return redirect("screening_one", arrival.pk)

    context = {"person": person, "report": report, "known": known}
    sent = [report] if person is None else [report, person]
    return take_form(request, "console/screening/new.html", context, *sent, do=enrol)


def _known(request: PageRequest) -> PersonCard | None:
    given = request.GET.get("person", "")
    try:
        person = UUID(given)
    except ValueError:
        return None
    return get_person(person, request.actor.scope)


def _area(request: PageRequest, known: PersonCard | None) -> int:
    if known is not None:
        return known.area
    unit = request.actor.unit
    if unit is None:
        raise rules.NO_PACK()
    return unit


def _register(
    request: PageRequest,
    report: ReportForm,
    person: PersonForm | None,
    known: PersonCard | None,
) -> Any:
    said = {
        "id": report.cleaned_data["report"],
        "source": Source(report.cleaned_data["source"]),
        "by": request.actor,
        "at": request.at,
    }
    journey = report.journey()
    if person is not None:
        details = Details(**person.said())
        return actions.enrol_somebody(details, journey=journey, **said)
    assert known is not None  # noqa: S101 -- one of the two is there
    parts = {name: getattr(journey, name) for name in JourneyForm.base_fields}
    return actions.enrol(known.id, area=known.area, **parts, **said)


# ----------------------------------------------------------------------- the visit
@page("screening_visit")
def visit(request: PageRequest, arrival_id: UUID) -> HttpResponse:
    """Write down the visit that verifies an arrival, and what it found otherwise."""
    actor = request.actor
    rules.check_can_read(by=actor)
    arrival = queries.get_arrival(arrival_id, actor.scope)
    pack = queries.edition_for(arrival.area_id, request.at).pack
    data = request.POST or None
    form = DoorForm(
        pack.forms[queries.VISIT],
        data,
        request.FILES or None,
        initial=fresh_visit(request),
    )
    typed = _as_typed(queries.journey_of(arrival))
    journey = JourneyForm(data, pack=pack, initial=typed)

    def verify() -> HttpResponse:
        seen = actions.verify(
            arrival.pk,
            id=form.cleaned_data["id"],
            answers=form.answers,
            seen_at=form.cleaned_data["seen_at"],
            journey=journey.journey(),
            by=actor,
            at=request.at,
        )
        _say_what_followed(request, seen)
        return redirect("screening_one", arrival.pk)

    context = {
        "arrival": arrival,
        "person": cards_of([arrival.person]).get(arrival.person),
        "path": path_name(arrival.area_id),
        "title": word(pack.forms[queries.VISIT].title),
        "source": pack.forms[queries.VISIT].source,
        "form": form,
        "journey": journey,
    }
    return take_form(
        request, "console/screening/visit.html", context, form, journey, do=verify
    )


def _say_what_followed(request: PageRequest, seen: Any) -> None:
    if not seen.answers["reached"]:
        messages.warning(request, gettext("Saved. Another visit is owed."))
        return
    problems = of_observations([seen.pk], request.actor.scope).count()
    if problems:
        said = ngettext(
            "Saved. {count} problem was found.",
            "Saved. {count} problems were found.",
            problems,
        )
        messages.warning(request, said.format(count=problems))
    else:
        messages.success(request, gettext("Saved. What was found is evidence now."))


# ------------------------------------------------------------------------- hearsay
@page("screening_call")
def call(request: PageRequest, task_id: int) -> HttpResponse:
    """Write down what a call on hearsay found; the doctor goes on from it."""
    actor = request.actor
    owed = get_task(task_id, actor.scope)
    person = UUID(owed.subject.partition(":")[2])
    asked = queries.edition_for(owed.area_id, request.at).pack.forms[queries.CALL]
    form = DoorForm(
        asked,
        request.POST or None,
        request.FILES or None,
        initial=fresh_visit(request),
    )

    def answer() -> HttpResponse:
        actions.answer_hearsay(
            person,
            id=form.cleaned_data["id"],
            answers=form.answers,
            seen_at=form.cleaned_data["seen_at"],
            task=owed.pk,
            by=actor,
            at=request.at,
        )
        messages.success(request, gettext("Saved."))
        return redirect("screening_visits")

    context = {
        "person": cards_of([person]).get(person),
        "path": path_name(owed.area_id),
        "title": word(asked.title),
        "source": asked.source,
        "form": form,
    }
    return take_form(request, "console/screening/visit.html", context, form, do=answer)


urlpatterns: list[URLPattern] = [
    path("screening/new/", register, name="screening_new"),
    path("screening/<uuid:arrival_id>/visit/", visit, name="screening_visit"),
    path("screening/calls/<int:task_id>/", call, name="screening_call"),
]
