"""Pure judgements: which return ends which duty, what is stated, when it was seen."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fangxian.kernel.moments import start_of
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.report.rules import is_nothing


if TYPE_CHECKING:
    from collections.abc import Mapping

    from fangxian.mechanisms.protocol.layouts import Layout


NOTHING_TO_CORRECT = RefusalKind(
    code="daily_return.nothing_to_correct",
    sentence="Composed anew, bulletin {number} says the same.",
    remedy="Restate the return or correct the record that is wrong first.",
)


NOTHING_STATED = RefusalKind(
    code="daily_return.nothing_stated",
    sentence="The figures say that nothing happened, and no words say what did.",
    remedy="Sign it as a zero report, or say in words what happened.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A return of the day: its layout, and the form that its signer fills in."""

    layout: str
    form: str


DAILY = Kind(layout="daily", form="daily_report")
BULLETIN = "supervision"


def seen_at(day: dt.date, *, at: dt.datetime) -> dt.datetime:
    """Give the moment that a return speaks of: now, at the latest the day's end."""
    last = start_of(day + dt.timedelta(days=1)) - dt.timedelta.resolution
    return min(at, last)


def check_stated(
    answers: "Mapping[str, object]", layout: "Layout", figures: "Mapping[str, int]"
) -> None:
    """Refuse a day of which neither figures, words nor signer say how it was."""
    said = answers["nothing_happened"] or "what_happened" in answers
    if not said and is_nothing(layout, figures):
        raise NOTHING_STATED()
