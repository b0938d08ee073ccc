"""Pure judgements: check_* refuses, can_* asks."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.finding.states import LIVE


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding


INSPECTORS = frozenset(
    {
        Role.GRID_WORKER,
        Role.COMMUNITY,
        Role.STREET,
        Role.DISTRICT,
        Role.SUPERVISION,
        Role.SECTOR_DEPARTMENT,
        Role.CDC,
        Role.POLICE,
    }
)
"""Who looks at places: they raise findings and look back."""

FINDERS = INSPECTORS | {Role.VENUE_MANAGER, Role.SYSTEM}
"""Who raises findings: also a venue's self-check, and the system by a rule."""

RECTIFIERS = INSPECTORS | {Role.VENUE_MANAGER, Role.HOSPITAL, Role.CHECKPOINT_STAFF}
"""Who may say that something has been put right."""

WITHDRAWERS = frozenset({Role.STREET, Role.DISTRICT, Role.SUPERVISION})
"""Who, beside the finder, may say that a finding should not have been raised."""

NO_SUCH = RefusalKind(
    code="finding.no_such",
    sentence="There is no finding {finding} here.",
    remedy="Search for it by its number or by the place.",
    hidden=True,
)
NOT_YOUR_PART = RefusalKind(
    code="finding.not_your_part",
    sentence="Your post has no part in this step of a finding.",
    remedy="Ask the community, the street or the supervision group.",
)
LOOK_BACK_NOT_INDEPENDENT = RefusalKind(
    code="finding.look_back_not_independent",
    sentence="The person who put finding {finding} right may not look back on it.",
    remedy="Ask another member of the team, or the level above.",
)
LOOK_BACK_BY_RESPONSIBLE = RefusalKind(
    code="finding.look_back_by_responsible",
    sentence="The person responsible for the place may not look back on "
    "finding {finding}.",
    remedy="Ask a member of the unit that raised it, or the level above.",
)
WITHDRAWN_BY_STRANGER = RefusalKind(
    code="finding.withdrawn_by_stranger",
    sentence="Only the finder, the street, the district or the supervision group "
    "may withdraw finding {finding}.",
    remedy="Ask the finder, or have it looked back on.",
)
WITHDRAWN_BY_INTERESTED = RefusalKind(
    code="finding.withdrawn_by_interested",
    sentence="The person who must put finding {finding} right may not withdraw it.",
    remedy="Ask the finder, or put it right and have it looked back on.",
)
ENDED = RefusalKind(
    code="finding.ended",
    sentence="Finding {finding} has already ended.",
    remedy="Raise a new one if it is wrong again.",
)
DEADLINE_NOT_AHEAD = RefusalKind(
    code="finding.deadline_not_ahead",
    sentence="A deadline must lie ahead.",
    remedy="Choose a later deadline.",
)
NOTHING_SAID = RefusalKind(
    code="finding.nothing_said",
    sentence="This step needs a sentence that says what or why.",
    remedy="Write what was seen, what was done, or why.",
)


def check_said(text: str) -> None:
    """Refuse an empty sentence."""
    if not text.strip():
        raise NOTHING_SAID()


def check_ahead(deadline_at: datetime, *, at: datetime) -> None:
    """Refuse a deadline that has already passed."""
    if deadline_at <= at:
        raise DEADLINE_NOT_AHEAD()


def check_live(finding: "Finding") -> None:
    """Refuse a finding that has been closed or withdrawn."""
    if finding.state not in LIVE:
        raise ENDED(finding=finding.pk)


def check_can_raise(*, by: Actor) -> None:
    """Refuse unless this post inspects, checks itself, or acts on a rule."""
    if by.role not in FINDERS:
        raise NOT_YOUR_PART()


def check_can_rectify(*, by: Actor) -> None:
    """Refuse unless this post may say that something has been put right."""
    if by.role not in RECTIFIERS:
        raise NOT_YOUR_PART()


def check_can_look_back(
    finding: "Finding",
    *,
    by: Actor,
    rectifiers: Collection[UUID],
    responsible: UUID | None = None,
) -> None:
    """Refuse unless this person is independent of every attempt to put it right.

    Persons are compared, not accounts or posts. ``rectifiers`` are all who ever
    put this finding right or reported it so; ``responsible`` is who is responsible
    by now, beside whom the finding names. The finder may look back.
    """
    if by.role not in INSPECTORS:
        raise NOT_YOUR_PART()
    if by.person in {finding.responsible, responsible}:
        raise LOOK_BACK_BY_RESPONSIBLE(finding=finding.pk)
    if by.person in rectifiers:
        raise LOOK_BACK_NOT_INDEPENDENT(finding=finding.pk)


def check_can_withdraw(
    finding: "Finding", *, by: Actor, rectifiers: Collection[UUID]
) -> None:
    """Refuse all but the finder and the levels above, and never one who owes it."""
    if by.person == finding.responsible or by.person in rectifiers:
        raise WITHDRAWN_BY_INTERESTED(finding=finding.pk)
    if by.person != finding.raised_by and by.role not in WITHDRAWERS:
        raise WITHDRAWN_BY_STRANGER(finding=finding.pk)


def can_rectify(*, by: Actor) -> bool:
    """Whether the button is worth showing."""
    return by.role in RECTIFIERS


def can_look_back(
    finding: "Finding", *, by: Actor, rectifiers: Collection[UUID]
) -> bool:
    """Whether the buttons of a look-back are worth showing."""
    try:
        check_can_look_back(finding, by=by, rectifiers=rectifiers)
    except Refusal:
        return False
    return True


def can_withdraw(
    finding: "Finding", *, by: Actor, rectifiers: Collection[UUID]
) -> bool:
    """Whether the withdraw button is worth showing."""
    try:
        check_can_withdraw(finding, by=by, rectifiers=rectifiers)
    except Refusal:
        return False
    return True
