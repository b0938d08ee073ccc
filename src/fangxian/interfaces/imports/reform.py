"""A newer list carried out: each difference becomes a dated act."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypedDict

from fangxian.interfaces.imports.vintages import (
    ABOVE,
    COMMUNITY,
    DISTRICT,
    STREET,
    Correction,
    Listing,
    compare,
)
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction import actions, queries
from fangxian.mechanisms.jurisdiction.bulk import NewArea
from fangxian.mechanisms.jurisdiction.queries import AreaFacts
from fangxian.mechanisms.jurisdiction.rules import STILL_HOLDS_AREAS
from fangxian.mechanisms.jurisdiction.states import Level


LEVELS = {Level.STREET: STREET, Level.COMMUNITY: COMMUNITY}


@dataclass(frozen=True, slots=True)
class Vintage:
    """What stood on a day, by one list. The day is the latest it can have begun."""

    on: date
    source: str
    names: Listing
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An area that a list no longer names, and that nothing is known to continue."""

    on: date
    code: str
    name: str


@dataclass(slots=True)
class Reformed:
    """What was done; ``unresolved`` is for people to review."""

    redesignated: int = 0
    begun: int = 0
    moved: int = 0
    ended: int = 0
    unresolved: list[Unresolved] = field(default_factory=list)

    def add(self, other: "Reformed") -> None:
        """Count in what was done elsewhere."""
        self.redesignated += other.redesignated
        self.begun += other.begun
        self.moved += other.moved
        self.ended += other.ended
        self.unresolved += other.unresolved


class _Entered(TypedDict):
    on: date
    source: str
    by: Actor
    at: datetime


class Reform:
    """One district, as it stands, brought to a newer vintage."""

    def __init__(
        self, vintage: Vintage, district: AreaFacts, *, by: Actor, at: datetime
    ) -> None:
        self.vintage, self.by, self.at = vintage, by, at
        listed = [area for area in queries.areas_below(district.id) if area.code]
        self.before = {str(area.code): area.name for area in listed}
        self.ids = {str(area.code): area.id for area in listed}
        self.after = {
            code: name
            for code, name in vintage.names.items()
            if len(code) > DISTRICT and code[:DISTRICT] == district.code
        }
        self.found = compare(self.before, self.after, vintage.corrections)
        self.now = {new: self.ids[old] for old, new in self.found.same.items()}
        self.ending = {**self.found.ended, **dict.fromkeys(self.found.unresolved, ())}
        self.done = Reformed()

    def carry_out(self) -> Reformed:
        """Do every change on its day: first what frees codes, last what ends."""
        for on in sorted({self.vintage.on, *(row.on for row in self._reviewed())}):
            self._release(on)
            for level in LEVELS:
                self._redesignate(level, on)
                self._begin(level, on)
            self._move(on)
            for level in reversed(LEVELS):
                self._end(level, on)
        return self.done

    def _release(self, on: date) -> None:
        """Take their codes from areas whose codes mean another area from now on."""
        for old in self._due(self.ids, on):
            goes_on_as = self.found.same.get(old) or self.found.moved.get(old)
            if old in self.after and goes_on_as != old:
                actions.recode(self.ids[old], code=None, **self._entered(old))

    def _redesignate(self, level: Level, on: date) -> None:
        for old in self._due(self.found.same, on, level):
            new, area = self.found.same[old], self.ids[old]
            entered = self._entered(old)
            if self.after[new] != self.before[old]:
                actions.rename(area, name=self.after[new], **entered)
            if new != old:
                actions.recode(area, code=new, **entered)
            self.done.redesignated += (old, self.before[old]) != (new, self.after[new])

    def _begin(self, level: Level, on: date) -> None:
        codes = [
            new for new in self._of(level, self.found.begun) if self._since(new) == on
        ]
        rows = [
            NewArea(0, code, self.after[code], code[: ABOVE[len(code)]])
            for code in codes
        ]
        entered = _Entered(on=on, source=self.vintage.source, by=self.by, at=self.at)
        for _, refusal in actions.establish_areas(rows, level=level, **entered).refused:
            raise refusal
        self.now |= queries.ids_by_code(codes)
        self.done.begun += len(codes)

    def _move(self, on: date) -> None:
        for old in self._due(self.found.moved, on):
            new = self.found.moved[old]
            street = self.now[new[: ABOVE[COMMUNITY]]]
            moved = actions.move_area(
                self.ids[old],
                to=street,
                name=self.after[new],
                code=new,
                **self._entered(old),
            )
            self.now[new] = moved.pk
            self.done.moved += 1

    def _end(self, level: Level, on: date) -> None:
        """End what is listed no more; what still holds areas of its own stays."""
        for old in self._due(self.ending, on, level):
            if old not in self.found.ended:
                name = self.before[old]
                self.done.unresolved.append(Unresolved(on, old, name))
            try:
                self._end_one(old)
            except Refusal as refusal:
                if refusal.kind is not STILL_HOLDS_AREAS:
                    raise
            else:
                self.done.ended += 1

    def _end_one(self, old: str) -> None:
        successors = [self.now[new] for new in self.ending[old]]
        area, entered = self.ids[old], self._entered(old)
        if len(successors) == 1:
            actions.merge_areas([area], into=successors[0], **entered)
        else:
            actions.abolish(area, successors=successors, **entered)

    def _due(
        self, codes: Iterable[str], on: date, level: Level | None = None
    ) -> list[str]:
        """Those of these old codes whose change is dated on this day."""
        return [
            code for code in self._of(level, codes) if self._entered(code)["on"] == on
        ]

    def _of(self, level: Level | None, codes: Iterable[str]) -> list[str]:
        chosen = (code for code in codes if level is None or LEVELS[level] == len(code))
        return sorted(chosen)

    def _entered(self, old: str) -> _Entered:
        """The day and the source of what became of an area of the older list."""
        reviewed = next((row for row in self._reviewed() if row.old == old), None)
        return _Entered(
            on=reviewed.on if reviewed else self.vintage.on,
            source=reviewed.source if reviewed else self.vintage.source,
            by=self.by,
            at=self.at,
        )

    def _since(self, new: str) -> date:
        """Since when a new area stands: the first reviewed day, or the list's."""
        days = [row.on for row in self._reviewed() if row.new == new]
        return min(days, default=self.vintage.on)

    def _reviewed(self) -> list[Correction]:
        """The corrections that concern this district."""
        return [
            row
            for row in self.vintage.corrections
            if row.old in self.before or (not row.old and row.new in self.after)
        ]
