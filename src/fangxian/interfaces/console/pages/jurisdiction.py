"""Areas: the tree, one area, and what may be arranged there."""

import datetime as dt
from collections import Counter
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import areas as shown
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.search import FINDERS, Finder, Hit
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction import actions, queries, rules
from fangxian.mechanisms.jurisdiction.queries import AreaFacts
from fangxian.mechanisms.jurisdiction.states import Level


ROWS_A_PAGE = 50
FIRST_ROWS = 6
STEPS_SHOWN = 2


# ----------------------------------------------------------------------- the tree
@page("jurisdiction")
def tree(request: PageRequest) -> HttpResponse:
    """Show the tree of the scope with its counts, and what is missing in it."""
    scope, at = request.actor.scope, request.at
    roots = queries.tree(scope, at, steps=STEPS_SHOWN)
    levels: Counter[str] = Counter()
    for root in roots:
        levels.update(root.outline.levels)
    vacant = queries.vacant_posts(scope, at)
    uncovered = queries.uncovered_areas(scope, at)
    context = {
        "roots": shown.branches(roots),
        "communities": levels[Level.COMMUNITY],
        "grids": levels[Level.GRID] + levels[Level.COURTYARD],
        "posts": sum(root.outline.posts for root in roots),
        "vacant_count": sum(root.outline.vacant for root in roots),
        "uncovered_count": sum(root.outline.uncovered for root in roots),
        "vacant": shown.shown_posts(
            map(queries.facts_of_post, vacant[:FIRST_ROWS]), at
        ),
        "uncovered": _with_paths(
            [queries.facts_of(area) for area in uncovered[:FIRST_ROWS]]
        ),
    }
    return render(request, "console/jurisdiction/tree.html", context)


def _with_paths(areas: list[AreaFacts]) -> list[tuple[AreaFacts, str]]:
    paths = queries.path_names(area.id for area in areas)
    return [(area, paths[area.id]) for area in areas]


class Filter(forms.Form):
    """What the list of areas is narrowed to."""

    q = forms.CharField(required=False, label=_("Name or code"), max_length=40)
    level = forms.ChoiceField(
        required=False,
        label=_("Level"),
        choices=[
            ("", _("all")),
            *((one.value, word) for one, word in shown.LEVELS.items()),
        ],
    )
    area = NumberField()


@page("areas")
def areas(request: PageRequest) -> HttpResponse:
    """List the areas in scope that fit."""
    asked = Filter(request.GET)
    wanted = asked.cleaned_data if asked.is_valid() else {}
    rows = queries.areas_within(
        request.actor.scope,
        text=wanted.get("q", ""),
        level=Level(wanted["level"]) if wanted.get("level") else None,
        area=wanted.get("area"),
    )
    listed = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": asked,
        "page": listed,
        "rows": _with_paths([queries.facts_of(area) for area in listed]),
        "level_names": shown.LEVELS,
    }
    return render(request, "console/jurisdiction/areas.html", context)


@page("areas_uncovered")
def uncovered(request: PageRequest) -> HttpResponse:
    """List the grids and courtyards that no held post answers for."""
    rows = queries.uncovered_areas(request.actor.scope, request.at)
    below = request.GET.get("area", "")
    if below.isascii() and below.isdigit():
        rows = rows.filter(pk__in=queries.descendants(int(below)))
    listed = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": listed,
        "rows": _with_paths([queries.facts_of(area) for area in listed]),
        "level_names": shown.LEVELS,
    }
    return render(request, "console/jurisdiction/uncovered.html", context)


# ----------------------------------------------------------------------- one area
@page("area")
def area(request: PageRequest, area_id: int) -> HttpResponse:
    """Show an area: what lies in it, its posts, who answers for it, its history."""
    facts = shown.reached_area(request, area_id)
    scope, at = request.actor.scope, request.at
    standing = queries.tree(Scope(frozenset({area_id})), at, steps=1)
    node = next(iter(shown.branches(standing)), None)
    answerer = queries.answerer_of(area_id, at)
    context = {
        "area": facts,
        "above": shown.crumbs_of(facts, scope),
        "node": node,
        "level": shown.LEVELS[facts.level],
        "posts": shown.shown_posts(queries.posts_of(area_id), at),
        "is_answered_for": facts.level in queries.ANSWERED_FOR,
        "answerer": shown.shown_posts([answerer], at)[0] if answerer else None,
        "history": shown.shown_history(area_id, scope),
        "may_arrange": rules.can_arrange(by=request.actor),
        "may_change": rules.can_change_area(area_id, by=request.actor),
        "may_name": rules.can_name_answerer(by=request.actor),
    }
    return render(request, "console/jurisdiction/area.html", context)


class AreaForm(forms.Form):
    """A new area below another."""

    name = forms.CharField(label=_("Name"), max_length=40)
    level = forms.ChoiceField(label=_("Level"))
    code = forms.CharField(
        label=_("Statistical code"),
        required=False,
        max_length=15,
        help_text=_("Management areas and what lies below a community have none."),
    )
    on = DayField(
        label=_("Stands since"),
    )
    source = forms.CharField(
        label=_("By which document"),
        max_length=200,
        help_text=_("Title and number, so that others can look it up."),
    )

    def __init__(self, *args: Any, parent: AreaFacts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (level.value, word)
            for level, word in shown.LEVELS.items()
            if level > parent.level
        ]


@page("area_new")
def new_area(request: PageRequest, area_id: int) -> HttpResponse:
    """Establish an area below this one."""
    parent = shown.reached_area(request, area_id)
    form = AreaForm(
        request.POST or None, parent=parent, initial={"on": day_of(request.at)}
    )

    def do(said: dict[str, Any]) -> str:
        made = actions.establish_area(
            name=said["name"].strip(),
            level=Level(said["level"]),
            parent=parent.id,
            code=said["code"].strip() or None,
            on=said["on"],
            source=said["source"],
            by=request.actor,
            at=request.at,
        )
        return reverse("area", args=[made.pk])

    return shown.act(request, form, gettext("Add an area"), parent, do)


class AnswererForm(forms.Form):
    """Which post answers for a grid or a courtyard."""

    post = forms.TypedChoiceField(label=_("Post"), coerce=int)

    def __init__(self, *args: Any, posts: list[shown.ShownPost], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (
                one.post.id,
                " · ".join(filter(None, (one.post.title, one.holder, one.unit))),
            )
            for one in posts
        ]


@page("area_answerer")
def answerer(request: PageRequest, area_id: int) -> HttpResponse:
    """Say which post answers for this area from now on."""
    facts = shown.reached_area(request, area_id)
    chain = queries.posts_of_chain(area_id)
    reached = queries.reached_among(request.actor.scope, {post.area for post in chain})
    posts = [post for post in chain if post.area in reached]
    form = AnswererForm(
        request.POST or None, posts=shown.shown_posts(posts, request.at)
    )

    def do(said: dict[str, Any]) -> str:
        actions.name_answerer(
            area_id, post=said["post"], by=request.actor, at=request.at
        )
        return reverse("area", args=[area_id])

    return shown.act(request, form, gettext("Name the answerer"), facts, do)


# ---------------------------------------------------------------------- the search
def _find(actor: Actor, text: str, at: dt.datetime, most: int) -> list[Hit]:
    del at
    found = queries.areas_within(actor.scope, text=text)[:most]
    return [
        Hit(area.name, where, reverse("area", args=[area.id]))
        for area, where in _with_paths([queries.facts_of(one) for one in found])
    ]


FINDERS.append(Finder(_("Areas"), "map-pin", _find))


urlpatterns: list[URLPattern] = [
    path("areas/", tree, name="jurisdiction"),
    path("areas/list/", areas, name="areas"),
    path("areas/uncovered/", uncovered, name="areas_uncovered"),
    path("areas/<int:area_id>/", area, name="area"),
    path("areas/<int:area_id>/new/", new_area, name="area_new"),
    path("areas/<int:area_id>/answerer/", answerer, name="area_answerer"),
]
