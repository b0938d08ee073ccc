"""Visits to those who came are issued as the rules say, once each."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction

from fangxian.capabilities.enrolment import queries, rules
from fangxian.capabilities.enrolment.facts import facts_about_arrival
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import WAITING
from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.mechanisms.jurisdiction.queries import check_reaches, find_post
from fangxian.mechanisms.protocol.evaluation import judge
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force
from fangxian.mechanisms.task.actions import IssueRequest, issue_all, request_for


@transaction.atomic
def issue_visits(area: int, *, by: Actor, at: dt.datetime) -> int:
    """Issue the visit to everybody of an area who still waits for one.

    Says how many were new: asking again adds only what is missing.
    """
    rules.check_can_plan(by=by)
    check_reaches(by.scope, area, what="area")
    waiting = queries.arrivals(by.scope, area=area, standing=WAITING)
    return owe_visits(waiting.order_by("pk").iterator(), at=at)


def owe_visits(arrivals: Iterable[Arrival], *, at: dt.datetime) -> int:
    """Issue what is owed to these people; the rules owe it, so the system issues it."""
    desk = Desk(at)
    requests = [
        request
        for arrival in arrivals
        for request in desk.requests(
            facts_about_arrival(arrival),
            area=arrival.area_id,
            subject=rules.subject_of(arrival.person),
        )
    ]
    return issue_all(requests, by=SYSTEM, at=at)


class Desk:
    """Turns what the rules decide into duties; asks once for each area and role."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at
        self._editions: dict[int, LoadedEdition | None] = {}
        self._posts: dict[tuple[int, tuple[Role, ...]], int | None] = {}

    def find_edition(self, area: int) -> LoadedEdition | None:
        """Find the rules that hold in an area."""
        if area not in self._editions:
            self._editions[area] = in_force(queries.PACK, area, self._at)
        return self._editions[area]

    def edition(self, area: int) -> LoadedEdition:
        """Give the rules that hold in an area; refuse without any."""
        found = self.find_edition(area)
        if found is None:
            raise rules.NO_PACK()
        return found

    def requests(
        self, facts: Facts, *, area: int, subject: str
    ) -> Iterator[IssueRequest]:
        """Give the duties about one subject; without rules nothing is owed."""
        held = self.find_edition(area)
        if held is None:
            return
        for decision in judge(held.pack, facts, self._at):
            post = self._post(area, decision.roles)
            yield request_for(decision, area=area, post=post, subject=subject)

    def _post(self, area: int, roles: tuple[Role, ...]) -> int | None:
        if (area, roles) not in self._posts:
            post = find_post(area, roles)
            self._posts[area, roles] = None if post is None else post.id
        return self._posts[area, roles]
