"""The words of the language: each knows its facts, its type check and its answer."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from fangxian.kernel.conditions.types import (
    ORDERED,
    UNKNOWN_FACT,
    WRONG_TYPE,
    Facts,
    Scalar,
    Type,
    Value,
    Vocabulary,
    fits,
    natural_type,
)
from fangxian.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, by name. As a condition it must be yes or no."""

    name: str

    def facts(self) -> frozenset[str]:
        return frozenset({self.name})

    def type_in(self, vocabulary: Vocabulary) -> Type:
        return vocabulary[self.name]

    def is_a(self, wanted: Type, vocabulary: Vocabulary) -> bool:
        return vocabulary[self.name] is wanted

    def value(self, facts: Facts) -> Value | None:
        return facts.get(self.name)

    def check(self, vocabulary: Vocabulary) -> None:
        _check_is(self, Type.YES_NO, vocabulary, "a condition")

    def answer(self, facts: Facts) -> bool | None:
        return _truth(self, facts)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written into the condition."""

    literal: Scalar

    def facts(self) -> frozenset[str]:
        return frozenset()

    def type_in(self, _vocabulary: Vocabulary) -> Type:
        return natural_type(self.literal)

    def is_a(self, wanted: Type, _vocabulary: Vocabulary) -> bool:
        return fits(self.literal, wanted)

    def value(self, _facts: Facts) -> Value:
        return self.literal

    def check(self, vocabulary: Vocabulary) -> None:
        _check_is(self, Type.YES_NO, vocabulary, "a condition")

    def answer(self, facts: Facts) -> bool | None:
        return _truth(self, facts)

    def __str__(self) -> str:
        if isinstance(self.literal, bool):
            return "yes" if self.literal else "no"
        return str(self.literal)


Operand: TypeAlias = Fact | Literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and one of ``== != < <= > >=``."""

    operator: str
    left: Operand
    right: Operand

    def facts(self) -> frozenset[str]:
        return self.left.facts() | self.right.facts()

    def check(self, vocabulary: Vocabulary) -> None:
        wanted = _shared_type(self.left, self.right, vocabulary)
        if self.operator in ORDERS and wanted not in ORDERED:
            raise _wrong(self.operator, "number, day or time", self.left, wanted)
        _check_is(self.left, wanted, vocabulary, self.operator)
        _check_is(self.right, wanted, vocabulary, self.operator)

    def answer(self, facts: Facts) -> bool | None:
        left, right = self.left.value(facts), self.right.value(facts)
        if left is None or right is None:
            return None
        type_ = natural_type(left)
        if natural_type(right) is not type_:
            raise _wrong(self.operator, type_, self.right, natural_type(right))
        if self.operator in ORDERS and type_ not in {Type.NUMBER, Type.TEXT}:
            raise _wrong(self.operator, Type.NUMBER, self.left, type_)
        return COMPARE[self.operator](left, right)

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    **ORDERS,
}


@dataclass(frozen=True, slots=True)
class Among:
    """Whether an item is one of the literals."""

    item: Operand
    options: tuple[Literal, ...]

    def facts(self) -> frozenset[str]:
        return self.item.facts()

    def check(self, vocabulary: Vocabulary) -> None:
        wanted = _shared_type(self.item, self.options[0], vocabulary)
        for operand in (self.item, *self.options):
            _check_is(operand, wanted, vocabulary, "in")

    def answer(self, facts: Facts) -> bool | None:
        item = self.item.value(facts)
        if item is None:
            return None
        for option in self.options:
            if not fits(option.literal, natural_type(item)):
                wanted = natural_type(option.literal)
                raise _wrong("in", wanted, self.item, natural_type(item))
        return any(option.literal == item for option in self.options)

    def __str__(self) -> str:
        return f"{self.item} in {', '.join(map(str, self.options))}"


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether a fact that is a list of texts holds an item."""

    item: Operand
    texts: Fact

    def facts(self) -> frozenset[str]:
        return self.item.facts() | self.texts.facts()

    def check(self, vocabulary: Vocabulary) -> None:
        _check_is(self.item, Type.TEXT, vocabulary, "in")
        _check_is(self.texts, Type.TEXTS, vocabulary, "in")

    def answer(self, facts: Facts) -> bool | None:
        item, texts = self.item.value(facts), self.texts.value(facts)
        if item is None or texts is None:
            return None
        if not isinstance(texts, tuple | list):
            raise _wrong("in", Type.TEXTS, self.texts, natural_type(texts))
        if not isinstance(item, str):
            raise _wrong("in", Type.TEXT, self.item, natural_type(item))
        return item in texts

    def __str__(self) -> str:
        return f"{self.item} in {self.texts}"


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a fact is known."""

    name: str

    def facts(self) -> frozenset[str]:
        return frozenset({self.name})

    def check(self, _vocabulary: Vocabulary) -> None:
        """Find nothing: every declared fact can be known or not."""

    def answer(self, facts: Facts) -> bool:
        return facts.get(self.name) is not None

    def __str__(self) -> str:
        return f"{self.name} is known"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown, unknown."""

    part: "Condition"

    def facts(self) -> frozenset[str]:
        return self.part.facts()

    def check(self, vocabulary: Vocabulary) -> None:
        self.part.check(vocabulary)

    def answer(self, facts: Facts) -> bool | None:
        answer = self.part.answer(facts)
        return None if answer is None else not answer

    def __str__(self) -> str:
        return f"not ({self.part})"


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts (``and``)."""

    parts: tuple["Condition", ...]

    def facts(self) -> frozenset[str]:
        return frozenset().union(*(part.facts() for part in self.parts))

    def check(self, vocabulary: Vocabulary) -> None:
        for part in self.parts:
            part.check(vocabulary)

    def answer(self, facts: Facts) -> bool | None:
        answers = [part.answer(facts) for part in self.parts]
        if False in answers:
            return False
        return None if None in answers else True

    def __str__(self) -> str:
        return " and ".join(map(_bracketed, self.parts))


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts (``or``)."""

    parts: tuple["Condition", ...]

    def facts(self) -> frozenset[str]:
        return frozenset().union(*(part.facts() for part in self.parts))

    def check(self, vocabulary: Vocabulary) -> None:
        for part in self.parts:
            part.check(vocabulary)

    def answer(self, facts: Facts) -> bool | None:
        answers = [part.answer(facts) for part in self.parts]
        if True in answers:
            return True
        return None if None in answers else False

    def __str__(self) -> str:
        return " or ".join(map(_bracketed, self.parts))


Condition: TypeAlias = (
    Literal | Fact | Comparison | Among | Holds | Exists | Not | Every | Some
)

ALWAYS: Condition = Literal(literal=True)


def facts_of(condition: Condition) -> frozenset[str]:
    """Name every fact that a condition may read."""
    return condition.facts()


def check(condition: Condition, vocabulary: Vocabulary) -> None:
    """Refuse a condition that could not be evaluated on facts of these types.

    Raises ``condition.unknown_fact`` and ``condition.wrong_type``.
    """
    for name in sorted(condition.facts() - set(vocabulary)):
        known = ", ".join(sorted(vocabulary)) or "there are none"
        raise UNKNOWN_FACT(fact=name, known=known)
    condition.check(vocabulary)


def evaluate(condition: Condition, facts: Facts) -> bool | None:
    """Answer yes, no, or None for unknown.

    Raises ``condition.wrong_type`` where values of two types meet, which facts
    that fit the checked vocabulary cannot do.
    """
    return condition.answer(facts)


def _bracketed(condition: Condition) -> str:
    return f"({condition})" if isinstance(condition, Every | Some) else str(condition)


def _shared_type(left: Operand, right: Operand, vocabulary: Vocabulary) -> Type:
    """Take the type from a fact where there is one: a literal day looks like text."""
    lead = right if isinstance(left, Literal) else left
    return lead.type_in(vocabulary)


def _check_is(
    operand: Operand, wanted: Type, vocabulary: Vocabulary, where: str
) -> None:
    if not operand.is_a(wanted, vocabulary):
        raise _wrong(where, wanted, operand, operand.type_in(vocabulary))


def _truth(operand: Operand, facts: Facts) -> bool | None:
    value = operand.value(facts)
    if value is None or isinstance(value, bool):
        return value
    raise _wrong("a condition", Type.YES_NO, operand, natural_type(value))


def _wrong(where: str, wanted: str, operand: Operand, found: Type) -> Refusal:
    return WRONG_TYPE(where=where, wanted=wanted, operand=str(operand), found=found)
