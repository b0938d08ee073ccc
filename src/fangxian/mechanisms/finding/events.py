"""Names and payloads of the journal entries written here."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class Raised:
    name: ClassVar[str] = "finding.raised"
    finding: int
    about: str
    item: str
    text: Typed
    severity: str
    deadline_at: datetime
    observation: UUID | None
    recurrence_of: int | None


@dataclass(frozen=True, slots=True)
class SeenAgain:
    name: ClassVar[str] = "finding.seen_again"
    finding: int
    observation: UUID | None


@dataclass(frozen=True, slots=True)
class ResponsibleNamed:
    name: ClassVar[str] = "finding.responsible_named"
    finding: int
    person: UUID


@dataclass(frozen=True, slots=True)
class Rectified:
    name: ClassVar[str] = "finding.rectified"
    finding: int
    rectified_by: UUID
    how: Typed
    observation: UUID | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    name: ClassVar[str] = "finding.confirmed"
    finding: int
    note: Typed
    observation: UUID | None


@dataclass(frozen=True, slots=True)
class Reopened:
    name: ClassVar[str] = "finding.reopened"
    finding: int
    reason: Typed
    deadline_at: datetime
    observation: UUID | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    name: ClassVar[str] = "finding.withdrawn"
    finding: int
    reason: Typed
