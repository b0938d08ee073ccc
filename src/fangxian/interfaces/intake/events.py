"""Names and payloads of the journal entries written here.

A reason is the code of a refusal, whose words could repeat what a device sent. A kind
is one of the house's own words, which says no more than the form of a record does;
what a device calls an act otherwise could be anything, and is ``UNKNOWN`` here.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Quarantined:
    name: ClassVar[str] = "intake.quarantined"
    act: UUID
    kind: str
    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoneLater:
    name: ClassVar[str] = "intake.done_later"
    act: UUID
    kind: str
    device: str


@dataclass(frozen=True, slots=True)
class TriedAgain:
    name: ClassVar[str] = "intake.tried_again"
    act: UUID
    kind: str
    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class PicturesRemoved:
    """Files that no record and no act named for so many days."""

    name: ClassVar[str] = "intake.pictures_removed"
    digests: tuple[str, ...]
    unnamed_for: int


@dataclass(frozen=True, slots=True)
class SetAside:
    name: ClassVar[str] = "intake.set_aside"
    act: UUID
    kind: str
    device: str
