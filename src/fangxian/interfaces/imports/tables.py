"""Files of any layout, read as rows of text: CSV in any Chinese encoding, XLSX, XLS.

A workbook is opened by a child process with little memory and time (``reader``);
this process only ever holds the file itself and a bounded text.
"""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

from fangxian.interfaces.imports import rules
from fangxian.kernel.refusals import RefusalKind


Table = list[tuple[str, ...]]

FILE_BYTES_MAX = 10 * 1024**2
TEXT_BYTES_MAX = 8 * 1024**2
ROWS_MAX = 20_000
COLUMNS_MAX = 100
SECONDS_MAX = 4.5

READER = Path(__file__).with_name("reader.py")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
SEPARATORS = ",\t;|\uff0c"
ENCODINGS = ("utf-8-sig", "gb18030")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What some systems hand out as .xls is a page of the web.
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|meta|body|table|style|script|div)\b",
    re.IGNORECASE | re.DOTALL,
)

FAULTS: dict[str, RefusalKind] = {
    "empty": rules.FILE_EMPTY,
    "encrypted": rules.FILE_ENCRYPTED,
    "unreadable": rules.FILE_UNREADABLE,
    "exhausted": rules.FILE_EXHAUSTING,
    "many_entries": rules.FILE_EXHAUSTING,
    "unpacks_too_large": rules.FILE_EXHAUSTING,
    "many_rows": rules.MANY_ROWS,
    "many_columns": rules.MANY_ROWS,
}


def read_table(content: bytes) -> Table:
    """Give the rows of a file as tidied text, or refuse it with a remedy.

    The kind of file is told from its first bytes; its name may say anything.
    """
    if len(content) > FILE_BYTES_MAX:
        raise rules.FILE_TOO_LARGE(limit=FILE_BYTES_MAX // 1024**2)
    if not content.strip():
        raise rules.FILE_EMPTY()
    if PAGE.match(content):
        raise rules.FILE_IS_PAGE()
    rows = _workbook(content) if content.startswith(WORKBOOKS) else _text(content)
    table = [tuple(tidy_cell(cell) for cell in row) for row in rows]
    return _rectangle(table)


def tidy_cell(cell: str) -> str:
    """Drop margins, odd gaps, and the quote mark that keeps a text from calculating."""
    text = " ".join(cell.replace("\ufeff", "").replace("\u200b", "").split())
    return text.removeprefix("'").lstrip()


def _rectangle(table: Table) -> Table:
    """Make all rows equally long, without the empty columns at the right."""
    filled = (place for row in table for place, cell in enumerate(row, start=1) if cell)
    width = max(filled, default=0)
    if width == 0:
        raise rules.FILE_EMPTY()
    return [(*row, *("",) * (width - len(row)))[:width] for row in table]


# -------------------------------------------------------------------------- text
def _text(content: bytes) -> Iterator[Sequence[str]]:
    if len(content) > TEXT_BYTES_MAX:
        raise rules.FILE_TOO_LARGE(limit=TEXT_BYTES_MAX // 1024**2)
    lines = decode(content).splitlines(keepends=True)
    rows = csv.reader(lines, delimiter=_separator(lines))
    try:
        for number, row in enumerate(rows, start=1):
            _check_size(number, len(row))
            yield row
    except csv.Error as unreadable:
        raise rules.FILE_UNREADABLE() from unreadable


def decode(content: bytes) -> str:
    """Decode a text: UTF-16 by its mark, else UTF-8, else GB 18030."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise rules.FILE_UNREADABLE()


def _separator(lines: Sequence[str]) -> str:
    """Guess the separator: the one that most lines hold, most often."""
    sample = lines[:50]
    return max(SEPARATORS, key=lambda sign: sum(line.count(sign) for line in sample))


def _check_size(rows: int, columns: int) -> None:
    if rows > ROWS_MAX or columns > COLUMNS_MAX:
        raise rules.MANY_ROWS(rows=ROWS_MAX, columns=COLUMNS_MAX)


# --------------------------------------------------------------------- workbooks
def _workbook(content: bytes) -> Iterator[Sequence[str]]:
    for line in _lines_of_child(content).splitlines():
        row = json.loads(line)
        if isinstance(row, dict):
            fault = FAULTS[row["fault"]]
            raise fault(rows=ROWS_MAX, columns=COLUMNS_MAX)
        yield row


def _lines_of_child(content: bytes) -> bytes:
    """Let the child read the workbook; whatever kills it was in the file.

    It is handed over in memory: a list of people never lies on the disk in clear.
    """
    with os.fdopen(os.memfd_create("workbook"), "w+b") as file:
        file.write(content)
        file.seek(0)
        child = subprocess.Popen(  # noqa: S603 -- our own file, no shell, no argument from outside
            [sys.executable, "-I", READER],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    with child:
        assert child.stdout is not None  # noqa: S101 -- asked for by PIPE
        deadline = Timer(SECONDS_MAX, child.kill)
        deadline.start()
        said = child.stdout.read(TEXT_BYTES_MAX + 1)
        if len(said) > TEXT_BYTES_MAX:
            child.kill()
        child.stdout.close()
        status = child.wait()
        deadline.cancel()
    if status != 0:
        raise rules.FILE_EXHAUSTING()
    return said
