"""Forms as a phone is told them: the questions, and when each is asked."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext

from fangxian.interfaces.field.wire import Both, Choice, FormItem, Item
from fangxian.interfaces.field.wire import Question as AskedQuestion
from fangxian.kernel.conditions import ALWAYS, write
from fangxian.mechanisms.protocol.forms import Form, Question
from fangxian.mechanisms.protocol.queries import LoadedEdition
from fangxian.mechanisms.protocol.words import Words


__all__ = ["Item", "both", "form_id", "form_of", "said"]
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))


def form_id(edition: LoadedEdition, code: str) -> str:
    """Name a form of an edition."""
    return f"{edition.id}:{code}"


def form_of(edition: LoadedEdition, form: Form) -> FormItem:
    """Tell a form with its questions in both languages."""
    return {
        "t": "form",
        "id": form_id(edition, form.code),
        "edition": edition.id,
        "code": form.code,
        "title": both(form.title),
        "questions": [_question(one) for one in form.questions],
    }


def both(words: Words) -> Both:
    """Say words in both languages; the phone chooses."""
    return {"zh": words.zh, "en": words.en}


def said(words: str, **facts: object) -> Both:
    """Say the house's own words in both languages."""
    told: dict[str, str] = {}
    for language, code in LANGUAGES:
        with translation.override(code):
            told[language] = gettext(words).format(**facts)
    return {"zh": told["zh"], "en": told["en"]}


def _question(one: Question) -> AskedQuestion:
    told: AskedQuestion = {
        "name": one.name,
        "type": one.type.value,
        "label": both(one.label),
        "required": one.required,
        "least": one.least,
        "most": one.most,
    }
    if one.choices:
        told["choices"] = _choices(one.choices)
    if one.hint is not None:
        told["hint"] = both(one.hint)
    if one.unit is not None:
        told["unit"] = both(one.unit)
    if one.message is not None:
        told["message"] = both(one.message)
    if one.relevant != ALWAYS:
        told["relevant"] = write(one.relevant)
    if one.constraint != ALWAYS:
        told["constraint"] = write(one.constraint)
    return told


def _choices(choices: Iterable[tuple[str, Words]]) -> list[Choice]:
    return [{"value": value, "label": both(label)} for value, label in choices]
