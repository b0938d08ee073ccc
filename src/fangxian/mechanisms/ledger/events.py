"""Names and payloads of the journal entries written here; no sealed field is in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class KindDeclared:
    name: ClassVar[str] = "ledger.kind_declared"
    kind: str
    title: str
    group: str


@dataclass(frozen=True, slots=True)
class PlaceRegistered:
    name: ClassVar[str] = "place.registered"
    place: int
    kind: str
    title: str
    uscc: str
    source: str


@dataclass(frozen=True, slots=True)
class PlaceAmended:
    """``changes`` maps a field to what it was and is; sealed fields are only named."""

    name: ClassVar[str] = "place.amended"
    place: int
    changes: Mapping[str, tuple[object, object]]
    sealed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceSuspended:
    name: ClassVar[str] = "place.suspended"
    place: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class PlaceReopened:
    name: ClassVar[str] = "place.reopened"
    place: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class PlaceClosed:
    name: ClassVar[str] = "place.closed"
    place: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class VenueCodeAdvanced:
    name: ClassVar[str] = "place.venue_code_advanced"
    place: int
    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class PlaceMerged:
    name: ClassVar[str] = "place.merged"
    place: int
    into: int
    evidence: Typed


@dataclass(frozen=True, slots=True)
class PlaceUnmerged:
    name: ClassVar[str] = "place.unmerged"
    place: int
    out_of: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class PlacesKeptApart:
    name: ClassVar[str] = "place.kept_apart"
    place: int
    other: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class LayoutRemembered:
    name: ClassVar[str] = "ledger.layout_remembered"
    layout: str
    mapping: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DifferenceSettled:
    """``fields`` are the names of what differs; what they say stands in the row."""

    name: ClassVar[str] = "ledger.difference_settled"
    difference: int
    place: int
    fields: tuple[str, ...]
    accepted: bool


@dataclass(frozen=True, slots=True)
class FileTaken:
    name: ClassVar[str] = "ledger.file_taken"
    batch: int
    file_name: Typed
    file_digest: str
    rows: int
    added: int
    known: int
    refused: int
