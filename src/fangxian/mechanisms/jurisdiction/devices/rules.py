"""Pure judgements: check_* refuses, can_* asks."""

from datetime import timedelta
from typing import TYPE_CHECKING

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.jurisdiction.rules import (
    READING_OF_PEOPLE,
    RESERVED_ROLES,
)


if TYPE_CHECKING:
    from datetime import datetime

    from fangxian.mechanisms.jurisdiction.models import (
        Device,
        DeviceCode,
        WrongCodes,
    )


CODE_VALID = timedelta(minutes=15)
TRIES_MAX = 5
WRONG_FROM_A_NETWORK_MAX = 30  # in the time that a code is good for
NAME_CHARACTERS_MAX = 60

NOT_YOURS = RefusalKind(
    code="device.not_yours",
    sentence="Phones are enrolled by the community, the sub-district, the district or the administrator.",
    remedy="Ask the office of your unit for a code.",
)
POST_RESERVED = RefusalKind(
    code="device.post_reserved",
    sentence="No phone speaks for an administrator or an auditor.",
    remedy="Work on the console in this post.",
)
READS_PEOPLE = RefusalKind(
    code="device.reads_people",
    sentence="Who runs the system makes no code for a post that reads about people.",
    remedy="Ask the community, the sub-district or the district of the post for it.",
)
CODE_WRONG = RefusalKind(
    code="device.code_wrong",
    sentence="This code does not hold, or no longer: it is good for 15 minutes, for one phone, for five tries.",
    remedy="Compare it letter by letter, or ask the office of your unit for a new one.",
)
TOO_MANY_WRONG = RefusalKind(
    code="device.too_many_wrong",
    sentence="{most} wrong codes came from this network; until {until} no more are looked at.",
    remedy="Wait until then, or enrol the phone over another network, for example its own mobile data.",
)
NO_KEY = RefusalKind(
    code="device.no_key",
    sentence="What was sent is not the public key of a phone.",
    remedy="Update the app, and try again with the same code.",
)
KEY_TAKEN = RefusalKind(
    code="device.key_taken",
    sentence="This key was enrolled before.",
    remedy="Enrol again: the app makes a new key each time.",
)
NAME_WRONG = RefusalKind(
    code="device.name_wrong",
    sentence="A phone's name has 1 to {most} characters.",
    remedy="Call it as its colleagues do, for example after whose it is.",
)
NO_DEVICE = RefusalKind(
    code="device.no_device",
    sentence="There is no such phone.",
    remedy="Go back to the list.",
    hidden=True,
)
REASON_MISSING = RefusalKind(
    code="device.reason_missing",
    sentence="A phone is not revoked without a reason.",
    remedy="Say in a sentence why, for example that it was lost.",
)
REVOKED = RefusalKind(
    code="device.revoked",
    sentence="This phone was revoked on {on}.",
    remedy="Enrol it again with a new code if it is to be used.",
)

SUPERVISORS = frozenset(
    {
        Role.SYSTEM,
        Role.ADMINISTRATOR,
        Role.DISTRICT,
        Role.STREET,
        Role.COMMUNITY,
    }
)


def check_can_enrol(*, by: Actor) -> None:
    """Refuse unless this role says which phones may speak."""
    if not can_enrol(by=by):
        raise NOT_YOURS()


def can_enrol(*, by: Actor) -> bool:
    """Whether forms that issue codes and revoke phones are worth showing."""
    return by.role in SUPERVISORS


def check_can_speak_for(role: Role, *, by: Actor) -> None:
    """Refuse a phone for a post whose power should not lie in a pocket.

    Whoever makes a code could use it: an administrator would read about people so.
    """
    if role in RESERVED_ROLES:
        raise POST_RESERVED()
    if by.role is Role.ADMINISTRATOR and role in READING_OF_PEOPLE:
        raise READS_PEOPLE()


def can_speak_for(role: Role, *, by: Actor) -> bool:
    """Whether a phone for such a post is worth offering."""
    try:
        check_can_speak_for(role, by=by)
    except Refusal:
        return False
    return True


def is_running(code: "DeviceCode", *, at: "datetime") -> bool:
    """Whether a code may still be tried."""
    return code.ended_at is None and at < code.until


def is_guessed_at(wrong: "WrongCodes", *, at: "datetime") -> bool:
    """Whether so many wrong codes came from a network that it has to wait."""
    return wrong.tries >= WRONG_FROM_A_NETWORK_MAX and at < wrong.since + CODE_VALID


def check_name(name: str) -> None:
    """Refuse a name that is empty or a story."""
    if not 0 < len(name.strip()) <= NAME_CHARACTERS_MAX:
        raise NAME_WRONG(most=NAME_CHARACTERS_MAX)


def check_reason(reason: str) -> None:
    """Refuse to revoke without saying why."""
    if not reason.strip():
        raise REASON_MISSING()


def check_speaks(device: "Device") -> None:
    """Refuse a phone that was revoked."""
    if device.ended_at is not None:
        raise REVOKED(on=device.ended_at.date())
