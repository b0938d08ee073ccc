"""Packs: policy as data. Pure values, read strictly from a pack's content.

The content is what the files of ``protocols/<pack>/`` hold, as plain data::

    {"pack": {…}, "kinds": {"groups": […], "kinds": […]}, "parameters": […],
     "clauses": […], "forms": […], "reports": […], "texts": […], "measures": […],
     "risks": […], "restrictions": […], "cases": […]}
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fangxian.kernel.canonical import digest
from fangxian.kernel.conditions import Type, Vocabulary
from fangxian.kernel.moments import start_of
from fangxian.mechanisms.protocol.cases import Case, Testable, read_case
from fangxian.mechanisms.protocol.clauses import (
    Clause,
    Hours,
    Known,
    Named,
    TimeOfDay,
    read_clause,
    read_hours,
)
from fangxian.mechanisms.protocol.forms import Form, read_form
from fangxian.mechanisms.protocol.kinds import Group, Kind, read_groups, read_kinds
from fangxian.mechanisms.protocol.layouts import Countable, Layout, read_layout
from fangxian.mechanisms.protocol.parameters import (
    Parameter,
    ParameterType,
    ParameterValue,
    read_parameter,
)
from fangxian.mechanisms.protocol.reading import Lines, Record, Slot, once
from fangxian.mechanisms.protocol.restrictions import (
    Measure,
    RiskArea,
    Rule,
    read_measure,
    read_risk_area,
    read_rule,
    risk_of,
)
from fangxian.mechanisms.protocol.texts import Text, read_text
from fangxian.mechanisms.protocol.words import Words


Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the pack's duties can be about, and which facts it may be judged by.

    ``closed`` says that it has no other kinds than these.
    """

    code: str
    name: Words
    kinds: frozenset[str]
    closed: bool
    facts: Vocabulary

    def takes(self, kind: str) -> bool:
        """Whether such a subject can be of this kind."""
        return not self.closed or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave a problem is, and the hours until it must be put right."""

    code: str
    name: Words
    hours: Hours


@dataclass(frozen=True)
class Pack:
    """One version of a pack. ``content`` is what it was read from, word for word."""

    id: str
    version: str
    title: Words
    summary: Words
    subjects: Mapping[str, Subject]
    severities: tuple[Severity, ...]
    groups: tuple[Group, ...]
    kinds: tuple[Kind, ...]
    parameters: Mapping[str, Parameter]
    clauses: tuple[Clause, ...]
    forms: Mapping[str, Form]
    layouts: Mapping[str, Layout]
    texts: Mapping[str, Text]
    measures: Mapping[str, Measure]
    risks: tuple[RiskArea, ...]
    restrictions: Mapping[str, Rule]
    cases: tuple[Case, ...]
    content: Mapping[str, object] = field(repr=False, compare=False)
    digest: str
    _index: dict[tuple[str, str], tuple[Clause, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _risks: dict[tuple[str, str], str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def risk(self, area: str, on: str) -> str:
        """Say how an area was listed for who was there on a day: low, medium, high."""
        key = (area, on)
        if key not in self._risks:
            day = dt.date.fromisoformat(on)
            self._risks[key] = risk_of(self.risks, area, day)
        return self._risks[key]

    def form(self, code: str) -> Form | None:
        """Find a form by its code."""
        return self.forms.get(code)

    def clause(self, code: str) -> Clause | None:
        """Find a clause by its code."""
        return next((one for one in self.clauses if one.code == code), None)

    def clauses_about(self, subject: str, kind: str) -> tuple[Clause, ...]:
        """Give the clauses that speak of a subject of a kind.

        The pack must declare the subject, and the kind where the subject's kinds
        are closed (the levels of areas); the ledger may know more kinds than it.
        """
        assert self.subjects[subject].takes(kind), f"no {subject} is a {kind}"  # noqa: S101 -- a programmer's mistake, and loud
        return self._about(subject, kind)

    def _about(self, subject: str, kind: str) -> tuple[Clause, ...]:
        key = (subject, kind)
        if key not in self._index:
            self._index[key] = tuple(
                one for one in self.clauses if one.is_about(subject, kind)
            )
        return self._index[key]

    def kind(self, code: str) -> Kind | None:
        """Find a kind of place by its code."""
        return next((one for one in self.kinds if one.code == code), None)

    def kinds_of(self, group: str) -> frozenset[str]:
        """Name the kinds of a group."""
        return frozenset(kind.code for kind in self.kinds if kind.group == group)

    def value(self, parameter: str, on: dt.date) -> ParameterValue:
        """Give a parameter's value on a day; refuses a day before its first one."""
        return self.parameters[parameter].on(on).value

    def hours(self, hours: Hours, on: dt.date) -> int:
        """Give a number of hours, written out or taken from a parameter."""
        return (
            int(self.value(hours.parameter, on)) if isinstance(hours, Named) else hours
        )

    def time(self, time: TimeOfDay, on: dt.date) -> str:
        """Give a time of day, written out or taken from a parameter."""
        return str(self.value(time.parameter, on)) if isinstance(time, Named) else time

    def moment(self, time: TimeOfDay, on: dt.date) -> dt.datetime:
        """Give the UTC moment of a Shanghai time of day; 24:00 ends the day."""
        hours, minutes = self.time(time, on).split(":")
        return start_of(on) + dt.timedelta(hours=int(hours), minutes=int(minutes))

    def deadline(
        self, severity: str, raised_at: dt.datetime, on: dt.date
    ) -> dt.datetime:
        """Give the moment until which a problem of this severity must be put right."""
        [found] = [one for one in self.severities if one.code == severity]
        return raised_at + dt.timedelta(hours=self.hours(found.hours, on))


def read_pack(content: Mapping[str, object], lines: Lines | None = None) -> Pack:
    """Read a pack, refusing what is wrong with its place and a remedy.

    ``lines`` tells the file and line of each path where the content came from
    files. Raises ``protocol.pack_wrong``.
    """
    record = Slot(content, (), lines or {}).record(
        ("pack", "kinds", "parameters", "clauses", "forms"),
        ("reports", "texts", "measures", "risks", "restrictions", "cases"),
    )
    return _Reading(record.slots).pack(content)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The order in which a pack is read: each part may name those before it."""

    slots: Mapping[str, Slot]

    def pack(self, content: Mapping[str, object]) -> Pack:
        head = self.slots["pack"].record(
            ("pack", "version", "title", "summary", "subjects", "severities")
        )
        ground = self._ground(head)
        forms = self._forms(ground)
        known = _known(ground, forms)
        clauses = self._each(
            "clauses", lambda slot: read_clause(slot, known), lambda one: one.code
        )
        texts = self._each("texts", read_text, lambda one: one.code)
        measures, rules = self._restrictions(texts)
        return Pack(
            id=head["pack"].code(),
            version=head["version"].text(),
            title=head["title"].words(),
            summary=head["summary"].words(),
            subjects=ground.subjects,
            severities=ground.severities,
            groups=ground.groups,
            kinds=ground.kinds,
            parameters=ground.parameters,
            clauses=tuple(clauses.values()),
            forms=forms,
            layouts=self._layouts(ground, known),
            texts=texts,
            measures=measures,
            risks=tuple(
                self._each("risks", read_risk_area, lambda one: one.area).values()
            ),
            restrictions=rules,
            cases=self._cases(ground, known, frozenset(clauses), forms, rules),
            content=content,
            digest=digest(content),
        )

    def _ground(self, head: Record) -> "_Ground":
        places = self.slots["kinds"].record(("groups", "kinds"))
        groups = read_groups(places["groups"])
        kinds = read_kinds(places["kinds"], frozenset(one.code for one in groups))
        parameters = self._each("parameters", read_parameter, lambda one: one.name)
        return _Ground(
            groups=groups,
            kinds=kinds,
            parameters=parameters,
            severities=_read_severities(head["severities"], _types(parameters)),
            subjects=_read_subjects(head["subjects"], kinds),
        )

    def _forms(self, ground: "_Ground") -> dict[str, Form]:
        return self._each(
            "forms",
            lambda slot: read_form(slot, frozenset(ground.subjects), ground.grades),
            lambda one: one.code,
        )

    def _each(
        self, part: str, read: Callable[[Slot], Piece], code: Callable[[Piece], str]
    ) -> dict[str, Piece]:
        slots = self.slots[part].each() if part in self.slots else []
        pieces = [read(slot) for slot in slots]
        once(slots, [code(piece) for piece in pieces], part)
        return {code(piece): piece for piece in pieces}

    def _layouts(self, ground: "_Ground", known: Known) -> dict[str, Layout]:
        countable = Countable(
            kinds=frozenset(kind.code for kind in ground.kinds),
            groups=known.groups,
            severities=ground.grades,
            levels=known.kinds.get("area", frozenset()),
            parameters=known.parameters,
        )
        return self._each(
            "reports", lambda slot: read_layout(slot, countable), lambda one: one.code
        )

    def _restrictions(
        self, texts: Mapping[str, Text]
    ) -> tuple[dict[str, Measure], dict[str, Rule]]:
        measures = self._each(
            "measures", lambda slot: read_measure(slot, texts), lambda one: one.code
        )
        rules = self._each(
            "restrictions",
            lambda slot: read_rule(slot, measures, texts),
            lambda one: one.code,
        )
        return measures, rules

    def _cases(
        self,
        ground: "_Ground",
        known: Known,
        clauses: frozenset[str],
        forms: Mapping[str, Form],
        rules: Mapping[str, Rule],
    ) -> tuple[Case, ...]:
        testable = Testable(
            subjects=known.subjects,
            kinds=known.kinds,
            clauses=clauses,
            restrictions=frozenset(rules),
            forms={
                code: frozenset(one.name for one in form.questions)
                for code, form in forms.items()
            },
            severities=ground.grades,
        )
        slots = self.slots["cases"].each() if "cases" in self.slots else []
        return tuple(read_case(slot, testable) for slot in slots)


@dataclass(frozen=True, slots=True)
class _Ground:
    """The parts of a pack that name nothing but each other."""

    groups: tuple[Group, ...]
    kinds: tuple[Kind, ...]
    parameters: Mapping[str, Parameter]
    severities: tuple[Severity, ...]
    subjects: Mapping[str, Subject]

    @property
    def grades(self) -> frozenset[str]:
        return frozenset(one.code for one in self.severities)


def _known(ground: _Ground, forms: Mapping[str, Form]) -> Known:
    return Known(
        subjects={code: one.facts for code, one in ground.subjects.items()},
        closed=frozenset(code for code, one in ground.subjects.items() if one.closed),
        kinds={code: one.kinds for code, one in ground.subjects.items()},
        groups=_grouped(ground.groups, ground.kinds),
        forms={code: one.subject for code, one in forms.items()},
        parameters=_types(ground.parameters),
    )


def _types(parameters: Mapping[str, Parameter]) -> dict[str, ParameterType]:
    return {name: one.type for name, one in parameters.items()}


def _grouped(
    groups: tuple[Group, ...], kinds: tuple[Kind, ...]
) -> dict[str, frozenset[str]]:
    return {
        group.code: frozenset(kind.code for kind in kinds if kind.group == group.code)
        for group in groups
    }


def _read_severities(
    slot: Slot, parameters: Mapping[str, ParameterType]
) -> tuple[Severity, ...]:
    slots = slot.each()
    severities = tuple(_read_severity(one, parameters) for one in slots)
    once(slots, [one.code for one in severities], "severities")
    return severities


def _read_severity(slot: Slot, parameters: Mapping[str, ParameterType]) -> Severity:
    record = slot.record(("code", "name", "hours"))
    return Severity(
        code=record["code"].code(),
        name=record["name"].words(),
        hours=read_hours(record["hours"], parameters),
    )


def _read_subjects(slot: Slot, kinds: tuple[Kind, ...]) -> dict[str, Subject]:
    slots = slot.each()
    subjects = [_read_subject(one, kinds) for one in slots]
    once(slots, [one.code for one in subjects], "subjects")
    return {one.code: one for one in subjects}


def _read_subject(slot: Slot, kinds: tuple[Kind, ...]) -> Subject:
    """Read a subject; without kinds of its own it is one of the pack's kinds."""
    record = slot.record(("subject", "name"), ("kinds", "facts"))
    own = record.maybe(
        "kinds", lambda one: frozenset(each.code() for each in one.each()), None
    )
    facts = record.maybe(
        "facts",
        lambda one: {name: value.choice(Type) for name, value in one.pairs()},
        {},
    )
    return Subject(
        code=record["subject"].code(),
        name=record["name"].words(),
        kinds=frozenset(kind.code for kind in kinds) if own is None else own,
        closed=own is not None,
        facts=facts,
    )
