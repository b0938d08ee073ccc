"""The language of the command line: the machine's, Chinese or English."""

import os

from django.utils import translation
from django.utils.translation import gettext_noop

from fangxian.interfaces.console.words import Said, say
from fangxian.kernel.refusals import Refusal


LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set says it
CHINESE, ENGLISH = "zh-hans", "en"


def language() -> str:
    """Give the language of the machine; English where it is not Chinese."""
    locale = next(filter(None, map(os.environ.get, LOCALES)), "")
    return CHINESE if locale.startswith("zh") else ENGLISH


def translate(text: str) -> str:
    """Say a text of the house in the language of the machine."""
    with translation.override(language()):
        return translation.gettext(text)


def in_both(text: str) -> str:
    """Say a text of the house in Chinese and in English."""
    with translation.override(CHINESE):
        return f"{translation.gettext(text)} · {text}"


def headings_of_figures() -> list[str]:
    """Name the columns of a scenario's table of figures, in both languages."""
    wording, bounds = gettext_noop("Wording of the source"), gettext_noop("Bounds")
    return [in_both(heading) for heading in (wording, bounds, gettext_noop("Computed"))]


def told(refusal: Refusal) -> Said:
    """Say a refusal in the language of the machine."""
    with translation.override(language()):
        return say(refusal)
