"""What the rules may ask about a restriction that is lived at home: its days."""

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.kernel.moments import day_of
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import loaded


if TYPE_CHECKING:
    from fangxian.mechanisms.restriction.models import Decision


SUBJECT = "restriction"
RESULT = "result"


def subject_of(decision_id: int) -> str:
    """Name a restriction as records write it."""
    return f"{SUBJECT}:{decision_id}"


def decision_of(subject: str) -> int | None:
    """The restriction that a record is about, or None where it is something else."""
    what, _, number = subject.partition(":")
    return int(number) if what == SUBJECT else None


def is_at_home(pack: Pack, measure: str) -> bool:
    """Whether the pack asks anything about those under a measure: then it is at home."""
    subject = pack.subjects.get(SUBJECT)
    takes = subject is not None and subject.takes(measure)
    return takes and bool(pack.clauses_about(SUBJECT, measure))


def last_day(decision: "Decision") -> dt.date:
    """The last day of a restriction that runs to its end."""
    return day_of(decision.until - dt.timedelta.resolution)


def day_zero(decision: "Decision") -> dt.date:
    """The day that a restriction is counted from: the last exposure, or the entry."""
    return counted_from(decision, loaded(decision.edition_id))


def counted_from(decision: "Decision", pack: Pack) -> dt.date:
    """As ``day_zero``, by the decision's own pack that is at hand."""
    lasts = pack.restrictions[decision.rule].lasts
    if lasts.hours:
        return day_of(decision.until - dt.timedelta(hours=lasts.hours))
    return last_day(decision) - dt.timedelta(days=lasts.after + lasts.days)


def first_day(decision: "Decision") -> dt.date:
    """The first day that belongs to a restriction: its day 0, unless it comes after."""
    after = loaded(decision.edition_id).restrictions[decision.rule].lasts.after
    return day_zero(decision) + dt.timedelta(days=after + 1 if after else 0)


def facts_about(decision: "Decision", day: dt.date) -> Facts:
    """Gather what is known of a restriction on a day.

    What is owed once counts from its beginning.
    """
    return Facts(
        subject=SUBJECT,
        number=decision.pk,
        kind=decision.measure,
        values={
            "restriction.day": (day - day_zero(decision)).days,
            "restriction.days_left": (last_day(decision) - day).days,
        },
        since=decision.since,
    )


def facts_about_result(evidence: UUID, *, outcome: str, at: dt.datetime) -> Facts:
    """Say what came of a sample; what is owed on it is owed once, from now on."""
    return Facts(subject=RESULT, number=evidence, kind=outcome, since=at)
