"""Names and payloads of the journal entries written here.

People stand in them as pseudonyms; what evidence states never does, only its salted
digest. The rule and the measure are codes of a published pack.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID


EVIDENCE = "restriction.evidence"
IMPOSED = "restriction.imposed"
ENDED = "restriction.ended"
APPEALED = "restriction.appealed"


@dataclass(frozen=True, slots=True)
class EvidenceRecorded:
    name: ClassVar[str] = "restriction.evidence_recorded"
    evidence: UUID
    person: UUID | None
    kind: str
    grade: str
    observation: UUID | None
    digest: str


@dataclass(frozen=True, slots=True)
class EvidenceWithdrawn:
    name: ClassVar[str] = "restriction.evidence_withdrawn"
    evidence: UUID
    ended: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    name: ClassVar[str] = "restriction.proposed"
    cohort: int
    edition: int
    rule: str
    persons: int
    digest: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """``fallen`` are the proposals that no longer followed when it was signed."""

    name: ClassVar[str] = "restriction.accepted"
    cohort: int
    imposed: int
    fallen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    name: ClassVar[str] = "restriction.refused"
    cohort: int
    persons: int


@dataclass(frozen=True, slots=True)
class Imposed:
    name: ClassVar[str] = "restriction.imposed"
    decision: int
    person: UUID
    edition: int
    rule: str
    measure: str
    evidence: tuple[UUID, ...]
    since: datetime
    until: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Ended:
    name: ClassVar[str] = "restriction.ended"
    decision: int
    person: UUID
    reason: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class AppealFiled:
    name: ClassVar[str] = "restriction.appeal_filed"
    appeal: int
    decision: int
    channel: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AppealDecided:
    name: ClassVar[str] = "restriction.appeal_decided"
    appeal: int
    decision: int
    upheld: bool
