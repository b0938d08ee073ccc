"""Entries of people: those in scope, those asked for, and whom one stands for."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q

from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import get_area, within
from fangxian.mechanisms.ledger.models import Person
from fangxian.mechanisms.ledger.people.index import KEYED_AT, Named, numbered


if TYPE_CHECKING:
    from django.db.models import QuerySet


MERGED_FOUND_MAX = 50
NIL = UUID(int=0)


def visible(scope: Scope) -> "QuerySet[Person]":
    """Every entry in scope, merged ones too; of it, only cards are given out."""
    if scope.kinds is not None:
        return Person.objects.none()
    return Person.objects.filter(within(scope))


def in_order(scope: Scope) -> "QuerySet[Person]":
    """As ``visible``; a scope above the street is read in the order of the page.

    There the index on areas would give most of the table, all of it to be sorted for
    fifty rows; the sum keeps the database from taking that index.
    """
    is_broad = any(get_area(root).level < KEYED_AT for root in scope.roots)
    if not is_broad or scope.kinds is not None:
        return visible(scope)
    held = Person.objects.alias(held=F("area_id") + 0)
    return held.filter(within(scope, "held"))


def survivor(person_id: UUID) -> UUID:
    """Follow merges to the entry that stands for this one."""
    while next_id := _merged_into(person_id):
        person_id = next_id
    return person_id


def _merged_into(person_id: UUID) -> UUID | None:
    into = Person.objects.filter(pk=person_id).values_list("merged_into", flat=True)
    return into.first()


def entries_of(person_id: UUID) -> frozenset[UUID]:
    """Give the entry that stands for somebody with all that were merged into it."""
    known, more = frozenset[UUID](), frozenset({survivor(person_id)})
    while more:
        known |= more
        merged = Person.objects.filter(merged_into__in=more)
        more = frozenset(merged.values_list("pk", flat=True)) - known
    return known


def asked_for(text: str, scope: Scope) -> Q:
    """What is said of a merged entry finds the one that stands for it.

    Few are found by a number or were merged: these are looked up first, so that all
    others come by the index of names alone, in the order of the page.
    """
    exact, named = numbered(text), Named(text, scope)
    few = {survivor(person) for person in _merged_and_asked_for(exact, named, scope)}
    if exact is not None:
        few.update(visible(scope).filter(exact).values_list("pk", flat=True))
    by_name = named.found()
    if by_name is None:
        return Q(pk__in=few)
    return Q(pk__in=by_name) | Q(pk__in=few) if few else Q(pk__in=by_name)


def _merged_and_asked_for(exact: Q | None, named: Named, scope: Scope) -> list[UUID]:
    said = named.of_each() if exact is None else named.of_each() | exact
    merged = Person.objects.filter(merged_into__gt=NIL)  # served by its index
    held = merged.alias(held=F("area_id") + 0).filter(within(scope, "held"))
    return list(held.filter(said).values_list("pk", flat=True)[:MERGED_FOUND_MAX])
