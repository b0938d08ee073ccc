"""The lane's refusals in both languages.

The lane runs without Django's apps, so the catalogue of the console is read by itself.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from fangxian.kernel.refusals import Refusal


CATALOGUE = (
    Path(__file__).parents[1]
    / "console"
    / "locale"
    / "zh_Hans"
    / "LC_MESSAGES"
    / "django.mo"
)
CHINESE, ENGLISH = "zh", "en"


@cache
def _chinese() -> NullTranslations:
    if not CATALOGUE.exists():  # not set up yet: English is better than no answer
        return NullTranslations()
    with CATALOGUE.open("rb") as file:
        return GNUTranslations(file)


def words_of(refusal: Refusal, accepted: str = "") -> dict[str, object]:
    """Say a refusal in the language that is accepted, and beside it in both.

    ``accepted`` is a request's ``Accept-Language``; without one it is Chinese.
    """
    kind = refusal.kind
    said = {
        "sentence": _both(kind.sentence, refusal.facts),
        "remedy": _both(kind.remedy, refusal.facts),
    }
    chosen = ENGLISH if accepted.strip().lower().startswith(ENGLISH) else CHINESE
    plain = {name: words[chosen] for name, words in said.items()}
    return {"code": kind.code, **plain, "words": said}


def _both(words: str, facts: dict[str, object]) -> dict[str, str]:
    spoken = {CHINESE: _chinese().gettext(words), ENGLISH: words}
    return {language: text.format(**facts) for language, text in spoken.items()}
