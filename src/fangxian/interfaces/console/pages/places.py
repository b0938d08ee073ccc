"""Places: the ledger's list, one place, what is said of it, and what may be one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import places as shown
from fangxian.interfaces.console.areas import known_staff
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.search import FINDERS, Finder, Hit
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import areas_below, get_area, path_names
from fangxian.mechanisms.jurisdiction.rules import masked
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger import actions, queries
from fangxian.mechanisms.ledger.states import Standing


ROWS_A_PAGE = 50
HOLDERS = (Level.COMMUNITY, Level.GRID)
LISTED = (Level.DISTRICT, Level.STREET, Level.COMMUNITY)

Choice = tuple[str, Any]


def area_choices(actor: Actor, levels: Iterable[Level]) -> list[Choice]:
    """Offer the areas below an actor's own, by their paths, their own first."""
    own = sorted(actor.scope.roots)
    below = [
        area.id
        for root in own
        for area in areas_below(root)
        if area.level in set(levels)
    ]
    paths = path_names([*own, *below])
    return [(str(area), paths[area]) for area in dict.fromkeys([*own, *below])]


def kind_choices(scope: Scope) -> list[Choice]:
    """Offer the kinds of place in scope, in the reader's language."""
    names = kind_names()
    return [(code, name) for code, name in names.items() if scope.reaches_kind(code)]


# ---------------------------------------------------------------------- the list
class Filter(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(required=False, label=_("Name, address or code"), max_length=60)
    kind = forms.ChoiceField(required=False, label=_("Kind"))
    area = forms.ChoiceField(required=False, label=_("Area"))
    standing = forms.ChoiceField(
        required=False,
        label=_("Standing"),
        choices=[
            ("", _("all")),
            *((s.value, w[2]) for s, w in shown.STANDINGS.items()),
        ],
    )

    list = NumberField()

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        every: list[Choice] = [("", _("all"))]
        choices = {
            "kind": kind_choices(actor.scope),
            "area": area_choices(actor, LISTED),
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = [*every, *offered]

    def wanted(self) -> dict[str, Any]:
        """What ``queries.places`` is asked; a value that was never offered is none."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "text": said.get("q", ""),
            "kind": said.get("kind") or None,
            "area": int(said["area"]) if said.get("area") else None,
            "standing": said.get("standing") or None,
            "source": f"import:{said['list']}" if said.get("list") else None,
        }


@page("places")
def places(request: PageRequest) -> HttpResponse:
    """List the places in scope, counted by kind."""
    asked = Filter(request.GET, actor=request.actor)
    wanted = asked.wanted()
    scope = request.actor.scope
    found = queries.places(scope, **wanted)
    counted = queries.places(scope, **{**wanted, "kind": None})
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": asked,
        "page": shown_page,
        "rows": shown.rows(list(shown_page), scope),
        "kinds": _kinds(counted, request),
        "tiles": _tiles(scope),
    }
    return render(request, "console/places/list.html", context)


def _kinds(counted: Any, request: PageRequest) -> list[dict[str, Any]]:
    """Count by kind within the other filters; each count opens its rows."""
    names = kind_names()
    chosen = request.GET.get("kind", "")
    rows = []
    for count in queries.count_by_kind(counted):
        asked = request.GET.copy()
        asked.pop("page", None)
        asked["kind"] = count.kind
        rows.append(
            {
                "name": names[count.kind],
                "places": count.places,
                "href": f"?{asked.urlencode()}",
                "on": count.kind == chosen,
            }
        )
    return rows


def _tiles(scope: Scope) -> list[dict[str, Any]]:
    counts = queries.count_by_standing(scope)
    return [
        {
            "label": str(label),
            "figure": counts.get(standing, 0),
            "icon": icon,
            "look": "late"
            if standing == Standing.SUSPENDED and counts.get(standing)
            else "",
            "href": f"{reverse('places')}?standing={standing.value}",
        }
        for standing, (_look, icon, label) in shown.STANDINGS.items()
    ]


def _find(actor: Actor, text: str, at: Any, most: int) -> list[Hit]:
    del at
    found = list(queries.places(actor.scope, text=text)[:most])
    paths = path_names({place.area_id for place in found})
    return [
        Hit(place.name, paths[place.area_id], reverse("place", args=[place.pk]))
        for place in found
    ]


FINDERS.append(Finder(_("Places"), "building-store", _find))


# --------------------------------------------------------------------- one place
@page("place")
def place(request: PageRequest, place_id: int) -> HttpResponse:
    """Show one place: what is said of it, what happened there, what is due."""
    one = queries.get_place(place_id, request.actor.scope)
    context = {
        "place": one,
        "shown": shown.details(one, request.actor, request.at),
        "survivor": one.merged_into,
    }
    return render(request, "console/places/one.html", context)


# ------------------------------------------------------------- saying what it is
class PlaceForm(forms.Form):
    """What somebody says of a place. Empty private fields leave what is known."""

    name = forms.CharField(label=_("Name above the door"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
    area = forms.ChoiceField(label=_("Area"))
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 characters, from the licence."),
    )
    responsible = forms.CharField(
        label=_("Person in charge"), max_length=60, required=False
    )
    responsible_staff = forms.TypedChoiceField(
        label=_("Is also one of us"),
        required=False,
        help_text=_("Never looks back on what is found here, in whatever post."),
        coerce=UUID,
        empty_value=None,
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    opened_on = DayField(
        label=_("Opened on"),
        required=False,
    )

    def __init__(
        self, *args: Any, actor: Actor, staff: Iterable[Choice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("kind", kind_choices(actor.scope)),
            ("area", area_choices(actor, HOLDERS)),
            ("responsible_staff", [("", _("no, or not known")), *staff]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = choices

    def said(self) -> dict[str, Any]:
        """What the ledger is told."""
        given = self.cleaned_data
        return {**given, "area": int(given["area"])}


@page("places_new")
def new_place(request: PageRequest) -> HttpResponse:
    """Put a place on the ledger; a known one is named."""
    form = PlaceForm(
        request.POST or None,
        actor=request.actor,
        staff=known_staff(request.actor.scope, request.at),
    )

    def register() -> HttpResponse:
        made = actions.register_place(
            **form.said(), source="console", by=request.actor, at=request.at
        )
        messages.success(request, gettext("The place is on the ledger."))
        return redirect("place", made.pk)

    context = {"form": form}
    return take_form(request, "console/places/new.html", context, form, do=register)


@page("place_amend")
def amend_place(request: PageRequest, place_id: int) -> HttpResponse:
    """Correct what is said of a place."""
    one = queries.get_place(place_id, request.actor.scope)
    form = PlaceForm(
        request.POST or None,
        actor=request.actor,
        staff=_staff_choices(one, request),
        initial=_known(one),
    )

    def amend() -> HttpResponse:
        changes = _changes(form.said(), one)
        actions.amend_place(one.pk, by=request.actor, at=request.at, **changes)
        messages.success(request, gettext("The place is amended."))
        return redirect("place", one.pk)

    context = {
        "place": one,
        "form": form,
        "responsible": masked(one.responsible or ""),
        "telephone": shown.masked_telephone(one.telephone),
    }
    return take_form(request, "console/places/amend.html", context, form, do=amend)


def _staff_choices(one: Any, request: PageRequest) -> list[Choice]:
    """Offer those who hold posts in scope, and who is in charge now in any case."""
    known = dict(known_staff(request.actor.scope, request.at))
    if one.responsible_staff_id is not None:
        known.setdefault(str(one.responsible_staff_id), masked(one.responsible or ""))
    return [*known.items()]


def _known(one: Any) -> dict[str, str | date | UUID | None]:
    return {
        "name": one.name,
        "kind": one.kind_id,
        "area": str(one.area_id),
        "address": one.address,
        "uscc": one.uscc,
        "opened_on": one.opened_on,
        "responsible_staff": one.responsible_staff_id,
    }


def _changes(said: Mapping[str, Any], one: Any) -> dict[str, Any]:
    """Leave out private fields that were left empty: they were not shown.

    Who was known among the staff is left out where only another name is written.
    """
    left = {name for name in ("responsible", "telephone") if not said[name]}
    if said["responsible_staff"] == one.responsible_staff_id:
        left |= {"responsible_staff"}
    return {name: value for name, value in said.items() if name not in left}


# -------------------------------------------------------------------- duplicates
@page("places_duplicates")
def duplicates(request: PageRequest) -> HttpResponse:
    """List places in scope that may be one, and why they look so."""
    scope = request.actor.scope
    area = request.GET.get("area", "")
    below = int(area) if area.isascii() and area.isdigit() else None
    found = queries.possible_duplicates(scope, area=below)
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown_page,
        "pairs": shown.pairs(list(shown_page), scope),
        "area": get_area(below) if below is not None and found else None,
    }
    return render(request, "console/places/duplicates.html", context)


urlpatterns: list[URLPattern] = [
    path("places/", places, name="places"),
    path("places/new/", new_place, name="places_new"),
    path("places/duplicates/", duplicates, name="places_duplicates"),
    path("places/<int:place_id>/", place, name="place"),
    path("places/<int:place_id>/amend/", amend_place, name="place_amend"),
]
