"""Names and payloads of the journal entries written here.

The working state of joint visits and links can be rebuilt from these entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class PatrolsPlanned:
    name: ClassVar[str] = "inspection.patrols_planned"
    area: int
    day: date
    places: int
    issued: int


@dataclass(frozen=True, slots=True)
class SelfChecksOrdered:
    name: ClassVar[str] = "inspection.self_checks_ordered"
    area: int
    source: Typed
    problem: Typed
    kinds: tuple[str, ...]
    issued: int


@dataclass(frozen=True, slots=True)
class Visited:
    name: ClassVar[str] = "inspection.visited"
    observation: UUID
    place: int
    form: str
    participants: tuple[UUID, ...]
    tasks: tuple[int, ...]
    findings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JointOpened:
    name: ClassVar[str] = "inspection.joint_opened"
    visit: UUID
    place: int
    area: int
    kind: str
    lead: str
    departments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SectionRecorded:
    name: ClassVar[str] = "inspection.section_recorded"
    visit: UUID
    department: str
    observation: UUID


@dataclass(frozen=True, slots=True)
class SectionExcused:
    name: ClassVar[str] = "inspection.section_excused"
    visit: UUID
    department: str
    reason: Typed


@dataclass(frozen=True, slots=True)
class JointClosed:
    name: ClassVar[str] = "inspection.joint_closed"
    visit: UUID


@dataclass(frozen=True, slots=True)
class LookedBack:
    name: ClassVar[str] = "inspection.looked_back"
    finding: int
    passed: bool
    observation: UUID


@dataclass(frozen=True, slots=True)
class LinkIssued:
    name: ClassVar[str] = "inspection.link_issued"
    link: UUID
    finding: int
    person: UUID
    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkEnded:
    name: ClassVar[str] = "inspection.link_ended"
    link: UUID


@dataclass(frozen=True, slots=True)
class Suspended:
    name: ClassVar[str] = "inspection.suspended"
    place: int
    finding: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class Reopened:
    name: ClassVar[str] = "inspection.reopened"
    place: int
    reason: Typed
