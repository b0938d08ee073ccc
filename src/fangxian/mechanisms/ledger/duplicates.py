"""Places that may be one and the same, and why they look so. Pure.

Two places are suggested on one of three grounds:

- the same legal code (chains share one: somebody has to look);
- the same name in the same area, though of another kind;
- nearly the same name, of the same kind in the same area. Numbers tell shops
  apart ("store 1", "store 2"), so names whose numerals differ are never near.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from fangxian.kernel.identifiers import bigrams, likeness


NEAR = 0.8  # one character of about ten was misread
NEAR_WITH_GAPS = 0.5  # something was left out or put in, nothing changed
DISTINCTIVE_MAX = 50  # what more names than this share ("hotel") says nothing


class Ground(StrEnum):
    """Why two places look like one, surest first."""

    SAME_CODE = "same_code"
    SAME_NAME = "same_name"
    NEAR_NAME = "near_name"


@dataclass(frozen=True, slots=True)
class Spot:
    """What is compared of a place."""

    id: int
    area: int
    kind: str
    name_key: str
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that looks like an earlier one, on one ground."""

    place: int
    earlier: int
    ground: Ground
    likeness_percent: int = 100


class Resemblance:
    """Remembers spots and finds which of them a new one looks like.

    Names are compared only where they can be near: same area, same kind, same
    numerals, and a shared pair of characters that few others there have.
    """

    def __init__(self) -> None:
        self._by_code: dict[str, list[Spot]] = defaultdict(list)
        self._by_name: dict[tuple[int, str], list[Spot]] = defaultdict(list)
        self._by_bigram: dict[_Corner, dict[str, list[Spot]]] = defaultdict(dict)

    def remember(self, spot: Spot) -> None:
        """Let later spots be compared with this one."""
        if spot.uscc:
            self._by_code[spot.uscc].append(spot)
        self._by_name[spot.area, spot.name_key].append(spot)
        corner = self._by_bigram[_corner_of(spot)]
        for bigram in bigrams(spot.name_key):
            corner.setdefault(bigram, []).append(spot)

    def find(self, spot: Spot) -> Iterator[Candidate]:
        """Give the remembered spots that a spot looks like, surest first."""
        for twin in self._by_code.get(spot.uscc, ()):
            yield Candidate(spot.id, twin.id, Ground.SAME_CODE)
        for twin in self._by_name.get((spot.area, spot.name_key), ()):
            yield Candidate(spot.id, twin.id, Ground.SAME_NAME)
        near = [(-likeness(spot.name_key, s.name_key), s.id) for s in self._near(spot)]
        for minus_alike, earlier in sorted(near):
            percent = round(-minus_alike * 100)
            yield Candidate(spot.id, earlier, Ground.NEAR_NAME, percent)

    def _near(self, spot: Spot) -> Iterator[Spot]:
        corner = self._by_bigram.get(_corner_of(spot), {})
        seen: set[int] = set()
        for bigram in bigrams(spot.name_key):
            sharing = corner.get(bigram, ())
            for other in sharing if len(sharing) <= DISTINCTIVE_MAX else ():
                if other.id not in seen and is_near(spot.name_key, other.name_key):
                    yield other
                seen.add(other.id)


_Corner = tuple[int, str, tuple[float, ...]]


def _corner_of(spot: Spot) -> _Corner:
    return spot.area, spot.kind, numerals(spot.name_key)


def is_near(one: str, other: str) -> bool:
    """Whether two keys may be two spellings of one name."""
    if numerals(one) != numerals(other):
        return False
    alike = likeness(one, other)
    return alike >= NEAR or (alike >= NEAR_WITH_GAPS and _holds(one, other))


def numerals(key: str) -> tuple[float, ...]:
    """Give the numbers in a key; Chinese numerals count as what they say."""
    values = (unicodedata.numeric(sign, None) for sign in key)
    return tuple(value for value in values if value is not None)


def _holds(one: str, other: str) -> bool:
    longer, shorter = sorted((one, other), key=len, reverse=True)
    signs = iter(longer)
    return all(sign in signs for sign in shorter)


def candidates(
    spots: Iterable[Spot], *, apart: Collection[tuple[int, int]] = ()
) -> tuple[Candidate, ...]:
    """Compare each spot with those before it; give the surest candidate of each.

    Pairs in ``apart`` (earlier id, later id) have been seen to be two places.
    """
    resemblance = Resemblance()
    found = []
    for spot in spots:
        likes = (c for c in resemblance.find(spot) if (c.earlier, c.place) not in apart)
        if candidate := next(likes, None):
            found.append(candidate)
        resemblance.remember(spot)
    return tuple(found)
