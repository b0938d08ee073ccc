"""The day's patrols: facts of places are gathered, judged and issued as duties."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from fangxian.capabilities.inspection import events, queries, rules
from fangxian.capabilities.inspection.facts import facts_about_place
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import start_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import find_post
from fangxian.mechanisms.ledger.queries import PlaceFacts, facts_of, places
from fangxian.mechanisms.ledger.states import Standing
from fangxian.mechanisms.protocol.evaluation import judge
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.task.actions import IssueRequest, issue_all, request_for
from fangxian.privacy.index import lasting_mark
from fangxian.privacy.keys import keyring_at


SELF_CHECK = "self_check"
SELF_CHECKERS = (Role.VENUE_MANAGER, Role.GRID_WORKER, Role.COMMUNITY)


@transaction.atomic
def plan_patrols(*, area: int, day: date, by: Actor, at: datetime) -> int:
    """Issue what the rules ask of every place in an area on a day.

    Says how many duties were new; planning a day again adds only what is missing.
    """
    rules.check_can_plan(by=by)
    queries.check_area(by.scope, area)
    owed = list(_patrols(area, day, by=by))
    issued = issue_all(owed, by=by, at=at)
    if issued:
        places_owed = len({request.subject for request in owed})
        event = events.PatrolsPlanned(
            area=area, day=day, places=places_owed, issued=issued
        )
        record(event, by=by, at=at, subject=f"area:{area}", area=area)
    return issued


def _patrols(area: int, day: date, *, by: Actor) -> Iterator[IssueRequest]:
    posts, packs = _Posts(), _Packs(start_of(day))
    for entry in places(by.scope, area=area).iterator():
        place = facts_of(entry)
        facts = facts_about_place(entry)
        for decision in judge(packs.of(place.area), facts, start_of(day)):
            post = posts.find(place.area, decision.roles, place.kind)
            yield request_for(decision, kind=place.kind, area=place.area, post=post)


@dataclass(slots=True)
class _Posts:
    """Which post owes a duty where; asked once for each area, roles and kind."""

    known: dict[tuple[int, tuple[Role, ...], str], int | None] = field(
        default_factory=dict
    )

    def find(self, area: int, roles: tuple[Role, ...], kind: str) -> int | None:
        key = (area, roles, kind)
        if key not in self.known:
            post = find_post(area, roles, kind)
            self.known[key] = None if post is None else post.id
        return self.known[key]


@dataclass(slots=True)
class _Packs:
    """Which rules hold where at a moment; asked once for each area."""

    at: datetime
    known: dict[int, Pack] = field(default_factory=dict)

    def of(self, area: int) -> Pack:
        if area not in self.known:
            self.known[area] = queries.edition_for(area, self.at).pack
        return self.known[area]


@transaction.atomic
def order_self_checks(
    *,
    area: int,
    kinds: Collection[str],
    problem: str,
    source: str,
    due_at: datetime,
    by: Actor,
    at: datetime,
) -> int:
    """Have all like places check themselves for a problem that was named above.

    ``source`` names the bulletin (its number); the same source orders once.
    """
    rules.check_can_plan(by=by)
    queries.check_area(by.scope, area)
    said, posts = rules.check_reason(problem), _Posts()
    order = _order_of(source)
    like = places(by.scope, area=area, standing=Standing.OPEN)
    requests = [
        _self_check(
            facts_of(entry),
            posts,
            order,
            said=f"{source} · {said}",
            opens_at=at,
            due_at=due_at,
        )
        for entry in like.filter(kind__in=kinds).iterator()
    ]
    issued = issue_all(requests, by=by, at=at)
    if issued:
        event = events.SelfChecksOrdered(
            area=area,
            source=source,
            problem=said,
            kinds=tuple(sorted(kinds)),
            issued=issued,
        )
        record(event, by=by, at=at, subject=f"area:{area}", area=area)
    return issued


def _order_of(source: str) -> str:
    """Name a bulletin without its words, so that the same one is known again."""
    keyring = keyring_at(settings.FANGXIAN_KEYRING)
    return lasting_mark(source, purpose="source of self-checks", keyring=keyring).hex()


def _self_check(
    place: PlaceFacts,
    posts: _Posts,
    order: str,
    *,
    said: str,
    opens_at: datetime,
    due_at: datetime,
) -> IssueRequest:
    return IssueRequest(
        key=f"{SELF_CHECK}/{order}/place:{place.id}",
        duty=SELF_CHECK,
        form=SELF_CHECK,
        subject=f"place:{place.id}",
        kind=place.kind,
        area=place.area,
        post=posts.find(place.area, SELF_CHECKERS, place.kind),
        opens_at=opens_at,
        due_at=due_at,
        decision={"order": order},
        said=said,
    )
