"""Parameters: values with the day each begins to hold and the paper it comes from."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.protocol.reading import Slot
from fangxian.mechanisms.protocol.words import Citation, Words


NUMBER_MOST = 1_000_000

ParameterValue: TypeAlias = bool | int | str


class ParameterType(StrEnum):
    """What a parameter can be."""

    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"


NOT_YET_IN_FORCE = RefusalKind(
    code="protocol.parameter_not_yet_in_force",
    sentence="{parameter} has no value on {day}; its first one begins {first}.",
    remedy="Ask about a later day, or give the pack an earlier value.",
)


@dataclass(frozen=True, slots=True)
class Dated:
    """One value, from the day it begins to hold."""

    valid_from: dt.date
    value: ParameterValue
    source: Citation


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or time that policy sets; old values stay beside new ones."""

    name: str
    type: ParameterType
    words: Words
    values: tuple[Dated, ...]

    def on(self, day: dt.date) -> Dated:
        """Give the value that holds on a day, with its source."""
        for dated in reversed(self.values):
            if dated.valid_from <= day:
                return dated
        first = self.values[0].valid_from
        raise NOT_YET_IN_FORCE(parameter=self.name, day=day, first=first)


def read_parameter(slot: Slot) -> Parameter:
    """Read a parameter, its values in the order of their days."""
    record = slot.record(("name", "type", "words", "values"))
    type_ = record["type"].choice(ParameterType)
    slots = record["values"].each()
    values = tuple(_read_dated(one, type_) for one in slots)
    for one, earlier, later in zip(slots[1:], values, values[1:], strict=False):
        if later.valid_from <= earlier.valid_from:
            raise one.wrong(
                f"{later.valid_from} does not follow {earlier.valid_from}",
                "Put the values in the order of their days, one for each day",
            )
    return Parameter(
        name=record["name"].code(),
        type=type_,
        words=record["words"].words(),
        values=values,
    )


def _read_dated(slot: Slot, type_: ParameterType) -> Dated:
    record = slot.record(("valid_from", "value", "source"))
    return Dated(
        valid_from=record["valid_from"].day(),
        value=_READERS[type_](record["value"]),
        source=record["source"].citation(),
    )


def _read_number(slot: Slot) -> int:
    return slot.number(-NUMBER_MOST, NUMBER_MOST)


_READERS: Mapping[ParameterType, Callable[[Slot], ParameterValue]] = {
    ParameterType.YES_NO: Slot.yes_no,
    ParameterType.NUMBER: _read_number,
    ParameterType.TEXT: Slot.text,
    ParameterType.TIME: Slot.time,
}
