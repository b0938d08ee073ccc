"""Names and payloads of the journal entries about people.

No payload holds a name, a number, a telephone, an address or a reason in words: only
ids, words of the catalogue, and the names of the fields that were written.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonRegistered:
    name: ClassVar[str] = "person.registered"
    person: UUID
    paper: str
    fields: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class PersonAmended:
    name: ClassVar[str] = "person.amended"
    person: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoorRegistered:
    name: ClassVar[str] = "door.registered"
    door: int


@dataclass(frozen=True, slots=True)
class PersonMovedIn:
    name: ClassVar[str] = "person.moved_in"
    person: UUID
    door: int
    since: date


@dataclass(frozen=True, slots=True)
class PersonMovedOut:
    name: ClassVar[str] = "person.moved_out"
    person: UUID
    door: int
    until: date


@dataclass(frozen=True, slots=True)
class ProxyNamed:
    name: ClassVar[str] = "person.proxy_named"
    person: UUID
    proxy: UUID | None
    relation: str


@dataclass(frozen=True, slots=True)
class ProxyReleased:
    name: ClassVar[str] = "person.proxy_released"
    person: UUID


@dataclass(frozen=True, slots=True)
class PersonMerged:
    name: ClassVar[str] = "person.merged"
    person: UUID
    into: UUID


@dataclass(frozen=True, slots=True)
class PersonUnmerged:
    name: ClassVar[str] = "person.unmerged"
    person: UUID
    out_of: UUID


@dataclass(frozen=True, slots=True)
class PeopleKeptApart:
    name: ClassVar[str] = "person.kept_apart"
    person: UUID
    other: UUID


@dataclass(frozen=True, slots=True)
class IdentityOpened:
    name: ClassVar[str] = "person.identity_opened"
    person: UUID
    purpose: str
    task: int | None
    second: UUID | None


@dataclass(frozen=True, slots=True)
class PeopleTaken:
    name: ClassVar[str] = "ledger.people_taken"
    batch: int
    file_digest: str
    rows: int
    added: int
    known: int
    refused: int


@dataclass(frozen=True, slots=True)
class PeopleIndexed:
    name: ClassVar[str] = "ledger.people_indexed"
    people: int
    doors: int
