"""What an act says of itself: an event with a dotted name, and what it counts."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias


class Event(Protocol):
    """A frozen dataclass with a dotted name; its fields are the entry's payload."""

    name: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Count:
    """``n`` more of a measure in one area on one Shanghai day.

    ``kind`` is the kind of place, or empty. ``n`` may be negative: an act that is
    taken back counts down on the day it counted up.
    """

    area: int
    day: dt.date
    measure: str
    n: int = 1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One event with what it concerns, for acts that are recorded many at a time."""

    event: Event
    subject: str
    area: int | None
    tally: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class ReactionRefused:
    name: ClassVar[str] = "journal.reaction_refused"
    reader: str
    number: int
    code: str


NotedFault: TypeAlias = tuple[
    int | None, int | None, str, str, tuple[str | int | None, ...]
]


@dataclass(frozen=True, slots=True)
class Verified:
    """``faults`` holds the first ones as [number, entry, what, detail, counter].

    ``counter`` is empty, or [measure, day, area, kind, stored, made].
    """

    name: ClassVar[str] = "journal.verified"
    entries: int
    waiting: int
    checkpoints: int
    found: int
    faults: tuple[NotedFault, ...]


@dataclass(frozen=True, slots=True)
class GuardsPutBack:
    """Triggers that keep rows as they are were gone or changed, and are there again."""

    name: ClassVar[str] = "journal.guards_put_back"
    guards: tuple[str, ...]


class CanonicalEncoder(json.JSONEncoder):
    """Stores JSON in the canonical spelling (``kernel.canonical``), byte for byte."""

    def __init__(self, **options: Any) -> None:
        spelling = {
            "ensure_ascii": False,
            "sort_keys": True,
            "separators": (",", ":"),
        }
        super().__init__(**{**options, **spelling})
