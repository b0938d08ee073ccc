"""What else a phone is told: whom it speaks for, doors, places, people, questions.

A phone of a grid or a community carries its ledger; one of a wider unit carries the
doors and places that its own duties are about. People are masked, without numbers.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from fangxian.interfaces.field.asking import Asker
from fangxian.interfaces.field.sheets import Item, said
from fangxian.interfaces.field.wire import (
    DoorItem,
    MeItem,
    PersonItem,
    PlaceKind,
    QuestionItem,
    Supervisor,
)
from fangxian.interfaces.intake.inbox import QUARANTINED, Held, open_inbox
from fangxian.interfaces.intake.reasons import FAILED, read_reason
from fangxian.kernel.actors import Role
from fangxian.mechanisms.jurisdiction.queries import (
    get_area,
    get_post,
    holder_of,
    masked_name,
    path_name,
    path_names,
    posts_of_chain,
)
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.queries import DoorCard, PersonCard
from fangxian.mechanisms.ledger.people.rules import can_read
from fangxian.mechanisms.ledger.rules import can_keep


LEADING = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})
CARRIED_FROM = Level.COMMUNITY
QUESTIONS_MOST = 200


def carries_ledger(asker: Asker) -> bool:
    """Whether the post keeps the ledger of a unit that is small enough to be carried."""
    is_small = get_area(asker.device.area).level >= CARRIED_FROM
    return is_small and can_keep(by=asker.actor)


# ---------------------------------------------------------------------------- me
def me_of(asker: Asker) -> MeItem:
    """Tell for whom, and in which post, the phone speaks, and what it may register."""
    post = get_post(asker.device.post)
    return {
        "t": "me",
        "id": str(asker.device.id),
        "person": masked_name(asker.device.person),
        "post": post.title,
        "area": {"id": post.area, "name": path_name(post.area)},
        "supervisor": _supervisor(asker),
        "kinds": _kinds(asker),
    }


def _supervisor(asker: Asker) -> Supervisor | None:
    """Name the nearest post above that leads, and who holds it."""
    for post in posts_of_chain(asker.device.area):
        holder = holder_of(post.id, asker.at)
        if post.role in LEADING and post.id != asker.device.post and holder is not None:
            return {"name": f"{masked_name(holder)} {post.title}"}
    return None


def _kinds(asker: Asker) -> list[PlaceKind]:
    if not can_keep(by=asker.actor):
        return []
    return [
        {"code": kind.code, "label": {"zh": kind.name, "en": kind.name_en}}
        for kind in ledger.kinds()
        if asker.actor.scope.reaches_kind(kind.code)
    ]


# -------------------------------------------------------------------------- doors
def doors_in(asker: Asker) -> QuerySet[Any]:
    """Select the doors that the phone may carry."""
    found = people.doors(asker.actor.scope).order_by("pk")
    return found if can_read(by=asker.actor) else found.none()


def tell_doors(found: Iterable[Any]) -> list[Item]:
    """Tell doors without their rooms, and how many live behind each."""
    cards = [DoorCard(one.pk, one.area_id, one.building, one.unit) for one in found]
    living = people.households([card.id for card in cards])
    names = path_names({card.area for card in cards})
    return [_door(card, living.get(card.id, 0), names[card.area]) for card in cards]


def _door(card: DoorCard, living: int, path: str) -> DoorItem:
    title = " ".join(part for part in (card.building, card.unit) if part)
    return {
        "t": "door",
        "id": card.id,
        "title": title or path.rpartition(" ")[2],
        "area": card.area,
        "people": living,
    }


# ------------------------------------------------------------------------- places
def places_in(asker: Asker) -> QuerySet[Any]:
    """Select the places that the phone may carry."""
    return ledger.places(asker.actor.scope).order_by("pk")


def tell_places(found: Iterable[Any]) -> list[Item]:
    """Tell places without who is in charge, and without telephones."""
    return [
        {
            "t": "place",
            "id": place.pk,
            "title": place.name,
            "kind": {"zh": place.kind.name, "en": place.kind.name_en},
            "address": place.address,
            "area": place.area_id,
        }
        for place in found
    ]


# ------------------------------------------------------------------------- people
def people_in(asker: Asker) -> QuerySet[Any]:
    """Select the people that the phone may carry; of merged entries the standing one."""
    found = people.visible(asker.actor.scope).filter(merged_into=None).order_by("pk")
    return found if can_read(by=asker.actor) else found.none()


def tell_people(found: Iterable[Any]) -> list[Item]:
    """Tell people by their masked names and doors, and nothing else of them."""
    ids = [one.pk for one in found]
    cards = people.cards_of(ids)
    return [_person(cards[one]) for one in ids if one in cards]


def _person(card: PersonCard) -> PersonItem:
    door = None if card.door is None else card.door.id
    return {"t": "person", "id": str(card.id), "name": card.name, "door": door}


# ---------------------------------------------------------------------- questions
def questions_of(asker: Asker) -> list[Item]:
    """Ask back about the phone's own acts that could not be done, the latest first."""
    with open_inbox() as inbox:
        held = inbox.held(QUARANTINED, [str(asker.device.id)], most=QUESTIONS_MOST)
    return [_question(one) for one in held]


def _question(held: Held) -> QuestionItem:
    reason = read_reason(held.reason)
    refusal = reason.refusal or FAILED(problem=reason.said)
    return {
        "t": "question",
        "id": _id_of(held),
        "at": held.received_at,
        "sentence": said(refusal.kind.sentence, **refusal.facts),
        "remedy": said(refusal.kind.remedy, **refusal.facts),
    }


def _id_of(held: Held) -> str:
    return str(UUID(json.loads(held.raw)["id"]))


def among(found: QuerySet[Any], keys: Collection[Any]) -> QuerySet[Any]:
    """Narrow to these."""
    return found.filter(Q(pk__in=list(keys)))
