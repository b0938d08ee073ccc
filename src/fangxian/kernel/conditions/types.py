"""What a fact can be, and the refusals of the type check."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias

from fangxian.kernel.refusals import RefusalKind


class Type(StrEnum):
    """What a fact can be."""

    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    TIME = "time"
    TEXTS = "texts"


ORDERED = frozenset({Type.NUMBER, Type.DAY, Type.TIME})

Scalar: TypeAlias = bool | int | str
Value: TypeAlias = Scalar | tuple[str, ...]
Facts: TypeAlias = Mapping[str, Value | None]
Vocabulary: TypeAlias = Mapping[str, Type]

UNKNOWN_FACT = RefusalKind(
    code="condition.unknown_fact",
    sentence="The condition reads {fact}, which is not a declared fact.",
    remedy="Use one of the declared facts ({known}) or declare it.",
)
WRONG_TYPE = RefusalKind(
    code="condition.wrong_type",
    sentence="In {where} a {wanted} is needed, but {operand} is a {found}.",
    remedy="Compare like with like; a day is written 2020-11-05, a time 17:00.",
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def natural_type(value: Value) -> Type:
    """Name the type a bare value has; days and times look like text."""
    if isinstance(value, bool):
        return Type.YES_NO
    if isinstance(value, int):
        return Type.NUMBER
    return Type.TEXT if isinstance(value, str) else Type.TEXTS


def fits(value: object, type_: Type) -> bool:
    """Whether a value can stand for a fact of this type."""
    if isinstance(value, tuple | list):
        return type_ is Type.TEXTS and all(isinstance(item, str) for item in value)
    if isinstance(value, str) and type_ in _SPELT:
        return _SPELT[type_](value)
    return isinstance(value, Scalar) and natural_type(value) is type_


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None


_SPELT: Mapping[Type, Callable[[str], bool]] = {Type.DAY: _is_day, Type.TIME: _is_time}
