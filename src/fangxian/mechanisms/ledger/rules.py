"""Pure judgements: check_* refuses, can_* asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.identifiers import (
    LEGAL_CODE_LENGTH,
    is_legal_code,
    likely_legal_codes,
    resembles_citizen_number,
    telephone,
    tidy,
)
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.ledger.names import key_of
from fangxian.mechanisms.ledger.states import Standing


if TYPE_CHECKING:
    from fangxian.mechanisms.ledger.models import Place


PLACE_UNKNOWN = RefusalKind(
    code="ledger.place_unknown",
    sentence="There is no such place.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
IMPORT_UNKNOWN = RefusalKind(
    code="ledger.import_unknown",
    sentence="There is no such import.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
DIFFERENCE_UNKNOWN = RefusalKind(
    code="ledger.difference_unknown",
    sentence="There is no such difference.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
DIFFERENCE_SETTLED = RefusalKind(
    code="ledger.difference_settled",
    sentence="Somebody has settled this difference already.",
    remedy="Reload the page to see how.",
)
NOT_YOURS_TO_KEEP = RefusalKind(
    code="ledger.not_yours_to_keep",
    sentence="Your post does not keep the ledger of places.",
    remedy="Ask the community or the street office that keeps it.",
)
NOT_YOURS_TO_SETTLE = RefusalKind(
    code="ledger.not_yours_to_settle",
    sentence="Your post does not merge entries or take places off the ledger.",
    remedy="Ask the community office that keeps the ledger.",
)
NOT_YOURS_TO_ORDER = RefusalKind(
    code="ledger.not_yours_to_order",
    sentence="Your post may not order that a place is closed or opened.",
    remedy="Ask the street office or the department that answers for the place.",
)
KIND_UNKNOWN = RefusalKind(
    code="ledger.kind_unknown",
    sentence="There is no kind of place called {kind}.",
    remedy="Use one of the declared kinds.",
)
STAFF_UNKNOWN = RefusalKind(
    code="ledger.staff_unknown",
    sentence="The person in charge is not among those who work for the line.",
    remedy="Choose somebody who holds a post, or write the name alone.",
)
NAME_MISSING = RefusalKind(
    code="ledger.name_missing",
    sentence="A place needs a name.",
    remedy="Write the name that stands above the door.",
)
CODE_LENGTH = RefusalKind(
    code="ledger.code_length",
    sentence="{code} has {length} characters; a unified social credit code has 18.",
    remedy="Copy all 18 from the licence, or leave the code empty.",
)
CODE_WRONG = RefusalKind(
    code="ledger.code_wrong",
    sentence="{code} is not a unified social credit code: its check does not fit.",
    remedy="Copy it again from the licence, or leave the code empty.",
)
CODE_MISREAD = RefusalKind(
    code="ledger.code_misread",
    sentence="{code} is not a unified social credit code; it may be {guess}.",
    remedy="Compare with the licence: write {guess}, or copy the code again.",
)
CODE_IS_PERSONAL = RefusalKind(
    code="ledger.code_is_personal",
    sentence="What stands for the legal code is the ID number of a person.",
    remedy="Copy the code from the licence, and delete the ID number from the list.",
)
TELEPHONE_WRONG = RefusalKind(
    code="ledger.telephone_wrong",
    sentence="The telephone number cannot be dialled.",
    remedy="Write 11 digits for a mobile, area code and number for a landline.",
)
PLACE_KNOWN = RefusalKind(
    code="ledger.place_known",
    sentence="{name} is already on the ledger there (no. {place}).",
    remedy="Open the known place and amend it; a second one needs a name of its own.",
)
MERGED_AWAY = RefusalKind(
    code="ledger.merged_away",
    sentence="This entry was merged into place no. {survivor}.",
    remedy="Go on with place no. {survivor}, or undo the merge.",
)
NOT_MERGED = RefusalKind(
    code="ledger.not_merged",
    sentence="{name} is not merged into another place.",
    remedy="Reload: someone may have acted before you.",
)
SAME_PLACE = RefusalKind(
    code="ledger.same_place",
    sentence="A place cannot be compared with itself.",
    remedy="Choose the other entry.",
)
REASON_MISSING = RefusalKind(
    code="ledger.reason_missing",
    sentence="A reason is missing.",
    remedy="Write in a sentence what was seen or ordered.",
)

SAME_AS_ROW = RefusalKind(
    code="ledger.same_as_row",
    sentence="This is the same place as in row {row}.",
    remedy="Leave one of the two out, or give this one a name of its own.",
)
OTHER_CODE = RefusalKind(
    code="ledger.other_code",
    sentence="The ledger knows {name} (no. {place}) under the code {known}, not {code}.",
    remedy="Look at the licence; amend place no. {place}, or correct this row.",
)
NOT_YOUR_KIND = RefusalKind(
    code="ledger.not_your_kind",
    sentence="Your department does not answer for places of the kind {kind}.",
    remedy="Leave the row to the department or the community that does.",
)
AREA_ELSEWHERE = RefusalKind(
    code="ledger.area_elsewhere",
    sentence="The place does not lie in the area this list is about.",
    remedy="Take it in with a list of its own area.",
)

KEEPERS = frozenset(
    {
        Role.GRID_WORKER,
        Role.COMMUNITY,
        Role.STREET,
        Role.DISTRICT,
        Role.SECTOR_DEPARTMENT,
        Role.SYSTEM,
    }
)
SETTLERS = KEEPERS - {Role.GRID_WORKER}
ORDERERS = SETTLERS - {Role.COMMUNITY}
DECLARERS = frozenset({Role.DISTRICT, Role.ADMINISTRATOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody says of a place: the fields they may write."""

    kind: str
    name: str
    area: int
    address: str = ""
    uscc: str = ""
    responsible: str | None = None
    telephone: str | None = None
    opened_on: date | None = None
    responsible_staff: UUID | None = None

    @property
    def name_key(self) -> str:
        """The key by which the name is compared."""
        return key_of(self.name)


PRIVATE_DETAILS = frozenset({"responsible", "telephone"})


def check_can_keep(*, by: Actor) -> None:
    """Refuse unless this role keeps the ledger."""
    if by.role not in KEEPERS:
        raise NOT_YOURS_TO_KEEP()


def can_keep(*, by: Actor) -> bool:
    """Whether the forms of the ledger are worth showing."""
    return by.role in KEEPERS


def check_can_settle(*, by: Actor) -> None:
    """Refuse unless this role merges entries and says that places are gone."""
    if by.role not in SETTLERS:
        raise NOT_YOURS_TO_SETTLE()


def can_settle(*, by: Actor) -> bool:
    """Whether the buttons that merge and take off are worth showing."""
    return by.role in SETTLERS


def check_can_stand(target: Standing, *, by: Actor) -> None:
    """Refuse unless this role may give a place this standing.

    That a place is gone can be noted by those who keep the ledger; that it is
    suspended, or may open again, is an order.
    """
    if target is Standing.CLOSED:
        check_can_settle(by=by)
    elif by.role not in ORDERERS:
        raise NOT_YOURS_TO_ORDER()


def can_stand(target: Standing, *, by: Actor) -> bool:
    """Whether the button for this standing is worth showing."""
    return by.role in (SETTLERS if target is Standing.CLOSED else ORDERERS)


def check_can_declare(*, by: Actor) -> None:
    """Refuse unless this role declares kinds of place."""
    if by.role not in DECLARERS:
        raise NOT_YOURS_TO_KEEP()


def check_details(details: Details) -> Details:
    """Refuse what cannot be right; give the rest in one spelling."""
    name = " ".join(details.name.split())
    if not key_of(name):
        raise NAME_MISSING()
    return replace(
        details,
        name=name,
        address=" ".join(details.address.split()),
        uscc=checked_code(details.uscc),
        responsible=(details.responsible or "").strip() or None,
        telephone=checked_telephone(details.telephone),
    )


def with_changes(before: Details, changes: Mapping[str, Any]) -> Details:
    """Put changes to details; another name in charge is no longer the staff known."""
    after = replace(before, **changes)
    same_name = (after.responsible or "").strip() == (before.responsible or "")
    if "responsible_staff" in changes or same_name:
        return after
    return replace(after, responsible_staff=None)


def checked_code(typed: str) -> str:
    """Give the tidied legal code, or refuse it and say what it may have meant."""
    code = tidy(typed)
    if not code or is_legal_code(code):
        return code
    if resembles_citizen_number(code):
        raise CODE_IS_PERSONAL()
    if len(code) != LEGAL_CODE_LENGTH:
        raise CODE_LENGTH(code=code, length=len(code))
    if guesses := likely_legal_codes(code):
        raise CODE_MISREAD(code=code, guess=guesses[0])
    raise CODE_WRONG(code=code)


def checked_telephone(typed: str | None) -> str | None:
    """Give the number as it is dialled, or refuse it without repeating it."""
    if not (typed or "").strip():
        return None
    number = telephone(typed or "")
    if number is None:
        raise TELEPHONE_WRONG()
    return number


def check_reason(reason: str) -> str:
    """Give the reason without margins, or refuse an empty one."""
    if not reason.strip():
        raise REASON_MISSING()
    return reason.strip()


def check_not_merged(place: "Place") -> None:
    """Refuse to act on an entry that stands for nothing any more."""
    if place.merged_into_id is not None:
        raise MERGED_AWAY(survivor=place.merged_into_id)


def can_act_on(place: "Place", *, by: Actor) -> bool:
    """Whether the buttons of a place are worth showing."""
    return can_keep(by=by) and place.merged_into_id is None


def check_are_two(one: int, other: int) -> None:
    """Refuse to compare a place with itself."""
    if one == other:
        raise SAME_PLACE()
