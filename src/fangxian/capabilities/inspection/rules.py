"""Pure judgements: check_* refuses, can_* asks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.inspection.states import SectionState, VisitState
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.finding.rules import INSPECTORS


if TYPE_CHECKING:
    from fangxian.capabilities.inspection.models import JointVisit, Link, Section


VISITORS = INSPECTORS
"""Who visits places and writes down what is there."""

PLANNERS = frozenset({Role.SYSTEM, Role.STREET, Role.DISTRICT, Role.SECTOR_DEPARTMENT})
"""Who has the day's patrols issued, or orders self-checks."""

CONVENERS = frozenset(
    {Role.STREET, Role.DISTRICT, Role.SUPERVISION, Role.SECTOR_DEPARTMENT}
)
"""Who calls several departments to one place."""

CLOSERS = frozenset({Role.DISTRICT, Role.SECTOR_DEPARTMENT})
"""Who may close a place to the public, and open it again."""

LINK_LASTS = timedelta(days=30)

NOT_YOURS_TO_VISIT = RefusalKind(
    code="inspection.not_yours_to_visit",
    sentence="Your post does not inspect places.",
    remedy="Ask the community or the department that answers for the place.",
)
NOT_YOURS_TO_PLAN = RefusalKind(
    code="inspection.not_yours_to_plan",
    sentence="Your post does not plan patrols.",
    remedy="Ask the street or the district headquarters.",
)
NOT_YOURS_TO_CONVENE = RefusalKind(
    code="inspection.not_yours_to_convene",
    sentence="Your post does not call departments to a joint visit.",
    remedy="Ask the street, the district or the leading department.",
)
NO_PACK = RefusalKind(
    code="inspection.no_pack",
    sentence="No rules for patrols are in force here on {day}.",
    remedy="Have a pack reviewed and adopted for this area.",
)
NO_SUCH_VISIT = RefusalKind(
    code="inspection.no_such_visit",
    sentence="There is no joint visit {visit} here.",
    remedy="Look for it in the list of visits.",
    hidden=True,
)
VISIT_KNOWN = RefusalKind(
    code="inspection.visit_known",
    sentence="Another joint visit already bears the number {visit}.",
    remedy="Reload the page and open the visit again.",
)
LEAD_NOT_NAMED = RefusalKind(
    code="inspection.lead_not_named",
    sentence="The leading department {lead} is not among those that come.",
    remedy="Name it among the departments, or choose another lead.",
)
TOO_FEW_DEPARTMENTS = RefusalKind(
    code="inspection.too_few_departments",
    sentence="A joint visit takes two departments or more.",
    remedy="Name another department, or record an ordinary visit.",
)
NOT_NAMED = RefusalKind(
    code="inspection.not_named",
    sentence="The department {department} was not called to this visit.",
    remedy="Record an ordinary visit instead.",
)
NOT_YOUR_SECTION = RefusalKind(
    code="inspection.not_your_section",
    sentence="The section of {department} is written by its own post.",
    remedy="Ask that department to fill in its checklist.",
)
LEAD_CANNOT_BE_EXCUSED = RefusalKind(
    code="inspection.lead_cannot_be_excused",
    sentence="The leading department cannot be excused from its own visit.",
    remedy="Record its section.",
)
NOT_YOURS_TO_EXCUSE = RefusalKind(
    code="inspection.not_yours_to_excuse",
    sentence="Only the leading department or the district excuses a department.",
    remedy="Ask the leading department.",
)
REASON_MISSING = RefusalKind(
    code="inspection.reason_missing",
    sentence="A reason is missing.",
    remedy="Say why, in a few words.",
)
STILL_AWAITED = RefusalKind(
    code="inspection.still_awaited",
    sentence="{departments} have not written their sections.",
    remedy="Have them write, or excuse them with a reason.",
)
VISIT_CLOSED = RefusalKind(
    code="inspection.visit_closed",
    sentence="The joint visit is closed.",
    remedy="Open another one for what was seen later.",
)
LINK_UNKNOWN = RefusalKind(
    code="inspection.link_unknown",
    sentence="This link does not lead anywhere.",
    remedy="Scan the code on the notice again, or telephone the community.",
    hidden=True,
)
LINK_ENDED = RefusalKind(
    code="inspection.link_ended",
    sentence="This link has ended.",
    remedy="Ask the community for a new one.",
)
NOBODY_RESPONSIBLE = RefusalKind(
    code="inspection.nobody_responsible",
    sentence="The ledger names nobody who is responsible for {place}.",
    remedy="Write the name of the person in charge on the ledger first.",
)
NOT_A_PLACE = RefusalKind(
    code="inspection.not_a_place",
    sentence="Finding {finding} is not about a place.",
    remedy="Choose a finding about a place.",
)
NOT_YOURS_TO_SUSPEND = RefusalKind(
    code="inspection.not_yours_to_suspend",
    sentence="Only the district or the department in charge closes a place.",
    remedy="Report the finding to the district headquarters.",
)
NOT_GRAVE = RefusalKind(
    code="inspection.not_grave",
    sentence="Finding {finding} is no ground to close a place: it is not a grave one "
    "that still stands.",
    remedy="Have it put right by its deadline.",
)
STILL_WRONG = RefusalKind(
    code="inspection.still_wrong",
    sentence="{count} grave findings at this place have not been looked back on.",
    remedy="Have them put right and look back first.",
)


def check_can_visit(*, by: Actor) -> None:
    """Refuse unless this post inspects places."""
    if by.role not in VISITORS:
        raise NOT_YOURS_TO_VISIT()


def can_visit(*, by: Actor) -> bool:
    """Whether the form of a visit is worth showing."""
    return by.role in VISITORS


def check_can_plan(*, by: Actor) -> None:
    """Refuse unless this post has patrols issued."""
    if by.role not in PLANNERS:
        raise NOT_YOURS_TO_PLAN()


def check_can_check_itself(*, by: Actor) -> None:
    """Refuse unless this is the place itself, or somebody who visits it."""
    if by.role not in VISITORS | {Role.VENUE_MANAGER}:
        raise NOT_YOURS_TO_VISIT()


def responsible_in_self_check(*, by: Actor) -> UUID | None:
    """Name who must put right what a self-check finds: the manager who made it."""
    return by.person if by.role is Role.VENUE_MANAGER else None


def check_reason(reason: str) -> str:
    """Refuse an empty reason; give it tidied."""
    if not reason.strip():
        raise REASON_MISSING()
    return reason.strip()


# ---------------------------------------------------------------- joint visits


def check_can_convene(departments: Mapping[str, int], *, lead: str, by: Actor) -> None:
    """Refuse unless this post calls two departments or more, the lead among them."""
    if by.role not in CONVENERS:
        raise NOT_YOURS_TO_CONVENE()
    if lead not in departments:
        raise LEAD_NOT_NAMED(lead=lead)
    if len(departments) < 2:  # noqa: PLR2004 -- two make it joint
        raise TOO_FEW_DEPARTMENTS()


def can_convene(*, by: Actor) -> bool:
    """Whether the form of a joint visit is worth showing."""
    return by.role in CONVENERS


def check_open(visit: "JointVisit") -> None:
    """Refuse to change what has been closed."""
    if visit.state != VisitState.OPEN:
        raise VISIT_CLOSED()


def check_can_write(section: "Section", *, by: Actor) -> None:
    """Refuse every post but the department's own."""
    if by.post != section.post_id:
        raise NOT_YOUR_SECTION(department=section.department)


def can_write(section: "Section", *, by: Actor) -> bool:
    """Whether the department's checklist is worth showing."""
    return by.post == section.post_id


def check_can_excuse(
    visit: "JointVisit", section: "Section", *, lead_post: int, by: Actor
) -> None:
    """Refuse unless the leading post or the district excuses another department."""
    if section.department == visit.lead:
        raise LEAD_CANNOT_BE_EXCUSED()
    if not leads(lead_post=lead_post, by=by):
        raise NOT_YOURS_TO_EXCUSE()


def can_excuse(
    visit: "JointVisit", section: "Section", *, lead_post: int, by: Actor
) -> bool:
    """Whether the form that excuses this department is worth showing."""
    if visit.state != VisitState.OPEN or section.state != SectionState.AWAITED:
        return False
    return section.department != visit.lead and leads(lead_post=lead_post, by=by)


def check_can_close(awaited: "list[Section]", *, lead_post: int, by: Actor) -> None:
    """Refuse while a named department has neither written nor been excused."""
    if not leads(lead_post=lead_post, by=by):
        raise NOT_YOURS_TO_EXCUSE()
    if awaited:
        names = ", ".join(section.department for section in awaited)
        raise STILL_AWAITED(departments=names)


def leads(*, lead_post: int, by: Actor) -> bool:
    """Whether this actor speaks for the visit as a whole."""
    return by.post == lead_post or by.role is Role.DISTRICT


def awaited(sections: "list[Section]") -> "list[Section]":
    """The sections that nobody has written or been excused from."""
    return [one for one in sections if one.state == SectionState.AWAITED]


# ---------------------------------------------------------------------- links


def check_link_stands(link: "Link", *, at: datetime) -> None:
    """Refuse a link that was ended, or whose time is over."""
    if link.ended_at is not None or at >= link.expires_at:
        raise LINK_ENDED()


# ----------------------------------------------------------------- suspension


def check_can_suspend(*, by: Actor) -> None:
    """Refuse unless the district or a department closes and opens places."""
    if by.role not in CLOSERS:
        raise NOT_YOURS_TO_SUSPEND()


def can_suspend(*, by: Actor) -> bool:
    """Whether the buttons that close and open a place are worth showing."""
    try:
        check_can_suspend(by=by)
    except Refusal:
        return False
    return True
