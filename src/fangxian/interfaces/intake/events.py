"""Names and payloads of the journal entries written here."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Quarantined:
    name: ClassVar[str] = "intake.quarantined"
    act: UUID
    kind: str
    device: str
    reason: str
