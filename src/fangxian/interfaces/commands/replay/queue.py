"""The queue of a replay: acts in the order of their moments, with a stop where due."""

import datetime as dt
import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias


Do: TypeAlias = Callable[[dt.datetime], None]


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """Something to be done at a moment; of two at one moment the earlier planned."""

    at: dt.datetime
    number: int
    do: Do = field(compare=False)


class Queue:
    """Acts that are still to come."""

    def __init__(self) -> None:
        self.heap: list[Act] = []
        self.planned = 0
        self.done = 0

    def plan(self, at: dt.datetime, do: Do) -> None:
        """Plan an act."""
        self.planned += 1
        heapq.heappush(self.heap, Act(at, self.planned, do))

    def plan_all(self, acts: Iterable[tuple[dt.datetime, Do]]) -> None:
        """Plan many acts."""
        for at, do in acts:
            self.plan(at, do)

    def run_until(self, stop: dt.datetime) -> None:
        """Do what is planned before a moment, also what that makes others plan."""
        while self.heap and self.heap[0].at < stop:
            act = heapq.heappop(self.heap)
            act.do(act.at)
            self.done += 1
