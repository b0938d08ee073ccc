"""Pack the vintages of a city's lists into the one small file that ships.

Usage: python tools/divisions.py OUT FILE=YEAR ...

Each FILE is in the national layout; its code and name are read. A row of the result
is a code, a name without its office, and the first and the last vintage in a row in
which the two stood together.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

from fangxian.interfaces.imports.offices import plain_name


def read(files: list[tuple[Path, int]]) -> dict[tuple[str, str], set[int]]:
    """In which vintages each code had each name."""
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    for path, year in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                seen[row["code"], plain_name(row["name"])].add(year)
    return seen


def runs(years: set[int], vintages: list[int]) -> list[tuple[int, int]]:
    """The years as stretches of vintages without a gap, each as first and last."""
    found: list[tuple[int, int]] = []
    open_ = False
    for year in vintages:
        if year not in years:
            open_ = False
        elif open_:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
            open_ = True
    return found


def main(out: str, *sources: str) -> None:
    """Write the packed file."""
    files = [
        (Path(path), int(year))
        for path, _, year in (source.rpartition("=") for source in sources)
    ]
    vintages = sorted({year for _, year in files})
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "first", "last"])
        for (code, name), years in sorted(read(files).items()):
            for first, last in runs(years, vintages):
                writer.writerow([code, name, first, last])


if __name__ == "__main__":
    main(*sys.argv[1:])
