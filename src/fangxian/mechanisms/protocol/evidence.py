"""Evidence as rules see it: what it states, how good it is, and nothing of whom."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fangxian.kernel.conditions import Value
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.protocol.restrictions import is_area
from fangxian.mechanisms.protocol.vocabulary import (
    GROUNDING,
    STATED,
    STAYED_IN,
    Kind,
    days_in,
    kind_of,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One piece of evidence: what it states, how good it is, when it was seen.

    ``venue`` ties an exposure to the visits of everybody who was there.
    """

    id: str
    kind: str
    grade: str
    facts: Mapping[str, Value]
    seen_at: dt.datetime
    venue: str = ""


def is_usable(stated: Stated, at: dt.datetime) -> bool:
    """Whether evidence can ground anything: no hearsay, nothing from the future."""
    return stated.grade in GROUNDING and stated.seen_at <= at


def wrong_facts(kind: Kind, facts: Mapping[str, object]) -> Iterator[str]:
    """Name what evidence of a kind may not state, or not so."""
    for name, value in facts.items():
        if not _can_state(kind, name, value):
            yield name
    if not facts:
        yield kind


def _can_state(kind: Kind, name: str, value: object) -> bool:
    if name == STAYED_IN:
        return kind is Kind.STAY and isinstance(value, str) and is_area(value)
    return name in STATED and kind_of(name) is kind and STATED[name].admits(value)


def is_ahead(facts: Mapping[str, Value], *, seen_at: dt.datetime) -> bool:
    """Whether evidence states a day that had not come when it was seen."""
    return any(day > day_of(seen_at).isoformat() for day in days_in(facts))
