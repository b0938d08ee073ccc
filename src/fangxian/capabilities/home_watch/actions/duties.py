"""The day's duties: the days of each restriction are judged and issued as tasks."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction

from fangxian.capabilities.home_watch import events, queries, rules
from fangxian.capabilities.home_watch.facts import (
    facts_about,
    is_at_home,
    subject_of,
)
from fangxian.capabilities.home_watch.models import Watch
from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.moments import day_of, start_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import check_reaches, find_post
from fangxian.mechanisms.protocol.evaluation import Decision, judge
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.task.actions import IssueRequest, issue_all, request_for


@transaction.atomic
def plan_watch(*, area: int, day: dt.date, by: Actor, at: dt.datetime) -> int:
    """Issue what the rules ask on a day for everybody who stays at home in an area.

    Says how many duties were new; planning a day again adds only what is missing.
    """
    rules.check_can_plan(by=by)
    check_reaches(by.scope, area, what="area")
    here = list(queries.watches_on(day, area=area))
    issued = issue_all(requests(here, day), by=by, at=at)
    if issued:
        event = events.Planned(area=area, day=day, watches=len(here), issued=issued)
        record(event, by=by, at=at, subject=f"area:{area}", area=area)
    return issued


def issue_for(watch: Watch, *, by: Actor, at: dt.datetime) -> int:
    """Issue what is owed to one person from the beginning until today."""
    day, today = day_of(watch.decision.since), day_of(at)
    owed: list[IssueRequest] = []
    while day <= today:
        owed += requests([watch], day)
        day += dt.timedelta(days=1)
    return issue_all(owed, by=by, at=at)


def issue_all_for(watch: Watch, facts: Facts, *, at: dt.datetime) -> int:
    """Issue what the rules owe about something of one person: a result that came.

    Rules that do not know of such things, or not of this kind, owe nothing.
    """
    pack = queries.edition_for(watch, at).pack
    subject = pack.subjects.get(facts.subject)
    if subject is None or not subject.takes(facts.kind):
        return 0
    posts = _Posts()
    owed = [
        replace(
            request_for(
                one,
                area=watch.area_id,
                post=posts.find(watch.area_id, one.roles),
            ),
            subject=subject_of(watch.pk),
        )
        for one in judge(pack, facts, at)
    ]
    return issue_all(owed, by=SYSTEM, at=at)


def requests(watches: Iterable[Watch], day: dt.date) -> Iterator[IssueRequest]:
    """Give what is owed to these people on a day, while their measure holds."""
    posts = _Posts()
    for watch in watches:
        for decision in _owed(watch, day):
            post = posts.find(watch.area_id, decision.roles)
            yield request_for(decision, area=watch.area_id, post=post)


def _owed(watch: Watch, day: dt.date) -> Iterator[Decision]:
    """What fell due before the measure held, or opens after it, is not owed."""
    since, until = watch.decision.since, _end(watch)
    at = max(start_of(day), since)
    pack = queries.edition_for(watch, at).pack
    if day_of(at) != day or not is_at_home(pack, watch.measure):
        return
    for decision in judge(pack, facts_about(watch.decision, day), at):
        if decision.due_at > since and decision.opens_at < until:
            yield decision


def _end(watch: Watch) -> dt.datetime:
    ended = getattr(watch.decision, "ended", None)
    return (
        watch.decision.until if ended is None else min(ended.at, watch.decision.until)
    )


@dataclass(slots=True)
class _Posts:
    """Which post owes a duty where; asked once for each area and roles."""

    known: dict[tuple[int, tuple[Role, ...]], int | None] = field(default_factory=dict)

    def find(self, area: int, roles: tuple[Role, ...]) -> int | None:
        if (area, roles) not in self.known:
            post = find_post(area, roles)
            self.known[area, roles] = None if post is None else post.id
        return self.known[area, roles]
