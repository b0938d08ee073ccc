"""How areas begin, change and end: the steps that actions are made of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fangxian.kernel.actors import Actor
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.jurisdiction import events, reach, rules
from fangxian.mechanisms.jurisdiction.models import (
    Answerer,
    Appointment,
    Area,
    FormerDesignation,
    Post,
    Reach,
    Succession,
)
from fangxian.mechanisms.jurisdiction.states import Level


@dataclass(frozen=True, slots=True)
class Change:
    """From which day something changes, by which source, and who enters it when."""

    on: date
    source: str
    by: Actor
    at: datetime

    def record(self, event: Event, area: Area) -> None:
        """Write the change into the journal."""
        record(event, by=self.by, at=self.at, subject=f"area:{area.pk}", area=area.pk)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the areas that a split makes, and the areas below that go to it."""

    name: str
    code: str | None = None
    takes: frozenset[int] = field(default_factory=frozenset)


def begin(
    name: str, level: Level, *, parent: Area | None, code: str | None, change: Change
) -> Area:
    """Let an area stand, read by all that reaches its parent."""
    _check_name_is_free(name, parent=parent)
    _check_code_is_free(code)
    area = Area.objects.create(
        name=name,
        level=level,
        parent=parent,
        code=code,
        valid_from=change.on,
        source=change.source,
    )
    reach.extend(area.pk, area.pk)
    event = events.AreaEstablished(
        area=area.pk,
        called=name,
        code=code,
        level=level.value,
        parent=area.parent_id,
        on=change.on,
        source=change.source,
    )
    change.record(event, area)
    return area


def redesignate(
    area: Area, designation: Mapping[str, str | None], *, change: Change
) -> None:
    """Give an area another name or code, and keep what it was called before."""
    was, code_was = area.name, area.code
    name = designation.get("name", was) or was
    code = designation.get("code", code_was)
    if name != was:
        _check_name_is_free(name, parent=area.parent)
    if code != code_was:
        _check_code_is_free(code)
    _keep_former_designation(area, change=change)
    area.name, area.code = name, code
    area.save(update_fields=["name", "code"])
    event = events.AreaRedesignated(
        area=area.pk,
        was=was,
        called=name,
        code_was=code_was,
        code=code,
        on=change.on,
        source=change.source,
    )
    change.record(event, area)


def end(area: Area, *, successors: Collection[Area], change: Change) -> None:
    """End an area that holds no others; its posts close, its successors read it."""
    standing = area.children.filter(valid_until=None).count()
    if standing:
        raise rules.STILL_HOLDS_AREAS(name=area.name, count=standing)
    posts = Post.objects.filter(area=area, valid_until=None)
    closed = tuple(posts.order_by("pk").values_list("pk", flat=True))
    end_holdings(closed, at=change.at)
    posts.update(valid_until=change.on)
    Answerer.objects.filter(area=area, until=None).update(until=change.at)
    _stop(area, change=change)
    _succeed(area, successors, change=change)
    event = events.AreaEnded(
        area=area.pk,
        successors=tuple(successor.pk for successor in successors),
        posts_closed=closed,
        on=change.on,
        source=change.source,
    )
    change.record(event, area)


def move(
    area: Area, parent: Area, *, name: str, code: str | None, change: Change
) -> Area:
    """Let an area go on under another parent, with its posts and all below it."""
    _stop(area, change=change)
    successor = begin(name, Level(area.level), parent=parent, code=code, change=change)
    for child in area.children.filter(valid_until=None).order_by("pk"):
        move(child, successor, name=child.name, code=child.code, change=change)
    posts = Post.objects.filter(area=area, valid_until=None)
    carried = tuple(posts.order_by("pk").values_list("pk", flat=True))
    posts.update(area=successor)
    _carry_answerers(area, successor, at=change.at)
    _succeed(area, [successor], change=change)
    event = events.AreaMoved(
        area=area.pk,
        successor=successor.pk,
        posts=carried,
        on=change.on,
        source=change.source,
    )
    change.record(event, area)
    return successor


def split(
    area: Area,
    into: Sequence[Part],
    *,
    children: Mapping[int, Area],
    change: Change,
) -> list[Area]:
    """Let new areas beside an area take over what it holds, and then end it."""
    _stop(area, change=change)  # first, so that a part may take its name or code
    successors = []
    for part in into:
        successor = begin(
            part.name,
            Level(area.level),
            parent=area.parent,
            code=part.code,
            change=change,
        )
        for child in (children[pk] for pk in sorted(part.takes)):
            move(child, successor, name=child.name, code=child.code, change=change)
        successors.append(successor)
    end(area, successors=successors, change=change)
    return successors


def end_holdings(posts: Iterable[int], *, at: datetime) -> None:
    """End who holds these posts, and what these posts answer for."""
    posts = list(posts)
    Appointment.objects.filter(post__in=posts, until=None).update(until=at)
    Answerer.objects.filter(post__in=posts, until=None).update(until=at)


def _stop(area: Area, *, change: Change) -> None:
    """Let an area stand no longer; its name and code are free from now on."""
    rules.check_changes_after(area, since=area.valid_from, on=change.on)
    rules.check_not_before(area, since=_designated_since(area), on=change.on)
    area.valid_until = change.on
    area.save(update_fields=["valid_until"])


def _succeed(area: Area, successors: Collection[Area], *, change: Change) -> None:
    """Let successors read an area instead of its parent."""
    Succession.objects.bulk_create(
        Succession(area=area, successor=successor, on=change.on, source=change.source)
        for successor in successors
    )
    below = Reach.objects.filter(ancestor=area).values_list("descendant_id", flat=True)
    reach.refill(list(below))


def _carry_answerers(area: Area, successor: Area, *, at: datetime) -> None:
    """Let who answered for an area answer for its successor from now on."""
    answering = Answerer.objects.filter(area=area, until=None)
    posts = list(answering.values_list("post_id", flat=True))
    answering.update(until=at)
    Answerer.objects.bulk_create(
        Answerer(area=successor, post_id=post, since=at) for post in posts
    )


def _keep_former_designation(area: Area, *, change: Change) -> None:
    """Keep what an area is called until that day; a second change that day adds none."""
    since = _designated_since(area)
    if since == change.on != area.valid_from:
        return
    rules.check_changes_after(area, since=since, on=change.on)
    FormerDesignation.objects.create(
        area=area,
        code=area.code,
        name=area.name,
        since=since,
        until=change.on,
        source=change.source,
    )


def _designated_since(area: Area) -> date:
    """Since when the area has had today's name and code."""
    latest = area.former_designations.order_by("-until").first()
    return area.valid_from if latest is None else latest.until


def name_within(parent: Area, child: Area) -> str:
    """What an area is called where it comes to lie: after its old parent, if need be."""
    if child.parent is None or _name_is_free(child.name, parent=parent):
        return child.name
    return f"{child.parent.name}{child.name}"


def _check_name_is_free(name: str, *, parent: Area | None) -> None:
    if not _name_is_free(name, parent=parent):
        raise rules.NAME_TAKEN(name=name)


def _name_is_free(name: str, *, parent: Area | None) -> bool:
    return not Area.objects.filter(parent=parent, name=name, valid_until=None).exists()


def _check_code_is_free(code: str | None) -> None:
    if code is None:
        return
    known = Area.objects.filter(code=code, valid_until=None).first()
    if known is not None:
        raise rules.CODE_TAKEN(code=code, name=known.name)
