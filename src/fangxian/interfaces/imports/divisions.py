"""Lists of divisions: files in the national layout in, areas out, bad rows told.

Four layouts are known by their columns: cities, areas (districts), streets and
villages (communities). A file is streamed, so its size does not matter.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path

from fangxian.interfaces.imports.offices import plain_name
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.jurisdiction.actions import establish_areas
from fangxian.mechanisms.jurisdiction.bulk import Established, NewArea
from fangxian.mechanisms.jurisdiction.states import Level


BATCH_ROWS = 5_000
SAMPLE_BYTES = 1 << 20
REPLACED = "\N{REPLACEMENT CHARACTER}"

NOT_A_LIST = RefusalKind(
    code="divisions.not_a_list",
    sentence="{file} is not a list of divisions: it has the columns {columns}.",
    remedy="The first line names code, name and provinceCode, cityCode, areaCode or "
    "streetCode.",
)
ROW_INCOMPLETE = RefusalKind(
    code="divisions.row_incomplete",
    sentence="The row has {found} fields where the first line names {expected}.",
    remedy="Write one division a line, with all its fields.",
)
CODE_MALFORMED = RefusalKind(
    code="divisions.code_malformed",
    sentence="{code} is not a code of {digits} digits.",
    remedy="Write the statistical code in digits, without spaces.",
)
CODE_ELSEWHERE = RefusalKind(
    code="divisions.code_elsewhere",
    sentence="The code {code} does not begin with its parent's code {parent}.",
    remedy="Correct the code or the parent's code.",
)
UNREADABLE = RefusalKind(
    code="divisions.unreadable",
    sentence="The row holds characters that are neither UTF-8 nor GB18030.",
    remedy="Save the file again as UTF-8, or write the row again.",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file lists: the level, how long its codes are, who its parents are."""

    level: Level
    digits: int
    parent: str


LAYOUTS = (
    Layout(Level.COMMUNITY, 12, "streetCode"),
    Layout(Level.STREET, 9, "areaCode"),
    Layout(Level.DISTRICT, 6, "cityCode"),
    Layout(Level.CITY, 4, "provinceCode"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was not taken: its line in the file, and why."""

    row: int
    refusal: Refusal


@dataclass(slots=True)
class Totals:
    """What became of a file. ``rows`` is the sum of the other three."""

    rows: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0

    def add(self, done: Established, *, refused: int) -> None:
        """Count a batch in."""
        self.added += done.added
        self.known += done.known
        self.refused += refused
        self.rows += done.added + done.known + refused


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where this file has the columns of its layout, and how wide its rows are."""

    layout: Layout
    code: int
    name: int
    parent: int
    width: int


def import_divisions(
    path: Path,
    *,
    on: date,
    source: str,
    by: Actor,
    at: datetime,
    tell: Callable[[Fault], None],
    show: Callable[[Totals], None] = lambda _: None,
) -> Totals:
    """Establish what a file lists, and tell each row that could not be taken.

    Importing the same file again adds nothing; after a correction only what was
    missing is added. ``show`` is given the totals so far after every batch.
    """
    totals = Totals()
    establish = partial(establish_areas, on=on, source=source, by=by, at=at)
    with path.open(encoding=encoding_of(path), errors="replace") as lines:
        columns = _columns(next(lines, ""), path)
        numbered = enumerate(lines, start=2)
        while batch := list(islice(numbered, BATCH_ROWS)):
            new, faults = _sort(batch, columns)
            done = establish(new, level=columns.layout.level)
            faults += [Fault(row, refusal) for row, refusal in done.refused]
            for fault in sorted(faults, key=attrgetter("row")):
                tell(fault)
            totals.add(done, refused=len(faults))
            show(totals)
    return totals


def encoding_of(path: Path) -> str:
    """Tell UTF-8 from GB18030 by how most of the lines that are not ASCII read.

    By lines, because one broken row must not turn the whole file into other words.
    """
    with path.open("rb") as file:
        lines = file.read(SAMPLE_BYTES).splitlines()
    telling = [line for line in lines if not line.isascii()]
    as_utf8 = sum(_is_utf8(line) for line in telling)
    return "utf-8-sig" if 2 * as_utf8 >= len(telling) else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _columns(first: str, path: Path) -> _Columns:
    """Find the layout by the first line; the longest parent's code decides."""
    names = [name.strip() for name in next(csv.reader([first]), [])]
    for layout in LAYOUTS:
        if {"code", "name", layout.parent} <= set(names):
            return _Columns(
                layout,
                code=names.index("code"),
                name=names.index("name"),
                parent=names.index(layout.parent),
                width=len(names),
            )
    raise NOT_A_LIST(file=path.name, columns=", ".join(names))


def _sort(
    batch: Iterable[tuple[int, str]], columns: _Columns
) -> tuple[list[NewArea], list[Fault]]:
    """Sort numbered lines into rows and faults; empty lines are neither."""
    new, faults = [], []
    for row, line in batch:
        if not line.strip():
            continue
        try:
            new.append(_read(row, line, columns))
        except Refusal as refusal:
            faults.append(Fault(row, refusal))
    return new, faults


def _read(row: int, line: str, columns: _Columns) -> NewArea:
    """Read one line, or refuse it."""
    if REPLACED in line:
        raise UNREADABLE()
    fields = _fields(line)
    if len(fields) != columns.width:
        raise ROW_INCOMPLETE(found=len(fields), expected=columns.width)
    code, parent = fields[columns.code], fields[columns.parent]
    layout = columns.layout
    if not (code.isascii() and code.isdigit() and len(code) == layout.digits):
        raise CODE_MALFORMED(code=code, digits=layout.digits)
    if not code.startswith(parent):
        raise CODE_ELSEWHERE(code=code, parent=parent)
    return NewArea(
        row=row,
        code=code,
        name=plain_name(fields[columns.name]),
        parent=None if layout.level is Level.CITY else parent,
    )


def _fields(line: str) -> list[str]:
    """Split a line; one whose quotes do not close has no fields."""
    try:
        return [field.strip() for field in next(csv.reader([line], strict=True))]
    except csv.Error:
        return []
