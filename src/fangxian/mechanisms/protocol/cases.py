"""Cases: sentences with what must follow, run as tests of a pack."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fangxian.kernel.actors import Role
from fangxian.kernel.conditions import Type, Value, Vocabulary, fits
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.protocol.evidence import Stated, wrong_facts
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.reading import Record, Slot
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.protocol.words import Words


NUMBER_MOST = 2**53


@dataclass(frozen=True, slots=True)
class Expected:
    """A duty that must follow: its clause, when it is due, who is asked first."""

    clause: str
    due_at: dt.datetime
    role: Role


@dataclass(frozen=True, slots=True)
class DutyCase:
    """For these facts at this moment exactly these duties follow."""

    title: Words
    at: dt.datetime
    facts: Facts
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """These answers have exactly these problems, or are wrong in these questions.

    ``findings`` pairs the question with the severity of what it raises.
    """

    title: Words
    form: str
    answers: Mapping[str, object]
    findings: tuple[tuple[str, str], ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restricted:
    """A restriction that must follow: its rule, and its end."""

    rule: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class EvidenceCase:
    """From this evidence about one person exactly these restrictions follow."""

    title: Words
    at: dt.datetime
    evidence: tuple[Stated, ...]
    restricted: tuple[Restricted, ...]


Case: TypeAlias = DutyCase | AnswerCase | EvidenceCase


@dataclass(frozen=True, slots=True)
class Testable:
    """What the rest of the pack declares, for a case to refer to."""

    subjects: Mapping[str, Vocabulary]
    kinds: Mapping[str, frozenset[str]]
    clauses: frozenset[str]
    forms: Mapping[str, frozenset[str]]
    severities: frozenset[str]
    restrictions: frozenset[str]


def read_case(slot: Slot, testable: Testable) -> Case:
    """Read a case about duties, about answers, or about evidence."""
    if isinstance(slot.value, Mapping) and "form" in slot.value:
        return _read_answer_case(slot, testable)
    if isinstance(slot.value, Mapping) and "evidence" in slot.value:
        return _read_evidence_case(slot, testable)
    record = slot.record(("case", "at", "facts", "expect"))
    at = _read_moment(record["at"])
    return DutyCase(
        title=record["case"].words(),
        at=at,
        facts=_read_facts(record["facts"], testable),
        expected=tuple(
            _read_expected(one, testable) for one in _list(record, "expect")
        ),
    )


def _list(record: Record, key: str) -> list[Slot]:
    """Read a list that may be empty, for "nothing" is an expectation too."""
    return record[key].each() if record[key].value != [] else []


def _read_facts(slot: Slot, testable: Testable) -> Facts:
    record = slot.record(("subject", "number", "kind"), ("values", "since"))
    subject = record["subject"].one_of(testable.subjects, "subject")
    return Facts(
        subject=subject,
        number=record["number"].number(0, NUMBER_MOST),
        kind=record["kind"].one_of(testable.kinds[subject], f"kind of {subject}"),
        values=record.maybe(
            "values", lambda one: _read_values(one, testable.subjects[subject]), {}
        ),
        since=record.maybe("since", _read_moment, None),
    )


def _read_values(slot: Slot, vocabulary: Vocabulary) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for name, one in slot.pairs():
        if name not in vocabulary:
            raise one.wrong(
                f"{name} is not a declared fact", f"Use {', '.join(vocabulary)}"
            )
        values[name] = _read_value(one, vocabulary[name])
    return values


def _read_value(slot: Slot, type_: Type) -> Value:
    value = slot.value
    if fits(value, type_):
        if isinstance(value, bool | int | str):
            return value
        return tuple(one.text() for one in slot.each())
    raise slot.wrong(f"a {type_} is needed here", "Give a value of that type")


def _read_expected(slot: Slot, testable: Testable) -> Expected:
    record = slot.record(("clause", "due", "role"))
    return Expected(
        clause=record["clause"].one_of(testable.clauses, "clause"),
        due_at=_read_moment(record["due"]),
        role=record["role"].choice(Role),
    )


def _read_moment(slot: Slot) -> dt.datetime:
    """Read a Shanghai moment, as 2020-11-10 08:00; 24:00 is the next day's 00:00."""
    text = slot.text()
    day, _space, time = text.partition(" ")
    try:
        midnight = dt.datetime.combine(
            dt.date.fromisoformat(day), dt.time(), tzinfo=SHANGHAI
        )
        hours, minutes = map(int, time.split(":"))
    except ValueError as error:
        raise slot.wrong(
            f"{text} is not a moment", 'Write it as "2020-11-10 08:00"'
        ) from error
    return (midnight + dt.timedelta(hours=hours, minutes=minutes)).astimezone(dt.UTC)


def _read_answer_case(slot: Slot, testable: Testable) -> AnswerCase:
    record = slot.record(("case", "form", "answers"), ("findings", "wrong"))
    form = record["form"].one_of(testable.forms, "form")
    questions = testable.forms[form]
    return AnswerCase(
        title=record["case"].words(),
        form=form,
        answers={name: one.value for name, one in record["answers"].pairs()},
        findings=record.maybe(
            "findings",
            lambda one: tuple(
                _read_finding(each, questions, testable) for each in one.each()
            ),
            (),
        ),
        wrong=record.maybe(
            "wrong", lambda one: tuple(each.text() for each in one.each()), ()
        ),
    )


def _read_finding(
    slot: Slot, questions: frozenset[str], testable: Testable
) -> tuple[str, str]:
    record = slot.record(("question", "severity"))
    return (
        record["question"].one_of(questions, "question"),
        record["severity"].one_of(testable.severities, "severity"),
    )


# ---------------------------------------------------------------------- evidence
def _read_evidence_case(slot: Slot, testable: Testable) -> EvidenceCase:
    record = slot.record(("case", "at", "evidence", "restricted"))
    return EvidenceCase(
        title=record["case"].words(),
        at=_read_moment(record["at"]),
        evidence=tuple(_read_stated(one) for one in record["evidence"].each()),
        restricted=tuple(
            _read_restricted(one, testable) for one in _list(record, "restricted")
        ),
    )


def _read_stated(slot: Slot) -> Stated:
    record = slot.record(("kind", "grade", "seen", "facts"), ("venue",))
    kind = record["kind"].choice(Kind)
    given = {name: one.value for name, one in record["facts"].pairs()}
    for name in wrong_facts(kind, given):
        raise record["facts"].wrong(
            f"{kind} evidence cannot state {name} so", "Use words of the vocabulary"
        )
    return Stated(
        id=str(slot.path[-1]),
        kind=kind,
        grade=record["grade"].choice(Grade),
        facts={
            name: value
            for name, value in given.items()
            if isinstance(value, bool | int | str)
        },
        seen_at=_read_moment(record["seen"]),
        venue=record.maybe("venue", Slot.text, ""),
    )


def _read_restricted(slot: Slot, testable: Testable) -> Restricted:
    record = slot.record(("rule", "until"))
    return Restricted(
        rule=record["rule"].one_of(testable.restrictions, "restriction"),
        until=_read_moment(record["until"]),
    )
