"""Pure judgements: which answers are wrong, which are problems, who may sign."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from fangxian.kernel.actors import Role
from fangxian.kernel.conditions import Facts, Value, evaluate, fits
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.protocol.forms import FACT_TYPES, Form, Question, QuestionType
from fangxian.mechanisms.protocol.words import Words


if TYPE_CHECKING:
    from datetime import datetime

    from fangxian.kernel.actors import Actor
    from fangxian.mechanisms.protocol.models import Adoption, Edition


WRONG_ANSWERS = RefusalKind(
    code="protocol.wrong_answers",
    sentence="The form {form} cannot be taken as it is answered: {details}.",
    remedy="Correct these answers and send the form again.",
)
REVIEWER_DRAFTED = RefusalKind(
    code="protocol.reviewer_drafted",
    sentence="The person who drafted {pack} {version} may not review it.",
    remedy="Ask a second person to read it.",
)
NOT_A_KEEPER = RefusalKind(
    code="protocol.not_a_keeper",
    sentence="A {role} may not draft, review or adopt a protocol.",
    remedy="Ask the district headquarters, the CDC or an administrator.",
)
VERSION_TAKEN = RefusalKind(
    code="protocol.version_taken",
    sentence="{pack} {version} is already kept here, with other content.",
    remedy="Give the changed pack a new version.",
)
ADOPTED_BACKWARDS = RefusalKind(
    code="protocol.adopted_backwards",
    sentence="{pack} {known} holds there from {known_from}, which is not earlier.",
    remedy="Adopt from a later moment.",
)

PERIOD_BACKWARDS = RefusalKind(
    code="protocol.period_backwards",
    sentence="The period would end before it begins.",
    remedy="Give an end that is later than the beginning, or none.",
)
NO_REASON = RefusalKind(
    code="protocol.no_reason",
    sentence="A protocol is not sent back without a reason.",
    remedy="Say in a sentence what must be changed.",
)
NO_SUCH_EDITION = RefusalKind(
    code="protocol.no_such_edition",
    sentence="There is no such edition of a protocol.",
    remedy="Go back to the list of protocols and choose one.",
    hidden=True,
)
CONTENT_CHANGED = RefusalKind(
    code="protocol.content_changed",
    sentence="The stored content of {pack} {version} is not what was reviewed.",
    remedy="Run fangxian verify and restore the edition from a backup.",
)
NO_SUCH_FORM = RefusalKind(
    code="protocol.no_such_form",
    sentence="{pack} {version} has no form {form}.",
    remedy="Reload: the protocol in force may have changed.",
)

NOT_AN_ADOPTER = RefusalKind(
    code="protocol.not_an_adopter",
    sentence="A {role} may not put a protocol in force.",
    remedy="Ask the district headquarters to sign it.",
)

KEEPERS = frozenset({Role.DISTRICT, Role.CDC, Role.ADMINISTRATOR})
ADOPTERS = frozenset({Role.DISTRICT, Role.ADMINISTRATOR})
UNREADABLE = frozenset({"type", "not_asked"})  # later questions cannot read these
DIGEST = re.compile(r"[0-9a-f]{64}")


# ------------------------------------------------------------------- answers


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """One answer that cannot be taken: the question and a code of what is wrong.

    ``problem`` is one of missing, unknown, not_asked, type, too_small, too_large,
    choice, constraint; ``words`` says it to people where the form has words for it.
    """

    question: str
    problem: str
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class FailedItem:
    """An answer that is a problem: ``item`` reads ``six_haves/staff_masks``."""

    item: str
    severity: str
    text: str
    words: Words


def check_answers(form: Form, answers: Mapping[str, object]) -> None:
    """Refuse answers that the form cannot take, listing each one that is wrong."""
    wrong = wrong_answers(form, answers)
    if wrong:
        details = ", ".join(f"{one.question} ({one.problem})" for one in wrong)
        raise WRONG_ANSWERS(form=form.code, details=details, wrong=wrong)


def wrong_answers(form: Form, answers: Mapping[str, object]) -> tuple[WrongAnswer, ...]:
    """List what is wrong with the answers, in the order of the form."""
    names = {question.name for question in form.questions}
    strays = [WrongAnswer(one, "unknown") for one in answers if one not in names]
    return (*_wrong_in_order(form, answers), *strays)


def _wrong_in_order(form: Form, answers: Mapping[str, object]) -> Iterator[WrongAnswer]:
    facts: dict[str, Value | None] = {}
    for question in form.questions:
        given = answers.get(question.name)
        problem = _problem(question, given, facts)
        if problem:
            words = question.message if problem == "constraint" else None
            yield WrongAnswer(question.name, problem, words)
        if given is not None and problem not in UNREADABLE:
            facts[question.name] = _as_value(given)


def _problem(question: Question, given: object, earlier: Facts) -> str:
    """Name what is wrong with one answer, or nothing."""
    if evaluate(question.relevant, earlier) is not True:
        return "" if given is None else "not_asked"
    if given is None:
        return "missing" if question.required else ""
    if not fits(given, FACT_TYPES[question.type]):
        return "type"
    return _unsound(question, _as_value(given), earlier)


def _unsound(question: Question, value: Value, earlier: Facts) -> str:
    facts = {**earlier, question.name: value}
    return (
        _out_of_choices(question, value)
        or _out_of_bounds(question, value)
        or ("constraint" if evaluate(question.constraint, facts) is False else "")
    )


def _out_of_choices(question: Question, value: Value) -> str:
    texts = value if isinstance(value, tuple) else (value,)
    if question.choices:
        known = {code for code, _label in question.choices}
        return "" if known.issuperset(texts) and _once(texts) else "choice"
    if question.type is QuestionType.PHOTO:
        sound = all(DIGEST.fullmatch(str(text)) for text in texts)
        return "" if sound and _once(texts) else "choice"
    return ""


def _once(texts: tuple[Value, ...]) -> bool:
    return len(set(texts)) == len(texts)


def _out_of_bounds(question: Question, value: Value) -> str:
    size = _size(question, value)
    if size is None:
        return ""
    least = max(question.least, 1) if _must_be_filled(question) else question.least
    if size < least:
        return "too_small"
    return "too_large" if size > question.most else ""


def _size(question: Question, value: Value) -> int | None:
    """Measure what the bounds are about: the number, the length, how many."""
    if isinstance(value, bool) or question.type not in SIZED:
        return None
    if isinstance(value, int):
        return value
    return len(value.strip()) if isinstance(value, str) else len(value)


SIZED = frozenset(
    {QuestionType.NUMBER, QuestionType.TEXT, QuestionType.CHOICES, QuestionType.PHOTO}
)


def _must_be_filled(question: Question) -> bool:
    return question.required and question.type is not QuestionType.NUMBER


def _as_value(given: object) -> Value:
    """Take an answer that fits() has found to be a value."""
    return cast("Value", tuple(given) if isinstance(given, list) else given)


def failed_items(form: Form, answers: Mapping[str, object]) -> tuple[FailedItem, ...]:
    """List the answers that are problems, in the order of the form.

    The answers must have passed ``check_answers``.
    """
    facts = {name: _as_value(given) for name, given in answers.items()}
    return tuple(
        FailedItem(
            item=f"{form.code}/{question.name}",
            severity=question.finding.severity,
            text=str(question.finding.text),
            words=question.finding.text,
        )
        for question in form.questions
        if question.finding and evaluate(question.finding.when, facts)
    )


# ------------------------------------------------------------------ editions


def check_is_keeper(*, by: "Actor") -> None:
    """Refuse unless this post keeps protocols."""
    if by.role not in KEEPERS:
        raise NOT_A_KEEPER(role=by.role)


def check_can_review(edition: "Edition", *, by: "Actor") -> None:
    """Refuse unless this is a second person, in a post that keeps protocols."""
    check_is_keeper(by=by)
    if by.person == edition.drafted_by:
        raise REVIEWER_DRAFTED(pack=edition.pack, version=edition.version)


def can_review(edition: "Edition", *, by: "Actor") -> bool:
    """Whether the review button is worth showing."""
    return _allows(lambda: check_can_review(edition, by=by))


def check_can_adopt(*, by: "Actor") -> None:
    """Refuse unless this post signs what is in force."""
    if by.role not in ADOPTERS:
        raise NOT_AN_ADOPTER(role=by.role)


def can_adopt(*, by: "Actor") -> bool:
    """Whether the adopt button is worth showing."""
    return _allows(lambda: check_can_adopt(by=by))


def can_keep(*, by: "Actor") -> bool:
    """Whether the draft button is worth showing."""
    return _allows(lambda: check_is_keeper(by=by))


def check_reason(reason: str) -> None:
    """Refuse a blank reason."""
    if not reason.strip():
        raise NO_REASON()


def check_period(from_: "datetime", until: "datetime | None") -> None:
    """Refuse a period that does not run forward."""
    if until is not None and until <= from_:
        raise PERIOD_BACKWARDS()


def check_follows(adoption: "Adoption", from_: "datetime") -> None:
    """Refuse unless the new adoption begins after the one that it ends."""
    if from_ <= adoption.since:
        raise ADOPTED_BACKWARDS(
            pack=adoption.edition.pack,
            known=adoption.edition.version,
            known_from=adoption.since,
        )


def _allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refusal:
        return False
    return True
