"""The permission matrix: which role opens which address, from ``matrix.csv``.

A row names a URL; a cell says ``-`` (nothing), ``read`` (GET) or ``write`` (also
POST). ``anyone`` is somebody who has not logged in; ``account`` is anybody who has,
whatever their post. What is not in the table is closed.
"""

import csv
from enum import StrEnum
from functools import cache
from pathlib import Path

from fangxian.kernel.actors import Role


FILE = Path(__file__).with_name("matrix.csv")
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
COLUMNS = ("url", "anyone", "account", *(role.value for role in ROLES))


class Right(StrEnum):
    """What a cell grants."""

    NOTHING = "-"
    READ = "read"
    WRITE = "write"


Row = dict[str, Right]


@cache
def matrix() -> dict[str, Row]:
    """Read the table: for each URL name, the right of each column."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row.pop("url"): {column: Right(cell) for column, cell in row.items()}
        for row in rows
    }


def right_of(url: str, role: Role | None, *, known: bool) -> Right:
    """What somebody may do at an address; ``known`` says that they are logged in."""
    row = matrix().get(url)
    if row is None:
        return Right.NOTHING
    held = [row["anyone"]]
    if known:
        held.append(row["account"])
    if role is not None:
        held.append(row.get(role.value, Right.NOTHING))
    return max(held, key=list(Right).index)


def can_open(url: str, role: Role | None, *, known: bool = True) -> bool:
    """Whether a link to this address is worth showing."""
    return right_of(url, role, known=known) is not Right.NOTHING


def can_write(url: str, role: Role | None, *, known: bool = True) -> bool:
    """Whether a form that posts to this address is worth showing."""
    return right_of(url, role, known=known) is Right.WRITE
