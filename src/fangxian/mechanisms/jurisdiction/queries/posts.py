"""Readers of posts: who holds them, what they answer for, as whom they act."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import Bound, Scope
from fangxian.mechanisms.jurisdiction import rules
from fangxian.mechanisms.jurisdiction.models import (
    Answerer,
    Appointment,
    Area,
    Nomination,
    Post,
    Staff,
)
from fangxian.mechanisms.jurisdiction.queries.areas import lines, within
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.store.rows import read


ANSWERED_FOR = (Level.GRID.value, Level.COURTYARD.value)
FITTING = """
    area_id IN ({areas}) AND role IN ({roles}) AND valid_until IS NULL ORDER BY id
"""


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


@dataclass(frozen=True, slots=True)
class Named:
    """Whom one person named for a post, which another one has to appoint."""

    staff: UUID
    by: UUID
    at: datetime


# ------------------------------------------------------------------------- posts
def running(at: datetime) -> Q:
    """A condition for appointments and answerers that run at a moment."""
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


def posts_by_id(post_ids: Collection[int]) -> dict[int, PostFacts]:
    """Give many posts at once; unknown ids are left out."""
    posts = Post.objects.filter(pk__in=post_ids)
    return {post.pk: facts_of_post(post) for post in posts}


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
        area__in=area_ids,
        role__in=roles,
        valid_until=None,
        kinds__isnull=True,  # an equality would look for a JSON null
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
    line = [area.pk for area in lines([area_id])[area_id]]
    condition = FITTING.format(
        areas=", ".join(["%s"] * len(line)), roles=", ".join(["%s"] * len(roles))
    )
    posts = read(Post, condition, [*line, *roles])
    fitting = [
        facts
        for facts in map(facts_of_post, posts)
        if facts.kinds is None or kind in facts.kinds
    ]
    return min(
        fitting,
        key=lambda post: (line.index(post.area), list(roles).index(post.role)),
        default=None,
    )


def posts_of_chain(area_id: int) -> list[PostFacts]:
    """The standing posts of an area and of all above it, the nearest first."""
    line = [area.pk for area in lines([area_id])[area_id]]
    posts = Post.objects.filter(area__in=line, valid_until=None).order_by("role", "pk")
    return sorted(map(facts_of_post, posts), key=lambda post: line.index(post.area))


def answerer_of(area_id: int, at: datetime) -> PostFacts | None:
    """The post that answers for an area at a moment, if one does."""
    answerer = (
        Answerer.objects.filter(running(at), area=area_id)
        .select_related("post")
        .first()
    )
    return None if answerer is None else facts_of_post(answerer.post)


def holder_of(post_id: int, at: datetime) -> UUID | None:
    """Who held a post at a moment, or None where it was vacant."""
    return holders([post_id], at).get(post_id)


def holders(post_ids: Collection[int], at: datetime) -> dict[int, UUID]:
    """Who held each of these posts at a moment; vacant ones are left out."""
    held = Appointment.objects.filter(running(at), post__in=post_ids)
    return dict(held.values_list("post_id", "staff_id"))


def held_now(post_ids: Collection[int], at: datetime) -> dict[int, Holding]:
    """Who holds each of these posts at a moment, since when; vacant ones are left out."""
    held = Appointment.objects.filter(running(at), post__in=post_ids)
    return {
        one.post_id: Holding(one.post_id, one.staff_id, one.since, one.until)
        for one in held
    }


def holdings(post_id: int) -> list[Holding]:
    """Everybody who held a post, the latest first."""
    history = Appointment.objects.filter(post=post_id).order_by("-since")
    return [Holding(post_id, held.staff_id, held.since, held.until) for held in history]


def ever_held(post_ids: Collection[int]) -> set[UUID]:
    """Everybody who ever held one of these posts."""
    held = Appointment.objects.filter(post__in=post_ids)
    return set(held.values_list("staff_id", flat=True))


def named_for(post_id: int, at: datetime) -> Named | None:
    """Whom somebody named for a post lately, and who does not hold it."""
    found = Nomination.objects.filter(post=post_id, at__gt=at - rules.NAMED_FOR).first()
    if found is None or found.staff_id == holder_of(post_id, at):
        return None
    return Named(found.staff_id, found.by, found.at)


def uncovered_areas(scope: Scope, at: datetime) -> "QuerySet[Area]":
    """Grids and courtyards in scope that no held post answers for."""
    held = Appointment.objects.filter(running(at), post=OuterRef("post"))
    answered = Answerer.objects.filter(running(at), Exists(held), area=OuterRef("pk"))
    return Area.objects.filter(
        within(scope, "pk"),
        ~Exists(answered),
        level__in=ANSWERED_FOR,
        valid_until=None,
    ).order_by("parent_id", "name", "pk")


def vacant_posts(scope: Scope, at: datetime) -> "QuerySet[Post]":
    """Standing posts in scope that nobody held at a moment."""
    held = Appointment.objects.filter(running(at), post=OuterRef("pk"))
    return Post.objects.filter(within(scope), ~Exists(held), valid_until=None).order_by(
        "area_id", "role", "pk"
    )


def posts_held(person: UUID, *, at: datetime) -> list[PostFacts]:
    """The posts a person holds at a moment, the latest appointment first."""
    held = Appointment.objects.filter(
        running(at), staff=person, post__valid_until=None
    ).select_related("post")
    return [facts_of_post(one.post) for one in held.order_by("-since", "-pk")]


def persons_within(scope: Scope, at: datetime) -> "QuerySet[Appointment, UUID]":
    """The persons who hold a post in scope at a moment; fits ``__in``."""
    held = Appointment.objects.filter(
        running(at), within(scope, "post__area"), post__valid_until=None
    )
    return held.values_list("staff_id", flat=True).distinct()


def posts_held_by(
    persons: Collection[UUID], *, at: datetime
) -> dict[UUID, list[PostFacts]]:
    """The posts that each of these persons holds at a moment, in one query."""
    held = Appointment.objects.filter(
        running(at), staff__in=persons, post__valid_until=None
    ).select_related("post")
    posts: dict[UUID, list[PostFacts]] = {person: [] for person in persons}
    for one in held.order_by("-since", "-pk"):
        posts[one.staff_id].append(facts_of_post(one.post))
    return posts


def actor_for(person: UUID, *, at: datetime, post: int | None = None) -> Actor:
    """Make the actor that a person is at a moment, in one of their posts.

    Without ``post`` the latest appointment counts. Refuses who holds no post.
    """
    held = Appointment.objects.filter(running(at), staff=person, post__valid_until=None)
    if post is not None:
        held = held.filter(post=post)
    appointment = held.select_related("post").order_by("-since", "-pk").first()
    if appointment is None:
        raise rules.NO_POST()
    facts = facts_of_post(appointment.post)
    bound = Bound(facts.id, facts.role, person) if facts.role in rules.BOUND else None
    return Actor(
        person=person,
        post=facts.id,
        role=facts.role,
        scope=Scope(roots=frozenset({facts.area}), kinds=facts.kinds, bound=bound),
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
