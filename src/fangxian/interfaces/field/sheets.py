"""Forms as a phone is told them: the questions, and when each is asked."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from fangxian.kernel.conditions import ALWAYS, Condition, write
from fangxian.mechanisms.protocol.forms import Form, Question
from fangxian.mechanisms.protocol.queries import LoadedEdition
from fangxian.mechanisms.protocol.words import Words


Item: TypeAlias = dict[str, Any]


def form_id(edition: LoadedEdition, code: str) -> str:
    """Name a form of an edition."""
    return f"{edition.id}:{code}"


def form_of(edition: LoadedEdition, form: Form) -> Item:
    """Tell a form with its questions in both languages."""
    return {
        "t": "form",
        "id": form_id(edition, form.code),
        "edition": edition.id,
        "code": form.code,
        "title": both(form.title),
        "questions": [_question(one) for one in form.questions],
    }


def both(words: Words) -> dict[str, str]:
    """Say words in both languages; the phone chooses."""
    return {"zh": words.zh, "en": words.en}


def _question(one: Question) -> Item:
    told: Item = {
        "name": one.name,
        "type": one.type.value,
        "label": both(one.label),
        "required": one.required,
        "least": one.least,
        "most": one.most,
    }
    if one.choices:
        told["choices"] = _choices(one.choices)
    told |= {
        name: both(words)
        for name in ("hint", "unit", "message")
        if (words := getattr(one, name)) is not None
    }
    return told | _conditions(relevant=one.relevant, constraint=one.constraint)


def _choices(choices: Iterable[tuple[str, Words]]) -> list[Item]:
    return [{"value": value, "label": both(label)} for value, label in choices]


def _conditions(**conditions: Condition) -> Item:
    """Write the conditions that say something; without one it is always so."""
    return {name: write(one) for name, one in conditions.items() if one != ALWAYS}
