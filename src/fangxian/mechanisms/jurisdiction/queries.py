"""Readers: areas, who reads them, posts and who holds them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction import rules
from fangxian.mechanisms.jurisdiction.models import (
    Answerer,
    Appointment,
    Area,
    FormerDesignation,
    Post,
    Reach,
    Staff,
)
from fangxian.mechanisms.jurisdiction.states import Level


PATH_SEPARATOR = " › "  # noqa: RUF001 -- the sign between the steps of a path
ANSWERED_FOR = (Level.GRID.value, Level.COURTYARD.value)

TREE = """
WITH RECURSIVE tree(id) AS (
    SELECT id FROM jurisdiction_area WHERE id = %(area)s AND valid_from <= %(day)s
    UNION
    SELECT step.lower
    FROM tree
    JOIN (
        SELECT successor_id AS upper, area_id AS lower FROM jurisdiction_succession
        WHERE "on" <= %(day)s
        UNION ALL
        SELECT area.parent_id, area.id FROM jurisdiction_area area
        LEFT JOIN jurisdiction_succession gone
            ON gone.area_id = area.id AND gone."on" <= %(day)s
        WHERE area.valid_from <= %(day)s AND gone.id IS NULL
    ) step ON step.upper = tree.id
)
SELECT id FROM tree
"""

LINES = """
WITH RECURSIVE line(start, id, steps) AS (
    SELECT id, id, 0 FROM jurisdiction_area WHERE id IN ({marks})
    UNION ALL
    SELECT line.start, area.parent_id, line.steps + 1
    FROM line
    JOIN jurisdiction_area area ON area.id = line.id
    WHERE area.parent_id IS NOT NULL
)
SELECT area.*, line.start
FROM line
JOIN jurisdiction_area area ON area.id = line.id
ORDER BY line.start, line.steps
"""


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An area as it is called today; ``code`` is None for management areas."""

    id: int
    code: str | None
    name: str
    level: Level
    parent: int | None
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post; ``kinds`` is None when it answers for every kind of place."""

    id: int
    area: int
    role: Role
    title: str
    kinds: frozenset[str] | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Holding:
    """That somebody held a post, half-open; ``until`` is None while they do."""

    post: int
    staff: UUID
    since: datetime
    until: datetime | None


# ------------------------------------------------------------------------ scopes
def descendants(area_id: int) -> "QuerySet[Reach, int]":
    """The ids of all that this area reads today, itself included; fits ``__in``."""
    reached = Reach.objects.filter(ancestor=area_id)
    return reached.values_list("descendant_id", flat=True)


def within(scope: Scope, field: str = "area") -> Q:
    """A condition for rows whose ``field`` names an area in the scope."""
    if scope.everywhere:
        return Q()
    reached = Reach.objects.filter(ancestor__in=scope.roots)
    return Q(**{f"{field}__in": reached.values("descendant")})


def within_kinds(scope: Scope, field: str = "kind") -> Q:
    """A condition for rows whose ``field`` names a kind of place in the scope."""
    return Q() if scope.kinds is None else Q(**{f"{field}__in": sorted(scope.kinds)})


def reaches(scope: Scope, area_id: int, kind: str | None = None) -> bool:
    """Whether rows about this area and this kind (or no kind) are in scope."""
    return scope.reaches_kind(kind) and reaches_area(scope, area_id)


def reaches_area(scope: Scope, area_id: int) -> bool:
    """Whether the area itself is in scope, whatever the kinds."""
    return (
        scope.everywhere
        or Reach.objects.filter(ancestor__in=scope.roots, descendant=area_id).exists()
    )


def check_reaches(
    scope: Scope, area_id: int, kind: str | None = None, *, what: str
) -> None:
    """Refuse what lies outside the scope, in the words for what does not exist."""
    if not reaches(scope, area_id, kind):
        raise rules.OUT_OF_REACH(what=what)


# ------------------------------------------------------------------------- areas
def facts_of(area: Area) -> AreaFacts:
    """Freeze an area."""
    return AreaFacts(
        id=area.pk,
        code=area.code,
        name=area.name,
        level=Level(area.level),
        parent=area.parent_id,
        valid_from=area.valid_from,
        valid_until=area.valid_until,
    )


def get_area(area_id: int) -> AreaFacts:
    """Give an area; an unknown id is refused as absent."""
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise rules.OUT_OF_REACH(what="area")
    return facts_of(area)


def find_area_by_code(code: str, on: date) -> AreaFacts | None:
    """Find who bore a code on a day. Codes are used again, so the day matters."""
    former = FormerDesignation.objects.filter(code=code, since__lte=on, until__gt=on)
    changed_later = FormerDesignation.objects.filter(area=OuterRef("pk"), until__gt=on)
    area = (
        Area.objects.filter(
            Q(pk__in=former.values("area")) | Q(~Exists(changed_later), code=code),
            Q(valid_until=None) | Q(valid_until__gt=on),
            valid_from__lte=on,
        )
        .order_by("-valid_from")
        .first()
    )
    return None if area is None else facts_of(area)


def ids_by_code(codes: Collection[str]) -> dict[str, int]:
    """The ids of the standing areas that bear these codes today."""
    standing = Area.objects.filter(code__in=codes, valid_until=None)
    return {str(code): pk for code, pk in standing.values_list("code", "pk")}


def changed_on(area_id: int) -> date:
    """The day of the last change of an area and of all that it reads."""
    reached = descendants(area_id)
    areas = Area.objects.filter(pk__in=reached)
    began, ended = areas.aggregate(a=Max("valid_from"), b=Max("valid_until")).values()
    former = FormerDesignation.objects.filter(area__in=reached)
    days: list[date | None] = [began, ended, former.aggregate(on=Max("until"))["on"]]
    return max(day for day in days if day is not None)


def find_child(parent: int | None, name: str) -> AreaFacts | None:
    """Find the standing area of this name directly below a parent."""
    area = Area.objects.filter(parent=parent, name=name, valid_until=None).first()
    return None if area is None else facts_of(area)


def areas_below(
    area_id: int, level: Level | None = None, on: date | None = None
) -> list[AreaFacts]:
    """What stands below an area on a day (None: today), from the top, by code."""
    if on is None:
        areas = Area.objects.filter(pk__in=descendants(area_id), valid_until=None)
    else:
        standing = Q(valid_until=None) | Q(valid_until__gt=on)
        areas = Area.objects.filter(standing, pk__in=tree_on(area_id, on))
    if level is not None:
        areas = areas.filter(level=level)
    ordered = areas.exclude(pk=area_id).order_by("level", "code", "name", "pk")
    return [facts_of(area) for area in ordered]


def top_areas(on: date) -> list[int]:
    """The ids of the areas that stand below none on a day: the installation's city."""
    standing = Q(valid_until=None) | Q(valid_until__gt=on)
    areas = Area.objects.filter(standing, parent=None, valid_from__lte=on)
    return list(areas.order_by("pk").values_list("pk", flat=True))


def tree_on(area_id: int, day: date) -> frozenset[int]:
    """The ids whose records count for this area on this day, itself included.

    What had been succeeded by that day counts where its successors lay; what was
    succeeded later still counts where it lay itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(TREE, {"area": area_id, "day": day})
        return frozenset(row[0] for row in cursor.fetchall())


def _lines(area_ids: Iterable[int]) -> dict[int, list[Area]]:
    """For each area, itself and then what lies above it, in one query."""
    wanted = sorted(set(area_ids))
    lines: dict[int, list[Area]] = {area_id: [] for area_id in wanted}
    if not wanted:
        return lines
    marks = ", ".join(["%s"] * len(wanted))
    for area in Area.objects.raw(LINES.format(marks=marks), wanted):
        lines[area.start].append(area)  # type: ignore[attr-defined]  # a column that LINES adds
    return lines


def ancestors(area_id: int) -> list[AreaFacts]:
    """The areas above this one, the city first, itself not included."""
    line = _lines([area_id])[area_id]
    return [facts_of(area) for area in reversed(line[1:])]


def path_name(area_id: int) -> str:
    """Name an area by its path from the district down; a city by its name."""
    return path_names([area_id])[area_id]


def path_names(area_ids: Iterable[int]) -> dict[int, str]:
    """Name many areas by their paths, in as few queries as there are levels."""
    return {
        area_id: PATH_SEPARATOR.join(
            area.name
            for area in reversed(line)
            if area.level != Level.CITY or len(line) == 1
        )
        for area_id, line in _lines(area_ids).items()
    }


def uncovered_areas(scope: Scope, at: datetime) -> "QuerySet[Area]":
    """Grids and courtyards in scope that no held post answers for."""
    held = Appointment.objects.filter(_running(at), post=OuterRef("post"))
    answered = Answerer.objects.filter(_running(at), Exists(held), area=OuterRef("pk"))
    return Area.objects.filter(
        within(scope, "pk"),
        ~Exists(answered),
        level__in=ANSWERED_FOR,
        valid_until=None,
    ).order_by("parent_id", "name", "pk")


# ------------------------------------------------------------------------- posts
def _running(at: datetime) -> Q:
    return Q(Q(until=None) | Q(until__gt=at), since__lte=at)


def facts_of_post(post: Post) -> PostFacts:
    """Freeze a post."""
    return PostFacts(
        id=post.pk,
        area=post.area_id,
        role=Role(post.role),
        title=post.title,
        kinds=None if post.kinds is None else frozenset(post.kinds),
        valid_until=post.valid_until,
    )


def get_post(post_id: int) -> PostFacts:
    """Give a post; an unknown id is refused as absent."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise rules.OUT_OF_REACH(what="post")
    return facts_of_post(post)


def posts_of(area_id: int, role: Role | None = None) -> list[PostFacts]:
    """The standing posts of the area itself."""
    posts = Post.objects.filter(area=area_id, valid_until=None).order_by("pk")
    if role is not None:
        posts = posts.filter(role=role)
    return [facts_of_post(post) for post in posts]


def posts_in(area_ids: Collection[int], roles: Sequence[Role]) -> dict[int, PostFacts]:
    """Find in each area itself the post of the earliest of these roles: one query.

    Posts bound to kinds are left out; an area without such a post is absent.
    """
    posts = Post.objects.filter(
        area__in=area_ids, role__in=roles, valid_until=None, kinds=None
    ).order_by("pk")
    found: dict[int, PostFacts] = {}
    order = list(roles)
    for facts in map(facts_of_post, posts):
        known = found.get(facts.area)
        if known is None or order.index(facts.role) < order.index(known.role):
            found[facts.area] = facts
    return found


def find_post(
    area_id: int, roles: Sequence[Role], kind: str | None = None
) -> PostFacts | None:
    """Find the nearest post of one of the roles, from the area upward.

    In one area the earlier role wins. A post bound to kinds fits only these.
    """
    line = [area.pk for area in _lines([area_id])[area_id]]
    posts = Post.objects.filter(area__in=line, role__in=roles, valid_until=None)
    fitting = [
        facts
        for facts in map(facts_of_post, posts.order_by("pk"))
        if facts.kinds is None or kind in facts.kinds
    ]
    return min(
        fitting,
        key=lambda post: (line.index(post.area), list(roles).index(post.role)),
        default=None,
    )


def answerer_of(area_id: int, at: datetime) -> PostFacts | None:
    """The post that answers for an area at a moment, if one does."""
    answerer = (
        Answerer.objects.filter(_running(at), area=area_id)
        .select_related("post")
        .first()
    )
    return None if answerer is None else facts_of_post(answerer.post)


def holder_of(post_id: int, at: datetime) -> UUID | None:
    """Who held a post at a moment, or None where it was vacant."""
    return holders([post_id], at).get(post_id)


def holders(post_ids: Collection[int], at: datetime) -> dict[int, UUID]:
    """Who held each of these posts at a moment; vacant ones are left out."""
    held = Appointment.objects.filter(_running(at), post__in=post_ids)
    return dict(held.values_list("post_id", "staff_id"))


def holdings(post_id: int) -> list[Holding]:
    """Everybody who held a post, the latest first."""
    history = Appointment.objects.filter(post=post_id).order_by("-since")
    return [Holding(post_id, held.staff_id, held.since, held.until) for held in history]


def vacant_posts(scope: Scope, at: datetime) -> "QuerySet[Post]":
    """Standing posts in scope that nobody held at a moment."""
    held = Appointment.objects.filter(_running(at), post=OuterRef("pk"))
    return Post.objects.filter(within(scope), ~Exists(held), valid_until=None).order_by(
        "area_id", "role", "pk"
    )


def posts_held(person: UUID, *, at: datetime) -> list[PostFacts]:
    """The posts a person holds at a moment, the latest appointment first."""
    held = Appointment.objects.filter(
        _running(at), staff=person, post__valid_until=None
    ).select_related("post")
    return [facts_of_post(one.post) for one in held.order_by("-since", "-pk")]


def persons_within(scope: Scope, at: datetime) -> "QuerySet[Appointment, UUID]":
    """The persons who hold a post in scope at a moment; fits ``__in``."""
    held = Appointment.objects.filter(
        _running(at), within(scope, "post__area"), post__valid_until=None
    )
    return held.values_list("staff_id", flat=True).distinct()


def posts_held_by(
    persons: Collection[UUID], *, at: datetime
) -> dict[UUID, list[PostFacts]]:
    """The posts that each of these persons holds at a moment, in one query."""
    held = Appointment.objects.filter(
        _running(at), staff__in=persons, post__valid_until=None
    ).select_related("post")
    posts: dict[UUID, list[PostFacts]] = {person: [] for person in persons}
    for one in held.order_by("-since", "-pk"):
        posts[one.staff_id].append(facts_of_post(one.post))
    return posts


def actor_for(person: UUID, *, at: datetime, post: int | None = None) -> Actor:
    """Make the actor that a person is at a moment, in one of their posts.

    Without ``post`` the latest appointment counts. Refuses who holds no post.
    """
    held = Appointment.objects.filter(
        _running(at), staff=person, post__valid_until=None
    )
    if post is not None:
        held = held.filter(post=post)
    appointment = held.select_related("post").order_by("-since", "-pk").first()
    if appointment is None:
        raise rules.NO_POST()
    facts = facts_of_post(appointment.post)
    return Actor(
        person=person,
        post=facts.id,
        role=facts.role,
        scope=Scope(roots=frozenset({facts.area}), kinds=facts.kinds),
        unit=facts.area,
    )


# ------------------------------------------------------------------------- staff
def staff_name(person: UUID) -> str:
    """The full name; empty for the system, which has none."""
    return staff_names([person]).get(person, "")


def staff_names(persons: Iterable[UUID]) -> dict[UUID, str]:
    """The full names of those who are registered."""
    return {staff.pk: staff.name for staff in Staff.objects.filter(pk__in=set(persons))}


def masked_name(person: UUID) -> str:
    """The name with its middle hidden; empty for the system."""
    return rules.masked(staff_name(person))


def masked_names(persons: Iterable[UUID]) -> dict[UUID, str]:
    """The names with their middles hidden."""
    return {person: rules.masked(name) for person, name in staff_names(persons).items()}
