"""A document as plain text for a terminal, its tables aligned by what is seen."""

import unicodedata
from collections.abc import Iterable

from fangxian.capabilities.daily_return.rendering.document import (
    Document,
    Heading,
    Paragraph,
    Table,
)


WIDE = frozenset("WF")
GAP = "  "


def text(document: Document) -> str:
    """Set a document in lines; wide characters take two columns."""
    head = [
        document.masthead,
        document.number,
        f"{document.issuer}{GAP}{document.issued_on}",
        "",
        document.title,
        "",
        document.salutation,
    ]
    body = [line for block in document.blocks for line in _lines(block)]
    foot = ["", document.issuer, document.issued_on, "", document.footnote]
    return "\n".join([*head, *body, *foot]).replace("\n\n\n", "\n\n") + "\n"


def _lines(block: Heading | Paragraph | Table) -> Iterable[str]:
    if isinstance(block, Table):
        return ["", *_rows(block), ""]
    if isinstance(block, Heading):
        return ["", block.text]
    return [block.text]


def _rows(table: Table) -> list[str]:
    head = tuple(column.label for column in table.columns)
    rows = [head, *table.rows]
    widths = [max(width_of(row[n]) for row in rows) for n in range(len(head))]
    ruled = tuple("-" * width for width in widths)
    return [_row(row, widths, table) for row in (head, ruled, *table.rows)]


def _row(row: tuple[str, ...], widths: list[int], table: Table) -> str:
    cells = zip(row, widths, table.columns, strict=True)
    return GAP.join(_pad(cell, width, column.align) for cell, width, column in cells)


def _pad(cell: str, width: int, align: str) -> str:
    space = " " * (width - width_of(cell))
    return space + cell if align == "right" else cell + space


def width_of(text_: str) -> int:
    """Count the columns that a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in WIDE else 1 for one in text_)
