"""The situation of an installation: the wall clock, or a rehearsal's own time.

A replayed or demo installation keeps a small file beside its database that says
how far its clock stands from the wall clock (decisions.md 1). No file: real time.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fangxian.kernel.moments import Clock, SituationClock, SystemClock


FILE = "situation.json"


@dataclass(frozen=True, slots=True)
class Situation:
    """A rehearsal: which scenario, and what is added to the wall clock."""

    scenario: str
    offset: dt.timedelta


def start_situation(folder: Path, *, scenario: str, at: dt.datetime) -> Situation:
    """Let the installation's clock stand at ``at`` and run on from there."""
    situation = Situation(scenario=scenario, offset=at - SystemClock().now())
    spelled = {"scenario": scenario, "offset": situation.offset.total_seconds()}
    partial = folder / f"{FILE}.partial"
    partial.write_text(json.dumps(spelled), encoding="utf-8")
    partial.replace(folder / FILE)
    return situation


def find_situation(folder: Path) -> Situation | None:
    """Give the rehearsal this installation plays, or None for real time."""
    path = folder / FILE
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(path, changed)


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Situation:
    del changed  # a part of the cache key only
    spelled = json.loads(path.read_text(encoding="utf-8"))
    offset = dt.timedelta(seconds=spelled["offset"])
    return Situation(scenario=spelled["scenario"], offset=offset)


def clock_of(folder: Path) -> Clock:
    """Give the installation's clock: every interface reads the time from here."""
    situation = find_situation(folder)
    return SystemClock() if situation is None else SituationClock(situation.offset)
