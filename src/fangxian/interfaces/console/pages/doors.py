"""Doors and households: the doors of an area, who lives behind one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import people as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.people import PRIVATE, ROWS_A_PAGE, offer
from fangxian.interfaces.console.pages.places import HOLDERS, LISTED, area_choices
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.jurisdiction.queries import path_names
from fangxian.mechanisms.ledger.people import actions, queries, rules


class Narrow(forms.Form):
    """Which doors are listed."""

    area = forms.ChoiceField(required=False, label=_("Area"))
    building = forms.CharField(required=False, label=_("Building"), max_length=60)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        every: list[tuple[str, Any]] = [("", _("all"))]
        offer(self, area=[*every, *area_choices(actor, (*LISTED, *HOLDERS))])

    def wanted(self) -> dict[str, Any]:
        """What ``queries.doors`` is asked; a value that was never offered is none."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "area": int(said["area"]) if said.get("area") else None,
            "building": said.get("building") or None,
        }


@page("people_doors")
def doors(request: PageRequest) -> HttpResponse:
    """List the doors in scope, building by building, and how many live behind each."""
    rules.check_can_read(by=request.actor)
    asked = Narrow(request.GET, actor=request.actor)
    found = queries.doors(request.actor.scope, **asked.wanted())
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(shown_page)
    living = queries.households([door.pk for door in listed])
    paths = path_names({door.area_id for door in listed})
    rows = [
        {"door": door, "area": paths[door.area_id], "people": living.get(door.pk, 0)}
        for door in listed
    ]
    context = {
        "form": asked,
        "page": shown_page,
        "rows": rows,
        "may_register": rules.can_register(by=request.actor),
    }
    return render(request, "console/people/doors.html", context)


@page("people_door")
def door(request: PageRequest, door_id: int) -> HttpResponse:
    """Show who lives behind a door."""
    rules.check_can_read(by=request.actor)
    one = queries.get_door(door_id, request.actor.scope)
    living = queries.find_people(request.actor.scope, door=one.id)
    context = {
        "door": one,
        "place": shown.building_of(one),
        "area": path_names([one.area])[one.area],
        "rows": shown.rows(living.cards),
    }
    return render(request, "console/people/door.html", context)


class DoorForm(forms.Form):
    """What stands at a door."""

    area = forms.ChoiceField(label=_("Area"))
    building = forms.CharField(label=_("Building"), max_length=60, required=False)
    unit = forms.CharField(
        label=pgettext_lazy("door", "Unit"), max_length=30, required=False
    )
    room = forms.CharField(
        label=_("Room or house number"),
        max_length=30,
        widget=forms.TextInput(attrs=PRIVATE),
    )

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, area=area_choices(actor, HOLDERS))


@page("people_door_new")
def new_door(request: PageRequest) -> HttpResponse:
    """Put a door on the ledger; a known one is found again."""
    form = DoorForm(request.POST or None, actor=request.actor)

    def register() -> HttpResponse:
        said = {**form.cleaned_data, "area": int(form.cleaned_data["area"])}
        made = actions.register_door(**said, by=request.actor, at=request.at)
        messages.success(request, gettext("The door is written down."))
        return redirect("people_door", made)

    context = {"form": form}
    return take_form(
        request, "console/people/door_new.html", context, form, do=register
    )


urlpatterns: list[URLPattern] = [
    path("people/doors/", doors, name="people_doors"),
    path("people/doors/new/", new_door, name="people_door_new"),
    path("people/doors/<int:door_id>/", door, name="people_door"),
]
