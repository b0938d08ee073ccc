"""Readers of people; every list takes a scope, and everything they give is masked.

A scope that is bound to kinds of place (a sector department's) sees nobody. Only
``open_identity`` gives what is sealed, and writes down that it did.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from fangxian.kernel.actors import Actor
from fangxian.kernel.papers import Paper
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import (
    descendants,
    reaches_area,
    within,
)
from fangxian.mechanisms.ledger.models import (
    Alike,
    Door,
    Import,
    Opening,
    Person,
    PersonApart,
    Proxy,
    RefusedRow,
    Residence,
)
from fangxian.mechanisms.ledger.people import rules
from fangxian.mechanisms.ledger.people.matching import Ground
from fangxian.mechanisms.ledger.people.queries.entries import (
    AskedFor,
    in_order,
    visible,
)
from fangxian.mechanisms.ledger.rules import IMPORT_UNKNOWN
from fangxian.mechanisms.ledger.states import About
from fangxian.privacy.masking import (
    masked_name,
    masked_number,
    masked_room,
    masked_telephone,
)


PAGE = 50
SHOWN = (
    *("id", "name", "paper", "number", "telephone", "area", "is_drill"),
    *("merged_into", "registered_at", "source"),
)


@dataclass(frozen=True, slots=True)
class DoorCard:
    """A door without its room."""

    id: int
    area: int
    building: str
    unit: str


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as lists show them: name, number and telephone are masked."""

    id: UUID
    name: str
    paper: Paper
    number: str
    telephone: str
    area: int
    door: DoorCard | None
    is_drill: bool
    merged_into: UUID | None
    registered_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of people; ``after`` asks for the next one, None is the last."""

    cards: tuple[PersonCard, ...]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be one: how likely, and on which grounds."""

    one: PersonCard
    other: PersonCard
    score: int
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class ProxyCard:
    """Who speaks for somebody; name and telephone are masked."""

    relation: str
    proxy: UUID | None
    name: str
    telephone: str
    since: datetime


# -------------------------------------------------------------------------- people
def find_people(
    scope: Scope,
    *,
    text: str = "",
    area: int | None = None,
    door: int | None = None,
    source: str | None = None,
    after: UUID | None = None,
    most: int = PAGE,
) -> Found:
    """Give people in scope, the latest first. ``area`` stands for all below it.

    ``text`` is a part of a name, its pinyin or initials, the last four digits of a
    telephone after it, or a whole number or telephone. ``door`` is whom it houses.
    """
    found = in_order(scope).filter(merged_into=None)
    if area is not None:
        found = found.filter(area__in=descendants(area))
    if door is not None:
        found = found.filter(pk__in=_living_behind(door))
    if source is not None:
        found = found.filter(source=source)
    if after is not None:
        found = found.filter(pk__lt=after)
    if text.strip():
        asked = AskedFor(text, scope)
        ids = asked.latest(found, most=most + 1, before=after, area=area)
        found = Person.objects.filter(pk__in=ids)
    cards = _cards(found.order_by("-id")[: most + 1])
    more = len(cards) > most
    return Found(tuple(cards[:most]), cards[most - 1].id if more else None)


def _living_behind(door: int) -> "QuerySet[Residence, UUID]":
    living = Residence.objects.filter(door=door, until=None)
    return living.values_list("person_id", flat=True)


def find_person(person_id: UUID, scope: Scope) -> PersonCard | None:
    """Find an entry in scope, merged or not."""
    cards = _cards(visible(scope).filter(pk=person_id))
    return cards[0] if cards else None


def get_person(person_id: UUID, scope: Scope) -> PersonCard:
    """Give an entry in scope, merged or not; what is out of scope is unknown."""
    card = find_person(person_id, scope)
    if card is None:
        raise rules.PERSON_UNKNOWN()
    return card


def cards_of(person_ids: Collection[UUID]) -> dict[UUID, PersonCard]:
    """Show people who are already in scope: three queries, however many."""
    return {card.id: card for card in _cards(Person.objects.filter(pk__in=person_ids))}


def merged_into(person_id: UUID, scope: Scope) -> list[PersonCard]:
    """The entries in scope that were found to be this person."""
    return _cards(visible(scope).filter(merged_into=person_id).order_by("id"))


def area_of(person_id: UUID) -> int:
    """The area that answers for a person today, wherever it is."""
    areas = areas_of([person_id])
    if person_id not in areas:
        raise rules.PERSON_UNKNOWN()
    return areas[person_id]


def areas_of(person_ids: Collection[UUID]) -> dict[UUID, int]:
    """The areas that answer for these people today; unknown ids are left out."""
    return dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "area"))


def count_people(area_id: int, *, source: str | None = None) -> int:
    """How many people an area answers for; duplicates count once."""
    held = Person.objects.filter(merged_into=None, area__in=descendants(area_id))
    if source is not None:
        held = held.filter(source=source)
    return held.count()


def _cards(people: "QuerySet[Person]") -> list[PersonCard]:
    listed = list(people.only(*SHOWN))
    doors = _doors_of([person.pk for person in listed])
    return [_card(person, doors.get(person.pk)) for person in listed]


def _card(person: Person, door: DoorCard | None) -> PersonCard:
    return PersonCard(
        id=person.pk,
        name=masked_name(person.name),
        paper=Paper(person.paper),
        number=masked_number(person.number or ""),
        telephone=masked_telephone(person.telephone or ""),
        area=person.area_id,
        door=door,
        is_drill=person.is_drill,
        merged_into=person.merged_into_id,
        registered_at=person.registered_at,
        source=person.source,
    )


def _doors_of(person_ids: Collection[UUID]) -> dict[UUID, DoorCard]:
    living = Residence.objects.filter(person__in=person_ids, until=None)
    columns = ("person", "door", "door__area", "door__building", "door__unit")
    return {row[0]: DoorCard(*row[1:]) for row in living.values_list(*columns)}


# --------------------------------------------------------------------------- doors
def doors(
    scope: Scope, *, area: int | None = None, building: str | None = None
) -> "QuerySet[Door]":
    """Doors in scope, building by building; their rooms are sealed."""
    if scope.kinds is not None:
        return Door.objects.none()
    found = Door.objects.filter(within(scope)).defer("room")
    if area is not None:
        found = found.filter(area__in=descendants(area))
    if building is not None:
        found = found.filter(building=building)
    return found.order_by("area", "building", "unit", "id")


def get_door(door_id: int, scope: Scope) -> DoorCard:
    """Give a door in scope; what is out of scope is unknown."""
    door = doors(scope).filter(pk=door_id).first()
    if door is None:
        raise rules.DOOR_UNKNOWN()
    return DoorCard(door.pk, door.area_id, door.building, door.unit)


def rooms_of(door_ids: Collection[int], *, by: Actor) -> dict[int, str]:
    """Say which rooms these doors in scope are, to those who go there.

    A street reads them masked, others not at all.
    """
    if not rules.can_read_rooms(by=by) and not rules.can_read_masked_rooms(by=by):
        return {}
    found = Door.objects.filter(within(by.scope), pk__in=door_ids)
    rooms = {number: str(room) for number, room in found.values_list("pk", "room")}
    if rules.can_read_rooms(by=by):
        return rooms
    return {number: masked_room(room) for number, room in rooms.items()}


def households(door_ids: Collection[int]) -> dict[int, int]:
    """How many live behind each of these doors today; empty doors are left out."""
    living = Residence.objects.filter(door__in=door_ids, until=None)
    standing = living.filter(person__merged_into=None).values_list("door")
    return dict(standing.annotate(Count("pk")))


def residences_of(
    person_id: UUID, scope: Scope
) -> list[tuple[DoorCard, date, date | None]]:
    """Where a person in scope has lived, the latest first: door, since, until."""
    get_person(person_id, scope)
    lived = Residence.objects.filter(person=person_id).order_by("-since", "-id")
    columns = ("door", "door__area", "door__building", "door__unit", "since", "until")
    return [(DoorCard(*row[:4]), row[4], row[5]) for row in lived.values_list(*columns)]


def proxy_of(person_id: UUID, scope: Scope) -> ProxyCard | None:
    """Who speaks for a person in scope today."""
    get_person(person_id, scope)
    named = Proxy.objects.filter(person=person_id, until=None)
    speaker = named.select_related("proxy").first()
    if speaker is None:
        return None
    who = speaker.proxy or speaker
    return ProxyCard(
        relation=speaker.relation,
        proxy=speaker.proxy_id,
        name=masked_name(who.name or ""),
        telephone=masked_telephone(who.telephone or ""),
        since=speaker.since,
    )


# ---------------------------------------------------------------------- duplicates
def alike(scope: Scope, *, area: int | None = None, most: int = PAGE) -> list[Pair]:
    """Pairs in scope that may be one person, likeliest first; settled ones are gone."""
    entries = visible(scope).filter(merged_into=None)
    if area is not None:
        entries = entries.filter(area__in=descendants(area))
    ids = entries.values("pk")
    return _pairs(Alike.objects.filter(one__in=ids, other__in=ids), most)


def alike_to(person_id: UUID, scope: Scope, *, most: int = PAGE) -> list[Pair]:
    """Who else in scope a person may be."""
    get_person(person_id, scope)
    ids = visible(scope).filter(merged_into=None).values("pk")
    about = Q(one=person_id, other__in=ids) | Q(other=person_id, one__in=ids)
    return _pairs(Alike.objects.filter(about), most)


def _pairs(found: "QuerySet[Alike]", most: int) -> list[Pair]:
    listed = list(found.order_by("-score", "id")[: most + PAGE])
    apart = _told_apart(listed)
    open_ = [p for p in listed if (p.one_id, p.other_id) not in apart][:most]
    cards = cards_of({i for pair in open_ for i in (pair.one_id, pair.other_id)})
    return [
        Pair(
            cards[pair.one_id],
            cards[pair.other_id],
            pair.score,
            tuple(Ground(ground) for ground in pair.grounds),
        )
        for pair in open_
    ]


def _told_apart(pairs: Iterable[Alike]) -> set[tuple[UUID, UUID]]:
    ones = {pair.one_id for pair in pairs}
    return set(PersonApart.objects.filter(one__in=ones).values_list("one", "other"))


# --------------------------------------------------------------------------- lists
def lists(scope: Scope, *, about: About = About.PEOPLE) -> "QuerySet[Import]":
    """Lists of people, or about them, taken in for areas in scope, the latest first."""
    if scope.kinds is not None:
        return Import.objects.none()
    found = Import.objects.filter(within(scope), about=about)
    return found.select_related("area", "layout").order_by("-id")


def get_list(list_id: int, scope: Scope, *, about: About = About.PEOPLE) -> Import:
    """Give one list's record, or refuse as if there were none."""
    taken = lists(scope, about=about).filter(pk=list_id).first()
    if taken is None:
        raise IMPORT_UNKNOWN()
    return taken


def refused_rows(
    list_id: int, scope: Scope, *, by: UUID, about: About = About.PEOPLE
) -> "QuerySet[RefusedRow]":
    """The rows of a list that were not taken in, for the person who sent it only.

    They are the sender's own words in clear; nobody else is given them.
    """
    taken = get_list(list_id, scope, about=about)
    return RefusedRow.objects.filter(batch=taken, batch__by=by).order_by("number", "id")


# ------------------------------------------------------------------------ openings
def openings(
    scope: Scope, *, from_: datetime | None = None, until: datetime | None = None
) -> "QuerySet[Opening]":
    """Who opened whose identity in scope, the latest first; reasons stay sealed."""
    if scope.kinds is not None:
        return Opening.objects.none()
    found = Opening.objects.filter(within(scope, "person__area")).defer("why")
    if from_ is not None:
        found = found.filter(at__gte=from_)
    if until is not None:
        found = found.filter(at__lt=until)
    return found.order_by("-at", "-id")


def openings_of(person_id: UUID, scope: Scope) -> "QuerySet[Opening]":
    """Who opened one person's identity, with the reasons they gave."""
    if scope.kinds is not None or not reaches_area(scope, area_of(person_id)):
        raise rules.PERSON_UNKNOWN()
    return Opening.objects.filter(person=person_id).order_by("-at", "-id")
