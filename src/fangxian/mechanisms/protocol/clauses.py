"""Clauses: who owes which duty, how often, in which window, and who hears of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fangxian.kernel.actors import Role
from fangxian.kernel.conditions import ALWAYS, Condition, Vocabulary
from fangxian.mechanisms.protocol.parameters import ParameterType
from fangxian.mechanisms.protocol.reading import Record, Slot, once
from fangxian.mechanisms.protocol.words import Citation, Words


DAYS_MOST = 366
HOURS_MOST = 24 * 366
MINUTES_MOST = 60 * 24 * 31


class Every(StrEnum):
    """What a cadence counts in."""

    DAY = "day"
    WEEK = "week"
    DAYS = "days"
    ONCE = "once"


class Weekday(StrEnum):
    """The days of the week, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter of the pack, by name, in place of a value."""

    parameter: str


TimeOfDay: TypeAlias = str | Named
Hours: TypeAlias = int | Named


@dataclass(frozen=True, slots=True)
class Cadence:
    """On which Shanghai days a duty begins.

    ``days`` is the interval of "every N days", counted from ``start``; where
    ``spread`` is set each subject's count is moved by its own number, so that the
    work does not all fall on one day. ``within`` is the hours that a duty owed
    once has, from the moment it counts from.
    """

    every: Every
    days: int = 1
    on: frozenset[Weekday] = frozenset()
    start: dt.date | None = None
    spread: bool = False
    within: Hours | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When the duty may be begun, is due, and can no longer be done.

    Times are Shanghai times of the duty's first day; ``days`` is how many days the
    window spans, so that ``due`` and ``closes`` fall on the last of them.
    """

    opens: TimeOfDay
    due: TimeOfDay
    closes: TimeOfDay
    days: int = 1
    name: Words | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """Whom to tell when a duty is so many minutes overdue."""

    after_minutes: int
    role: Role


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty: for whom, when, what, by which post, and from which paper.

    ``kinds`` is what the subject may be a kind of, or None for every kind, also
    for those that the pack does not know.
    ``roles`` names the posts that can owe it, the first that is found being asked.
    """

    code: str
    title: Words
    subject: str
    kinds: frozenset[str] | None
    when: Condition
    cadence: Cadence
    windows: tuple[Window, ...]
    form: str
    roles: tuple[Role, ...]
    ladder: tuple[Rung, ...]
    source: Citation
    valid_from: dt.date
    valid_until: dt.date | None = None

    def is_about(self, subject: str, kind: str) -> bool:
        """Whether the clause speaks of this subject and kind."""
        return self.subject == subject and (self.kinds is None or kind in self.kinds)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the clause is in force on a day (half-open)."""
        begun = self.valid_from <= day
        return begun and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rest of the pack declares, for a clause to refer to.

    ``closed`` names the subjects that have no kinds but the declared ones.
    """

    subjects: Mapping[str, Vocabulary]
    closed: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    groups: Mapping[str, frozenset[str]]
    forms: Mapping[str, str]
    parameters: Mapping[str, ParameterType]


def read_clause(slot: Slot, known: Known) -> Clause:
    """Read a clause; whatever it names must be in the pack."""
    record = slot.record(
        ("clause", "title", "subject", "cadence", "form", "roles", "source"),
        (
            *("kinds", "groups", "when", "windows", "ladder"),
            *("valid_from", "valid_until"),
        ),
    )
    subject = record["subject"].one_of(known.subjects, "subject")
    cadence = _read_cadence(record["cadence"], known)
    return Clause(
        code=record["clause"].code(),
        title=record["title"].words(),
        subject=subject,
        kinds=_read_kinds(record, known, subject),
        when=record.maybe(
            "when", lambda one: one.condition(known.subjects[subject]), ALWAYS
        ),
        cadence=cadence,
        windows=_read_windows(record, known, cadence),
        form=_read_form(record["form"], known, subject),
        roles=tuple(one.choice(Role) for one in record["roles"].each()),
        ladder=record.maybe("ladder", _read_ladder, ()),
        source=record["source"].citation(),
        **_read_validity(record),
    )


def _read_form(slot: Slot, known: Known, subject: str) -> str:
    form = slot.one_of(known.forms, "form")
    if known.forms[form] != subject:
        raise slot.wrong(
            f"the form {form} is about a {known.forms[form]}, the clause a {subject}",
            "Use a form about the same subject",
        )
    return form


def _read_validity(record: Record) -> dict[str, dt.date]:
    days = {
        key: record[key].day() for key in ("valid_from", "valid_until") if key in record
    }
    if "valid_from" not in days:
        days["valid_from"] = dt.date.min
    if days.get("valid_until", dt.date.max) <= days["valid_from"]:
        raise record["valid_until"].wrong(
            "the clause ends before it begins", "Give a later day"
        )
    return days


def _read_kinds(record: Record, known: Known, subject: str) -> frozenset[str] | None:
    if "kinds" not in record and "groups" not in record:
        return known.kinds[subject] if subject in known.closed else None
    kinds: set[str] = set()
    for slot in record["kinds"].each() if "kinds" in record else ():
        kinds.add(slot.one_of(known.kinds[subject], f"kind of {subject}"))
    for slot in record["groups"].each() if "groups" in record else ():
        kinds |= known.groups[slot.one_of(known.groups, "group")]
    return frozenset(kinds)


def _read_ladder(slot: Slot) -> tuple[Rung, ...]:
    slots = slot.each()
    rungs = tuple(_read_rung(one) for one in slots)
    for one, lower, higher in zip(slots[1:], rungs, rungs[1:], strict=False):
        if higher.after_minutes <= lower.after_minutes:
            raise one.wrong(
                "a higher rung is not later than the one below",
                "Give each rung more minutes than the last",
            )
    return rungs


def _read_rung(slot: Slot) -> Rung:
    record = slot.record(("after_minutes", "role"))
    return Rung(
        after_minutes=record["after_minutes"].number(0, MINUTES_MOST),
        role=record["role"].choice(Role),
    )


# ------------------------------------------------------------------ cadence


def _read_cadence(slot: Slot, known: Known) -> Cadence:
    record = slot.record(("every",), ("days", "on", "start", "spread", "within"))
    every = record["every"].choice(Every)
    slot.record(("every", *_NEEDS[every]), _MAY_HAVE[every])
    return Cadence(
        every=every,
        days=record.maybe("days", lambda one: one.number(2, DAYS_MOST), 1),
        on=record.maybe("on", _read_weekdays, frozenset()),
        start=record.maybe("start", Slot.day, None),
        spread=record.maybe("spread", Slot.yes_no, default=False),
        within=record.maybe(
            "within", lambda one: read_hours(one, known.parameters), None
        ),
    )


_NEEDS: Mapping[Every, tuple[str, ...]] = {
    Every.DAY: (),
    Every.WEEK: ("on",),
    Every.DAYS: ("days", "start"),
    Every.ONCE: ("within",),
}
_MAY_HAVE: Mapping[Every, tuple[str, ...]] = {
    Every.DAY: (),
    Every.WEEK: (),
    Every.DAYS: ("spread",),
    Every.ONCE: (),
}


def _read_weekdays(slot: Slot) -> frozenset[Weekday]:
    slots = slot.each()
    days = [one.choice(Weekday) for one in slots]
    once(slots, days, "days")
    return frozenset(days)


# ------------------------------------------------------------------ windows


def _read_windows(record: Record, known: Known, cadence: Cadence) -> tuple[Window, ...]:
    if (cadence.every is Every.ONCE) is ("windows" in record):
        raise record["cadence"].wrong(
            "windows and this cadence do not go together",
            "Give windows to a duty that comes again, and hours to one owed once",
        )
    if "windows" not in record:
        return ()
    return tuple(_read_window(one, known) for one in record["windows"].each())


def _read_window(slot: Slot, known: Known) -> Window:
    record = slot.record(("opens", "due", "closes"), ("days", "name"))
    window = Window(
        opens=read_time(record["opens"], known.parameters),
        due=read_time(record["due"], known.parameters),
        closes=read_time(record["closes"], known.parameters),
        days=record.maybe("days", lambda one: one.number(1, DAYS_MOST), 1),
        name=record.maybe("name", Slot.words, None),
    )
    steps = [window.opens] if window.days == 1 else []
    times = [time for time in (*steps, window.due, window.closes) if fixed(time)]
    if times != sorted(times, key=str):
        raise slot.wrong(
            "the window closes before it opens", "Put opens, due, closes in order"
        )
    return window


def fixed(time: TimeOfDay) -> bool:
    """Whether a time is written out, and not taken from a parameter."""
    return isinstance(time, str)


def read_time(slot: Slot, parameters: Mapping[str, ParameterType]) -> TimeOfDay:
    """Read a time of day, or the name of the parameter that holds it."""
    if isinstance(slot.value, Mapping):
        return read_named(slot, parameters, ParameterType.TIME)
    return slot.time()


def read_hours(slot: Slot, parameters: Mapping[str, ParameterType]) -> Hours:
    """Read a number of hours, or the name of the parameter that holds it."""
    if isinstance(slot.value, Mapping):
        return read_named(slot, parameters, ParameterType.NUMBER)
    return slot.number(1, HOURS_MOST)


def read_named(
    slot: Slot, parameters: Mapping[str, ParameterType], wanted: ParameterType
) -> Named:
    """Read the name of a parameter of one type."""
    reference = slot.record(("parameter",))["parameter"]
    name = reference.one_of(parameters, "parameter")
    if parameters[name] is not wanted:
        raise reference.wrong(
            f"{name} is a {parameters[name]}", f"Use a parameter that is a {wanted}"
        )
    return Named(name)
