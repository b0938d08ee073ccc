"""Whether more favourable evidence could ever harm: a rule tried on small models.

Every fact that a rule reads takes every value that can matter to it, and "unknown",
which favours a person most of all. Whoever is restricted stays restricted when one
fact is made worse; were it otherwise, a better fact would have restricted somebody.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

from fangxian.kernel.conditions import Condition, Type, Value, evaluate, facts_of
from fangxian.kernel.conditions.language import (
    Among,
    Comparison,
    Every,
    Fact,
    Literal,
    Not,
    Some,
)
from fangxian.mechanisms.protocol.vocabulary import WORDS


MODELS_MOST = 50_000
SOME_DAYS = tuple(dt.date(2020, 1, day).isoformat() for day in (1, 2, 3))

Model = Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Harm:
    """A better value of a fact that restricts, where a worse one does not."""

    fact: str
    better: Value | None
    worse: Value | None


def models(condition: Condition) -> int:
    """Count the models that a rule has to be tried on."""
    return prod(len(values) for values in _values(condition).values())


def harms(condition: Condition) -> Iterator[Harm]:
    """Find where more favourable evidence harms; of a fair rule nothing."""
    values = _values(condition)
    for chosen in product(*values.values()):
        model = dict(zip(values, chosen, strict=True))
        if evaluate(condition, model) is True:
            yield from _harms_of(condition, model)


def _harms_of(condition: Condition, model: Model) -> Iterator[Harm]:
    for fact, better in model.items():
        for worse in _worse(condition, fact, better):
            if evaluate(condition, {**model, fact: worse}) is not True:
                yield Harm(fact, better, worse)


def _worse(condition: Condition, fact: str, value: Value | None) -> list[Value | None]:
    """The next worse value; a day is neither better nor worse than another."""
    values = _values_of(fact, condition)
    if WORDS[fact].type is Type.DAY:
        return values[1:] if value is None else []
    return [worse for better, worse in pairwise(values) if better == value]


# ------------------------------------------------------------------------ values
def _values(condition: Condition) -> dict[str, list[Value | None]]:
    return {fact: _values_of(fact, condition) for fact in sorted(facts_of(condition))}


def _values_of(fact: str, condition: Condition) -> list[Value | None]:
    """List the values that can matter, from the most to the least favourable."""
    word = WORDS[fact]
    if word.values:
        return [None, *word.values]
    if word.type is Type.DAY:
        return [None, *sorted({*SOME_DAYS, *_days_near(condition)})]
    numbers = {
        near
        for literal in literals_beside(fact, condition)
        if isinstance(literal, int)
        for near in (literal - 1, literal, literal + 1)
    }
    return [None, *sorted(numbers or {0, 1}, reverse=not word.rising)]


def _days_near(condition: Condition) -> Iterator[str]:
    for _fact, literal in compared(condition):
        if isinstance(literal, str) and WORDS[_fact].type is Type.DAY:
            day = dt.date.fromisoformat(literal)
            for step in (-1, 0, 1):
                yield (day + dt.timedelta(days=step)).isoformat()


def literals_beside(fact: str, condition: Condition) -> list[Value]:
    """Give the values that a condition compares a fact with."""
    return [literal for name, literal in compared(condition) if name == fact]


def compared(condition: Condition) -> Iterator[tuple[str, Value]]:
    """Give every fact with each value that it is compared with."""
    if isinstance(condition, Every | Some):
        for part in condition.parts:
            yield from compared(part)
    elif isinstance(condition, Not):
        yield from compared(condition.part)
    elif isinstance(condition, Comparison):
        yield from _beside(condition.left, condition.right)
        yield from _beside(condition.right, condition.left)
    elif isinstance(condition, Among):
        for option in condition.options:
            yield from _beside(condition.item, option)


def _beside(one: Fact | Literal, other: Fact | Literal) -> Iterator[tuple[str, Value]]:
    if isinstance(one, Fact) and isinstance(other, Literal):
        yield one.name, other.literal
