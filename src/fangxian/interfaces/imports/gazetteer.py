"""The areas a list may speak of, found by the names that lists use. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import yaml

from fangxian.interfaces.imports import rules
from fangxian.kernel.identifiers import name_key
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.jurisdiction.queries import AreaFacts
from fangxian.mechanisms.ledger.rules import AREA_ELSEWHERE


AREA_WORDS = Path(__file__).with_name("area-words.yaml")
SIMILAR_MIN = 0.5  # of difflib's ratio; two characters of which one is right


@cache
def area_words() -> dict[str, tuple[str, ...]]:
    """Give the endings that do not tell areas of a level apart."""
    by_level = yaml.safe_load(AREA_WORDS.read_text(encoding="utf-8"))
    return {level: tuple(words) for level, words in by_level.items()}


def area_key(name: str, level: str) -> str:
    """Give the key by which names of areas of one level are compared."""
    return name_key(name, legal_forms=area_words().get(level, ()))


def nearest(key: str, names: Mapping[str, str]) -> str | None:
    """Give the name whose key is most like a mistyped one, if any is like it."""
    close = get_close_matches(key, names, n=1, cutoff=SIMILAR_MIN)
    return names[close[0]] if close else None


class Gazetteer:
    """Finds areas below one area by what a row says of street, community and grid."""

    def __init__(
        self,
        root: AreaFacts,
        *,
        above: Iterable[AreaFacts],
        below: Iterable[AreaFacts],
        unknown: RefusalKind = rules.AREA_UNKNOWN,
        elsewhere: RefusalKind = AREA_ELSEWHERE,
    ) -> None:
        """What is unknown or lies elsewhere is refused in words of what is listed."""
        self.root = root
        self._unknown = unknown
        self._elsewhere = elsewhere
        self._line = {area.level.value: area for area in (*above, root)}
        self._below = {area.id: area for area in below}
        self._found: dict[tuple[tuple[str, str], ...], AreaFacts] = {}

    def find(self, said: Mapping[str, str]) -> AreaFacts:
        """Go down from the root as far as a row says; ``said`` is a name by level.

        What it says of a level above the root must be where the root lies.
        """
        asked = tuple((level, name) for level, name in sorted(said.items()) if name)
        if asked not in self._found:
            self._found[asked] = self._go_down(asked)
        return self._found[asked]

    def _go_down(self, asked: Sequence[tuple[str, str]]) -> AreaFacts:
        reached = self.root
        for level, name in asked:
            if level in self._line:
                if not _is_called(self._line[level], name):
                    raise self._elsewhere()
            else:
                reached = self._choose(reached, level, name)
        return reached

    def _choose(self, parent: AreaFacts, level: str, name: str) -> AreaFacts:
        parts = [
            area
            for area in self._below.values()
            if area.level.value == level and self._lies_in(area, parent)
        ]
        called = [area for area in parts if _is_called(area, name)]
        exactly = [area for area in called if name_key(area.name) == name_key(name)]
        for chosen in (called, exactly):
            if len(chosen) == 1:
                return chosen[0]
        if called:
            raise rules.AREA_AMBIGUOUS(parent=parent.name, area=name)
        keys = {area_key(area.name, level): area.name for area in parts}
        if guess := nearest(area_key(name, level), keys):
            raise rules.AREA_MISSPELT(parent=parent.name, area=name, guess=guess)
        raise self._unknown(parent=parent.name, area=name)

    def _lies_in(self, area: AreaFacts, parent: AreaFacts) -> bool:
        above = area
        while above.parent is not None and above.parent != parent.id:
            if above.parent not in self._below:
                return False
            above = self._below[above.parent]
        return above.parent == parent.id

    def knows(self, level: str, name: str) -> bool:
        """Whether an area of this level is called so, anywhere below the root."""
        line = self._line.get(level)
        if line is not None:
            return _is_called(line, name)
        return any(
            area.level.value == level and _is_called(area, name)
            for area in self._below.values()
        )


def _is_called(area: AreaFacts, name: str) -> bool:
    level = area.level.value
    return name == area.code or area_key(name, level) == area_key(area.name, level)
