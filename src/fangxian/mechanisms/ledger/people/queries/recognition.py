"""Recognising people whom a paper names: who it is, and never what stands on the ledger.

What is compared is opened here and stays here; ids are given, or nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from fangxian.kernel.identifiers import telephone, tidy
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger.models import Person
from fangxian.mechanisms.ledger.people.index import numbered
from fangxian.mechanisms.ledger.people.naming import name_of
from fangxian.mechanisms.ledger.people.queries.entries import (
    AskedFor,
    survivor,
    visible,
)


AT_ONCE = 200
LAST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a paper names: a name, and a number, a telephone, or its last four digits."""

    name: str
    number: str | None = None
    telephone: str | None = None

    @property
    def is_by_end(self) -> bool:
        """Whether only the end of a telephone tells this person from others."""
        return not self.number and len(self.telephone or "") == LAST_DIGITS


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who in scope that is.

    ``is_other_name`` says that number or telephone are known under another name.
    """

    people: tuple[UUID, ...] = ()
    is_other_name: bool = False


def recognise(asked: Sequence[Asked], scope: Scope) -> list[Recognised]:
    """Find each of these people in scope: a few queries for each two hundred.

    A whole number decides, else name and telephone together. Merged entries give the
    one that stands for them.
    """
    held = _bearing([one for one in asked if not one.is_by_end], scope)
    return [
        _recognised(
            one, _ending(one, scope) if one.is_by_end else held[_key_of(one)], scope
        )
        for one in asked
    ]


def _key_of(one: Asked) -> str:
    return tidy(one.number) if one.number else telephone(one.telephone or "") or ""


def _bearing(asked: Iterable[Asked], scope: Scope) -> Mapping[str, list[Person]]:
    """Give the entries in scope by the number, and by the telephone, that they bear."""
    keys = sorted({key for one in asked if (key := _key_of(one))})
    found: defaultdict[str, list[Person]] = defaultdict(list)
    for start in range(0, len(keys), AT_ONCE):
        for entry in visible(scope).filter(_any_of(keys[start : start + AT_ONCE])):
            for key in {entry.number, entry.telephone} - {None}:
                found[key].append(entry)
    return found


def _any_of(keys: Collection[str]) -> Q:
    wanted = Q(pk__in=())
    for key in keys:
        wanted |= numbered(key) or Q(pk__in=())
    return wanted


def _ending(one: Asked, scope: Scope) -> list[Person]:
    """Give who bears a telephone that ends like this, of those whose name is alike."""
    found = visible(scope).filter(
        AskedFor(f"{one.name} {one.telephone}", scope).everybody()
    )
    end = one.telephone or ""
    return [entry for entry in found if (entry.telephone or "").endswith(end)]


def _recognised(one: Asked, entries: Iterable[Person], scope: Scope) -> Recognised:
    listed = list(entries)
    named = [entry for entry in listed if name_of(entry.name) == name_of(one.name)]
    people = tuple(dict.fromkeys(_standing(named, scope)))
    return Recognised(people, is_other_name=bool(listed) and not named)


def _standing(entries: Iterable[Person], scope: Scope) -> Iterator[UUID]:
    """Give who stands for each entry, as far as the scope reaches there too."""
    for entry in entries:
        person = survivor(entry.pk) if entry.merged_into_id else entry.pk
        if person == entry.pk or visible(scope).filter(pk=person).exists():
            yield person
