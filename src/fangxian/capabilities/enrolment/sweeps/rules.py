"""Pure judgements: check_* refuses, can_* asks."""

import datetime as dt
from typing import TYPE_CHECKING

from fangxian.capabilities.enrolment.states import Met, Sweeping
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.task.states import OPEN, State


if TYPE_CHECKING:
    from fangxian.capabilities.enrolment.models import Sweep


ORDERERS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})
VISITORS = frozenset({Role.GRID_WORKER, Role.COMMUNITY, Role.STREET})
LEADING = frozenset({Role.COMMUNITY, Role.STREET})

TARGETS_MOST = 20_000
"""A bigger area is swept unit by unit, so that each can answer for its own."""

OUTCOME, PEOPLE, CAME = "outcome", "people", "came"
"""The questions of a form that a sweep reads; the rest is for the record."""

UNVISITED = "unvisited"  # why a door was missed where nobody ever was
SEEN = "seen"
EMPTY = frozenset({"vacant", "demolished", "closed_down"})
SETTLING = EMPTY | {SEEN}
"""Answers after which nobody has to go there again; any other asks for another visit."""

NOT_YOURS_TO_ORDER = RefusalKind(
    code="sweep.not_yours_to_order",
    sentence="Your post does not order sweeps.",
    remedy="Ask the community, the street office or the district headquarters.",
)
NOT_YOURS_TO_VISIT = RefusalKind(
    code="sweep.not_yours_to_visit",
    sentence="This door or place is another post's to visit.",
    remedy="Ask the post that it was given to, or the community, to go there.",
)
UNKNOWN = RefusalKind(
    code="sweep.unknown",
    sentence="There is no such sweep here.",
    remedy="Look for it in the list of sweeps.",
    hidden=True,
)
NO_SUCH_TARGET = RefusalKind(
    code="sweep.no_such_target",
    sentence="The sweep has no such door or place here.",
    remedy="Look for it on the sweep's board.",
    hidden=True,
)
NO_CLAUSE = RefusalKind(
    code="sweep.no_clause",
    sentence="The rules in force here know no sweep of this kind.",
    remedy="Choose another, or have the pack with it reviewed and put in force.",
)
WHY_MISSING = RefusalKind(
    code="sweep.why_missing",
    sentence="Nothing says why.",
    remedy="Say it in a few words; everybody who goes there reads it.",
)
OVER_BEFORE_BEGUN = RefusalKind(
    code="sweep.over_before_begun",
    sentence="The sweep would be over before it begins, or is over already.",
    remedy="Let it end later.",
)
TOO_LONG = RefusalKind(
    code="sweep.too_long",
    sentence="A sweep that begins then must end by {latest}.",
    remedy="Let it end earlier, and order another one for the rest.",
)
NOBODY_THERE = RefusalKind(
    code="sweep.nobody_there",
    sentence="The ledger has no door or place of this kind in the area.",
    remedy="Take the list of the area in first, or choose other kinds.",
)
TOO_MANY = RefusalKind(
    code="sweep.too_many",
    sentence="There are {count} of them in the area; a sweep takes {most}.",
    remedy="Order it unit by unit.",
)
RUNNING_ALREADY = RefusalKind(
    code="sweep.running_already",
    sentence="The same sweep of this area is running already.",
    remedy="Open it in the list of sweeps.",
)
OTHER_BODY = RefusalKind(
    code="sweep.other_body",
    sentence="Another sweep bears this number.",
    remedy="Reload the page and order it again.",
)
NOT_WITHIN = RefusalKind(
    code="sweep.not_within",
    sentence="The sweep did not run at {seen_at}.",
    remedy="What was missed stays missed; write down what you saw as another visit.",
)


# ------------------------------------------------------------------------------ who
def check_can_order(*, by: Actor) -> None:
    """Refuse unless this post has others go from door to door."""
    if not can_order(by=by):
        raise NOT_YOURS_TO_ORDER()


def can_order(*, by: Actor) -> bool:
    """Whether the form that orders a sweep is worth showing."""
    return by.role in ORDERERS and by.scope.kinds is None


def check_can_call_off(*, by: Actor) -> None:
    """Refuse unless this post could have ordered it."""
    check_can_order(by=by)


def check_can_visit(post: int | None, *, by: Actor) -> None:
    """Refuse unless the duty is this post's, or of a unit that it leads."""
    if not can_visit(post, by=by):
        raise NOT_YOURS_TO_VISIT()


def can_visit(post: int | None, *, by: Actor) -> bool:
    """Whether the form of a visit is worth showing."""
    if by.role not in VISITORS:
        return False
    return by.role in LEADING or post is None or by.post == post


# ----------------------------------------------------------------------------- when
def check_window(
    opens_at: dt.datetime, until: dt.datetime, *, latest: dt.datetime, at: dt.datetime
) -> None:
    """Refuse a window that is over, or longer than the rules allow."""
    if until <= max(opens_at, at):
        raise OVER_BEFORE_BEGUN()
    if until > latest:
        raise TOO_LONG(latest=latest)


def check_ran(sweep: "Sweep", seen_at: dt.datetime) -> None:
    """Refuse a visit from before the sweep, or from after its end.

    When it came in does not matter: a telephone may have been away.
    """
    end = min(sweep.until, sweep.ended_at or sweep.until)
    if not sweep.opens_at <= seen_at < end:
        raise NOT_WITHIN(seen_at=seen_at)


def is_running(sweep: "Sweep", at: dt.datetime) -> bool:
    """Whether visits to a sweep are worth offering."""
    return sweep.state == Sweeping.RUNNING and sweep.opens_at <= at < sweep.until


# ----------------------------------------------------------------------------- what
def check_why(why: str) -> str:
    """Refuse an empty reason; give it tidied."""
    if not why.strip():
        raise WHY_MISSING()
    return why.strip()


def check_count(count: int) -> None:
    """Refuse a sweep of nothing, and of more than can be answered for at once."""
    if not count:
        raise NOBODY_THERE()
    if count > TARGETS_MOST:
        raise TOO_MANY(count=count, most=TARGETS_MOST)


def met(state: str, outcome: str) -> Met:
    """Say what became of a door by how its duty stands and what was found there.

    What was found counts also when word of it came after the end.
    """
    if outcome in EMPTY:
        return Met.EMPTY
    if outcome == SEEN or state == State.COMPLETED:
        return Met.SEEN
    if state == State.WAIVED:
        return Met.EXCUSED
    return Met.OPEN if state in OPEN else Met.MISSED


def tells_more(before: str, after: str, *, is_later: bool) -> bool:
    """Whether a visit's answer takes the place of an earlier one's.

    What is settled stays settled, unless somebody was seen there after all.
    """
    if before in SETTLING:
        return before != SEEN and after == SEEN
    return after in SETTLING or is_later
