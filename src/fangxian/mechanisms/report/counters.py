"""Counters equal a recount: the journal's tallies against the rows they count."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from fangxian.mechanisms.finding import queries as finding
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.observation import queries as observation
from fangxian.mechanisms.report import events
from fangxian.mechanisms.report.models import Return
from fangxian.mechanisms.report.states import State
from fangxian.mechanisms.restriction import queries as restriction
from fangxian.mechanisms.task import queries as task


Key = tuple[str, int, dt.date, str]


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A counter that does not equal the rows it counts."""

    measure: str
    area: int
    day: dt.date
    kind: str
    tallied: int
    counted: int


def differences(*, from_: dt.date, until: dt.date) -> list[Difference]:
    """Compare every counter of ``[from_, until)`` with a recount; none is the promise."""
    tallied = journal.tallied(from_=from_, until=until)
    counted = recount_all(from_=from_, until=until)
    return sorted(
        Difference(*key, tallied=tallied.get(key, 0), counted=counted.get(key, 0))
        for key in tallied.keys() | counted.keys()
        if tallied.get(key, 0) != counted.get(key, 0)
    )


def recount_all(*, from_: dt.date, until: dt.date) -> Counter[Key]:
    """Count everything that has a counter again, from the rows of each mechanism."""
    counted = recount(from_=from_, until=until)
    for mechanism in (task, observation, restriction, finding):
        for one in mechanism.recount(from_=from_, until=until):
            counted[one.measure, one.area, one.day, one.kind] += one.n
    return counted


def recount(*, from_: dt.date, until: dt.date) -> Counter[Key]:
    """Count the signed returns again, as (measure, area, day, layout) → n."""
    signed = Return.objects.filter(day__gte=from_, day__lt=until)
    counted: Counter[Key] = Counter()
    for one in signed.exclude(state=State.COMPUTED).iterator():
        key = (one.area_id, one.day, one.layout)
        counted[events.ATTESTED, *key] += 1
        counted[events.LATE, *key] += one.late
        counted[events.ZERO, *key] += one.zero
    return +counted
