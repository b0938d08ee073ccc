"""The child process that opens a workbook, so that a hostile one hurts nobody.

Run as a file, never imported: it knows nothing of the rest of the program, limits
its own memory and time before it looks at a byte, reads the workbook from standard
input, and writes JSON lines: the first sheet's rows as text, or one refusal.
"""

import datetime as dt
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import NoReturn

import python_calamine as calamine


MEMORY_BYTES_MAX = 640 * 1024**2
CPU_SECONDS_MAX = 4
ENTRIES_MAX = 2_000
UNPACKED_BYTES_MAX = 200 * 1024**2
RATIO_MAX = 200  # real sheets pack 5 to 30 times
RATIO_FREE_BYTES = 4 * 1024**2
ROWS_MAX = 20_000
COLUMNS_MAX = 100
CELL_CHARACTERS_MAX = 2_000
EXACT_INTEGER_MAX = 10**15  # a spreadsheet keeps 15 digits of a number

Cell = int | float | str | bool | dt.date | dt.time | dt.timedelta
Rows = list[list[Cell]]


def limit_itself() -> None:
    """Give up memory, time, core dumps and files, for good."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES_MAX,
        resource.RLIMIT_CPU: CPU_SECONDS_MAX,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))


def refuse(fault: str) -> NoReturn:
    """Say why the workbook is not read, and end."""
    sys.stdout.write(json.dumps({"fault": fault}) + "\n")
    sys.stdout.flush()
    sys.exit(0)


def check_archive(content: bytes) -> None:
    """Refuse an archive that would unpack into something else than a list."""
    if not content.startswith(b"PK"):
        return
    entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > ENTRIES_MAX:
        refuse("many_entries")
    if unpacked > UNPACKED_BYTES_MAX:
        refuse("unpacks_too_large")
    if unpacked > RATIO_FREE_BYTES and unpacked / packed > RATIO_MAX:
        refuse("unpacks_too_large")


def read_sheet(content: bytes) -> Rows:
    """Read the first visible sheet that holds anything, merged cells filled."""
    workbook = calamine.load_workbook(io.BytesIO(content))
    for index, about in enumerate(workbook.sheets_metadata):
        if about.visible is not calamine.SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_index(index)
        if sheet.start is None or sheet.height == 0:
            continue
        check_size(sheet)
        rows = sheet.to_python(skip_empty_area=False)
        fill_merged(rows, sheet.merged_cell_ranges or [])
        return rows
    return refuse("empty")


def check_size(sheet: calamine.CalamineSheet) -> None:
    """Refuse a sheet that is larger than any list of places."""
    bottom, right = sheet.end or (0, 0)
    if bottom >= ROWS_MAX:
        refuse("many_rows")
    if right >= COLUMNS_MAX:
        refuse("many_columns")


def fill_merged(
    rows: Rows, ranges: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Write the value of a merged cell into every cell it covers."""
    for (top, left), (bottom, right) in ranges:
        covered = rows[top : bottom + 1]
        if not covered or left >= len(covered[0]):
            continue
        value = covered[0][left]
        for row in covered:
            stretch = row[left : right + 1]
            row[left : right + 1] = [value] * len(stretch)


def spell(cell: Cell) -> str:
    """Spell a cell as the text a reader of the sheet would type.

    Integers beyond 15 digits are spelled with an exponent: the sheet has lost
    their last digits, and that must not be hidden.
    """
    if isinstance(cell, dt.datetime):
        is_day = cell.time() == dt.time()
        return cell.date().isoformat() if is_day else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < EXACT_INTEGER_MAX else f"{cell:.5E}"
    return str(cell)[:CELL_CHARACTERS_MAX]


def spelled(rows: Rows) -> Iterator[str]:
    """Give each row as a line of JSON."""
    for row in rows:
        yield json.dumps([spell(cell) for cell in row], ensure_ascii=False) + "\n"


def main() -> None:
    """Read standard input, write standard output; any surprise is one refusal."""
    limit_itself()
    content = sys.stdin.buffer.read()
    try:
        check_archive(content)
        rows = read_sheet(content)
    except calamine.PasswordError:
        refuse("encrypted")
    except (calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError):
        refuse("unreadable")
    except MemoryError:
        refuse("exhausted")
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # it is a real stream here
    sys.stdout.writelines(spelled(rows))


if __name__ == "__main__":
    main()
