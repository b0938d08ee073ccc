"""Two vintages of a list compared: which areas are the same, what became of the rest.

Codes are used again, so a code alone proves nothing (ADR 3). Within one parent the
same name is the same area. The same code with another name is a rename only if
neither name turns up elsewhere in the district. A reviewed correction goes before
that; what nothing explains is listed as unresolved, never guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


DISTRICT, STREET, COMMUNITY = 6, 9, 12  # digits of a code
ABOVE = {STREET: DISTRICT, COMMUNITY: STREET}

Listing = Mapping[str, str]  # the name by the code


@dataclass(frozen=True, slots=True)
class Correction:
    """A reviewed fact: from ``on``, area ``old`` is continued by area ``new``.

    Several rows with one ``old`` are a split, several with one ``new`` a merge. An
    empty ``old`` says only since when ``new`` stands; an empty ``new`` says that
    nothing continues ``old``.
    """

    old: str
    new: str
    on: date
    source: str


@dataclass(slots=True)
class Comparison:
    """What became of the areas of the older list, by their codes in each list."""

    same: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    ended: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unresolved: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)


def compare(
    before: Listing, after: Listing, corrections: Iterable[Correction]
) -> Comparison:
    """Say what became of each area of ``before``, and which of ``after`` are new."""
    comparing = _Comparing.of(before, after, corrections)
    for digits in (STREET, COMMUNITY):
        comparing.compare_level(
            sorted(code for code in before if len(code) == digits),
            sorted(code for code in after if len(code) == digits),
        )
    return comparing.found


@dataclass(frozen=True, slots=True)
class _Comparing:
    """A comparison under way; streets are compared before what lies in them.

    ``continued`` are the reviewed successors by the old code, ``origins`` the same
    facts by the new code. Rows about other lists are left out.
    """

    before: Listing
    after: Listing
    continued: Mapping[str, list[str]]
    origins: Mapping[str, list[str]]
    found: Comparison = field(default_factory=Comparison)

    @classmethod
    def of(
        cls, before: Listing, after: Listing, corrections: Iterable[Correction]
    ) -> "_Comparing":
        continued: dict[str, list[str]] = defaultdict(list)
        origins: dict[str, list[str]] = defaultdict(list)
        for row in corrections:
            if row.old in before and row.new in after:
                continued[row.old].append(row.new)
                origins[row.new].append(row.old)
            elif row.old in before and not row.new:
                continued[row.old] = []
        return cls(before, after, dict(continued), dict(origins))

    def compare_level(self, old: list[str], new: list[str]) -> None:
        self._match_names(old, new)
        self._match_corrections(old)
        self._match_codes(old, new)
        self._settle(old, new)

    def _match_names(self, old: list[str], new: list[str]) -> None:
        """The same name under the same parent is the same area."""
        named: dict[tuple[str | None, str], str] = {
            (_parent(code), self.after[code]): code for code in new
        }
        for code in old:
            match = named.get((self._parent_now(code), self.before[code]))
            if match is not None and code not in self.continued:
                self.found.same[code] = match

    def _match_corrections(self, old: list[str]) -> None:
        """One reviewed successor under the same parent is the same area, if free."""
        taken = set(self.found.same.values())
        for code in old:
            only = self._only_successor(code)
            if only and only not in taken and _parent(only) == self._parent_now(code):
                self.found.same[code] = only

    def _match_codes(self, old: list[str], new: list[str]) -> None:
        """The same code with another name is a rename, if no other bears the names."""
        same = self.found.same
        taken = set(same.values()) | self.origins.keys()
        lost = {
            (code[:DISTRICT], self.before[code]) for code in old if code not in same
        }
        free = {
            (code[:DISTRICT], self.after[code]) for code in new if code not in taken
        }
        for code in old:
            if code in same or code in self.continued or code in taken:
                continue
            if code not in self.after or self._parent_now(code) != _parent(code):
                continue
            was = code[:DISTRICT], self.before[code]
            called = code[:DISTRICT], self.after[code]
            if was not in free and called not in lost:
                same[code] = code

    def _settle(self, old: list[str], new: list[str]) -> None:
        """Sort what was not matched into moved, ended, unresolved and begun."""
        found = self.found
        taken = set(found.same.values())
        for code in old:
            if code in found.same:
                continue
            only = self._only_successor(code)
            if code not in self.continued:
                found.unresolved.append(code)
            elif only and only not in taken and len(code) == COMMUNITY:
                found.moved[code] = only
            else:
                found.ended[code] = tuple(self.continued[code])
        taken |= set(found.moved.values())
        found.begun += [code for code in new if code not in taken]

    def _only_successor(self, code: str) -> str | None:
        """The one area that is reviewed to continue this one and no other."""
        match self.continued.get(code):
            case [only] if self.origins[only] == [code]:
                return only
        return None

    def _parent_now(self, code: str) -> str | None:
        """The code that the parent of an old area has in the newer list, if any."""
        parent = _parent(code)
        return parent if len(parent) == DISTRICT else self.found.same.get(parent)


def _parent(code: str) -> str:
    return code[: ABOVE[len(code)]]
