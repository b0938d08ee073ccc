"""Pure judgements: check_* refuses, can_* asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from fangxian.capabilities.home_watch.states import Part
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.restriction.rules import check_can_read_evidence


if TYPE_CHECKING:
    from fangxian.mechanisms.restriction.queries import End


WATCHERS = frozenset({Role.GRID_WORKER, Role.COMMUNITY, Role.STREET, Role.CDC})
"""Who goes to the door and writes down how somebody is."""

NAMERS = frozenset({Role.COMMUNITY, Role.STREET})
"""Who names the five."""

PLANNERS = frozenset({Role.SYSTEM, Role.STREET, Role.DISTRICT, Role.CDC})
"""Who has the day's duties issued."""

UNKNOWN = RefusalKind(
    code="home_watch.unknown",
    sentence="Nobody is looked after at home under {watch} here.",
    remedy="Look for the person in the list of those who stay at home.",
    hidden=True,
)
NOT_YOURS_TO_WATCH = RefusalKind(
    code="home_watch.not_yours_to_watch",
    sentence="Your post does not look after people at home.",
    remedy="Ask the grid worker or the community that does.",
)
NOT_YOURS_TO_NAME = RefusalKind(
    code="home_watch.not_yours_to_name",
    sentence="Your post does not name the five who answer for somebody.",
    remedy="Ask the community or the street office.",
)
NOT_YOURS_TO_PLAN = RefusalKind(
    code="home_watch.not_yours_to_plan",
    sentence="Your post does not have the day's duties issued.",
    remedy="Ask the street or the district headquarters.",
)
OVER = RefusalKind(
    code="home_watch.over",
    sentence="The measure was over at {ended_at}; nothing is asked or recorded after it.",
    remedy="If the person is unwell, call a doctor as for anybody else.",
)
TWO_PARTS = RefusalKind(
    code="home_watch.two_parts",
    sentence="One person cannot be two of the five.",
    remedy="Name five different people.",
)
NOT_STAFF = RefusalKind(
    code="home_watch.not_staff",
    sentence="One of those named is nobody of the staff here.",
    remedy="Choose somebody from the list, or write name and telephone.",
)
UNREACHABLE = RefusalKind(
    code="home_watch.unreachable",
    sentence="Who is written down by name needs a telephone number.",
    remedy="Write the number under which the person can be reached.",
)
OTHER_TEAM = RefusalKind(
    code="home_watch.other_team",
    sentence="Record {observation} is already known with another content.",
    remedy="Nothing was overwritten. Reload the page and name the team again.",
)


@dataclass(frozen=True, slots=True)
class Named:
    """Who has a part of the five: one of staff, else a name and a telephone."""

    person: UUID | None = None
    name: str = ""
    telephone: str = ""


Team = Mapping[Part, Named]


def check_can_watch(*, by: Actor) -> None:
    """Refuse unless this post goes to the door of who stays at home."""
    if by.role not in WATCHERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_WATCH()


def can_watch(*, by: Actor) -> bool:
    """Whether the forms of a watch are worth showing."""
    return _passes(check_can_watch, by)


def check_can_name(*, by: Actor) -> None:
    """Refuse unless this post names the five."""
    if by.role not in NAMERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_NAME()


def can_name(*, by: Actor) -> bool:
    """Whether the form of the team is worth showing."""
    return _passes(check_can_name, by)


def check_can_plan(*, by: Actor) -> None:
    """Refuse unless this post, or the system, has duties issued."""
    if by.role not in PLANNERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_PLAN()


def check_seen_before(end: "End", *, seen_at: datetime) -> None:
    """Refuse what was asked of somebody whose measure was over."""
    if seen_at >= end.at:
        raise OVER(ended_at=end.at)


def check_team(team: Team, *, known: frozenset[UUID]) -> None:
    """Refuse a team of which one is twice, unknown, or cannot be called."""
    persons = [one.person for one in team.values() if one.person is not None]
    names = [
        (one.name.strip(), one.telephone.strip())
        for one in team.values()
        if one.person is None
    ]
    if len(set(persons)) < len(persons) or len(set(names)) < len(names):
        raise TWO_PARTS()
    if not known.issuperset(persons):
        raise NOT_STAFF()
    if not all(name and telephone for name, telephone in names):
        raise UNREACHABLE()


def reads_results(*, by: Actor) -> bool:
    """Whether this post reads what laboratories found: only doctors do."""
    return _passes(check_can_read_evidence, by)


def _passes(check: "Check", by: Actor) -> bool:
    try:
        check(by=by)
    except Refusal:
        return False
    return True


class Check(Protocol):
    """A rule that asks only who acts."""

    def __call__(self, *, by: Actor) -> None:
        """Refuse, or do nothing."""
