"""Names and payloads of the journal entries written here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class Ordered:
    """A sweep was ordered; ``targets`` is how many doors or places stood in its area."""

    name: ClassVar[str] = "sweep.ordered"
    sweep: UUID
    about: str
    kinds: tuple[str, ...]
    clause: str
    form: str
    edition: int
    why: Typed
    opens_at: dt.datetime
    until: dt.datetime
    targets: int


@dataclass(frozen=True, slots=True)
class Grown:
    """Doors or places that came onto the ledger meanwhile were taken in."""

    name: ClassVar[str] = "sweep.grown"
    sweep: UUID
    targets: int


@dataclass(frozen=True, slots=True)
class Visited:
    """Somebody was there; ``outcome`` is the form's word for what became of it."""

    name: ClassVar[str] = "sweep.visited"
    sweep: UUID
    task: int
    observation: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class VisitCorrected:
    """The record that the board shows of this door was put right by another."""

    name: ClassVar[str] = "sweep.visit_corrected"
    sweep: UUID
    task: int
    observation: UUID


@dataclass(frozen=True, slots=True)
class Ended:
    """The window is over; ``reasons`` says why those were missed that were missed."""

    name: ClassVar[str] = "sweep.ended"
    sweep: UUID
    should: int
    seen: int
    empty: int
    missed: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CalledOff:
    name: ClassVar[str] = "sweep.called_off"
    sweep: UUID
    reason: Typed
    waived: int
