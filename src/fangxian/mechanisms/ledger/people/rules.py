"""Pure judgements about people: check_* refuses, can_* asks.

No fact of a refusal here is personal: refusals are stored, shown and logged.
"""

from collections.abc import Collection
from uuid import UUID

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import RefusalKind


PERSON_UNKNOWN = RefusalKind(
    code="ledger.person_unknown",
    sentence="There is no such person.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
DOOR_UNKNOWN = RefusalKind(
    code="ledger.door_unknown",
    sentence="There is no such door.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
NOT_YOURS_TO_REGISTER = RefusalKind(
    code="ledger.not_yours_to_register",
    sentence="Your post does not keep the ledger of people.",
    remedy="Ask the community or the street office that answers for the person.",
)
NOT_YOURS_TO_MERGE = RefusalKind(
    code="ledger.not_yours_to_merge",
    sentence="Your post does not settle which entries are one person.",
    remedy="Ask the community office that keeps the ledger.",
)
NOT_YOURS_TO_READ = RefusalKind(
    code="ledger.not_yours_to_read",
    sentence="Your post does not read the ledger of people.",
    remedy="Ask for the counts, or for the one person that your task is about.",
)
NOT_YOURS_TO_OPEN = RefusalKind(
    code="ledger.not_yours_to_open",
    sentence="Your post does not open identities.",
    remedy="Ask the community that answers for the person.",
)
NOT_YOURS_TO_OVERSEE = RefusalKind(
    code="ledger.not_yours_to_oversee",
    sentence="Your post does not see who opened which identity.",
    remedy="Ask the supervision group or the auditor.",
)
PERSON_NAME_MISSING = RefusalKind(
    code="ledger.person_name_missing",
    sentence="A person needs a name.",
    remedy="Write the name as it stands on the paper.",
)
NUMBER_SHAPE = RefusalKind(
    code="ledger.number_shape",
    sentence="The number has {length} characters, or signs that such a paper does not bear.",
    remedy="Copy it again from the paper, or choose the paper that it stands on.",
)
NUMBER_REGION = RefusalKind(
    code="ledger.number_region",
    sentence="The number begins with no region that issues such papers.",
    remedy="Copy the first six digits again, or choose the paper that it stands on.",
)
NUMBER_BIRTHDAY = RefusalKind(
    code="ledger.number_birthday",
    sentence="Digits 7 to 14 of the number are no birthday.",
    remedy="Copy the number again from the paper.",
)
NUMBER_CHECK = RefusalKind(
    code="ledger.number_check",
    sentence="The last sign of the number does not fit the others: one is wrong.",
    remedy="Compare every digit with the paper.",
)
NUMBER_OF_DRILL = RefusalKind(
    code="ledger.number_of_drill",
    sentence="Numbers that begin with 99 belong to rehearsals.",
    remedy="Copy the number from the paper; rehearse on an installation of its own.",
)
TELEPHONE_UNDIALLABLE = RefusalKind(
    code="ledger.telephone_undiallable",
    sentence="The telephone number of the person cannot be dialled.",
    remedy="Write 11 digits for a mobile, or leave it empty and name who speaks for them.",
)
NO_PAPER_WHY_MISSING = RefusalKind(
    code="ledger.no_paper_why_missing",
    sentence="Neither a number nor the reason why there is none was written.",
    remedy="Write the number of a paper, or in a few words why there is none.",
)
BIRTH_YEAR_WRONG = RefusalKind(
    code="ledger.birth_year_wrong",
    sentence="Nobody on this list can be born in that year.",
    remedy="Write the year of birth with four digits.",
)
BIRTH_YEAR_DIFFERS = RefusalKind(
    code="ledger.birth_year_differs",
    sentence="The year of birth is not the one in the number.",
    remedy="Compare both with the paper.",
)
SEX_DIFFERS = RefusalKind(
    code="ledger.sex_differs",
    sentence="The sex is not the one in the number.",
    remedy="Compare both with the paper.",
)
PERSON_KNOWN = RefusalKind(
    code="ledger.person_known",
    sentence="Somebody with this number is already on the ledger.",
    remedy="Open the known entry and amend it.",
)
ID_TAKEN = RefusalKind(
    code="ledger.id_taken",
    sentence="Another person was registered under this id.",
    remedy="Send it again under an id of its own.",
)
SAME_PERSON_AS_ROW = RefusalKind(
    code="ledger.same_person_as_row",
    sentence="This is the same person as in row {row}.",
    remedy="Leave one of the two out, or correct the number of one.",
)
OTHER_NAME = RefusalKind(
    code="ledger.other_name",
    sentence="The ledger knows this number under another name.",
    remedy="Compare with the paper; amend the entry, or correct this row.",
)
PERSON_MERGED_AWAY = RefusalKind(
    code="ledger.person_merged_away",
    sentence="This entry was merged into another.",
    remedy="Go on with the other entry, or undo the merge.",
)
PERSON_NOT_MERGED = RefusalKind(
    code="ledger.person_not_merged",
    sentence="This entry is not merged into another.",
    remedy="Reload: someone may have acted before you.",
)
SAME_PERSON = RefusalKind(
    code="ledger.same_person",
    sentence="An entry cannot be compared with itself.",
    remedy="Choose the other entry.",
)
ROOM_MISSING = RefusalKind(
    code="ledger.room_missing",
    sentence="A door needs the number of its room or house.",
    remedy="Write what stands at the door.",
)
NOT_LIVED_YET = RefusalKind(
    code="ledger.not_lived_yet",
    sentence="The day lies ahead, or before the person moved in.",
    remedy="Write the day on which it happened.",
)
LIVES_THERE = RefusalKind(
    code="ledger.lives_there",
    sentence="The person lives behind this door already.",
    remedy="Reload: someone may have acted before you.",
)
AREA_BY_DOOR = RefusalKind(
    code="ledger.area_by_door",
    sentence="The area of somebody who lives behind a door is the area of the door.",
    remedy="Write the day on which they moved out, or the door they moved to.",
)
LIVES_NOWHERE = RefusalKind(
    code="ledger.lives_nowhere",
    sentence="No door is written down that the person lives behind.",
    remedy="Reload: someone may have acted before you.",
)
PROXY_UNREACHABLE = RefusalKind(
    code="ledger.proxy_unreachable",
    sentence="Who speaks for somebody needs a name and a telephone, or an entry here.",
    remedy="Choose somebody on the ledger, or write name and telephone.",
)
NO_PROXY = RefusalKind(
    code="ledger.no_proxy",
    sentence="Nobody speaks for this person.",
    remedy="Reload: someone may have acted before you.",
)
WHY_MISSING = RefusalKind(
    code="ledger.why_missing",
    sentence="A reason is missing.",
    remedy="Write in a sentence what it is for.",
)
TASK_MISSING = RefusalKind(
    code="ledger.task_missing",
    sentence="Your post opens an identity only for a duty of yours.",
    remedy="Open it from the duty that needs it.",
)
SECOND_MISSING = RefusalKind(
    code="ledger.second_missing",
    sentence="Your post opens an identity only if a second person agrees.",
    remedy="Ask somebody else who answers for the area to agree.",
)
OPENED_ENOUGH = RefusalKind(
    code="ledger.opened_enough",
    sentence="You have opened {most} identities today.",
    remedy="Go on tomorrow, or let somebody else take their share.",
)
PEOPLE_ELSEWHERE = RefusalKind(
    code="ledger.people_elsewhere",
    sentence="The person does not live in the area this list is about.",
    remedy="Take the row in with a list of its own area.",
)

OPENED_A_DAY_MAX = 200

KEEPERS = frozenset(
    {Role.GRID_WORKER, Role.COMMUNITY, Role.STREET, Role.CDC, Role.SYSTEM}
)
IMPORTERS = KEEPERS - {Role.GRID_WORKER} | {Role.DISTRICT}
BRINGERS = IMPORTERS | {Role.HOSPITAL}
MERGERS = KEEPERS - {Role.GRID_WORKER}
READERS = KEEPERS | {Role.HOSPITAL}
ROOM_READERS = frozenset({Role.GRID_WORKER, Role.COMMUNITY})
OVERSEERS = frozenset({Role.SUPERVISION, Role.AUDITOR, Role.SYSTEM})
OPENERS = frozenset({Role.COMMUNITY})
OPENERS_FOR_A_TASK = frozenset({Role.GRID_WORKER, Role.HOSPITAL, Role.CDC})
OPENERS_IN_TWO = frozenset({Role.STREET, Role.DISTRICT, Role.AUDITOR})


# ---------------------------------------------------------------------------- who
def check_can_register(*, by: Actor) -> None:
    """Refuse unless this role keeps the ledger of people."""
    if by.role not in KEEPERS:
        raise NOT_YOURS_TO_REGISTER()


def can_register(*, by: Actor) -> bool:
    """Whether the forms of the ledger are worth showing."""
    return by.role in KEEPERS


def check_can_import(*, by: Actor) -> None:
    """Refuse a list of people from a role that brings none."""
    if by.role not in IMPORTERS:
        raise NOT_YOURS_TO_REGISTER()


def check_can_bring(*, by: Actor) -> None:
    """Refuse any list about people, also of results, from a role that brings none."""
    if by.role not in BRINGERS:
        raise NOT_YOURS_TO_REGISTER()


def can_import(*, by: Actor) -> bool:
    """Whether sending a list is worth offering."""
    return by.role in IMPORTERS


def check_can_merge(*, by: Actor) -> None:
    """Refuse unless this role settles duplicates."""
    if by.role not in MERGERS:
        raise NOT_YOURS_TO_MERGE()


def can_merge(*, by: Actor) -> bool:
    """Whether the buttons that merge are worth showing."""
    return by.role in MERGERS


def check_can_read(*, by: Actor) -> None:
    """Refuse the masked list to roles that see counts, or one person at a time."""
    if by.role not in READERS or by.scope.kinds is not None:
        raise NOT_YOURS_TO_READ()


def can_read(*, by: Actor) -> bool:
    """Whether the ledger of people is worth showing."""
    return by.role in READERS and by.scope.kinds is None


def can_read_rooms(*, by: Actor) -> bool:
    """Whether a post goes to doors, and so reads at which room each of them is."""
    return by.role in ROOM_READERS and by.scope.kinds is None


def can_read_masked_rooms(*, by: Actor) -> bool:
    """Whether a post leads those who go to doors, and tells them apart by the floor."""
    return by.role is Role.STREET and by.scope.kinds is None


def check_can_oversee(*, by: Actor) -> None:
    """Refuse the record of openings to those who do not oversee."""
    if by.role not in OVERSEERS:
        raise NOT_YOURS_TO_OVERSEE()


def check_can_open(*, task: int | None, second: Actor | None, by: Actor) -> None:
    """Refuse to open an identity, unless this role may on these grounds.

    A community opens one at a time; others need a duty of theirs; those above need
    a second person, who may open identities too.
    """
    everyone = OPENERS | OPENERS_FOR_A_TASK | OPENERS_IN_TWO
    if by.role not in everyone or by.scope.kinds is not None:
        raise NOT_YOURS_TO_OPEN()
    if by.role in OPENERS_FOR_A_TASK and task is None:
        raise TASK_MISSING()
    if by.role in OPENERS_IN_TWO and not _agrees(second, by, everyone):
        raise SECOND_MISSING()


def _agrees(second: Actor | None, by: Actor, roles: Collection[Role]) -> bool:
    return second is not None and second.person != by.person and second.role in roles


def can_open(*, by: Actor) -> bool:
    """Whether opening an identity is worth offering at all."""
    return by.role in OPENERS | OPENERS_FOR_A_TASK | OPENERS_IN_TWO


def check_not_opened_enough(opened_today: int) -> None:
    """Refuse the next identity to who has opened a day's worth."""
    if opened_today >= OPENED_A_DAY_MAX:
        raise OPENED_ENOUGH(most=OPENED_A_DAY_MAX)


def check_why(why: str) -> str:
    """Give the reason without margins, or refuse an empty one."""
    if not why.strip():
        raise WHY_MISSING()
    return why.strip()


def check_are_two(one: UUID, other: UUID) -> None:
    """Refuse to compare an entry with itself."""
    if one == other:
        raise SAME_PERSON()


def check_not_merged(merged_into: UUID | None) -> None:
    """Refuse to act on an entry that stands for nothing any more."""
    if merged_into is not None:
        raise PERSON_MERGED_AWAY()
