"""Names and payloads of the journal entries written here."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class Issued:
    """A duty was issued; ``decision`` is the protocol's trace of why."""

    name: ClassVar[str] = "task.issued"
    task: int
    key: str
    duty: str
    form: str
    subject: str
    post: int | None
    opens_at: dt.datetime
    due_at: dt.datetime
    closes_at: dt.datetime | None
    decision: object


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody took the duty."""

    name: ClassVar[str] = "task.claimed"
    task: int


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Whoever had taken the duty gave it back undone."""

    name: ClassVar[str] = "task.handed_back"
    task: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class Completed:
    """An observation proves that the duty was done."""

    name: ClassVar[str] = "task.completed"
    task: int
    observation: UUID
    late: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """A miss was none: the duty had been done in time, and was told of too late."""

    name: ClassVar[str] = "task.settled"
    task: int
    observation: UUID
    missed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Waived:
    """Somebody with the right said why the duty need not be done."""

    name: ClassVar[str] = "task.waived"
    task: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The window closed with nothing done."""

    name: ClassVar[str] = "task.lapsed"
    task: int
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Escalated:
    """The duty is not done, and the next rung of the ladder is told."""

    name: ClassVar[str] = "task.escalated"
    task: int
    level: int
    role: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """Somebody above urged the post that owes the duty."""

    name: ClassVar[str] = "task.reminded"
    task: int
    post: int | None
