"""Judging the cells of one row: all faults at once, cells that changed places. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fangxian.interfaces.imports import rules
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.kernel.refusals import Refusal


Judged = TypeVar("Judged")
Said = Mapping[str, str]
Judge = Callable[[str], bool]
NeverSwapped = tuple[Collection[str], Collection[str]]

SHORTENED = ("E+", "e+")  # how a spreadsheet writes a number it has cut


@dataclass(slots=True)
class Attempts:
    """Judges one cell after the other, so that a row is told all its faults at once."""

    faults: list[Refusal] = field(default_factory=list)

    def of(
        self, judge: Callable[[Said], Judged], said: Said, otherwise: Judged
    ) -> Judged:
        """Give the judgement, or note the refusal and go on with something else."""
        try:
            return judge(said)
        except Refusal as refusal:
            self.faults.append(refusal)
            return otherwise


def check_whole(said: Said, name: str, sheet: Sheet) -> None:
    """Refuse a number that a spreadsheet has cut."""
    if any(sign in said.get(name, "") for sign in SHORTENED):
        raise rules.NUMBER_SHORTENED(heading=sheet.heading_of(name))


def find_swap(
    said: Said, sheet: Sheet, judges: Mapping[str, Judge], *, never: NeverSwapped
) -> list[Refusal]:
    """Name the first pair of cells that would each fit the other's column, if any.

    A pair is swapped when one cell is plainly what the other column holds, and the
    cell in that column is plainly not. ``never`` names columns that may hold what
    those of another kind do: the first are never taken for swapped with the second.
    """
    swaps = _Swaps(judges, never)
    for name, text in said.items():
        if not text or swaps.fits(name, text) is not False:
            continue
        for other, in_other in said.items():
            if swaps.would_fit(name, other, in_other):
                one, two = sorted((name, other), key=sheet.columns.__getitem__)
                heading = sheet.heading_of
                return [rules.CELLS_SWAPPED(one=heading(one), other=heading(two))]
    return []


@dataclass(frozen=True, slots=True)
class _Swaps:
    judges: Mapping[str, Judge]
    never: NeverSwapped

    def would_fit(self, name: str, other: str, in_other: str) -> bool:
        areas, texts = self.never
        if other == name or not in_other or (name in areas and other in texts):
            return False
        return self.fits(name, in_other) is True and not self.fits(other, in_other)

    def fits(self, name: str, text: str) -> bool | None:
        """Whether a text is what a column holds; None where any text may stand."""
        judge = self.judges.get(name)
        return None if judge is None else judge(text)
