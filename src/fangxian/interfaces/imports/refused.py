"""The rows that were not taken in, as a file to correct and send again."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Protocol

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from django.utils.translation import gettext_noop

from fangxian.capabilities.enrolment import rules as enrolment_rules
from fangxian.capabilities.home_watch import rules as home_watch_rules
from fangxian.interfaces.imports import rules
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.ledger import rules as ledger_rules
from fangxian.mechanisms.ledger.people import rules as people_rules
from fangxian.mechanisms.restriction import rules as restriction_rules


Translate = Callable[[str], str]

# Signs with which a spreadsheet begins to calculate instead of showing a text;
# full-width forms are folded to these first.
CALCULATES = tuple("=+-@\t\r")

ADDED_HEADINGS = (gettext_noop("row"), gettext_noop("reason"), gettext_noop("remedy"))

CATALOGUE = {
    kind.code: kind
    for module in (
        *(ledger_rules, people_rules, restriction_rules),
        *(enrolment_rules, home_watch_rules, rules),
    )
    for kind in vars(module).values()
    if isinstance(kind, RefusalKind)
}


class Listed(Protocol):
    """A refused row as the ledger keeps it; ``cells`` is a JSON list of texts."""

    number: int
    code: str
    facts: Mapping[str, object]
    cells: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A row with every reason it was refused for, and what would help."""

    number: int
    cells: tuple[str, ...]
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]


def untranslated(text: str) -> str:
    """Leave the catalogue's English as it is."""
    return text


def explain(
    rows: Iterable[Listed], *, translate: Translate = untranslated
) -> Iterator[Explained]:
    """Gather the faults of each row; rows come in the order of their numbers."""
    for number, faults in groupby(rows, key=attrgetter("number")):
        listed = list(faults)
        kinds = [(CATALOGUE[fault.code], fault.facts) for fault in listed]
        yield Explained(
            number=number,
            cells=tuple(json.loads(listed[0].cells)),
            reasons=tuple(translate(k.sentence).format(**f) for k, f in kinds),
            remedies=tuple(translate(k.remedy).format(**f) for k, f in kinds),
        )


def neutral(cell: str) -> str:
    """Put a quote mark before a cell that a spreadsheet would calculate.

    Reading drops the mark again (``tables.tidy_cell``), so a round trip is true.
    """
    begins = unicodedata.normalize("NFKC", cell[:1]) or " "
    inner = unicodedata.normalize("NFKC", cell.lstrip(" \u3000\n")[:1]) or " "
    dangerous = begins in CALCULATES or inner in CALCULATES
    return f"'{cell}" if dangerous else cell


def to_correct(
    headings: Sequence[str],
    rows: Iterable[Explained],
    *,
    translate: Translate = untranslated,
) -> Iterator[list[str]]:
    """Give the list to correct: the file's own columns, then row, reason, remedy.

    Every cell is neutral. The added columns are ignored when it is read again.
    """
    added = [translate(word) for word in ADDED_HEADINGS]
    yield [neutral(cell) for cell in (*headings, *added)]
    for row in rows:
        missing = [""] * (len(headings) - len(row.cells))
        told = [str(row.number), " ".join(row.reasons), " ".join(row.remedies)]
        yield [neutral(cell) for cell in (*row.cells, *missing, *told)]


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """Write UTF-8 with a mark, so that spreadsheets show Chinese."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Sequence[str]]) -> bytes:
    """Write a sheet in which every cell is text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        text = workbook.add_format({"num_format": "@"})
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(row, column, cell, text)
    return content.getvalue()
