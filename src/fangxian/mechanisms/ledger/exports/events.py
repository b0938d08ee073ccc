"""Names and payloads of the journal entries about exports of people.

No payload holds a name, a reason in words, or the name of who receives the file.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ExportRequested:
    name: ClassVar[str] = "export.requested"
    export: UUID
    form: str
    people: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ExportApproved:
    name: ClassVar[str] = "export.approved"
    export: UUID


@dataclass(frozen=True, slots=True)
class ExportRefused:
    name: ClassVar[str] = "export.refused"
    export: UUID


@dataclass(frozen=True, slots=True)
class ExportWithdrawn:
    name: ClassVar[str] = "export.withdrawn"
    export: UUID


@dataclass(frozen=True, slots=True)
class ExportLapsed:
    """Nobody decided on it in time."""

    name: ClassVar[str] = "export.lapsed"
    export: UUID


@dataclass(frozen=True, slots=True)
class ExportOpened:
    name: ClassVar[str] = "export.opened"
    export: UUID
    form: str
    people: tuple[UUID, ...]
