"""Changes of areas: rename, recode, move, merge, split, abolish; seen before done."""

from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext

from fangxian.interfaces.console import areas as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.reforms import (
    AbolishForm,
    MergeForm,
    MoveForm,
    RecodeForm,
    ReformForm,
    RenameForm,
    SplitForm,
    preview,
)
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.jurisdiction import actions
from fangxian.mechanisms.jurisdiction.queries import path_name


TEMPLATE = "console/jurisdiction/reform.html"

Terms: TypeAlias = dict[str, Any]  # by whom, when, since when, by which document
Do: TypeAlias = Callable[[Any, Terms], int]
Touched: TypeAlias = Callable[[Any], Collection[int]]


def _reform(
    request: PageRequest,
    area_id: int,
    form_class: type[ReformForm],
    title: str,
    *,
    do: Do,
    touched: Touched | None = None,
) -> HttpResponse:
    """Ask, show what would follow, and carry out exactly what was shown.

    ``do`` gives the id of the area to go to; ``touched`` are the areas that change
    hands, if it is not this one.
    """
    area = shown.reached_area(request, area_id)
    form = form_class(
        request.POST or None,
        area=area,
        scope=request.actor.scope,
        initial={"on": day_of(request.at)},
    )
    context = {"title": title, "area": area, "path": path_name(area_id), "form": form}

    def carry_out() -> HttpResponse:
        terms = {
            "on": form.said["on"],
            "source": form.said["source"],
            "by": request.actor,
            "at": request.at,
        }
        concerned = touched(form) if touched else [area_id]
        foreseen = preview(lambda: do(form, terms), concerned, form.said)
        if form.cleaned_data["seen"] != foreseen.seen:
            return render(request, TEMPLATE, context | {"foreseen": foreseen})
        target = do(form, terms)
        messages.success(request, gettext("Saved."))
        return redirect("area", target)

    return take_form(request, TEMPLATE, context, form, do=carry_out)


@page("area_rename")
def rename(request: PageRequest, area_id: int) -> HttpResponse:
    """Give the area another name from a day on."""

    def do(form: RenameForm, terms: Terms) -> int:
        name = form.said["name"].strip()
        return actions.rename(area_id, name=name, **terms).pk

    return _reform(request, area_id, RenameForm, gettext("Rename the area"), do=do)


@page("area_recode")
def recode(request: PageRequest, area_id: int) -> HttpResponse:
    """Give the area another statistical code from a day on."""

    def do(form: RecodeForm, terms: Terms) -> int:
        return actions.recode(area_id, code=form.said["code"], **terms).pk

    return _reform(request, area_id, RecodeForm, gettext("Change the code"), do=do)


@page("area_move")
def move(request: PageRequest, area_id: int) -> HttpResponse:
    """Let the area lie in another one, with all that it holds."""

    def do(form: MoveForm, terms: Terms) -> int:
        said = form.said
        successor = actions.move_area(
            area_id,
            to=said["to"],
            name=said["name"].strip() or None,
            code=said["code"].strip() or None,
            **terms,
        )
        return successor.pk

    return _reform(request, area_id, MoveForm, gettext("Move the area"), do=do)


@page("area_merge")
def merge(request: PageRequest, area_id: int) -> HttpResponse:
    """Let areas beside this one be continued by it."""

    def do(form: MergeForm, terms: Terms) -> int:
        return actions.merge_areas(form.said["areas"], into=area_id, **terms).pk

    return _reform(
        request,
        area_id,
        MergeForm,
        gettext("Merge others into it"),
        do=do,
        touched=lambda form: form.said["areas"],
    )


@page("area_split")
def split(request: PageRequest, area_id: int) -> HttpResponse:
    """Let several new areas continue this one."""

    def do(form: SplitForm, terms: Terms) -> int:
        actions.split_area(area_id, into=form.parts, **terms)
        return area_id

    return _reform(request, area_id, SplitForm, gettext("Split the area"), do=do)


@page("area_abolish")
def abolish(request: PageRequest, area_id: int) -> HttpResponse:
    """End the area, which holds no others any more."""

    def do(form: AbolishForm, terms: Terms) -> int:
        successors = form.said["successors"]
        return actions.abolish(area_id, successors=successors, **terms).pk

    return _reform(request, area_id, AbolishForm, gettext("Abolish the area"), do=do)


urlpatterns: list[URLPattern] = [
    path("areas/<int:area_id>/rename/", rename, name="area_rename"),
    path("areas/<int:area_id>/recode/", recode, name="area_recode"),
    path("areas/<int:area_id>/move/", move, name="area_move"),
    path("areas/<int:area_id>/merge/", merge, name="area_merge"),
    path("areas/<int:area_id>/split/", split, name="area_split"),
    path("areas/<int:area_id>/abolish/", abolish, name="area_abolish"),
]
