"""Names and payloads of the journal entries written here.

Where somebody came from, and when, never stands in them: people are pseudonyms, and
only codes of public lists of words say more.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


REGISTERED = "enrolment.registered"


@dataclass(frozen=True, slots=True)
class Registered:
    name: ClassVar[str] = REGISTERED
    arrival: UUID
    person: UUID
    statement: UUID
    source: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Another source told of an arrival that was known."""

    name: ClassVar[str] = "enrolment.joined"
    arrival: UUID
    statement: UUID
    source: str


@dataclass(frozen=True, slots=True)
class ListTaken:
    name: ClassVar[str] = "enrolment.list_taken"
    batch: int
    source: str
    registered: int
    joined: int
    repeated: int


@dataclass(frozen=True, slots=True)
class NotReached:
    name: ClassVar[str] = "enrolment.not_reached"
    arrival: UUID
    observation: UUID


@dataclass(frozen=True, slots=True)
class Verified:
    """``evidence`` is the record of the visit, or of the document, that says so."""

    name: ClassVar[str] = "enrolment.verified"
    arrival: UUID
    evidence: UUID


@dataclass(frozen=True, slots=True)
class Classified:
    name: ClassVar[str] = "enrolment.classified"
    arrival: UUID
    edition: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """Somebody has to look again: a source, or a list of areas, says more."""

    name: ClassVar[str] = "enrolment.reopened"
    arrival: UUID


@dataclass(frozen=True, slots=True)
class Closed:
    name: ClassVar[str] = "enrolment.closed"
    arrival: UUID
    why: str
    into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rescreened:
    name: ClassVar[str] = "enrolment.rescreened"
    edition: int | None
    screened: int
    changed: int
    to_visit: int


@dataclass(frozen=True, slots=True)
class HearsayFollowed:
    """A call or a visit is owed on what nobody has verified."""

    name: ClassVar[str] = "enrolment.hearsay_followed"
    evidence: UUID
    person: UUID
