"""Ordering a sweep: its doors or places are found, and given to the posts nearby."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from fangxian.capabilities.enrolment.models import Sweep, Target
from fangxian.capabilities.enrolment.queries import edition_for
from fangxian.capabilities.enrolment.states import SWEEP, About, Sweeping
from fangxian.capabilities.enrolment.sweeps import events, queries, rules
from fangxian.capabilities.enrolment.sweeps.actions.writing import locked, note
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction.queries import check_reaches, find_post
from fangxian.mechanisms.ledger.people.queries import doors
from fangxian.mechanisms.ledger.queries import places
from fangxian.mechanisms.ledger.states import Standing
from fangxian.mechanisms.protocol.clauses import Clause
from fangxian.mechanisms.protocol.evaluation import Decision, judge
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.task.actions import IssueRequest, issue_new, request_for


if TYPE_CHECKING:
    from django.db.models import QuerySet

LATE_COMMITS = dt.timedelta(minutes=5)
"""A door may be written down a little before the moment at which it can be read."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A door or place to go to; ``kind`` is the place's, a door has none."""

    number: int
    area: int
    building: str = ""
    kind: str = ""


@transaction.atomic
def order_sweep(
    *,
    id: UUID,  # noqa: A002 -- it names the sweep and is made with the form
    clause: str,
    area: int,
    opens_at: dt.datetime,
    until: dt.datetime,
    why: str,
    kinds: Collection[str] = (),
    by: Actor,
    at: dt.datetime,
) -> Sweep:
    """Have every door of an area, or every open place of some kinds, visited.

    The duties go to the nearest posts of the roles that the clause names. The same id
    with the same order gives the sweep that is known.
    """
    rules.check_can_order(by=by)
    check_reaches(by.scope, area, what="area")
    edition = edition_for(area, at)
    asked = _clause(edition.pack, clause)
    drafted = Sweep(
        id=id,
        about=queries.about_of(asked),
        area_id=area,
        kinds=sorted(kinds),
        clause=asked.code,
        form=asked.form,
        edition_id=edition.id,
        why=rules.check_why(why),
        opens_at=opens_at,
        until=until,
        state=SWEEP.start,
        ordered_by=by.person,
        ordered_post=by.post,
        ordered_at=at,
    )
    known = Sweep.objects.filter(pk=id).first()
    if known is not None:
        _check_same(known, drafted)
        return known
    decision = _decide(edition.pack, drafted)
    rules.check_window(opens_at, until, latest=decision.due_at, at=at)
    _check_alone(drafted, at)
    spots = list(_spots(drafted))
    rules.check_count(len(spots))
    drafted.save(force_insert=True)
    _owe(drafted, spots, decision, at=at)
    note(_ordered(drafted, len(spots)), drafted, by=by, at=at)
    return drafted


def _clause(pack: Pack, code: str) -> Clause:
    found = {one.code: one for one in queries.clauses_of(pack)}.get(code)
    if found is None:
        raise rules.NO_CLAUSE()
    return found


def _decide(pack: Pack, sweep: Sweep) -> Decision:
    """Let the rules decide what a sweep asks of everybody whose door is in it."""
    facts = Facts(
        subject=queries.SUBJECT, number=sweep.id, kind=sweep.about, since=sweep.opens_at
    )
    decided = judge(pack, facts, sweep.opens_at)
    found = next((one for one in decided if one.clause == sweep.clause), None)
    if found is None:
        raise rules.NO_CLAUSE()
    return found


def _check_same(known: Sweep, sent: Sweep) -> None:
    said = ("about", "area_id", "kinds", "clause", "opens_at", "until", "why")
    if any(getattr(known, name) != getattr(sent, name) for name in said):
        raise rules.OTHER_BODY()


def _check_alone(sweep: Sweep, at: dt.datetime) -> None:
    """Refuse a second one of the same kind in the same area at the same time."""
    alike = queries.running(at).filter(area=sweep.area_id, clause=sweep.clause)
    if any(one.kinds == sweep.kinds for one in alike.filter(until__gt=sweep.opens_at)):
        raise rules.RUNNING_ALREADY()


def _ordered(sweep: Sweep, targets: int) -> events.Ordered:
    return events.Ordered(
        sweep=sweep.pk,
        about=sweep.about,
        kinds=tuple(sweep.kinds),
        clause=sweep.clause,
        form=sweep.form,
        edition=sweep.edition_id,
        why=sweep.why,
        opens_at=sweep.opens_at,
        until=sweep.until,
        targets=targets,
    )


# -------------------------------------------------------------------------- targets
def _spots(sweep: Sweep, *, since: dt.datetime | None = None) -> Iterable[Spot]:
    """Find the doors or places of a sweep that are not in it yet; one query."""
    listed = _doors(sweep) if sweep.about == About.DOOR else _places(sweep)
    if since is not None:
        listed = listed.filter(registered_at__gte=since)
    known = Target.objects.filter(sweep=sweep.pk, number=OuterRef("pk"))
    fresh = listed.exclude(Exists(known)).order_by("pk")
    columns = ("pk", "area", "building" if sweep.about == About.DOOR else "kind")
    for number, area, third in fresh.values_list(*columns):
        if sweep.about == About.DOOR:
            yield Spot(number, area, building=third)
        else:
            yield Spot(number, area, kind=third)


def _doors(sweep: Sweep) -> "QuerySet[Any]":
    return doors(EVERYWHERE, area=sweep.area_id)


def _places(sweep: Sweep) -> "QuerySet[Any]":
    found = places(EVERYWHERE, area=sweep.area_id, standing=Standing.OPEN)
    return found.filter(kind__in=sweep.kinds) if sweep.kinds else found


def _owe(
    sweep: Sweep, spots: Sequence[Spot], decision: Decision, *, at: dt.datetime
) -> None:
    """Issue a duty for each spot, and keep which duty is whose."""
    posts: dict[tuple[int, str], int | None] = {}
    requests: dict[str, IssueRequest] = {}
    for spot in spots:
        where = (spot.area, spot.kind)
        if where not in posts:
            post = find_post(spot.area, decision.roles, spot.kind or None)
            posts[where] = None if post is None else post.id
        request = _request(sweep, spot, decision, post=posts[where])
        requests[request.key] = request
    numbers = dict(zip(requests, spots, strict=True))
    issued = issue_new(list(requests.values()), by=SYSTEM, at=at)
    Target.objects.bulk_create(
        Target(
            sweep=sweep,
            number=numbers[task.key].number,
            task=task,
            area_id=task.area_id,
            building=numbers[task.key].building,
        )
        for task in issued
    )


def _request(
    sweep: Sweep, spot: Spot, decision: Decision, *, post: int | None
) -> IssueRequest:
    subject = f"{sweep.about}:{spot.number}"
    asked = request_for(
        decision, area=spot.area, post=post, kind=spot.kind, subject=subject
    )
    return replace(
        asked,
        key=f"{decision.key}/{subject}",
        opens_at=sweep.opens_at,
        due_at=sweep.until,
        closes_at=sweep.until,
    )


def take_in_new(*, at: dt.datetime) -> int:
    """Take in what came onto the ledger while sweeps run; say how many that was."""
    if not queries.is_any_running():
        return 0
    return sum(_grow(sweep, at=at) for sweep in queries.running(at))


def _grow(sweep: Sweep, *, at: dt.datetime) -> int:
    since = sweep.ordered_at - LATE_COMMITS
    if not any(True for _ in _spots(sweep, since=since)):
        return 0
    with transaction.atomic():
        held = locked(sweep.pk)
        spots = list(_spots(held, since=since))
        if spots and held.state == Sweeping.RUNNING:
            _owe(held, spots, _decide(loaded(held.edition_id), held), at=at)
            event = events.Grown(sweep=held.pk, targets=len(spots))
            note(event, held, by=SYSTEM, at=at)
    return len(spots)
