"""Names and payloads of the journal entries written here; people are pseudonyms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Opened:
    name: ClassVar[str] = "home_watch.opened"
    decision: int
    person: UUID
    measure: str
    issued: int


@dataclass(frozen=True, slots=True)
class Planned:
    name: ClassVar[str] = "home_watch.planned"
    area: int
    day: date
    watches: int
    issued: int


@dataclass(frozen=True, slots=True)
class Recorded:
    name: ClassVar[str] = "home_watch.recorded"
    decision: int
    observation: UUID
    form: str
    tasks: tuple[int, ...]
    findings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TeamNamed:
    """``members`` tells which parts are named, and who has each of staff."""

    name: ClassVar[str] = "home_watch.team_named"
    decision: int
    observation: UUID
    members: Mapping[str, UUID | None]


@dataclass(frozen=True, slots=True)
class Closed:
    name: ClassVar[str] = "home_watch.closed"
    decision: int
    reason: str
    waived: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResultTaken:
    """``evidence`` holds what was found, sealed; here stands only that it came."""

    name: ClassVar[str] = "home_watch.result_taken"
    decision: int
    evidence: UUID
    sample: int
    sampled_on: date
    issued: int


@dataclass(frozen=True, slots=True)
class ResultWithdrawn:
    name: ClassVar[str] = "home_watch.result_withdrawn"
    decision: int
    evidence: UUID
    sample: int


@dataclass(frozen=True, slots=True)
class ResultsListed:
    """What became of a list of results."""

    name: ClassVar[str] = "home_watch.results_listed"
    batch: int
    file_digest: str
    rows: int
    added: int
    known: int
    refused: int
