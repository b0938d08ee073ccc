"""Reading conditions from JSON trees, with refusals that name the place."""

import json
from collections.abc import Callable, Mapping
from functools import partial

from fangxian.kernel.conditions.language import (
    COMPARE,
    Among,
    Comparison,
    Condition,
    Every,
    Exists,
    Fact,
    Holds,
    Literal,
    Not,
    Operand,
    Some,
)
from fangxian.kernel.refusals import RefusalKind


DEPTH_MOST = 20
SHOWN_MOST = 60
PAIR = 2

MALFORMED = RefusalKind(
    code="condition.malformed",
    sentence="The condition is not well formed at {path}: {found}.",
    remedy="Write {wanted}.",
)
UNKNOWN_OPERATOR = RefusalKind(
    code="condition.unknown_operator",
    sentence="The condition uses {found} at {path}, which is not an operator.",
    remedy="Use one of: {known}.",
)
TOO_DEEP = RefusalKind(
    code="condition.too_deep",
    sentence="The condition is nested deeper than {most} levels.",
    remedy="Say it in several clauses or questions.",
)


def parse(source: object) -> Condition:
    """Read a condition from a JSON tree, or from its text.

    Raises ``condition.malformed``, ``.unknown_operator`` and ``.too_deep``.
    """
    if isinstance(source, str | bytes):
        source = _from_text(source)
    return _condition(source, "$", 0)


def _from_text(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MALFORMED(
            path="$", found="it is not JSON", wanted="a JSON object"
        ) from error


def _condition(tree: object, path: str, depth: int) -> Condition:
    if depth > DEPTH_MOST:
        raise TOO_DEEP(most=DEPTH_MOST)
    if isinstance(tree, bool):
        return Literal(tree)
    if not isinstance(tree, Mapping) or len(tree) != 1:
        raise MALFORMED(
            path=path, found=_shown(tree), wanted="an object with one operator as key"
        )
    [(key, argument)] = tree.items()
    read = READERS.get(key)
    if read is None:
        raise UNKNOWN_OPERATOR(found=_shown(key), path=path, known=", ".join(READERS))
    return read(argument, f"{path}.{key}", depth + 1)


def _shown(tree: object) -> str:
    text = json.dumps(tree, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_MOST else f"{text[:SHOWN_MOST]}…"


def _read_fact(argument: object, path: str, _depth: int) -> Fact:
    return Fact(_name(argument, path))


def _read_exists(argument: object, path: str, _depth: int) -> Exists:
    return Exists(_name(argument, path))


def _name(argument: object, path: str) -> str:
    if isinstance(argument, str) and argument:
        return argument
    raise MALFORMED(path=path, found=_shown(argument), wanted="the name of a fact")


def _read_not(argument: object, path: str, depth: int) -> Not:
    return Not(_condition(argument, path, depth))


def _read_every(argument: object, path: str, depth: int) -> Every:
    return Every(_parts(argument, path, depth))


def _read_some(argument: object, path: str, depth: int) -> Some:
    return Some(_parts(argument, path, depth))


def _parts(argument: object, path: str, depth: int) -> tuple[Condition, ...]:
    if not isinstance(argument, list | tuple) or not argument:
        raise MALFORMED(
            path=path, found=_shown(argument), wanted="a list of one or more conditions"
        )
    return tuple(
        _condition(part, f"{path}[{number}]", depth)
        for number, part in enumerate(argument)
    )


def _read_comparison(
    operator: str, argument: object, path: str, _depth: int
) -> Comparison:
    left, right = _pair(argument, path)
    return Comparison(
        operator, _operand(left, f"{path}[0]"), _operand(right, f"{path}[1]")
    )


def _read_in(argument: object, path: str, _depth: int) -> Among | Holds:
    left, right = _pair(argument, path)
    item = _operand(left, f"{path}[0]")
    if isinstance(right, Mapping):
        return Holds(item, _fact(right, f"{path}[1]"))
    return Among(item, _options(right, f"{path}[1]"))


def _pair(argument: object, path: str) -> tuple[object, object]:
    if isinstance(argument, list | tuple) and len(argument) == PAIR:
        return argument[0], argument[1]
    raise MALFORMED(path=path, found=_shown(argument), wanted="a list of two operands")


def _operand(tree: object, path: str) -> Operand:
    return _fact(tree, path) if isinstance(tree, Mapping) else _literal(tree, path)


def _fact(tree: Mapping[object, object], path: str) -> Fact:
    if list(tree) == ["fact"]:
        return Fact(_name(tree["fact"], f"{path}.fact"))
    raise MALFORMED(path=path, found=_shown(tree), wanted='a fact, as {"fact": name}')


def _literal(tree: object, path: str) -> Literal:
    if isinstance(tree, bool | int | str):
        return Literal(tree)
    raise MALFORMED(
        path=path, found=_shown(tree), wanted="a whole number, a text, true or false"
    )


def _options(tree: object, path: str) -> tuple[Literal, ...]:
    if isinstance(tree, list | tuple) and tree:
        return tuple(
            _literal(option, f"{path}[{number}]") for number, option in enumerate(tree)
        )
    raise MALFORMED(
        path=path, found=_shown(tree), wanted="a list of literals, or one fact"
    )


READERS: Mapping[str, Callable[[object, str, int], Condition]] = {
    "and": _read_every,
    "or": _read_some,
    "not": _read_not,
    **{name: partial(_read_comparison, name) for name in COMPARE},
    "in": _read_in,
    "exists": _read_exists,
    "fact": _read_fact,
}
