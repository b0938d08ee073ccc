"""Entries of people: those in scope, those asked for, and whom one stands for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q

from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import get_area, lifted_within, within
from fangxian.mechanisms.ledger.models import Person
from fangxian.mechanisms.ledger.people.concerns import concerned
from fangxian.mechanisms.ledger.people.index import KEYED_AT, numbered
from fangxian.mechanisms.ledger.people.search import NIL, Named


if TYPE_CHECKING:
    from django.db.models import QuerySet


MERGED_FOUND_MAX = 50
AT_ONCE = 500
LATEST = (2_000, 32_000)  # entries among which a common name is sought first


def visible(scope: Scope) -> "QuerySet[Person]":
    """Every entry in scope, merged ones too; of it, only cards are given out.

    Who reads by task is given whom the post's work is about.
    """
    if scope.kinds is not None:
        return Person.objects.none()
    return Person.objects.filter(within(scope), concerned(scope))


def in_order(scope: Scope) -> "QuerySet[Person]":
    """As ``visible``; a scope above the street is read in the order of the page.

    There the index on areas would give most of the table, all of it to be sorted for
    fifty rows; the sum keeps the database from taking that index.
    """
    is_broad = any(get_area(root).level < KEYED_AT for root in scope.roots)
    if not is_broad or scope.kinds is not None:
        return visible(scope)
    held = Person.objects.alias(held=F("area_id") + 0)
    return held.filter(within(scope, "held"), concerned(scope))


def survivor(person_id: UUID) -> UUID:
    """Follow merges to the entry that stands for this one."""
    while next_id := _merged_into(person_id):
        person_id = next_id
    return person_id


def _merged_into(person_id: UUID) -> UUID | None:
    into = Person.objects.filter(pk=person_id).values_list("merged_into", flat=True)
    return into.first()


def _survivors(person_ids: Iterable[UUID]) -> set[UUID]:
    """Follow the merges of many at once."""
    standing, more = set[UUID](), set(person_ids)
    while more:
        into = dict(Person.objects.filter(pk__in=more).values_list("pk", "merged_into"))
        standing |= {person for person, next_id in into.items() if next_id is None}
        more = {next_id for next_id in into.values() if next_id is not None}
    return standing


def entries_of(person_id: UUID) -> frozenset[UUID]:
    """Give the entry that stands for somebody with all that were merged into it."""
    known, more = frozenset[UUID](), frozenset({survivor(person_id)})
    while more:
        known |= more
        merged = Person.objects.filter(merged_into__in=more)
        more = frozenset(merged.values_list("pk", flat=True)) - known
    return known


class AskedFor:
    """Whom a question finds: by a whole number, by the name, and by merged entries.

    What is said of a merged entry finds the one that stands for it. Few are found by
    a number or were merged: these are looked up first.
    """

    def __init__(self, text: str, scope: Scope) -> None:
        self._named = named = Named(text, scope)
        exact = numbered(text)
        is_apart = named.is_of_merged
        merged = named.found_merged() if is_apart else iter([named.found()])
        self._few = _survivors(_merged(merged, exact, scope))
        if exact is not None:
            self._few.update(visible(scope).filter(exact).values_list("pk", flat=True))

    def everybody(self) -> Q:
        """Give a condition for all whom it finds; for who expects few."""
        return Q(pk__in=self._few.union(self._named.found()))

    def latest(
        self,
        people: "QuerySet[Person]",
        *,
        most: int,
        before: UUID | None,
        area: int | None,
    ) -> list[UUID]:
        """Give the latest of these people whom it finds, the latest first.

        A common name is not looked up whole: it is sought among the latest entries,
        and further back only if these do not fill the page.
        """
        named: list[UUID] = []
        areas = _keyed_in(area)
        starts = _starts(before) if self._named.is_common else iter([None])
        for since in starts:
            found = self._named.found(since=since, before=before, areas=areas)
            named = _first_of(people, found, most)
            if len(named) == most:
                break
        few = _first_of(people, sorted(self._few, reverse=True), most)
        return sorted({*named, *few}, reverse=True)[:most]


def _first_of(people: "QuerySet[Person]", ids: Sequence[UUID], most: int) -> list[UUID]:
    """Give the first of the ids that are of these people; hardly more are read."""
    found: list[UUID] = []
    start, size = 0, 2 * most
    while start < len(ids) and len(found) < most:
        asked = people.filter(pk__in=ids[start : start + size])
        found += sorted(asked.values_list("pk", flat=True), reverse=True)
        start, size = start + size, min(2 * size, AT_ONCE)
    return found[:most]


def _starts(before: UUID | None) -> Iterator[UUID | None]:
    """Give where the latest entries begin: few, more, and then None for all."""
    earlier = Person.objects.order_by("-pk").values_list("pk", flat=True)
    if before is not None:
        earlier = earlier.filter(pk__lt=before)
    for size in LATEST:
        start = earlier[size : size + 1].first()
        if start is None:
            break
        yield start
    yield None


def _keyed_in(area: int | None) -> frozenset[int] | None:
    """Give the areas that index whoever is in this one, or below."""
    if area is None:
        return None
    return lifted_within(Scope(roots=frozenset({area})), KEYED_AT)


def _merged(named: Iterator[list[UUID]], exact: Q | None, scope: Scope) -> list[UUID]:
    """Give the merged entries that are asked for: of these names, or this number.

    The names come part by part, the latest entries first, as long as more are wanted.
    """
    merged = Person.objects.filter(merged_into__gt=NIL)  # served by its index
    held = merged.alias(held=F("area_id") + 0)
    held = held.filter(within(scope, "held"), concerned(scope))
    found: list[UUID] = []
    for some in named:
        found += _first_of(held, some, MERGED_FOUND_MAX - len(found))
        if len(found) == MERGED_FOUND_MAX:
            break
    if exact is not None:
        found += held.filter(exact).values_list("pk", flat=True)[:MERGED_FOUND_MAX]
    return found
