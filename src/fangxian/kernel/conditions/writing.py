"""Writing conditions back as the JSON trees that they were read from."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from fangxian.kernel.conditions.language import (
    Among,
    Comparison,
    Condition,
    Every,
    Exists,
    Fact,
    Holds,
    Literal,
    Not,
    Some,
)


Tree: TypeAlias = bool | int | str | dict[str, Any]


def write(condition: Condition) -> Tree:
    """Write a condition as a tree of JSON; ``parse`` reads the same one from it."""
    return WRITERS[type(condition)](condition)


def _literal(one: Literal) -> Tree:
    return one.literal


def _fact(one: Fact) -> Tree:
    return {"fact": one.name}


def _comparison(one: Comparison) -> Tree:
    return {one.operator: [write(one.left), write(one.right)]}


def _among(one: Among) -> Tree:
    return {"in": [write(one.item), [write(option) for option in one.options]]}


def _holds(one: Holds) -> Tree:
    return {"in": [write(one.item), write(one.texts)]}


def _exists(one: Exists) -> Tree:
    return {"exists": one.name}


def _not(one: Not) -> Tree:
    return {"not": write(one.part)}


def _every(one: Every) -> Tree:
    return {"and": [write(part) for part in one.parts]}


def _some(one: Some) -> Tree:
    return {"or": [write(part) for part in one.parts]}


WRITERS: Mapping[type[Condition], Callable[[Any], Tree]] = {
    Literal: _literal,
    Fact: _fact,
    Comparison: _comparison,
    Among: _among,
    Holds: _holds,
    Exists: _exists,
    Not: _not,
    Every: _every,
    Some: _some,
}
