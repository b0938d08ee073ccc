"""How facts are said to a person: refusals in their language, times in Shanghai."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext

from fangxian.kernel.moments import SHANGHAI
from fangxian.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal in the reader's language: why not, what would help, the code."""

    sentence: str
    remedy: str
    code: str


def say(refusal: Refusal) -> Said:
    """Translate a refusal by its templates, then fill in its facts."""
    facts = {name: _said(fact) for name, fact in refusal.facts.items()}
    return Said(
        sentence=gettext(refusal.kind.sentence).format(**facts),
        remedy=gettext(refusal.kind.remedy).format(**facts),
        code=refusal.kind.code,
    )


def _said(fact: object) -> object:
    if isinstance(fact, dt.datetime):
        return fact.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
    if isinstance(fact, str) and fact:
        return gettext(fact)
    return fact
