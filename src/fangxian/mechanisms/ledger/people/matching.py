"""Entries that may be one and the same person, and why. Pure.

Every ground has its points; together, between 0 and 100, they are the score. From
``SHOWN_MIN`` on a pair is shown. A pair never keeps anybody from being registered.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from fangxian.mechanisms.ledger.people.naming import name_of, sound_of


class Ground(StrEnum):
    """Why two entries look like one person; the last one speaks against it."""

    SAME_NUMBER = "same_number"
    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"  # other characters, the same pinyin: easily mistyped
    SAME_TELEPHONE = "same_telephone"
    SAME_BIRTH_YEAR = "same_birth_year"
    SAME_ADDRESS = "same_address"
    OTHER_NUMBER = "other_number"


POINTS = {
    Ground.SAME_NUMBER: 100,
    Ground.SAME_NAME: 45,
    Ground.SAME_SOUND: 35,
    Ground.SAME_TELEPHONE: 35,
    Ground.SAME_BIRTH_YEAR: 25,
    Ground.SAME_ADDRESS: 25,
    Ground.OTHER_NUMBER: -60,
}
SHOWN_MIN = 60  # a common name alone says nothing, nor does a family's telephone
DISTINCTIVE_MAX = 50  # what more entries than this share says nothing

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Traits(Generic[Id]):
    """What is compared of a person."""

    id: Id
    name: str
    paper: str = ""
    number: str | None = None
    telephone: str | None = None
    birth_year: int | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness(Generic[Id]):
    """An earlier entry that somebody looks like: the score and its grounds."""

    person: Id
    earlier: Id
    score: int
    grounds: tuple[Ground, ...]


def compare(one: Traits[Id], other: Traits[Id]) -> tuple[int, tuple[Ground, ...]]:
    """Give the score of a pair and the grounds for it."""
    grounds = tuple(_grounds(one, other))
    score = sum(POINTS[ground] for ground in grounds)
    return max(0, min(100, score)), grounds


def _grounds(one: Traits[Id], other: Traits[Id]) -> Iterator[Ground]:
    same_paper = one.paper == other.paper
    if one.number and other.number and same_paper:
        same = one.number == other.number
        yield Ground.SAME_NUMBER if same else Ground.OTHER_NUMBER
    if name_of(one.name) == name_of(other.name):
        yield Ground.SAME_NAME
    elif sound_of(one.name) == sound_of(other.name):
        yield Ground.SAME_SOUND
    pairs = (
        (Ground.SAME_TELEPHONE, one.telephone, other.telephone),
        (Ground.SAME_BIRTH_YEAR, one.birth_year, other.birth_year),
        (Ground.SAME_ADDRESS, one.address, other.address),
    )
    for ground, ours, theirs in pairs:
        if ours is not None and ours == theirs:
            yield ground


class Resemblance(Generic[Id]):
    """Remembers people and finds which of them a new one looks like.

    Two people are compared only if they share a number, a telephone, or a sound
    together with a birth year or an address: all others score too little.
    """

    def __init__(self) -> None:
        self._by_key: dict[Hashable, list[Traits[Id]]] = defaultdict(list)
        self._remembered: set[Id] = set()

    def remember(self, traits: Traits[Id]) -> None:
        """Let later people be compared with this one."""
        if traits.id in self._remembered:
            return
        self._remembered.add(traits.id)
        for key in _keys(traits):
            self._by_key[key].append(traits)

    def find(self, traits: Traits[Id]) -> list[Likeness[Id]]:
        """Give the remembered people that somebody looks like, likeliest first."""
        near: dict[Id, Traits[Id]] = {}
        for key in _keys(traits):
            sharing = self._by_key.get(key, [])
            if len(sharing) <= DISTINCTIVE_MAX:
                near |= {other.id: other for other in sharing if other.id != traits.id}
        scored = ((other, *compare(traits, other)) for other in near.values())
        likely = [
            Likeness(traits.id, other.id, score, grounds)
            for other, score, grounds in scored
            if score >= SHOWN_MIN
        ]
        return sorted(likely, key=lambda like: (-like.score, str(like.earlier)))


def _keys(traits: Traits[Id]) -> Iterable[Hashable]:
    if traits.number:
        yield "number", traits.paper, traits.number
    if traits.telephone:
        yield "telephone", traits.telephone
    sound = sound_of(traits.name)
    if traits.birth_year is not None:
        yield "birth year", sound, traits.birth_year
    if traits.address is not None:
        yield "address", sound, traits.address
