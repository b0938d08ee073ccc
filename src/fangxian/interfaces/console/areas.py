"""How areas and posts are shown and arranged: words, masked holders, forms."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, pgettext_lazy

from fangxian.interfaces.console.page import take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction import queries
from fangxian.mechanisms.jurisdiction.queries import (
    AreaFacts,
    Node,
    Outline,
    PostFacts,
    Step,
    What,
)
from fangxian.mechanisms.jurisdiction.states import Level


LEVELS = {
    Level.CITY: pgettext_lazy("area", "City"),
    Level.DISTRICT: pgettext_lazy("area", "District"),
    Level.STREET: pgettext_lazy("area", "Sub-district"),
    Level.COMMUNITY: pgettext_lazy("area", "Community"),
    Level.GRID: pgettext_lazy("area", "Grid"),
    Level.COURTYARD: pgettext_lazy("area", "Courtyard"),
    Level.BUILDING: pgettext_lazy("area", "Building"),
}
STEPS = {
    What.BEGAN: ("plus", pgettext_lazy("area", "stands")),
    What.REDESIGNATED: ("edit", pgettext_lazy("area", "renamed or recoded")),
    What.CONTINUES: ("git-merge", pgettext_lazy("area", "continues")),
    What.CONTINUED: ("arrow-right", pgettext_lazy("area", "continued by")),
    What.ENDED: ("ban", pgettext_lazy("area", "stands no longer")),
}


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post as a row: where it lies, and who holds it since when, if anybody."""

    post: PostFacts
    unit: str
    holder: str
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of an area's history; ``other`` is the id of an area that may be opened."""

    step: Step
    icon: str
    word: str
    other: int | None


@dataclass(frozen=True, slots=True)
class Branch:
    """An area of the tree, with what it holds in words."""

    area: AreaFacts
    outline: Outline
    counts: list[tuple[str, str, int]]
    children: list["Branch"]


def shown_posts(posts: Iterable[PostFacts], at: dt.datetime) -> list[ShownPost]:
    """Add unit and masked holder to posts, in three queries for all of them."""
    listed = list(posts)
    units = queries.path_names({post.area for post in listed})
    held = queries.held_now([post.id for post in listed], at)
    names = queries.masked_names({holding.staff for holding in held.values()})
    return [
        ShownPost(
            post=post,
            unit=units.get(post.area, ""),
            holder=names.get(held[post.id].staff, "") if post.id in held else "",
            since=held[post.id].since if post.id in held else None,
        )
        for post in listed
    ]


def shown_history(area_id: int, scope: Scope) -> list[ShownStep]:
    """What became of an area; only areas within reach may be opened from it."""
    steps = queries.history_of(area_id)
    others = {step.other for step in steps if step.other is not None}
    open_ = queries.reached_among(scope, others)
    return [
        ShownStep(
            step=step,
            icon=STEPS[step.what][0],
            word=str(STEPS[step.what][1]),
            other=step.other if step.other in open_ else None,
        )
        for step in steps
    ]


def crumbs_of(area: AreaFacts, scope: Scope) -> list[tuple[AreaFacts, bool]]:
    """The areas above, the city first, and whether each may be opened."""
    above = queries.ancestors(area.id)
    open_ = queries.reached_among(scope, [one.id for one in above])
    return [(one, one.id in open_) for one in above]


def branches(nodes: Iterable[Node]) -> list[Branch]:
    """Put the counts of a tree into words."""
    return [
        Branch(node.area, node.outline, counts(node.outline), branches(node.children))
        for node in nodes
    ]


def counts(outline: Outline) -> list[tuple[str, str, int]]:
    """How many areas lie below, by level: its value, its word, the number."""
    return [
        (level.value, str(word), outline.levels[level])
        for level, word in LEVELS.items()
        if outline.levels.get(level)
    ]


def reached_area(request: PageRequest, area_id: int) -> AreaFacts:
    """Give an area in the actor's reach; any other is refused as absent."""
    queries.check_reaches_area(request.actor.scope, area_id, what="area")
    return queries.get_area(area_id)


def act(
    request: PageRequest,
    form: forms.Form,
    title: str,
    area: AreaFacts,
    do: Callable[[dict[str, Any]], str],
    *,
    post: PostFacts | None = None,
    note: str = "",
) -> HttpResponse:
    """Show the form of an act, or carry it out and go where ``do`` says."""

    def carry_out() -> HttpResponse:
        target = do(form.cleaned_data)
        messages.success(request, gettext("Saved."))
        return redirect(target)

    context = {
        "title": title,
        "form": form,
        "area": area,
        "post": post,
        "note": note,
        "path": queries.path_name(area.id),
    }
    template = "console/jurisdiction/act.html"
    return take_form(request, template, context, form, do=carry_out)


# ------------------------------------------------------------------------- staff
def known_staff(scope: Scope, at: dt.datetime) -> list[tuple[str, str]]:
    """Those who hold a post in scope, with their posts, since names are masked."""
    persons = [*queries.persons_within(scope, at)]
    names = queries.masked_names(persons)
    held = queries.posts_held_by(persons, at=at)
    units = queries.path_names({post.area for posts in held.values() for post in posts})
    known = [
        (str(person), f"{names[person]} · {posts[0].title} · {units[posts[0].area]}")
        for person, posts in held.items()
        if posts
    ]
    return sorted(known, key=lambda one: one[1])
