"""What a benchmark tells: a figure, its unit, and what it is compared with in one run."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass


FULL = os.environ.get("FANGXIAN_BENCH", "") == "full"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``ratio`` reads ``12.3 × plain ORM``; ``goal`` what is aimed at."""

    name: str
    figure: float
    unit: str
    ratio: str = ""
    goal: str = ""

    def markdown(self) -> str:
        """The line of the table."""
        figure = f"{self.figure:,.0f}" if self.figure >= 100 else f"{self.figure:.2f}"
        return f"| {self.name} | {figure} {self.unit} | {self.ratio} | {self.goal} |"


def seconds(work: Callable[[], object]) -> float:
    """How long this takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def times(figure: float, other: float, name: str) -> str:
    """Say a ratio."""
    return f"{figure / other:.2f} × {name}"
