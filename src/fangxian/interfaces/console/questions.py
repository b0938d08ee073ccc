"""A pack's form as a form of the page: one field a question, wrong answers beside it."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.days import DayField, TimeField
from fangxian.interfaces.console.photos import WithPhotos
from fangxian.kernel.conditions import ALWAYS, evaluate, write
from fangxian.mechanisms.protocol.forms import Form, Question, QuestionType
from fangxian.mechanisms.protocol.rules import wrong_answers
from fangxian.mechanisms.protocol.words import Words


PREFIX = "q_"
YES, NO = "yes", "no"
ANSWER_OF = {YES: True, NO: False}

PROBLEMS = {
    "missing": _("This must be answered."),
    "type": _("This is not an answer to the question."),
    "too_small": _("This is too small, or too short."),
    "too_large": _("This is too large, or too long."),
    "choice": _("Choose one of the answers."),
    "constraint": _("This answer cannot be right."),
    "not_asked": _("This is not asked here."),
    "unknown": _("This is not a question of the form."),
}


def word(words: Words | None) -> str:
    """Say a pack's words in the reader's language."""
    return "" if words is None else words.text(get_language() or "zh-hans")


class AnswersForm(WithPhotos):
    """The questions of a pack's form; ``answers`` are what the pack takes.

    Which questions are asked follows from earlier answers. An answer to a question
    that is not asked is left out, so that the form works without any script; the
    script (web/console/src/questions.js) only shows what the answers so far ask for.
    """

    use_required_attribute = False  # a question may not be asked after all

    def __init__(self, asked: Form, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.answers: dict[str, Any] = {}
        photo = self.photo_question
        if photo is None:
            del self.fields["photos"]
        else:
            self.fields["photos"].label = word(photo.label)
        for question in asked.questions:
            if question.type is not QuestionType.PHOTO:
                self.fields[PREFIX + question.name] = _FIELDS[question.type](question)
        self.order_fields([*self._question_fields(), "photos", "kept"])

    @property
    def photo_question(self) -> Question | None:
        """The question that photos answer, if the form has one."""
        photos = (q for q in self.asked.questions if q.type is QuestionType.PHOTO)
        return next(photos, None)

    def _question_fields(self) -> list[str]:
        return [PREFIX + question.name for question in self.asked.questions]

    def clean(self) -> dict[str, Any]:
        """Make the pack's answers of the fields, and mark what the pack refuses."""
        cleaned = super().clean()
        self.answers = self._asked_only(cleaned)
        for wrong in wrong_answers(self.asked, self.answers):
            self._mark(wrong.question, word(wrong.words) or PROBLEMS[wrong.problem])
        return cleaned

    @property
    def around(self) -> dict[str, dict[str, str]]:
        """Say of each field which question it answers, and when that is asked."""
        return {
            self._field_of(question): _asked_when(question)
            for question in self.asked.questions
        }

    def _field_of(self, question: Question) -> str:
        is_photo = question.type is QuestionType.PHOTO
        return "photos" if is_photo else PREFIX + question.name

    def visible_fields(self) -> list[forms.BoundField]:
        """Give the fields to be shown; what must be answered is not marked "if any"."""
        for question in self.asked.questions:
            field = self.fields.get(PREFIX + question.name)
            if field is not None:
                always = question.required and question.relevant == ALWAYS
                field.required = always
        return super().visible_fields()

    def _asked_only(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for question in self.asked.questions:
            given = self._given(question, cleaned)
            if given is not None and evaluate(question.relevant, answers) is True:
                answers[question.name] = given
        return answers

    def _given(self, question: Question, cleaned: Mapping[str, Any]) -> Any:
        if question.type is QuestionType.PHOTO:
            return [file.digest for file in cleaned.get("evidence", ())] or None
        given = cleaned.get(PREFIX + question.name)
        if given in ("", None, []):
            return None
        return _SPOKEN.get(question.type, lambda one: one)(given)

    def _mark(self, question: str, said: Any) -> None:
        field = PREFIX + question
        if field not in self.fields:
            field = "photos"
        if field not in self.errors:
            self.add_error(field, said)


def _options(question: Question) -> dict[str, Any]:
    """What every field has: its label, its unit or hint, and when it is asked."""
    unit = word(question.unit)
    label = word(question.label)
    return {
        "label": f"{label} ({unit})" if unit else label,
        "help_text": _help(question),
        "required": False,
    }


def _help(question: Question) -> str:
    hint = word(question.hint)
    if question.relevant == ALWAYS:
        return hint
    note = gettext("Only where the answers above ask for it.")
    return format_html("{} <span data-unscripted>{}</span>", hint, note)


def _asked_when(question: Question) -> dict[str, str]:
    """Tell the browser's script a question's name and type, and when it is asked."""
    told = {"data-question": question.name, "data-type": question.type.value}
    if question.relevant != ALWAYS:
        told["data-relevant"] = json.dumps(write(question.relevant))
        if question.required:
            told["data-required"] = "yes"
    return told


def _yes_no(question: Question) -> forms.Field:
    return forms.ChoiceField(
        choices=[(YES, gettext("yes")), (NO, gettext("no"))],
        widget=forms.RadioSelect,
        **_options(question),
    )


def _number(question: Question) -> forms.Field:
    bounds = {"min": question.least, "max": question.most}
    return forms.IntegerField(
        widget=forms.NumberInput(attrs={"inputmode": "numeric", **bounds}),
        **_options(question),
    )


def _labels(question: Question) -> list[tuple[str, str]]:
    return [(code, word(label)) for code, label in question.choices]


def _choice(question: Question) -> forms.Field:
    return forms.ChoiceField(
        choices=_labels(question), widget=forms.RadioSelect, **_options(question)
    )


def _choices(question: Question) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_labels(question),
        widget=forms.CheckboxSelectMultiple,
        **_options(question),
    )


def _text(question: Question) -> forms.Field:
    widget = forms.Textarea(attrs={"maxlength": question.most, "rows": 2})
    return forms.CharField(widget=widget, **_options(question))


def _time(question: Question) -> forms.Field:
    return TimeField(**_options(question))


def _date(question: Question) -> forms.Field:
    return DayField(**_options(question))


_FIELDS: Mapping[QuestionType, Callable[[Question], forms.Field]] = {
    QuestionType.YES_NO: _yes_no,
    QuestionType.NUMBER: _number,
    QuestionType.CHOICE: _choice,
    QuestionType.CHOICES: _choices,
    QuestionType.TEXT: _text,
    QuestionType.TIME: _time,
    QuestionType.DATE: _date,
}


def _spoken_time(given: dt.time) -> str:
    return given.strftime("%H:%M")


_SPOKEN: Mapping[QuestionType, Callable[[Any], Any]] = {
    QuestionType.YES_NO: ANSWER_OF.__getitem__,
    QuestionType.TIME: _spoken_time,
    QuestionType.DATE: dt.date.isoformat,
}


def told(asked: Form, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tell a record again: each question's label with its answer in words."""
    return [
        (word(question.label), _told(question, answers[question.name]))
        for question in asked.questions
        if question.name in answers and question.type is not QuestionType.PHOTO
    ]


def _told(question: Question, answer: Any) -> str:
    if question.type is QuestionType.YES_NO:
        return gettext("yes") if answer else gettext("no")
    if question.choices:
        chosen = answer if isinstance(answer, list | tuple) else [answer]
        return " · ".join(word(question.choice(code)) for code in chosen)
    unit = word(question.unit)
    return f"{answer} {unit}" if unit else str(answer)
