"""Whether the row that would be the headings of a list is one, or already somebody.

A list without headings may begin with a person whose cells happen to hold words of
headings. Taken for headings, that person would be missing, and be kept as a layout.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from fangxian.interfaces.imports import rules


AREAS = ("street", "community", "grid")
RECURS = 2  # the parts of a heading that was merged downwards recur once
_DIGITS = re.compile(r"[0-9]{7,}")
_DAY = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]")
_GAPS = re.compile(r"(?<=[0-9])[\s-](?=[0-9]{3,4}(?:\D|$))")
_LABELLED = re.compile(r"\s*[^:]{1,12}:\s*\S")


def check_headings(
    headings: Sequence[str],
    columns: Mapping[str, int],
    rows: Sequence[Sequence[str]],
    *,
    number: int,
) -> None:
    """Refuse a row of headings that holds what only a row of a list would.

    ``rows`` stand below it; ``number`` is its own.
    """
    plain = [unicodedata.normalize("NFKC", heading) for heading in headings]
    if (
        any(map(_holds_number, plain))
        or _LABELLED.match(plain[columns["name"]])
        or any(_recurs(columns[one], headings, rows) for one in AREAS if one in columns)
    ):
        raise rules.HEADINGS_ARE_DATA(row=number)


def _holds_number(cell: str) -> bool:
    """Whether a cell holds a telephone or the number of a paper; a day is neither."""
    found = _DIGITS.findall(_GAPS.sub("", cell))
    return any(not _DAY.fullmatch(digits) for digits in found)


def _recurs(place: int, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether what a cell says stands below it again, in rows that are no headings."""
    again = (
        row
        for row in rows
        if place < len(row) and row[place] == headings[place] and row != headings
    )
    return sum(1 for _ in again) >= RECURS
