"""How packs of rules are said to a person: cadences, windows, questions, changes."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import (
    get_language,
    gettext,
    ngettext,
    pgettext,
    pgettext_lazy,
)
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.sentences import (
    Dictionary,
    sentence,
    words_of_form,
    words_of_subject,
)
from fangxian.interfaces.console.words import ROLE_NAMES
from fangxian.kernel.conditions import ALWAYS, Condition
from fangxian.mechanisms.protocol.changes import Change, What
from fangxian.mechanisms.protocol.clauses import (
    Cadence,
    Clause,
    Every,
    Hours,
    Named,
    Rung,
    TimeOfDay,
    Weekday,
    Window,
)
from fangxian.mechanisms.protocol.comparison import Difference, Moved, Why
from fangxian.mechanisms.protocol.forms import Form, Question, QuestionType
from fangxian.mechanisms.protocol.states import State
from fangxian.mechanisms.protocol.texts import GAP
from fangxian.mechanisms.protocol.words import Words


if TYPE_CHECKING:
    from fangxian.kernel.actors import Role
    from fangxian.mechanisms.protocol.models import Edition
    from fangxian.mechanisms.protocol.packs import Pack

BLANK = "_" * 6
STATES = {
    State.DRAFT: (_("draft"), "none", "pencil"),
    State.REVIEWED: (_("reviewed"), "doing", "eye"),
    State.ADOPTED: (_("in force"), "done", "check"),
    State.SUPERSEDED: (_("superseded"), "none", "history"),
}
WEEKDAYS = {
    Weekday.MONDAY: _("Monday"),
    Weekday.TUESDAY: _("Tuesday"),
    Weekday.WEDNESDAY: _("Wednesday"),
    Weekday.THURSDAY: _("Thursday"),
    Weekday.FRIDAY: _("Friday"),
    Weekday.SATURDAY: _("Saturday"),
    Weekday.SUNDAY: _("Sunday"),
}
TYPES = {
    QuestionType.YES_NO: _("yes or no"),
    QuestionType.NUMBER: _("a number"),
    QuestionType.CHOICE: _("one of"),
    QuestionType.CHOICES: _("some of"),
    QuestionType.TEXT: _("words"),
    QuestionType.TIME: _("a time"),
    QuestionType.DATE: _("a day"),
    QuestionType.PHOTO: pgettext_lazy("answer", "photos"),
}
PARTS = {
    "pack": _("The pack"),
    "kinds": _("Kinds of place"),
    "parameters": _("Parameters"),
    "clauses": _("Clauses"),
    "forms": _("Forms"),
    "reports": _("Returns"),
    "texts": _("Texts"),
}
LEVELS = {
    "city": pgettext_lazy("level", "city"),
    "district": pgettext_lazy("level", "district"),
    "street": pgettext_lazy("level", "sub-district"),
    "community": pgettext_lazy("level", "community"),
    "grid": pgettext_lazy("level", "grid"),
}
CHANGES = {
    What.ADDED: (_("new"), "done"),
    What.REMOVED: (_("gone"), "late"),
    What.CHANGED: (_("different"), "doing"),
}
WHYS = {
    Why.NEW: _("by {facts}"),
    Why.MOVED: _("{facts}"),
    Why.GONE: _("the clause is gone"),
    Why.OTHER_KINDS: _("the clause speaks of other kinds"),
    Why.NOT_IN_FORCE: _("the clause is not in force on that day"),
    Why.CONDITION_FAILS: _("its condition fails: {facts}"),
    Why.UNKNOWN: _("it cannot be decided without {facts}"),
    Why.OTHER_DAYS: _("it falls on other days or in other windows"),
}
MOVES = {
    Moved.FORM: _("form"),
    Moved.POST: _("post"),
    Moved.OPENS: _("opens"),
    Moved.DUE: _("due"),
    Moved.CLOSES: _("closes"),
    Moved.LADDER: _("people to tell"),
}


def in_words(words: Words | None) -> str:
    """Say a pack's words in the reader's language."""
    return "" if words is None else words.text(get_language() or "zh-hans")


def listed(words: Iterable[str]) -> str:
    """Set words beside each other as the reader's language does."""
    return pgettext("list", ", ").join(words)


def with_blanks(text: str) -> str:
    """Show a text's gaps as blanks to be filled in, without their inner names."""
    return GAP.sub(BLANK, text)


# ---------------------------------------------------------------------- editions
@dataclass(frozen=True, slots=True)
class EditionShown:
    """An edition on the list, with who stands for it."""

    edition: "Edition"
    title: str
    state: str
    look: str
    icon: str
    drafted_by: str
    reviewed_by: str
    here: bool


def shown_edition(
    edition: "Edition", pack: "Pack", names: dict[UUID, str], *, here: bool
) -> EditionShown:
    """Say an edition; ``names`` are masked, ``here`` says it holds in the unit."""
    state, look, icon = STATES[State(edition.state)]
    return EditionShown(
        edition=edition,
        title=in_words(pack.title),
        state=str(state),
        look=look,
        icon=icon,
        drafted_by=names.get(edition.drafted_by, ""),
        reviewed_by=names.get(edition.reviewed_by, "") if edition.reviewed_by else "",
        here=here,
    )


# ----------------------------------------------------------------------- clauses
@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause in words."""

    code: str
    title: str
    gist: str
    source: str
    about: str
    when: str
    when_code: str
    cadence: str
    windows: list[str]
    form: str
    form_title: str
    roles: list[str]
    rungs: list[str]
    valid_from: dt.date | None
    valid_until: dt.date | None


def shown_clauses(pack: "Pack", day: dt.date) -> list[ClauseShown]:
    """Say every clause of a pack, its parameters as they are on a day."""
    return [_shown_clause(pack, clause, day) for clause in pack.clauses]


def _shown_clause(pack: "Pack", clause: Clause, day: dt.date) -> ClauseShown:
    return ClauseShown(
        code=clause.code,
        title=in_words(clause.title),
        gist=in_words(clause.source.gist),
        source=str(clause.source),
        about=_about(pack, clause),
        when=_said(clause.when, words_of_subject(pack, clause.subject)),
        when_code=str(clause.when),
        cadence=_cadence(pack, clause.cadence, day),
        windows=[_window(pack, window, day) for window in clause.windows],
        form=clause.form,
        form_title=in_words(pack.forms[clause.form].title),
        roles=[_role(role) for role in clause.roles],
        rungs=[_rung(rung) for rung in clause.ladder],
        valid_from=clause.valid_from if clause.valid_from > dt.date.min else None,
        valid_until=clause.valid_until,
    )


def _said(condition: Condition, words: Dictionary) -> str:
    """Say a condition; nothing for one that always holds."""
    return "" if condition == ALWAYS else sentence(condition, words)


def _role(role: "Role") -> str:
    return str(ROLE_NAMES[role])


def _rung(rung: Rung) -> str:
    """Say who hears of a duty that is not done, and how long after it was due."""
    hours, minutes = divmod(rung.after_minutes, 60)
    if not rung.after_minutes:
        told = gettext("as soon as it is overdue: {role}")
    elif minutes:
        told = gettext("{minutes} min overdue: {role}")
    else:
        told = ngettext(
            "{hours} hour overdue: {role}", "{hours} hours overdue: {role}", hours
        )
    return told.format(role=_role(rung.role), hours=hours, minutes=rung.after_minutes)


def _about(pack: "Pack", clause: Clause) -> str:
    subject, kinds = in_words(pack.subjects[clause.subject].name), clause.kinds
    if kinds is None:
        return gettext("{subject} of every kind").format(subject=subject)
    measures = pack.measures.items()
    named = [in_words(one.name) for one in pack.kinds if one.code in kinds]
    named += [str(word) for level, word in LEVELS.items() if level in kinds]
    named += [in_words(one.name) for code, one in measures if code in kinds]
    if not named:
        return subject
    return gettext("{subject}: {kinds}").format(subject=subject, kinds=listed(named))


def _cadence(pack: "Pack", cadence: Cadence, day: dt.date) -> str:
    if cadence.every is Every.DAY:
        return gettext("every day")
    if cadence.every is Every.WEEK:
        days = [str(WEEKDAYS[one]) for one in Weekday if one in cadence.on]
        return gettext("every week on {days}").format(days=listed(days))
    if cadence.every is Every.ONCE and cadence.within is not None:
        hours = _hours(pack, cadence.within, day)
        return gettext("once, within {hours} h").format(hours=hours)
    told = ngettext("every {n} day", "every {n} days", cadence.days)
    return told.format(n=cadence.days)


def _hours(pack: "Pack", hours: Hours, day: dt.date) -> int:
    """Give hours as they are on a day, or as they first will be."""
    return pack.hours(hours, _from_first(pack, hours, day))


def _from_first(pack: "Pack", value: Hours | TimeOfDay, day: dt.date) -> dt.date:
    if not isinstance(value, Named):
        return day
    return max(day, pack.parameters[value.parameter].values[0].valid_from)


def _window(pack: "Pack", window: Window, day: dt.date) -> str:
    opens, due, closes = (
        pack.time(one, _from_first(pack, one, day))
        for one in (window.opens, window.due, window.closes)
    )
    named = f"{in_words(window.name)} " if window.name else ""
    told = gettext("{opens} to {due}, closes {closes}")
    if window.days > 1:
        told = gettext("{opens} to {due} on day {days}, closes {closes}")
    return named + told.format(opens=opens, due=due, closes=closes, days=window.days)


# ------------------------------------------------------------------------- forms
@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question as it would be asked."""

    question: Question
    label: str
    hint: str
    answer: str
    relevant: str
    relevant_code: str
    constraint: str
    problem: str
    severity: str


def shown_questions(pack: "Pack", form: Form) -> list[QuestionShown]:
    """Say every question of a form, and which answer is a problem."""
    grades = {one.code: in_words(one.name) for one in pack.severities}
    words = words_of_form(form)
    return [_shown_question(one, grades, words) for one in form.questions]


def _shown_question(
    question: Question, grades: dict[str, str], words: Dictionary
) -> QuestionShown:
    rule = question.finding
    return QuestionShown(
        question=question,
        label=in_words(question.label),
        hint=in_words(question.hint),
        answer=_answer(question),
        relevant=_said(question.relevant, words),
        relevant_code=str(question.relevant),
        constraint=in_words(question.message),
        problem=in_words(rule.text) if rule else "",
        severity=grades[rule.severity] if rule else "",
    )


def _answer(question: Question) -> str:
    """Say how a question is answered: in which unit, by which of the choices."""
    said, unit = str(TYPES[question.type]), in_words(question.unit)
    if unit:
        said = gettext("{answer} ({unit})").format(answer=said, unit=unit)
    if not question.choices:
        return said
    choices = listed(in_words(label) for _code, label in question.choices)
    return gettext("{answer}: {choices}").format(answer=said, choices=choices)


# ------------------------------------------------------------------- differences
@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change between two editions."""

    part: str
    piece: str
    where: str
    what: str
    look: str
    old: str
    new: str


def shown_changes(changes: Iterable[Change]) -> Iterator[ChangeShown]:
    """Say changes, each under the part of the pack that it is in."""
    for one in changes:
        part, _slash, rest = one.path.partition("/")
        piece, _slash, where = rest.partition("/")
        word, look = CHANGES[one.what]
        yield ChangeShown(
            part=str(PARTS.get(part, part)),
            piece=piece,
            where=where.replace("/", " / "),
            what=str(word),
            look=look,
            old=one.old,
            new=one.new,
        )


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """One thing that another edition would change here."""

    subject: str
    duty: str
    what: str
    look: str
    why: str


def shown_difference(
    difference: Difference, subject: str, titles: dict[str, str]
) -> DifferenceShown:
    """Say a difference; ``titles`` are those of the clauses by their codes."""
    word, look = CHANGES[difference.what]
    return DifferenceShown(
        subject=subject,
        duty=titles.get(difference.clause, difference.clause),
        what=str(word),
        look=look,
        why=reason_of(difference),
    )


def reason_of(difference: Difference) -> str:
    """Say in the reader's language why a duty would begin, end or be different."""
    moves = [f"{MOVES[one.what]} {one.old} → {one.new}" for one in difference.moves]
    facts = difference.facts or listed(moves)
    return str(WHYS[difference.why]).format(facts=facts)
