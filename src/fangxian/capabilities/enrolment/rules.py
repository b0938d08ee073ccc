"""Pure judgements: check_* refuses, can_* asks."""

import datetime as dt
from typing import TYPE_CHECKING

from fangxian.capabilities.enrolment.states import WAITING, Source, Standing
from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.ledger.people.rules import IMPORTERS, KEEPERS, READERS
from fangxian.mechanisms.protocol.vocabulary import Grade


if TYPE_CHECKING:
    from uuid import UUID

    from fangxian.capabilities.enrolment.journeys import Journey
    from fangxian.kernel.actors import Actor


ENROLLERS = KEEPERS
LISTERS = IMPORTERS
VERIFIERS = frozenset({Role.GRID_WORKER, Role.COMMUNITY})
PLANNERS = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT, Role.SYSTEM})
SCREENERS = frozenset({Role.CDC, Role.DISTRICT, Role.SYSTEM})
COUNTERS = READERS | {Role.DISTRICT, Role.SUPERVISION, Role.AUDITOR}

# Whose word makes the exit-entry administration's list a document.
STANDS_FOR_A_LIST = frozenset({Role.CDC, Role.POLICE})
# Who may tell before somebody has come.
FORETOLD = frozenset({Source.OVERSEAS_FAMILIES, Source.SELF_REPORT})

NOT_YOURS_TO_ENROL = RefusalKind(
    code="enrolment.not_yours_to_enrol",
    sentence="Your post does not register who comes from elsewhere.",
    remedy="Ask the community that answers for the person.",
)
NOT_YOURS_TO_VERIFY = RefusalKind(
    code="enrolment.not_yours_to_verify",
    sentence="An arrival is verified at the door, by the grid or the community.",
    remedy="Ask the grid worker or the community to go there.",
)
NOT_YOURS_TO_PLAN = RefusalKind(
    code="enrolment.not_yours_to_plan",
    sentence="Your post does not issue the visits to those who came.",
    remedy="Ask the community or the street office.",
)
NOT_YOURS_TO_SCREEN = RefusalKind(
    code="enrolment.not_yours_to_screen",
    sentence="Your post does not screen everybody again.",
    remedy="Ask the CDC or the district headquarters.",
)
NOT_YOURS_TO_READ = RefusalKind(
    code="enrolment.not_yours_to_read",
    sentence="Your post reads how many came, not who.",
    remedy="Ask for the counts, or for the one person that your task is about.",
)
UNKNOWN = RefusalKind(
    code="enrolment.unknown",
    sentence="There is no such arrival here.",
    remedy="Look for it in the list of those who came.",
    hidden=True,
)
NO_PACK = RefusalKind(
    code="enrolment.no_pack",
    sentence="No rules about people who come from elsewhere are in force here.",
    remedy="Have the prevention plan reviewed and adopted for this area.",
)
OTHER_BODY = RefusalKind(
    code="enrolment.other_body",
    sentence="Another report was registered under this number.",
    remedy="Nothing was overwritten. Register it again under a number of its own.",
)
ORIGIN_MISSING = RefusalKind(
    code="enrolment.origin_missing",
    sentence="Nothing says where the person came from.",
    remedy="Write the place, as exactly as the person can name it.",
)
DAY_AHEAD = RefusalKind(
    code="enrolment.day_ahead",
    sentence="A day of the journey lies ahead.",
    remedy="Write the day on which it happened; only families tell beforehand.",
)
DAYS_OUT_OF_ORDER = RefusalKind(
    code="enrolment.days_out_of_order",
    sentence="The person would have arrived before leaving.",
    remedy="Compare the days with the ticket or the passport.",
)
LISTING_UNKNOWN = RefusalKind(
    code="enrolment.listing_unknown",
    sentence="The area {listing} is on no list of areas at risk in force here.",
    remedy="Choose it from the list, or leave it empty.",
)
NOT_WAITING = RefusalKind(
    code="enrolment.not_waiting",
    sentence="Nobody waits for a visit to this person any more.",
    remedy="Reload: someone may have been there before you.",
)


# ---------------------------------------------------------------------------- who
def check_can_enrol(*, by: "Actor") -> None:
    """Refuse unless this post registers who comes from elsewhere."""
    if by.role not in ENROLLERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_ENROL()


def can_enrol(*, by: "Actor") -> bool:
    """Whether the form at the door is worth showing."""
    return by.role in ENROLLERS and by.scope.kinds is None


def check_can_list(*, by: "Actor") -> None:
    """Refuse a list from a post that brings none."""
    if by.role not in LISTERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_ENROL()


def can_list(*, by: "Actor") -> bool:
    """Whether sending a list is worth offering."""
    return by.role in LISTERS and by.scope.kinds is None


def check_can_verify(*, by: "Actor") -> None:
    """Refuse unless this post goes to the door."""
    if by.role not in VERIFIERS:
        raise NOT_YOURS_TO_VERIFY()


def can_verify(standing: str, *, by: "Actor") -> bool:
    """Whether the form of the visit is worth showing."""
    return by.role in VERIFIERS and standing in WAITING


def check_can_plan(*, by: "Actor") -> None:
    """Refuse unless this post has visits issued."""
    if by.role not in PLANNERS:
        raise NOT_YOURS_TO_PLAN()


def check_can_screen(*, by: "Actor") -> None:
    """Refuse unless this post, or the system, may screen everybody again."""
    if by.role not in SCREENERS:
        raise NOT_YOURS_TO_SCREEN()


def check_can_read(*, by: "Actor") -> None:
    """Refuse the rows to posts that read counts only."""
    if not can_read(by=by):
        raise NOT_YOURS_TO_READ()


def can_read(*, by: "Actor") -> bool:
    """Whether rows about those who came are worth showing."""
    return by.role in READERS and by.scope.kinds is None


# ---------------------------------------------------------------------------- what
def grade_of(source: Source, *, by: "Actor") -> Grade:
    """Say how good a report is: a document that somebody stands for, or hearsay."""
    is_document = source is Source.EXIT_ENTRY and by.role in STANDS_FOR_A_LIST
    return Grade.B if is_document else Grade.C


def check_journey(journey: "Journey", source: Source, *, today: dt.date) -> None:
    """Refuse what cannot have been: no origin, a day ahead, an arrival before leaving."""
    if not (journey.origin.strip() or journey.listing or journey.is_abroad):
        raise ORIGIN_MISSING()
    check_days(journey, today=today, is_foretold=source in FORETOLD)


def check_days(
    journey: "Journey", *, today: dt.date, is_foretold: bool = False
) -> None:
    """Refuse days that lie ahead, unless it was foretold, and days out of order."""
    left, entered, arrived = journey.left_on, journey.entered_on, journey.arrived_on
    known = [day for day in (left, entered, arrived) if day is not None]
    if known != sorted(known):
        raise DAYS_OUT_OF_ORDER()
    if known and known[-1] > today and not is_foretold:
        raise DAY_AHEAD()


def check_listing(listing: str, known: "frozenset[str]") -> None:
    """Refuse an area that is on no list."""
    if listing and listing not in known:
        raise LISTING_UNKNOWN(listing=listing)


def check_same_body(*, is_same: bool) -> None:
    """Refuse a second report under one number. The same report again is no fault."""
    if not is_same:
        raise OTHER_BODY()


def check_waiting(standing: str) -> None:
    """Refuse a visit that nobody waits for."""
    if standing not in WAITING:
        raise NOT_WAITING()


def is_classifiable(journey: "Journey") -> bool:
    """Whether the rules have the day that they count from."""
    if journey.is_abroad:
        return journey.entered_on is not None
    return not journey.listing or journey.left_on is not None


def needs_another_look(
    before: "Journey", after: "Journey", *, standing: str, grade: Grade
) -> bool:
    """Whether what was told changes what the rules may make of somebody."""
    if grade is not Grade.C or standing not in {Standing.CLASSIFIED, Standing.CLOSED}:
        return False
    said = (before.is_abroad, before.listing)
    return said != (after.is_abroad, after.listing)


def subject_of(person: "UUID") -> str:
    """Name the person as records and duties do."""
    return f"person:{person}"
