"""What people read: labels in two languages, and where a rule comes from."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """Give the words in a language; every one that begins with zh is Chinese."""
        return self.zh if language.startswith("zh") else self.en

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule comes from: the paper by name, and what it asks in our words.

    ``number``, ``on`` and ``article`` are empty or None where the paper has none.
    The paper itself is never quoted.
    """

    title: str
    gist: Words
    number: str = ""
    on: dt.date | None = None
    article: str = ""

    def __str__(self) -> str:
        dated = self.on.isoformat() if self.on else ""
        return " ".join(
            part for part in (self.title, self.number, dated, self.article) if part
        )
