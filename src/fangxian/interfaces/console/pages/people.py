"""People: the ledger's list, one person, and what is said of them.

What is searched for is a name or a number, so it is posted: an address stands in
histories and logs.
"""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import people as shown
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.places import HOLDERS, LISTED, area_choices
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.papers import WITHOUT_NUMBER, Paper, Sex
from fangxian.mechanisms.ledger.exports.queries import source_of
from fangxian.mechanisms.ledger.people import actions, queries, rules


ROWS_A_PAGE = 50
DISTRICT_WIDE = frozenset({Role.CDC, Role.HOSPITAL})  # counting them all takes long
PRIVATE = {"autocomplete": "off", "spellcheck": "false"}


def choices_of(words: shown.Words) -> list[tuple[str, Any]]:
    """Offer what there are words for."""
    return [(str(getattr(code, "value", code)), word) for code, word in words.items()]


NOT_ANSWERED = _(
    "Nobody of yours answers for people there. Choose the community or grid where"
    " the person lives, or let those who answer there register them."
)


def offer(form: forms.Form, /, **offered: list[tuple[str, Any]]) -> None:
    """Fill the choices of a form that depend on who reads it."""
    for name, choices in offered.items():
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared as one
        field.choices = choices


# ---------------------------------------------------------------------- the list
class Narrow(forms.Form):
    """What the list is narrowed to; only ids, so it may stand in an address."""

    area = forms.ChoiceField(required=False, label=_("Area"))
    list = NumberField()
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        every: list[tuple[str, Any]] = [("", _("all"))]
        offer(self, area=[*every, *area_choices(actor, LISTED)])

    def wanted(self) -> dict[str, Any]:
        """What ``queries.find_people`` is asked; what was never offered is none."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "area": int(said["area"]) if said.get("area") else None,
            "source": f"import:{said['list']}" if said.get("list") else None,
            "after": said.get("after"),
        }


class Find(Narrow):
    """Whom to look for, besides."""

    q = forms.CharField(
        required=False,
        label=_("Name, pinyin, number or telephone"),
        max_length=60,
        widget=forms.TextInput(attrs=PRIVATE),
    )

    def wanted(self) -> dict[str, Any]:
        """As narrowed, and what was typed."""
        return {**super().wanted(), "text": self.cleaned_data.get("q", "")}


@page("people")
def people(request: PageRequest) -> HttpResponse:
    """List the people in scope, the latest first."""
    return _listed(request, Narrow(request.GET, actor=request.actor))


@page("people_search")
def search(request: PageRequest) -> HttpResponse:
    """Find people by what was typed; without it, go to the list."""
    if request.method != "POST":
        return redirect("people")
    return _listed(request, Find(request.POST, actor=request.actor))


def _listed(request: PageRequest, asked: Narrow) -> HttpResponse:
    actor = request.actor
    rules.check_can_read(by=actor)
    wanted = asked.wanted()
    found = queries.find_people(actor.scope, **wanted, most=ROWS_A_PAGE)
    context = {
        "form": Find(asked.data, actor=actor),
        "rows": shown.rows(found.cards),
        "after": found.after,
        "text": wanted.get("text", ""),
        "asked": asked.cleaned_data,
        "is_later": wanted["after"] is not None,
        "total": _total(actor, wanted),
        "may_register": rules.can_register(by=actor),
    }
    return render(request, "console/people/list.html", context)


def _total(actor: Actor, wanted: Mapping[str, Any]) -> int | None:
    """How many there are in all; not for a search, nor for a district's worth."""
    is_broad = actor.role in DISTRICT_WIDE and wanted["area"] is None
    if wanted.get("text") or is_broad:
        return None
    roots = actor.scope.roots if wanted["area"] is None else {wanted["area"]}
    return sum(queries.count_people(r, source=wanted["source"]) for r in roots)


# --------------------------------------------------------------------- one person
@page("person")
def person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Show one person, masked: where they live, who may be the same, who looked."""
    card = queries.get_person(person_id, request.actor.scope)
    rules.check_can_read(by=request.actor)
    context = {"person": card, "shown": shown.details(card, request.actor)}
    return render(request, "console/people/one.html", context)


# ------------------------------------------------------------- saying who it is
class PersonForm(forms.Form):
    """What somebody says of a person."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the person"),
        max_length=100,
        widget=forms.TextInput(attrs=PRIVATE),
        help_text=_("As it stands on the paper."),
    )
    paper = forms.ChoiceField(
        label=_("Kind of paper"), choices=choices_of(shown.PAPERS)
    )
    number = forms.CharField(
        label=_("Number of the paper"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=PRIVATE),
    )
    no_paper_why = forms.CharField(
        label=_("Why there is no number"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PRIVATE),
        help_text=_("Only without a number: a newborn, a lost card."),
    )
    telephone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}),
        help_text=_(
            "Empty for somebody who cannot be called: name who speaks for them."
        ),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        min_value=1900,
        max_value=2100,
        help_text=_("An ID card says it already."),
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", "—"), *choices_of(shown.SEXES)],
    )
    area = forms.ChoiceField(
        label=_("Area that answers for them"),
        error_messages={"invalid_choice": NOT_ANSWERED},
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=PRIVATE),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, area=area_choices(actor, HOLDERS))

    def said(self) -> dict[str, Any]:
        """What the ledger is told; what was left empty is None."""
        given = dict(self.cleaned_data)
        paper = Paper(given["paper"])
        without = paper in WITHOUT_NUMBER
        return {
            "name": given["name"],
            "paper": paper,
            "number": None if without else given["number"] or "",
            "no_paper_why": given["no_paper_why"] or None,
            "telephone": given["telephone"] or None,
            "birth_year": given["birth_year"],
            "sex": Sex(given["sex"]) if given["sex"] else None,
            "area": int(given["area"]),
            "address": given["address"] or None,
        }


@page("people_new")
def new_person(request: PageRequest) -> HttpResponse:
    """Put a person on the ledger; who looks like somebody known is told afterwards."""
    form = _person_form(request)

    def register() -> HttpResponse:
        made = actions.register_person(
            **form.said(),
            id=form.cleaned_data["id"],
            source=source_of(request.actor),
            by=request.actor,
            at=request.at,
        )
        _tell_alike(request, len(made.alike))
        return redirect("person", made.person)

    context = {"form": form}
    return take_form(request, "console/people/new.html", context, form, do=register)


def _person_form(request: PageRequest) -> PersonForm:
    made = new_id(request.at, secrets.token_bytes(RANDOM_BYTES))
    initial = {"id": made, "area": request.GET.get("area", "")}
    return PersonForm(request.POST or None, actor=request.actor, initial=initial)


def _tell_alike(request: PageRequest, alike: int) -> None:
    messages.success(request, gettext("The person is on the ledger."))
    if alike:
        said = ngettext(
            "{count} entry looks like the same person: look at it below.",
            "{count} entries look like the same person: look at them below.",
            alike,
        )
        messages.warning(request, said.format(count=alike))


class AmendForm(PersonForm):
    """Corrections. What is private and was left empty stays as it is known."""

    no_telephone = forms.BooleanField(
        label=_("They cannot be called any more"), required=False
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        del self.fields["id"]
        self.fields["name"].required = False

    def changes(self) -> dict[str, Any]:
        """The fields that were written, and the paper with its number."""
        said = self.said()
        paper = said["paper"]
        changes = {name: value for name, value in said.items() if value}
        if self.cleaned_data["no_telephone"]:
            changes["telephone"] = None
        if paper in WITHOUT_NUMBER:
            changes["number"] = None
        return changes


@page("person_amend")
def amend_person(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Correct what is said of a person; empty fields are left as they are."""
    card = queries.get_person(person_id, request.actor.scope)
    initial = {"paper": card.paper.value, "area": str(card.area)}
    form = AmendForm(request.POST or None, actor=request.actor, initial=initial)

    def amend() -> HttpResponse:
        actions.amend_person(card.id, by=request.actor, at=request.at, **form.changes())
        messages.success(request, gettext("What is said of the person is amended."))
        return redirect("person", card.id)

    context = {"person": card, "form": form}
    return take_form(request, "console/people/amend.html", context, form, do=amend)


urlpatterns: list[URLPattern] = [
    path("people/", people, name="people"),
    path("people/find/", search, name="people_search"),
    path("people/new/", new_person, name="people_new"),
    path("people/<uuid:person_id>/", person, name="person"),
    path("people/<uuid:person_id>/amend/", amend_person, name="person_amend"),
]
