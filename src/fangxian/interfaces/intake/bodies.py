"""What each kind of act says: the shapes of their bodies, and nothing else is taken.

``docs/reference/field-wire.json`` is written from them.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.home_watch.states import Form


class Visit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place was visited: the form's answers, and who else was there."""

    place: int
    form: str
    answers: dict[str, Any]
    task: int | None = None
    participants: tuple[UUID, ...] = ()


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something was seen or done; the edition is the one the form was shown from."""

    form: str
    edition: int
    subject: str
    area: int
    answers: dict[str, Any]
    kind: str = ""
    task: int | None = None


class SelfChecked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place was checked by itself, or with somebody who visits it."""

    place: int
    answers: dict[str, Any]
    task: int | None = None


class Watched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who stays at home was visited, by one of the forms for it."""

    watch: int
    form: Form
    answers: dict[str, Any]
    task: int | None = None


class Arrived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who came from elsewhere was visited."""

    arrival: UUID
    answers: dict[str, Any]
    task: int | None = None


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of whom nobody is sure was asked."""

    person: UUID
    answers: dict[str, Any]
    task: int


class Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is new was found at a door; ``note`` says more of where they live."""

    area: int
    name: str
    phone: str = ""
    id_number: str = ""
    door: int | str = ""
    note: str = ""


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place was found that is new."""

    area: int
    name: str
    kind: str
    address: str = ""
    phone: str = ""
    note: str = ""


class Swept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A door or place of a sweep was visited."""

    sweep: UUID
    task: int
    answers: dict[str, Any]


class Came(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody at a door came from elsewhere; ``person`` is on the ledger already."""

    person: UUID
    journey: Journey


class Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What whoever signs a day states beside the figures."""

    nothing_happened: bool
    figures_read: bool = True
    what_happened: str = ""


class Daily(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit signs its figures of a day; ``zero`` states that nothing happened.

    A phone says both in its ``answers``.
    """

    area: int
    day: dt.date
    zero: bool = False
    happened: str = ""
    answers: Stated | None = None

    def stated(self) -> Stated:
        """Give what is stated, however it was said."""
        own = Stated(nothing_happened=self.zero, what_happened=self.happened)
        return self.answers or own


class LookedBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody independent went there again: it is put right, or what remains."""

    finding: int
    answers: dict[str, Any]


class PutRight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done about a problem."""

    done: str
    photos: list[str] = []


class Rectified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A problem was seen put right."""

    finding: int
    answers: PutRight


class TeamNamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for somebody: ``medic_name``, ``medic_telephone``, …; others stay."""

    watch: int
    answers: dict[str, str]


class Lost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone found that it no longer holds these acts."""

    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")


LOST_BY_PHONE = "device.lost"
BODIES: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "visit": Visit,
        "self_check": SelfChecked,
        "observation": Seen,
        "watch": Watched,
        "arrival": Arrived,
        "hearsay": Heard,
        "sweep": Swept,
        "came": Came,
        "person": Registered,
        "place": Found,
        "daily_report": Daily,
        "look_back": LookedBack,
        "rectification": Rectified,
        "team": TeamNamed,
        LOST_BY_PHONE: Lost,
    }
)
