"""The marks and tokens of people: made when they are written, asked for in searches.

Numbers, telephones, and the sound of a name with the birth year are marked with keys of
the whole installation, so that a second entry is noticed wherever it is made. Parts of
names have tokens under the key of the street (or what stands above it) that the person
is written in: the same name cannot be counted across streets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from fangxian.kernel.identifiers import telephone, tidy
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import lifted, lifted_within
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.models import Person, Token
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.naming import (
    asked,
    name_of,
    parts_of,
    sound_of,
    whole,
)
from fangxian.privacy.index import mark, marks, token
from fangxian.privacy.keys import Keyring, keyring_at


KEYED_AT = Level.STREET
NAMES = "people's names"
NUMBER = "people's numbers"
TELEPHONE = "people's telephones"
LIKENESS = "people's sounds and birth years"
DOOR = "doors"
COMMON = 2000


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person is found by exactly, and under which key and area."""

    number_mark: bytes | None
    telephone_mark: bytes | None
    likeness_mark: bytes | None
    indexed_with: str
    indexed_in: int


def keyring() -> Keyring:
    """Give the installation's keys."""
    return keyring_at(settings.FANGXIAN_KEYRING)


def keyed_areas(areas: Iterable[int]) -> dict[int, int]:
    """For each area, the one whose key the names of its people are indexed with."""
    return lifted(set(areas), KEYED_AT)


# ---------------------------------------------------------------------------- writing
def marks_of(details: Details, *, keyed: int) -> Marks:
    """Make the marks of a person who is indexed in a keyed area."""
    return Marks(
        number_mark=_mark(details.number, NUMBER),
        telephone_mark=_mark(details.telephone, TELEPHONE),
        likeness_mark=_mark(_likeness(details), LIKENESS),
        indexed_with=keyring().current,
        indexed_in=keyed,
    )


def _mark(text: str | None, purpose: str) -> bytes | None:
    return None if text is None else mark(text, purpose=purpose, keyring=keyring())


def tokens_of(details: Details, *, key: str, keyed: int) -> list[int]:
    """Make the tokens of a person under a key and a keyed area."""
    keys = keyring()
    parts = parts_of(details.name, details.telephone)
    return [
        token(part, purpose=NAMES, area=keyed, keyring=keys, key=key) for part in parts
    ]


def door_mark(building: str, unit: str, room: str, *, key: str | None = None) -> bytes:
    """Make the mark of a door within its area."""
    return mark(_door(building, unit, room), purpose=DOOR, keyring=keyring(), key=key)


def door_marks(building: str, unit: str, room: str) -> list[bytes]:
    """Make the marks that a door may have, under every key."""
    return marks(_door(building, unit, room), purpose=DOOR, keyring=keyring())


def _likeness(details: Details) -> str | None:
    if details.birth_year is None:
        return None
    return f"{sound_of(details.name)} {details.birth_year}"


def _door(building: str, unit: str, room: str) -> str:
    return "/".join(name_of(part) for part in (building, unit, room))


# --------------------------------------------------------------------------- searching
def numbered(text: str) -> Q | None:
    """A condition for whoever has this whole number or telephone, under every key."""
    if not any(sign.isdecimal() for sign in text):
        return None
    found = Q()
    if number := tidy(text):
        found |= Q(number_mark__in=_marks(number, NUMBER))
    if dialled := telephone(text):
        found |= Q(telephone_mark__in=_marks(dialled, TELEPHONE))
    return found or None


class Named:
    """What a question means of names, under every key of the areas in scope."""

    def __init__(self, text: str, scope: Scope) -> None:
        meanings = asked(text)
        self._keyed = sorted(lifted_within(scope, KEYED_AT)) if meanings else []
        self._alone = {part for parts in meanings if len(parts) == 1 for part in parts}
        self._together = [parts for parts in meanings if len(parts) > 1]

    def found(self) -> "QuerySet[Token, object] | None":
        """Give the ids of whom it means, to be looked up; None if it asks nothing.

        Of parts that somebody must have together the rarest is looked up, and the
        others only of those whom it finds.
        """
        ways = [self._all_of(parts) for parts in self._together]
        if self._alone:
            ways.append(_bearing(self._alone, self._keyed))
        return ways[0].union(*ways[1:]) if len(ways) > 1 else next(iter(ways), None)

    def of_each(self) -> Q:
        """The same as a question to each of few people."""
        asked = [frozenset({part}) for part in self._alone] + self._together
        return reduce(or_, map(self._of_each, asked), Q(pk__in=[]))

    def _all_of(self, parts: Iterable[str]) -> "QuerySet[Token, object]":
        rarest, *others = sorted(sorted(parts), key=self._frequency)
        found = _bearing([rarest], self._keyed)
        return found.filter(*(self._has(part, "person") for part in others))

    def _frequency(self, part: str) -> int:
        """How many have a part; from ``COMMON`` on all are as common."""
        return _bearing([part], self._keyed)[:COMMON].count()

    def _of_each(self, parts: Iterable[str]) -> Q:
        return reduce(and_, (Q(self._has(part, "pk")) for part in sorted(parts)))

    def _has(self, part: str, whose: str) -> Exists:
        return Exists(_bearing([part], self._keyed).filter(person=OuterRef(whose)))


def suspects(people: Iterable[Details], keyed: Iterable[int]) -> "list[Q]":
    """Conditions for the entries that may be one of these people."""
    listed = list(people)
    numbers = [m for p in listed if p.number for m in _marks(p.number, NUMBER)]
    telephones = [
        m for p in listed if p.telephone for m in _marks(p.telephone, TELEPHONE)
    ]
    likenesses = [m for p in listed if (s := _likeness(p)) for m in _marks(s, LIKENESS)]
    unnumbered = sorted({whole(p.name) for p in listed if not p.number})
    return [
        Q(number_mark__in=numbers),
        Q(telephone_mark__in=telephones),
        Q(likeness_mark__in=likenesses),
        Q(pk__in=_bearing(unnumbered, keyed)),
    ]


def _marks(text: str, purpose: str) -> list[bytes]:
    return marks(text, purpose=purpose, keyring=keyring())


def _bearing(parts: Iterable[str], keyed: Iterable[int]) -> "QuerySet[Token, object]":
    keys = keyring()
    tokens = [
        token(part, purpose=NAMES, area=area, keyring=keys, key=key)
        for part in parts
        for area in keyed
        for key in keys.keys
    ]
    return Token.objects.filter(token__in=tokens).values_list("person", flat=True)


def new_tokens(people: Iterable[tuple[Person, Details]]) -> list[Token]:
    """Make the rows of the index for people who are about to be written."""
    return [
        Token(token=made, person=person)
        for person, details in people
        for made in tokens_of(details, key=person.indexed_with, keyed=person.indexed_in)
    ]
