"""The division itself, where a list names its office."""

import csv
from functools import cache
from pathlib import Path


OFFICES = Path(__file__).parent / "offices.csv"


def plain_name(name: str) -> str:
    """Name the division itself where a list names its office."""
    for ending, short in offices():
        if name.endswith(ending):
            return name.removesuffix(ending) + short
    return name


@cache
def offices() -> tuple[tuple[str, str], ...]:
    """The endings that name an office, and what the division itself ends with."""
    with OFFICES.open(encoding="utf-8", newline="") as file:
        return tuple((row["ending"], row["short"]) for row in csv.DictReader(file))
