"""Layouts of returns: indicators, each with its source and its meaning in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fangxian.mechanisms.protocol.clauses import TimeOfDay, read_time
from fangxian.mechanisms.protocol.parameters import ParameterType
from fangxian.mechanisms.protocol.reading import Record, Slot, once
from fangxian.mechanisms.protocol.words import Citation, Words


Kinds: TypeAlias = frozenset[str] | None


class Over(StrEnum):
    """Over which days something is counted."""

    DAY = "day"  # the day of the return
    BEFORE = "before"  # all days before it: what the day began with


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was done: a measure of the journal's tally."""

    measure: str
    kinds: Kinds = None
    over: Over = Over.DAY


class Standing(StrEnum):
    """Which places are counted."""

    ANY = "any"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Places:
    """How many places the ledger has; ``venue_code`` empty counts them all."""

    standing: Standing
    kinds: Kinds = None
    venue_code: str = ""


class Problems(StrEnum):
    """Which findings are counted, as they stand when the return is computed."""

    STANDING = "standing"  # neither confirmed nor withdrawn
    OPEN = "open"
    OVERDUE = "overdue"
    RECTIFIED = "rectified"


@dataclass(frozen=True, slots=True)
class Findings:
    """How many findings stand so now; ``severity`` empty counts every one."""

    which: Problems
    severity: str = ""
    kinds: Kinds = None


class Units(StrEnum):
    """Which of the units directly below are counted."""

    DUE = "due"
    RECEIVED = "received"
    LATE = "late"
    MISSING = "missing"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Returns:
    """How many units directly below have returned this layout for the day."""

    which: Units


@dataclass(frozen=True, slots=True)
class Sum:
    """Other indicators of the layout, added and taken away."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


Source: TypeAlias = Tally | Places | Findings | Returns | Sum


class Short(StrEnum):
    """What the difference to the whole is called, where the whole is owed."""

    MISSED = "missed"  # it should have been done
    LACKING = "lacking"  # it should be there


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of a return. ``of`` names the indicator it is a share of.

    ``short`` is set where all of that whole is owed, so that a difference is a fault.
    """

    name: str
    label: Words
    definition: Words
    unit: Words
    source: Source
    of: str = ""
    short: Short | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Indicators that stand under one heading."""

    title: Words
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """What must balance before a return may be signed: a sum equals an indicator."""

    name: str
    title: Words
    sum: Sum
    equals: str


@dataclass(frozen=True, slots=True)
class Layout:
    """One return: who owes it, until when, and what stands in it.

    ``levels`` are the levels of area that owe it every day. ``nothing`` names the
    indicators that must be zero before it may be signed as a zero report.
    """

    code: str
    title: Words
    levels: tuple[str, ...]
    cut_off: TimeOfDay
    freeze: TimeOfDay
    sections: tuple[Section, ...]
    source: Citation
    identities: tuple[Identity, ...] = ()
    nothing: tuple[str, ...] = ()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator, in the order in which it is printed."""
        return tuple(one for section in self.sections for one in section.indicators)

    def indicator(self, name: str) -> Indicator | None:
        """Find an indicator by its name."""
        return next((one for one in self.indicators if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Countable:
    """What the rest of the pack declares, for an indicator to refer to."""

    kinds: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    severities: frozenset[str]
    levels: frozenset[str]
    parameters: Mapping[str, ParameterType]


def read_layout(slot: Slot, countable: Countable) -> Layout:
    """Read a layout; every sum must add indicators that stand before it."""
    record = slot.record(
        ("layout", "title", "levels", "cut_off", "freeze", "source", "sections"),
        ("identities", "nothing"),
    )
    sections = _read_sections(record["sections"], countable)
    names = [one.name for section in sections for one in section.indicators]
    return Layout(
        code=record["layout"].code(),
        title=record["title"].words(),
        levels=tuple(
            one.one_of(countable.levels, "level") for one in record["levels"].each()
        ),
        cut_off=read_time(record["cut_off"], countable.parameters),
        freeze=read_time(record["freeze"], countable.parameters),
        sections=sections,
        source=record["source"].citation(),
        identities=record.maybe(
            "identities", lambda one: _read_identities(one, names), ()
        ),
        nothing=record.maybe("nothing", lambda one: _read_names(one, names), ()),
    )


def _read_identities(slot: Slot, names: list[str]) -> tuple[Identity, ...]:
    slots = slot.each()
    identities = tuple(_read_identity(one, names) for one in slots)
    once(slots, [one.name for one in identities], "identities")
    return identities


def _read_identity(slot: Slot, names: list[str]) -> Identity:
    record = slot.record(("identity", "title", "sum", "equals"), ("minus",))
    return Identity(
        name=record["identity"].code(),
        title=record["title"].words(),
        sum=_sum_of(record, names),
        equals=record["equals"].one_of(names, "indicator"),
    )


def _read_sections(slot: Slot, countable: Countable) -> tuple[Section, ...]:
    earlier: list[str] = []
    sections = []
    for one in slot.each():
        record = one.record(("title", "indicators"))
        indicators = []
        for each in record["indicators"].each():
            indicator = _read_indicator(each, countable, earlier)
            once([each], [indicator.name], "indicators", among=earlier)
            indicators.append(indicator)
            earlier.append(indicator.name)
        sections.append(Section(record["title"].words(), tuple(indicators)))
    return tuple(sections)


def _read_indicator(slot: Slot, countable: Countable, earlier: list[str]) -> Indicator:
    record = slot.record(
        ("name", "label", "definition", "unit", "source"), ("of", "short")
    )
    return Indicator(
        name=record["name"].code(),
        label=record["label"].words(),
        definition=record["definition"].words(),
        unit=record["unit"].words(),
        source=_read_source(record["source"], countable, earlier),
        of=record.maybe("of", lambda one: one.one_of(earlier, "earlier indicator"), ""),
        short=record.maybe("short", lambda one: one.choice(Short), None),
    )


def _read_source(slot: Slot, countable: Countable, earlier: list[str]) -> Source:
    given = [key for key, _value in slot.pairs() if key in _SOURCES]
    if len(given) != 1:
        raise slot.wrong(
            "an indicator has exactly one source", f"Use one of {', '.join(_SOURCES)}"
        )
    return _SOURCES[given[0]](slot, countable, earlier)


def _read_tally(slot: Slot, countable: Countable, _earlier: list[str]) -> Tally:
    record = slot.record(("tally",), ("kinds", "groups", "over"))
    return Tally(
        measure=record["tally"].code(),
        kinds=_read_kinds(record, countable),
        over=record.maybe("over", lambda one: one.choice(Over), Over.DAY),
    )


def _read_places(slot: Slot, countable: Countable, _earlier: list[str]) -> Places:
    record = slot.record(("places",), ("kinds", "groups", "venue_code"))
    return Places(
        standing=record["places"].choice(Standing),
        kinds=_read_kinds(record, countable),
        venue_code=record.maybe("venue_code", Slot.code, ""),
    )


def _read_findings(slot: Slot, countable: Countable, _earlier: list[str]) -> Findings:
    record = slot.record(("findings",), ("kinds", "groups", "severity"))
    return Findings(
        which=record["findings"].choice(Problems),
        severity=record.maybe(
            "severity", lambda one: one.one_of(countable.severities, "severity"), ""
        ),
        kinds=_read_kinds(record, countable),
    )


def _read_returns(slot: Slot, _countable: Countable, _earlier: list[str]) -> Returns:
    return Returns(slot.record(("returns",))["returns"].choice(Units))


def _read_sum(slot: Slot, _countable: Countable, earlier: list[str]) -> Sum:
    return _sum_of(slot.record(("sum",), ("minus",)), earlier)


def _sum_of(record: Record, earlier: list[str]) -> Sum:
    return Sum(
        plus=_read_names(record["sum"], earlier),
        minus=record.maybe("minus", lambda one: _read_names(one, earlier), ()),
    )


def _read_names(slot: Slot, earlier: list[str]) -> tuple[str, ...]:
    return tuple(one.one_of(earlier, "earlier indicator") for one in slot.each())


def _read_kinds(record: Record, countable: Countable) -> Kinds:
    if "kinds" not in record and "groups" not in record:
        return None
    kinds: set[str] = set()
    for slot in record["kinds"].each() if "kinds" in record else ():
        kinds.add(slot.one_of(countable.kinds, "kind"))
    for slot in record["groups"].each() if "groups" in record else ():
        kinds |= countable.groups[slot.one_of(countable.groups, "group")]
    return frozenset(kinds)


_SOURCES: Mapping[str, Callable[[Slot, Countable, list[str]], Source]] = {
    "tally": _read_tally,
    "places": _read_places,
    "findings": _read_findings,
    "returns": _read_returns,
    "sum": _read_sum,
}
