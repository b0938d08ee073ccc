"""Readers for the tree: what lies where, what is missing there, what became of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet

from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.models import (
    Area,
    FormerDesignation,
    Post,
    Reach,
    Succession,
)
from fangxian.mechanisms.jurisdiction.queries.areas import (
    AreaFacts,
    descendants,
    facts_of,
    within,
)
from fangxian.mechanisms.jurisdiction.queries.posts import (
    uncovered_areas,
    vacant_posts,
)


@dataclass(slots=True)
class Outline:
    """How much stands in an area and below it; ``levels`` counts areas by level."""

    levels: dict[str, int] = field(default_factory=dict)
    posts: int = 0
    vacant: int = 0
    uncovered: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """An area of the tree with its outline and what lies directly below it."""

    area: AreaFacts
    outline: Outline
    children: list["Node"]


class What(StrEnum):
    """What became of an area on a day."""

    BEGAN = "began"
    REDESIGNATED = "redesignated"
    CONTINUES = "continues"
    CONTINUED = "continued"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an area's history. ``other`` is the area it continues, or its successor."""

    on: date
    what: What
    was: str = ""
    now: str = ""
    other: int | None = None
    source: str = ""


def tree(scope: Scope, at: datetime, *, steps: int) -> list[Node]:
    """The areas that a scope begins with, and what stands so many steps below them."""
    roots = Area.objects.filter(pk__in=scope.roots, valid_until=None)
    layers = [list(roots.order_by("code", "name", "pk"))]
    for _ in range(steps):
        layers.append(_standing_children(area.pk for area in layers[-1]))
    shown = [area for layer in layers for area in layer]
    outlines = outline([area.pk for area in shown], at)
    below: dict[int | None, list[Area]] = defaultdict(list)
    for layer in layers[1:]:
        for area in layer:
            below[area.parent_id].append(area)

    def grow(area: Area) -> Node:
        children = [grow(child) for child in below[area.pk]]
        return Node(facts_of(area), outlines[area.pk], children)

    return [grow(root) for root in layers[0]]


def _standing_children(parents: Iterable[int]) -> list[Area]:
    children = Area.objects.filter(parent__in=list(parents), valid_until=None)
    return list(children.order_by("code", "name", "pk"))


def outline(area_ids: Collection[int], at: datetime) -> dict[int, Outline]:
    """Count what stands below each area and what is missing there: four queries."""
    outlines = {area_id: Outline() for area_id in area_ids}
    standing = Reach.objects.filter(
        ancestor__in=area_ids, descendant__valid_until=None
    ).exclude(ancestor=F("descendant"))
    by_level = standing.values_list("ancestor", "descendant__level")
    for area_id, level, n in by_level.annotate(n=Count("pk")):
        outlines[area_id].levels[level] = n
    everywhere = Scope(everywhere=True)
    for area_id, n in _by_ancestor(Post.objects.filter(valid_until=None), area_ids):
        outlines[area_id].posts = n
    for area_id, n in _by_ancestor(vacant_posts(everywhere, at), area_ids):
        outlines[area_id].vacant = n
    for area_id, n in _by_ancestor(uncovered_areas(everywhere, at), area_ids, path=""):
        outlines[area_id].uncovered = n
    return outlines


def _by_ancestor(
    rows: "QuerySet[Post] | QuerySet[Area]",
    area_ids: Collection[int],
    path: str = "area__",
) -> Iterable[tuple[int, int]]:
    """Count rows by each of these areas that reads them."""
    ancestor = f"{path}reached_by__ancestor"
    counted = rows.filter(**{f"{ancestor}__in": area_ids}).order_by()
    return counted.values_list(ancestor).annotate(n=Count("pk"))


def posts_within(
    scope: Scope,
    at: datetime,
    *,
    area: int | None = None,
    role: Role | None = None,
    text: str = "",
    vacant: bool = False,
) -> "QuerySet[Post]":
    """The standing posts in scope, by area; ``area`` is one subtree of it."""
    found = vacant_posts(scope, at) if vacant else Post.objects.filter(within(scope))
    found = found.filter(valid_until=None).order_by("area_id", "role", "pk")
    if area is not None:
        found = found.filter(area__in=descendants(area))
    if role is not None:
        found = found.filter(role=role)
    if text:
        found = found.filter(Q(title__icontains=text) | Q(area__name__icontains=text))
    return found


def history_of(area_id: int) -> list[Step]:
    """What became of an area, the latest first."""
    area = Area.objects.get(pk=area_id)
    steps = [Step(area.valid_from, What.BEGAN, now=area.name, source=area.source)]
    steps += _redesignations(area)
    continues = Succession.objects.filter(successor=area).select_related("area")
    steps += [
        Step(one.on, What.CONTINUES, one.area.name, area.name, one.area_id, one.source)
        for one in continues.order_by("pk")
    ]
    continued = Succession.objects.filter(area=area).select_related("successor")
    steps += [
        Step(
            one.on,
            What.CONTINUED,
            area.name,
            one.successor.name,
            one.successor_id,
            one.source,
        )
        for one in continued.order_by("pk")
    ]
    if area.valid_until is not None:
        steps.append(Step(area.valid_until, What.ENDED, was=area.name))
    return sorted(steps, key=lambda step: step.on, reverse=True)


def _redesignations(area: Area) -> list[Step]:
    """From each former designation to the next, and from the last to today's."""
    former = list(FormerDesignation.objects.filter(area=area).order_by("until"))
    called = [*((one.name, one.code) for one in former), (area.name, area.code)]
    return [
        Step(
            one.until,
            What.REDESIGNATED,
            was=_called(one.name, one.code),
            now=_called(*after),
            source=one.source,
        )
        for one, after in zip(former, called[1:], strict=True)
    ]


def _called(name: str, code: str | None) -> str:
    return f"{name} {code}" if code else name
