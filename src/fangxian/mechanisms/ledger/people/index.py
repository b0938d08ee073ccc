"""The marks and tokens of people: made when they are written, asked for in searches.

Numbers, telephones, and the sound of a name with the birth year are marked with keys of
the whole installation, so that a second entry is noticed wherever it is made. Parts of
names have tokens under the key of the street (or what stands above it) that the person
is written in: the same name cannot be counted across streets.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from fangxian.kernel.identifiers import telephone, tidy
from fangxian.mechanisms.jurisdiction.queries import lifted
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.models import Person, Token
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.naming import (
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
    keys = keyring()
    return Marks(
        number_mark=_mark(details.number, NUMBER, keys),
        telephone_mark=_mark(details.telephone, TELEPHONE, keys),
        likeness_mark=_mark(_likeness(details), LIKENESS, keys),
        indexed_with=keys.current,
        indexed_in=keyed,
    )


def _mark(text: str | None, purpose: str, keys: Keyring) -> bytes | None:
    return None if text is None else mark(text, purpose=purpose, keyring=keys)


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
        found |= Q(number_mark__in=_marks([number], NUMBER))
    if dialled := telephone(text):
        found |= Q(telephone_mark__in=_marks([dialled], TELEPHONE))
    return found or None


def suspects(people: Iterable[Details], keyed: Iterable[int]) -> "list[Q]":
    """Conditions for the entries that may be one of these people."""
    listed = list(people)
    numbers = _marks([p.number for p in listed if p.number], NUMBER)
    telephones = _marks([p.telephone for p in listed if p.telephone], TELEPHONE)
    likenesses = _marks([s for p in listed if (s := _likeness(p))], LIKENESS)
    unnumbered = sorted({whole(p.name) for p in listed if not p.number})
    return [
        Q(number_mark__in=numbers),
        Q(telephone_mark__in=telephones),
        Q(likeness_mark__in=likenesses),
        Q(pk__in=_bearing(unnumbered, keyed)),
    ]


def _marks(texts: Iterable[str], purpose: str) -> list[bytes]:
    keys = keyring()
    return [one for t in texts for one in marks(t, purpose=purpose, keyring=keys)]


def _bearing(parts: Iterable[str], keyed: Iterable[int]) -> "QuerySet[Token, object]":
    places = [(key, area) for key in keyring().keys for area in keyed]
    tokens = [token for part in parts for token in tokens_at(places, part)]
    return Token.objects.filter(token__in=tokens).values_list("person", flat=True)


def tokens_at(places: Iterable[tuple[str, int]], part: str) -> list[int]:
    """Give the tokens that a part may have: one for each key and area."""
    keys = keyring()
    return [
        token(part, purpose=NAMES, area=area, keyring=keys, key=key)
        for key, area in places
    ]


def new_tokens(
    people: Iterable[tuple[Person, Details]],
) -> Iterator[tuple[int, UUID]]:
    """Make the rows of the index for people who are written."""
    for person, details in people:
        key, keyed = person.indexed_with, person.indexed_in
        for made in tokens_of(details, key=key, keyed=keyed):
            yield made, person.pk
