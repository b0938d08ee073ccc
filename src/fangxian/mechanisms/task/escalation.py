"""The escalation ladder: who is told when a duty is not done in time. Pure.

A ladder is data of the pack. Each rung stands a number of minutes after the due
time and names the role that is told there. Stored rungs are plain mappings.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class RungLike(Protocol):
    """Anything that says when and whom: the pack's own rung, or this module's."""

    @property
    def after_minutes(self) -> int: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: this role is told so many minutes after the due time."""

    after_minutes: int
    role: str


Stored = Sequence[Mapping[str, object]]


def stored(ladder: Iterable[RungLike]) -> list[dict[str, object]]:
    """Spell a ladder as it is stored, the earliest rung first."""
    rungs = sorted(ladder, key=lambda rung: rung.after_minutes)
    return [
        {"after_minutes": rung.after_minutes, "role": str(rung.role)} for rung in rungs
    ]


def rungs(ladder: Stored) -> tuple[Rung, ...]:
    """Read a stored ladder."""
    return tuple(
        Rung(after_minutes=int(str(rung["after_minutes"])), role=str(rung["role"]))
        for rung in ladder
    )


def next_at(ladder: Stored, *, due_at: dt.datetime, level: int) -> dt.datetime | None:
    """Give the moment of the rung above this level, or None at the top."""
    if level >= len(ladder):
        return None
    return due_at + dt.timedelta(minutes=rungs(ladder)[level].after_minutes)


def reached(
    ladder: Stored, *, due_at: dt.datetime, level: int, at: dt.datetime
) -> tuple[Rung, ...]:
    """Give the rungs above this level that have come due by a moment, in order."""
    return tuple(
        rung
        for rung in rungs(ladder)[level:]
        if due_at + dt.timedelta(minutes=rung.after_minutes) <= at
    )
