"""The only writers: areas and what becomes of them, posts, staff, appointments."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction import bulk, changes, events, rules
from fangxian.mechanisms.jurisdiction.bulk import Established, NewArea
from fangxian.mechanisms.jurisdiction.changes import Change, Part
from fangxian.mechanisms.jurisdiction.models import (
    Answerer,
    Appointment,
    Area,
    Nomination,
    Post,
    Reach,
    Staff,
)
from fangxian.mechanisms.jurisdiction.queries import check_reaches, posts_held
from fangxian.mechanisms.jurisdiction.states import Level


# ------------------------------------------------------------------------- areas
@transaction.atomic
def establish_area(
    *,
    name: str,
    level: Level,
    parent: int | None,
    code: str | None = None,
    on: date,
    source: str,
    by: Actor,
    at: datetime,
) -> Area:
    """Let an area stand from a day on, below a standing parent."""
    above = None if parent is None else _standing_area(parent, by=by)
    rules.check_can_establish_under(above, by=by)
    rules.check_name(name)
    rules.check_level(name, level, parent=above)
    rules.check_has_come(on, today=day_of(at))
    if above is not None:
        rules.check_not_before(above, since=above.valid_from, on=on)
    change = Change(on=on, source=source, by=by, at=at)
    return changes.begin(name, level, parent=above, code=code, change=change)


def rename(
    area_id: int, *, name: str, on: date, source: str, by: Actor, at: datetime
) -> Area:
    """Give an area another name from a day on; it stays the same area."""
    rules.check_name(name)
    change = Change(on=on, source=source, by=by, at=at)
    return _redesignate(area_id, {"name": name}, change=change)


def recode(
    area_id: int, *, code: str | None, on: date, source: str, by: Actor, at: datetime
) -> Area:
    """Give an area another code from a day on; it stays the same area."""
    change = Change(on=on, source=source, by=by, at=at)
    return _redesignate(area_id, {"code": code}, change=change)


@transaction.atomic
def _redesignate(
    area_id: int, designation: dict[str, str | None], *, change: Change
) -> Area:
    area = _changeable_area(area_id, change=change)
    changes.redesignate(area, designation, change=change)
    return area


@transaction.atomic
def abolish(
    area_id: int,
    *,
    successors: Collection[int] = (),
    on: date,
    source: str,
    by: Actor,
    at: datetime,
) -> Area:
    """End an area that holds no others.

    Its successors read what it wrote; without any its parent still does.
    """
    change = Change(on=on, source=source, by=by, at=at)
    area = _changeable_area(area_id, change=change)
    continuing = [_changeable_area(one, change=change) for one in successors]
    changes.end(area, successors=continuing, change=change)
    return area


@transaction.atomic
def move_area(
    area_id: int,
    *,
    to: int,
    name: str | None = None,
    code: str | None = None,
    on: date,
    source: str,
    by: Actor,
    at: datetime,
) -> Area:
    """Let an area be continued under another parent, with all that it holds.

    The successor has its own id; posts and answerers go with it. Without ``name``
    or ``code`` it keeps its own.
    """
    change = Change(on=on, source=source, by=by, at=at)
    area = _changeable_area(area_id, change=change)
    parent = _standing_area(to, by=by)
    rules.check_can_establish_under(parent, by=by)
    rules.check_level(area.name, Level(area.level), parent=parent)
    return changes.move(
        area, parent, name=name or area.name, code=code or area.code, change=change
    )


@transaction.atomic
def merge_areas(
    area_ids: Collection[int],
    *,
    into: int,
    on: date,
    source: str,
    by: Actor,
    at: datetime,
) -> Area:
    """Let areas be continued by one that stands; what they hold goes there.

    What bears the name of something there is told apart by the name of where it lay.
    """
    change = Change(on=on, source=source, by=by, at=at)
    successor = _changeable_area(into, change=change)
    for area_id in area_ids:
        area = _changeable_area(area_id, change=change)
        rules.check_not_itself(area, successor)
        for child in area.children.filter(valid_until=None).order_by("pk"):
            rules.check_level(child.name, Level(child.level), parent=successor)
            name = changes.name_within(successor, child)
            changes.move(child, successor, name=name, code=child.code, change=change)
        changes.end(area, successors=[successor], change=change)
    return successor


@transaction.atomic
def split_area(
    area_id: int,
    *,
    into: Sequence[Part],
    on: date,
    source: str,
    by: Actor,
    at: datetime,
) -> list[Area]:
    """Let several new areas continue one; every area below it goes to one of them."""
    change = Change(on=on, source=source, by=by, at=at)
    area = _changeable_area(area_id, change=change)
    children = {child.pk: child for child in area.children.filter(valid_until=None)}
    rules.check_each_goes_somewhere(
        area, children=children.keys(), taken=[pk for part in into for pk in part.takes]
    )
    return changes.split(area, into, children=children, change=change)


@transaction.atomic
def establish_areas(
    rows: Collection[NewArea],
    *,
    level: Level,
    on: date,
    source: str,
    by: Actor,
    at: datetime,
) -> Established:
    """Establish a batch of a list at once; the same batch again adds nothing.

    One journal entry for the batch. Rows that cannot be taken are handed back with
    their refusals; the rest goes in.
    """
    rules.check_can_import(by=by)
    rules.check_has_come(on, today=day_of(at))
    change = Change(on=on, source=source, by=by, at=at)
    return bulk.establish(rows, level=level, change=change)


def _changeable_area(area_id: int, *, change: Change) -> Area:
    """Lock a standing area that the actor may change on that day."""
    area = _standing_area(area_id, by=change.by)
    rules.check_can_change_area(area, by=change.by)
    rules.check_has_come(change.on, today=day_of(change.at))
    return area


def _standing_area(area_id: int, *, by: Actor) -> Area:
    """Lock an area that the actor reaches and that has not ended."""
    check_reaches(by.scope, area_id, what="area")
    area = Area.objects.select_for_update().filter(pk=area_id).first()
    if area is None:
        raise rules.OUT_OF_REACH(what="area")
    rules.check_stands(area)
    return area


# ------------------------------------------------------------------------- posts
@transaction.atomic
def create_post(
    *,
    area: int,
    role: Role,
    title: str,
    kinds: Collection[str] | None = None,
    by: Actor,
    at: datetime,
) -> Post:
    """Make a post of an area. It is vacant, and listed so, until somebody holds it."""
    unit = _standing_area(area, by=by)
    rules.check_can_arrange_role(role, by=by)
    rules.check_name(title)
    rules.check_kinds(role, kinds)
    post = Post.objects.create(
        area=unit,
        role=role,
        title=title,
        kinds=None if kinds is None else sorted(kinds),
        valid_from=day_of(at),
    )
    event = events.PostCreated(
        post=post.pk,
        area=unit.pk,
        role=role.value,
        title=title,
        kinds=None if kinds is None else tuple(sorted(kinds)),
    )
    record(event, by=by, at=at, subject=f"post:{post.pk}", area=unit.pk)
    return post


@transaction.atomic
def close_post(post_id: int, *, by: Actor, at: datetime) -> Post:
    """End a post; who held it is relieved at the same moment."""
    post = _standing_post(post_id, by=by)
    rules.check_can_arrange_role(Role(post.role), by=by)
    changes.end_holdings([post.pk], at=at)
    post.valid_until = day_of(at)
    post.save(update_fields=["valid_until"])
    event = events.PostClosed(post=post.pk, on=post.valid_until)
    record(event, by=by, at=at, subject=f"post:{post.pk}", area=post.area_id)
    return post


@transaction.atomic
def register_staff(
    *, person: UUID, name: str, telephone: str | None = None, by: Actor, at: datetime
) -> Staff:
    """Register who works for the line; name and telephone are sealed at once."""
    rules.check_can_arrange(by=by)
    rules.check_name(name)
    if Staff.objects.filter(pk=person).exists():
        raise rules.STAFF_KNOWN()
    staff = Staff.objects.create(id=person, name=name.strip(), telephone=telephone)
    event = events.StaffRegistered(staff=person)
    record(event, by=by, at=at, subject=f"staff:{person}", area=by.unit)
    return staff


@transaction.atomic
def appoint(post_id: int, *, staff: UUID, by: Actor, at: datetime) -> Appointment:
    """Let a person hold a post from this moment; who held it until now is relieved.

    Where results are read and measures signed, another person has named them before.
    """
    post = _standing_post(post_id, by=by)
    _check_appointed(post, staff=staff, by=by, at=at)
    named = Nomination.objects.filter(post=post).first()
    rules.check_second(post, named, staff=staff, by=by, at=at)
    before = _running_appointment(post)
    if before is not None and before.staff_id == staff:
        raise rules.ALREADY_HOLDER(title=post.title)
    _check_is_latest(post, at=at)
    if before is not None:
        _end(before, at=at)
    appointment = Appointment.objects.create(post=post, staff_id=staff, since=at)
    relieved = None if before is None else before.staff_id
    event = events.Appointed(post=post.pk, staff=staff, before=relieved)
    record(event, by=by, at=at, subject=f"post:{post.pk}", area=post.area_id)
    return appointment


@transaction.atomic
def nominate(post_id: int, *, staff: UUID, by: Actor, at: datetime) -> None:
    """Name a person for a post to which two persons appoint; the last one named counts."""
    post = _standing_post(post_id, by=by)
    _check_appointed(post, staff=staff, by=by, at=at)
    said = {"staff_id": staff, "by": by.person, "at": at}
    Nomination.objects.update_or_create(post=post, defaults=said)
    event = events.Nominated(post=post.pk, staff=staff)
    record(event, by=by, at=at, subject=f"post:{post.pk}", area=post.area_id)


def _check_appointed(post: Post, *, staff: UUID, by: Actor, at: datetime) -> None:
    """Refuse unless this actor may let this person hold the post."""
    rules.check_can_appoint(post, staff=staff, by=by)
    if not Staff.objects.filter(pk=staff).exists():
        raise rules.STAFF_UNKNOWN()
    held = {one.role for one in posts_held(staff, at=at)}
    rules.check_stay_apart(Role(post.role), held=held)


@transaction.atomic
def appoint_new(
    post_id: int,
    *,
    person: UUID,
    name: str,
    telephone: str | None = None,
    only_named: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Register a person who is new to the line; appoint them at once, or name them."""
    register_staff(person=person, name=name, telephone=telephone, by=by, at=at)
    act = nominate if only_named else appoint
    act(post_id, staff=person, by=by, at=at)


@transaction.atomic
def relieve(post_id: int, *, by: Actor, at: datetime) -> Appointment:
    """Leave a post without a holder; it is listed as vacant from now on."""
    post = _standing_post(post_id, by=by)
    rules.check_can_arrange_role(Role(post.role), by=by)
    appointment = _running_appointment(post)
    if appointment is None:
        raise rules.POST_VACANT(title=post.title)
    _check_is_latest(post, at=at)
    _end(appointment, at=at)
    event = events.Relieved(post=post.pk, staff=appointment.staff_id)
    record(event, by=by, at=at, subject=f"post:{post.pk}", area=post.area_id)
    return appointment


@transaction.atomic
def name_answerer(area_id: int, *, post: int, by: Actor, at: datetime) -> Answerer:
    """Let one post answer for an area from this moment, instead of the one before."""
    area = _standing_area(area_id, by=by)
    rules.check_can_name_answerer(by=by)
    answering = _standing_post(post, by=by)
    reach = Reach.objects.filter(ancestor=answering.area_id, descendant=area.pk)
    if not reach.exists():
        raise rules.DOES_NOT_ANSWER_HERE(title=answering.title, name=area.name)
    before = Answerer.objects.filter(area=area, until=None).first()
    if before is not None and before.since >= at:
        raise rules.TOO_EARLY(title=answering.title)
    if before is not None:
        before.until = at
        before.save(update_fields=["until"])
    answerer = Answerer.objects.create(area=area, post=answering, since=at)
    event = events.AnswererNamed(
        area=area.pk,
        post=answering.pk,
        before=None if before is None else before.post_id,
    )
    record(event, by=by, at=at, subject=f"area:{area.pk}", area=area.pk)
    return answerer


def _standing_post(post_id: int, *, by: Actor) -> Post:
    """Lock a post that stands in the actor's reach."""
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise rules.OUT_OF_REACH(what="post")
    check_reaches(by.scope, post.area_id, what="post")
    if post.valid_until is not None:
        raise rules.ENDED(name=post.title, on=post.valid_until)
    return post


def _running_appointment(post: Post) -> Appointment | None:
    return post.appointments.filter(until=None).first()


def _check_is_latest(post: Post, *, at: datetime) -> None:
    """Refuse a moment before the last change: history is added to, not rewritten."""
    if post.appointments.filter(Q(since__gte=at) | Q(until__gt=at)).exists():
        raise rules.TOO_EARLY(title=post.title)


def _end(appointment: Appointment, *, at: datetime) -> None:
    appointment.until = at
    appointment.save(update_fields=["until"])
