"""Pure judgements: check_* refuses, can_* asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from fangxian.capabilities.home_watch.states import Part
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import day_of
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

TAKERS = frozenset({Role.HOSPITAL, Role.CDC})
"""Who writes down what laboratories found."""

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
# ------------------------------------------------------------------------ results
NOT_YOURS_TO_TAKE = RefusalKind(
    code="home_watch.not_yours_to_take",
    sentence="Your post does not write down what laboratories find.",
    remedy="Ask the hospital or the CDC of the district.",
)
SAMPLED_AHEAD = RefusalKind(
    code="home_watch.sampled_ahead",
    sentence="The day of the sample, {day}, lies ahead.",
    remedy="Write the day on which the sample was taken.",
)
SAMPLED_BEFORE = RefusalKind(
    code="home_watch.sampled_before",
    sentence="The sample of {day} is older than the time that is watched, which counts from {first}.",
    remedy="Compare the day with the laboratory's paper; an older sample says nothing here.",
)
SAMPLED_AFTER = RefusalKind(
    code="home_watch.sampled_after",
    sentence="The measure was over on {last}, before the sample of {day}.",
    remedy="Compare the day with the laboratory's paper; who is free is not watched.",
)
RECEIVED_BEFORE = RefusalKind(
    code="home_watch.received_before",
    sentence="The result came before the sample was taken.",
    remedy="Compare the day of the sample and the moment of the report with the paper.",
)
RECEIVED_AHEAD = RefusalKind(
    code="home_watch.received_ahead",
    sentence="The moment at which the result came lies ahead.",
    remedy="Write when it was received; without a moment, now is taken.",
)
LABORATORY_MISSING = RefusalKind(
    code="home_watch.laboratory_missing",
    sentence="It is not said which laboratory found it.",
    remedy="Write the name of the laboratory as it stands on the report.",
)
NOT_SAMPLED = RefusalKind(
    code="home_watch.not_sampled",
    sentence="Nobody wrote down that a sample was taken on {day}.",
    remedy="Compare the day and the person; if your house took it, record it on the person's page as such.",
)
CONFLICTING = RefusalKind(
    code="home_watch.conflicting",
    sentence="The sample of {day} has another result already; nothing was overwritten.",
    remedy="Ask the laboratory which is right; if the known one is wrong, withdraw it first.",
)
SAMPLE_HAS_RESULT = RefusalKind(
    code="home_watch.sample_has_result",
    sentence="A laboratory has spoken of the sample of {day}; which sample it was is not corrected any more.",
    remedy="Correct the rest; the hospital or the CDC withdraws a result of a wrong sample and enters the right one.",
)
CONFLICTING_ROWS = RefusalKind(
    code="home_watch.conflicting_rows",
    sentence="Row {row} says something else of the same sample; neither was taken.",
    remedy="Ask the laboratory which is right, and send that row alone.",
)
SAME_SAMPLE_AS_ROW = RefusalKind(
    code="home_watch.same_sample_as_row",
    sentence="Row {row} says the same of the same sample.",
    remedy="Nothing needs to be done, unless one of them is about somebody else.",
)
PERSON_NOT_FOUND = RefusalKind(
    code="home_watch.person_not_found",
    sentence="Nobody whom your post may read has this number, or this name and telephone.",
    remedy="Compare number, name and telephone with the paper; who was not sampled here is entered by the CDC.",
)
PEOPLE_ALIKE = RefusalKind(
    code="home_watch.people_alike",
    sentence="Several people have this name and this telephone.",
    remedy="Write the whole number of the paper.",
)
NAMED_OTHERWISE = RefusalKind(
    code="home_watch.named_otherwise",
    sentence="The ledger knows this number, or this telephone, under another name.",
    remedy="Compare with the paper: a digit may be mistyped, or rows may be shifted.",
)
NOT_WATCHED = RefusalKind(
    code="home_watch.not_watched",
    sentence="This person is not under a measure at home.",
    remedy="Nothing is kept of who is not watched; compare the person with the paper.",
)
NO_RESULT = RefusalKind(
    code="home_watch.no_result",
    sentence="There is no such result here.",
    remedy="Look for it in the list of results.",
    hidden=True,
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


def check_can_take(*, by: Actor) -> None:
    """Refuse unless this post writes down what laboratories find."""
    if by.role not in TAKERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_TAKE()


def can_take(*, by: Actor) -> bool:
    """Whether the forms of results are worth showing."""
    return _passes(check_can_take, by)


def check_sampled_on(
    day: date, *, first: date, last: date, received_at: datetime, at: datetime
) -> None:
    """Refuse a sample from outside the time that is watched, or one that is to come."""
    if day > day_of(at):
        raise SAMPLED_AHEAD(day=day.isoformat())
    if day < first:
        raise SAMPLED_BEFORE(day=day.isoformat(), first=first.isoformat())
    if day > last:
        raise SAMPLED_AFTER(day=day.isoformat(), last=last.isoformat())
    if received_at > at:
        raise RECEIVED_AHEAD()
    if day_of(received_at) < day:
        raise RECEIVED_BEFORE()


def check_laboratory(name: str) -> str:
    """Give the laboratory's name in one line, or refuse an empty one."""
    said = " ".join(name.split())
    if not said:
        raise LABORATORY_MISSING()
    return said


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
