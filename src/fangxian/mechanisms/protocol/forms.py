"""Forms: typed questions, when they are asked, and which answers are a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fangxian.kernel.conditions import ALWAYS, Condition, Type, Vocabulary
from fangxian.mechanisms.protocol.reading import Record, Slot, once
from fangxian.mechanisms.protocol.words import Citation, Words


NUMBER_MOST = 1_000_000_000
TEXT_MOST = 2_000


class QuestionType(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    TIME = "time"
    DATE = "date"
    PHOTO = "photo"


FACT_TYPES: Mapping[QuestionType, Type] = {
    QuestionType.YES_NO: Type.YES_NO,
    QuestionType.NUMBER: Type.NUMBER,
    QuestionType.CHOICE: Type.TEXT,
    QuestionType.CHOICES: Type.TEXTS,
    QuestionType.TEXT: Type.TEXT,
    QuestionType.TIME: Type.TIME,
    QuestionType.DATE: Type.DAY,
    QuestionType.PHOTO: Type.TEXTS,
}
WITH_CHOICES = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})

Labels: TypeAlias = Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class FindingRule:
    """An answer that is a problem: when, how grave, and how it is told."""

    when: Condition
    severity: str
    text: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    ``relevant`` says when it is asked and may read earlier answers only;
    ``constraint`` says which answers are sound and may read this one too.
    ``least`` and ``most`` bound a number, the length of a text, or how many
    photos or choices there must be. A photo's answer is a list of SHA-256
    digests of stored evidence.
    """

    name: str
    type: QuestionType
    label: Words
    hint: Words | None = None
    unit: Words | None = None
    required: bool = True
    relevant: Condition = ALWAYS
    constraint: Condition = ALWAYS
    message: Words | None = None
    choices: tuple[tuple[str, Words], ...] = ()
    least: int = 0
    most: int = NUMBER_MOST
    finding: FindingRule | None = None

    def choice(self, code: str) -> Words:
        """Give a choice's label."""
        return dict(self.choices)[code]


@dataclass(frozen=True, slots=True)
class Form:
    """A versioned set of questions about one kind of subject.

    ``department`` names the sector whose section of a joint visit this is, or is
    empty. ``source`` says which paper asks for it.
    """

    code: str
    title: Words
    subject: str
    source: Citation
    questions: tuple[Question, ...]
    department: str = ""

    def question(self, name: str) -> Question | None:
        """Find a question by its name."""
        return next((one for one in self.questions if one.name == name), None)


def read_form(slot: Slot, subjects: frozenset[str], severities: frozenset[str]) -> Form:
    """Read a form, its questions in the order in which they are asked."""
    record = slot.record(
        ("form", "title", "subject", "source", "questions"), ("department",)
    )
    slots = record["questions"].each()
    questions = _read_questions(slots, severities)
    once(slots, [question.name for question in questions], "questions")
    return Form(
        code=record["form"].code(),
        title=record["title"].words(),
        subject=record["subject"].one_of(subjects, "subject"),
        source=record["source"].citation(),
        questions=questions,
        department=record.maybe("department", Slot.code, ""),
    )


def _read_questions(
    slots: list[Slot], severities: frozenset[str]
) -> tuple[Question, ...]:
    known: dict[str, Type] = {}
    questions = []
    for slot in slots:
        question = _read_question(slot, dict(known), severities)
        known[question.name] = FACT_TYPES[question.type]
        questions.append(question)
    return tuple(questions)


def _read_question(
    slot: Slot, earlier: Vocabulary, severities: frozenset[str]
) -> Question:
    record = slot.record(
        ("name", "type", "label"),
        (
            *("hint", "unit", "required", "relevant", "constraint", "message"),
            *("choices", "least", "most", "finding"),
        ),
    )
    name, type_ = record["name"].code(), record["type"].choice(QuestionType)
    known = {**earlier, name: FACT_TYPES[type_]}
    return Question(
        name=name,
        type=type_,
        label=record["label"].words(),
        hint=record.maybe("hint", Slot.words, None),
        unit=record.maybe("unit", Slot.words, None),
        required=record.maybe("required", Slot.yes_no, default=True),
        relevant=record.maybe("relevant", lambda one: one.condition(earlier), ALWAYS),
        constraint=record.maybe("constraint", lambda one: one.condition(known), ALWAYS),
        message=_read_message(record),
        choices=_read_choices(record, type_),
        **_read_bounds(record, type_),
        finding=record.maybe(
            "finding", lambda one: _read_finding(one, known, severities), None
        ),
    )


def _read_message(record: Record) -> Words | None:
    if "constraint" in record and "message" not in record:
        raise record["constraint"].wrong(
            "a constraint needs a message", "Add message: {zh, en}"
        )
    return record.maybe("message", Slot.words, None)


def _read_choices(record: Record, type_: QuestionType) -> tuple[tuple[str, Words], ...]:
    if (type_ in WITH_CHOICES) is not ("choices" in record):
        raise record["type"].wrong(
            f"choices and the type {type_} do not go together",
            "Give choices to a choice, and to no other type",
        )
    if "choices" not in record:
        return ()
    slots = record["choices"].each()
    choices = tuple(_read_choice(slot) for slot in slots)
    once(slots, [value for value, _label in choices], "choices")
    return choices


def _read_choice(slot: Slot) -> tuple[str, Words]:
    record = slot.record(("value", "label"))
    return record["value"].code(), record["label"].words()


def _read_bounds(record: Record, type_: QuestionType) -> dict[str, int]:
    ceiling = NUMBER_MOST if type_ is QuestionType.NUMBER else TEXT_MOST
    floor = -NUMBER_MOST if type_ is QuestionType.NUMBER else 0
    least = record.maybe("least", lambda one: one.number(floor, ceiling), 0)
    most = record.maybe("most", lambda one: one.number(least, ceiling), ceiling)
    return {"least": least, "most": most}


def _read_finding(
    slot: Slot, known: Vocabulary, severities: frozenset[str]
) -> FindingRule:
    record = slot.record(("when", "severity", "text"))
    return FindingRule(
        when=record["when"].condition(known),
        severity=record["severity"].one_of(severities, "severity"),
        text=record["text"].words(),
    )
