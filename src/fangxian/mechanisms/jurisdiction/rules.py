"""Pure judgements: check_* refuses, can_* asks."""

from datetime import timedelta
from typing import TYPE_CHECKING

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.privacy.masking import masked_name


if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from fangxian.mechanisms.jurisdiction.models import Area, Nomination, Post
    from fangxian.mechanisms.jurisdiction.states import Level


BOUND = frozenset({Role.HOSPITAL, Role.CDC})
"""Who reads, of the people in its areas, only whom its own work is about."""

OUT_OF_REACH = RefusalKind(
    code="jurisdiction.out_of_reach",
    sentence="There is no such {what}.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
NOT_YOURS_TO_ARRANGE = RefusalKind(
    code="jurisdiction.not_yours_to_arrange",
    sentence="Areas and posts are arranged by the district or the administrator.",
    remedy="Ask the district headquarters.",
)
ABOVE_YOU = RefusalKind(
    code="jurisdiction.above_you",
    sentence="A district arranges what lies below it, not {what}.",
    remedy="Ask the administrator.",
)
ROLE_RESERVED = RefusalKind(
    code="jurisdiction.role_reserved",
    sentence="Posts with the role {role} are arranged by the administrator alone.",
    remedy="Ask the administrator.",
)
OWN_APPOINTMENT = RefusalKind(
    code="jurisdiction.own_appointment",
    sentence="Nobody appoints themselves.",
    remedy="Ask another person who may appoint.",
)
KEPT_APART = RefusalKind(
    code="jurisdiction.kept_apart",
    sentence="Nobody who administers or audits also holds a post that reads about people.",
    remedy="Appoint somebody else, or relieve this person from the other post first.",
)
SECOND_NEEDED = RefusalKind(
    code="jurisdiction.second_needed",
    sentence="To the post {title}, which reads results and may sign restrictions, two persons appoint.",
    remedy="Let one who may appoint name the person, and another one appoint them within {days} days.",
)
NAME_TAKEN = RefusalKind(
    code="jurisdiction.name_taken",
    sentence="There is already a {name} there.",
    remedy="Use the known area, or choose another name.",
)
CODE_TAKEN = RefusalKind(
    code="jurisdiction.code_taken",
    sentence="The code {code} belongs to {name}.",
    remedy="Check the code; end or recode {name} first if the list says so.",
)
NAME_MISSING = RefusalKind(
    code="jurisdiction.name_missing",
    sentence="A name is missing.",
    remedy="Write the name in full.",
)
WRONG_LEVEL = RefusalKind(
    code="jurisdiction.wrong_level",
    sentence="{name} cannot lie there: its level must be below its parent's.",
    remedy="Choose the parent or the level again.",
)
NOT_YET = RefusalKind(
    code="jurisdiction.not_yet",
    sentence="{on} has not come yet.",
    remedy="Enter the change on its day.",
)
BEFORE_ITS_TIME = RefusalKind(
    code="jurisdiction.before_its_time",
    sentence="{name} has been as it is since {since}; a change on {on} is too early.",
    remedy="Check the date of the change.",
)
ENDED = RefusalKind(
    code="jurisdiction.ended",
    sentence="{name} ended on {on}.",
    remedy="Choose what continues it.",
)
STILL_HOLDS_AREAS = RefusalKind(
    code="jurisdiction.still_holds_areas",
    sentence="{name} still holds {count} areas that nobody takes over.",
    remedy="Say for each of them where it goes, or end it first.",
)
CONTINUES_ITSELF = RefusalKind(
    code="jurisdiction.continues_itself",
    sentence="{name} cannot be merged into itself.",
    remedy="Choose another area.",
)
PARENT_UNKNOWN = RefusalKind(
    code="jurisdiction.parent_unknown",
    sentence="The area {parent} that {name} lies in is not known.",
    remedy="Import the list of the level above first, or correct the code.",
)
CODE_MEANS_ANOTHER = RefusalKind(
    code="jurisdiction.code_means_another",
    sentence="The code {code} is {known} here and {name} in the list.",
    remedy="Codes are used again: enter the change with its date first.",
)
CODE_TWICE = RefusalKind(
    code="jurisdiction.code_twice",
    sentence="The code {code} occurs twice, as {known} and as {name}.",
    remedy="Correct one of the two rows.",
)
ALREADY_HOLDER = RefusalKind(
    code="jurisdiction.already_holder",
    sentence="This person already holds the post {title}.",
    remedy="Nothing needs to be done.",
)
POST_VACANT = RefusalKind(
    code="jurisdiction.post_vacant",
    sentence="Nobody holds the post {title}.",
    remedy="Appoint somebody.",
)
NO_POST = RefusalKind(
    code="jurisdiction.no_post",
    sentence="You hold no post at this time.",
    remedy="Ask who appoints in your unit.",
)
STAFF_UNKNOWN = RefusalKind(
    code="jurisdiction.staff_unknown",
    sentence="This person is not registered as staff.",
    remedy="Register the person first.",
)
TOO_EARLY = RefusalKind(
    code="jurisdiction.too_early",
    sentence="The post {title} changed hands after that moment.",
    remedy="Use a moment after the last change.",
)
DOES_NOT_ANSWER_HERE = RefusalKind(
    code="jurisdiction.does_not_answer_here",
    sentence="The post {title} lies outside the chain of {name}.",
    remedy="Choose a post of the area itself or of an area above it.",
)

STAFF_KNOWN = RefusalKind(
    code="jurisdiction.staff_known",
    sentence="This person is registered already.",
    remedy="Appoint the registered person.",
)
KINDS_MISSING = RefusalKind(
    code="jurisdiction.kinds_missing",
    sentence="A sector department answers for kinds of place; none was named.",
    remedy="Name the kinds of place.",
)
KINDS_NEEDLESS = RefusalKind(
    code="jurisdiction.kinds_needless",
    sentence="Only a sector department is bound to kinds of place.",
    remedy="Leave the kinds out, or choose the role of a sector department.",
)

ARRANGERS = frozenset({Role.SYSTEM, Role.ADMINISTRATOR, Role.DISTRICT})
ANSWERER_NAMERS = ARRANGERS | {Role.STREET}
RESERVED_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM})
READING_OF_PEOPLE = BOUND | {
    *(Role.GRID_WORKER, Role.CHECKPOINT_STAFF, Role.COMMUNITY, Role.STREET),
    Role.POLICE,
}
NAMED_FOR = timedelta(days=7)


def check_can_arrange(*, by: Actor) -> None:
    """Refuse unless this role arranges areas and posts at all."""
    if by.role not in ARRANGERS:
        raise NOT_YOURS_TO_ARRANGE()


def can_arrange(*, by: Actor) -> bool:
    """Whether forms that arrange areas and posts are worth showing."""
    return by.role in ARRANGERS


def check_can_change_area(area: "Area", *, by: Actor) -> None:
    """Refuse a district that would change itself; it changes what lies below it."""
    check_can_arrange(by=by)
    if by.role is Role.DISTRICT and area.pk in by.scope.roots:
        raise ABOVE_YOU(what=area.name)


def can_change_area(area_id: int, *, by: Actor) -> bool:
    """Whether forms that rename, move or end this area are worth showing."""
    return can_arrange(by=by) and not (
        by.role is Role.DISTRICT and area_id in by.scope.roots
    )


def check_can_establish_under(parent: "Area | None", *, by: Actor) -> None:
    """Refuse a new city by anyone but the system and the administrator."""
    check_can_arrange(by=by)
    if by.role is Role.DISTRICT and parent is None:
        raise ABOVE_YOU(what="a city")


def check_can_import(*, by: Actor) -> None:
    """Refuse a list of areas from anyone but the administrator and the system."""
    check_can_arrange(by=by)
    if by.role is Role.DISTRICT:
        raise ABOVE_YOU(what="whole lists")


def check_can_arrange_role(role: Role, *, by: Actor) -> None:
    """Refuse a district that would make an auditor or an administrator."""
    check_can_arrange(by=by)
    if by.role is Role.DISTRICT and role in RESERVED_ROLES:
        raise ROLE_RESERVED(role=role.value)


def can_arrange_role(role: Role, *, by: Actor) -> bool:
    """Whether appointing to such a post, or relieving from it, is worth offering."""
    try:
        check_can_arrange_role(role, by=by)
    except Refusal:
        return False
    return True


def check_can_appoint(post: "Post", *, staff: "UUID", by: Actor) -> None:
    """Refuse unless this role appoints to this post, and somebody else."""
    check_can_arrange_role(Role(post.role), by=by)
    if staff == by.person:
        raise OWN_APPOINTMENT()


def check_stay_apart(role: Role, *, held: "Collection[Role]") -> None:
    """Refuse one person who runs or audits the system and reads about people in it."""
    roles = {role, *held}
    if roles & RESERVED_ROLES and roles & READING_OF_PEOPLE:
        raise KEPT_APART()


def needs_second(role: Role, *, by: Actor) -> bool:
    """Whether two persons appoint to a post: where results are read, measures signed."""
    return role in BOUND and by.role is not Role.SYSTEM


def check_second(
    post: "Post",
    named: "Nomination | None",
    *,
    staff: "UUID",
    by: Actor,
    at: "datetime",
) -> None:
    """Refuse one person alone where two appoint, unless another named this one lately."""
    is_second = (
        named is not None
        and named.staff_id == staff
        and named.by != by.person
        and at < named.at + NAMED_FOR
    )
    if needs_second(Role(post.role), by=by) and not is_second:
        raise SECOND_NEEDED(title=post.title, days=NAMED_FOR.days)


def check_kinds(role: Role, kinds: "Collection[str] | None") -> None:
    """Refuse a sector department without kinds, and kinds for anyone else."""
    if role is Role.SECTOR_DEPARTMENT and not kinds:
        raise KINDS_MISSING()
    if role is not Role.SECTOR_DEPARTMENT and kinds is not None:
        raise KINDS_NEEDLESS()


def check_can_name_answerer(*, by: Actor) -> None:
    """Refuse unless this role says who answers for a grid or a courtyard."""
    if by.role not in ANSWERER_NAMERS:
        raise NOT_YOURS_TO_ARRANGE()


def can_name_answerer(*, by: Actor) -> bool:
    """Whether the form that names answerers is worth showing."""
    return by.role in ANSWERER_NAMERS


def check_level(name: str, level: "Level", *, parent: "Area | None") -> None:
    """Refuse an area that would not lie deeper than its parent."""
    if parent is not None and not parent.level < level:
        raise WRONG_LEVEL(name=name)


def check_name(name: str) -> None:
    """Refuse an empty name."""
    if not name.strip():
        raise NAME_MISSING()


def check_has_come(on: "date", *, today: "date") -> None:
    """Refuse a day that lies ahead: the reach of today knows no future."""
    if on > today:
        raise NOT_YET(on=on)


def check_stands(area: "Area") -> None:
    """Refuse an area that has ended."""
    if area.valid_until is not None:
        raise ENDED(name=area.name, on=area.valid_until)


def check_not_itself(area: "Area", successor: "Area") -> None:
    """Refuse an area that would continue itself."""
    if area.pk == successor.pk:
        raise CONTINUES_ITSELF(name=area.name)


def check_each_goes_somewhere(
    area: "Area", *, children: "Collection[int]", taken: "Collection[int]"
) -> None:
    """Refuse a split that does not give every area below to exactly one part."""
    if sorted(taken) != sorted(children):
        raise STILL_HOLDS_AREAS(
            name=area.name, count=len(set(children) ^ set(taken)) or len(taken)
        )


def check_not_before(area: "Area", *, since: "date", on: "date") -> None:
    """Refuse what would begin before the area that it lies in."""
    if on < since:
        raise BEFORE_ITS_TIME(name=area.name, since=since, on=on)


def check_changes_after(area: "Area", *, since: "date", on: "date") -> None:
    """Refuse a change on or before the day the area became what it is."""
    if on <= since:
        raise BEFORE_ITS_TIME(name=area.name, since=since, on=on)


def masked(name: str) -> str:
    """Mask a personal name as it is masked everywhere."""
    return masked_name(name)
