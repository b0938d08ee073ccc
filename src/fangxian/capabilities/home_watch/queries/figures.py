"""Figures about people by their ids: aggregates, never who."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from fangxian.capabilities.home_watch.states import Outcome
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.protocol.vocabulary import Kind
from fangxian.mechanisms.restriction.facts import read
from fangxian.mechanisms.restriction.queries import decisions, evidence_of, not_over


RESULT = "lab.result"
NEGATIVE, INCONCLUSIVE = Outcome.NEGATIVE.value, Outcome.INCONCLUSIVE.value


def restricted(persons: Collection[UUID]) -> int:
    """Count those of these people who were ever under a measure."""
    had = decisions(EVERYWHERE).filter(subject__in=persons)
    return had.order_by().values("subject").distinct().count()


def released(persons: Collection[UUID], at: dt.datetime) -> int:
    """Count those of these people whose every measure is over at a moment."""
    had = decisions(EVERYWHERE).filter(subject__in=persons).order_by()
    everybody = set(had.values_list("subject", flat=True))
    still = set(had.filter(not_over(at)).values_list("subject", flat=True))
    return len(everybody - still)


def tested_negative(persons: Collection[UUID], at: dt.datetime) -> int:
    """Count those of these people with results, none of which is anything but negative.

    Results that were withdrawn do not count, nor those that say nothing of the person;
    neither does who was never tested.
    """
    stated = evidence_of(persons, EVERYWHERE).filter(
        kind=Kind.LAB, withdrawal=None, seen_at__lte=at
    )
    results: defaultdict[UUID | None, set[object]] = defaultdict(set)
    for one in stated:
        results[one.subject].add(read(one.facts or "").get(RESULT))
    return sum(found - {INCONCLUSIVE} == {NEGATIVE} for found in results.values())
