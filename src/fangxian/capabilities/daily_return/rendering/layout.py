"""How a bulletin reads, from ``supervision.yaml``: words, order, columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Layout:
    """The words of a bulletin in one language.

    ``raw`` is the layout's data; every pair of languages in it is one word here.
    """

    language: str
    raw: Mapping[str, Any]

    def word(self, name: str) -> str:
        """Give a sentence or word of the layout."""
        return str(self.pick(self.raw[name]))

    def pick(self, value: Any) -> Any:
        """Choose this language where a value is given in both; else the value."""
        if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
            return value[self.language]
        return value

    def named(self, group: str, name: str) -> str:
        """Give one word of a group, such as a state."""
        return str(self.pick(self.raw[group][name]))


def layout_in(language: str) -> Layout:
    """Give the layout in a language; every one that begins with zh is Chinese."""
    return Layout("zh" if language.startswith("zh") else "en", _read())


@cache
def _read() -> Mapping[str, Any]:
    text = (FOLDER / "supervision.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))
