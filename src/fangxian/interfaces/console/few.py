"""Counts of so few people that a reader of counts would tell who they are."""

from collections.abc import Mapping


FEW_MOST = 5  # of fewer, a reader of counts learns only that there are some
FEW = f"<{FEW_MOST}"


def is_few(figure: int) -> bool:
    """Whether so few people would be told apart by who reads counts only."""
    return 0 < figure < FEW_MOST


def told(figure: int, *, reads: bool) -> int | str:
    """Give a count of people as this reader may know it: who reads their rows, all."""
    return FEW if not reads and is_few(figure) else figure


def hidden(counts: Mapping[int, int]) -> set[int]:
    """Name the units whose counts are hidden from who reads counts only.

    Where one alone would be hidden, it would follow from the sum: the next goes too.
    """
    there = sorted((n, unit) for unit, n in counts.items() if n)
    few = sum(is_few(n) for n, _unit in there)
    return {unit for _n, unit in there[: max(few, 2) if few else 0]}
