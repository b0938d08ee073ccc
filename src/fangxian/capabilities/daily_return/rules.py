"""Pure judgements: which return belongs to which duty, and when it was seen."""

import datetime as dt
from dataclasses import dataclass

from fangxian.kernel.moments import start_of
from fangxian.kernel.refusals import RefusalKind


NOTHING_TO_CORRECT = RefusalKind(
    code="daily_return.nothing_to_correct",
    sentence="Composed anew, bulletin {number} says the same.",
    remedy="Restate the return or correct the record that is wrong first.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A return of the day: its layout, and the form that its signer fills in."""

    layout: str
    form: str


DAILY = Kind(layout="daily", form="daily_report")
ZERO = Kind(layout="zero", form="zero_report")
KINDS = (DAILY, ZERO)
BULLETIN = "supervision"


def seen_at(day: dt.date, *, at: dt.datetime) -> dt.datetime:
    """Give the moment that a return speaks of: now, at the latest the day's end."""
    last = start_of(day + dt.timedelta(days=1)) - dt.timedelta.resolution
    return min(at, last)
