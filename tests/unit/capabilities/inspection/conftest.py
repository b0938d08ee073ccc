"""Two hotels and a restaurant, the rules they live by, and what is seen there."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.capabilities.inspection import actions
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.protocol.actions import adopt, draft, review
from fangxian.mechanisms.protocol.packs import read_pack
from tests.unit.capabilities.inspection.pack import CONTENT
from tests.worlds import FOUNDED, NOON


HOUR = dt.timedelta(hours=1)
SEEN = NOON - dt.timedelta(minutes=10)
GOOD = {"masks": True, "exits": True}
NO_MASKS = {"masks": False, "exits": True}
BLOCKED = {"masks": True, "exits": False}


def id_number(number) -> UUID:
    """The id of the test's first, second … record."""
    return new_id(NOON, number.to_bytes(10))


@pytest.fixture
def rules(world):
    """Have the made-up rules adopted for the whole city."""
    dana, cdc = world.actor("dana"), world.actor("cdc")
    edition = draft(read_pack(CONTENT), by=cdc, at=FOUNDED).pk
    review(edition, by=dana, at=FOUNDED)
    adopt(edition, area=world["city"], from_=FOUNDED, by=dana, at=FOUNDED)
    return edition


@pytest.fixture
def place_in(world, rules):
    """Put places on the ledger; ``place_in("grid")`` gives a hotel's id."""
    del rules  # they declare the kinds

    def make(area, name="永安宾馆", kind="hotel", responsible="万负责"):
        return register_place(
            kind=kind,
            name=name,
            area=world[area],
            responsible=responsible,
            source="test",
            by=SYSTEM,
            at=FOUNDED,
        ).pk

    return make


@pytest.fixture
def hotel(place_in):
    return place_in("grid")


@pytest.fixture
def visit(world, hotel):
    """Record a visit to the hotel by the grid worker; every part can be changed."""

    def make(answers=GOOD, *, number=1, who="grid", at=NOON, **changes):
        seen = {
            "place": hotel,
            "form": "six_haves",
            "answers": answers,
            "seen_at": at - dt.timedelta(minutes=10),
            "id": id_number(number),
        }
        return actions.record_visit(**{**seen, **changes}, by=world.actor(who), at=at)

    return make


def written():
    """Everything a refusal must leave as it was."""
    return (
        list(Entry.objects.order_by("pk").values_list("event", "subject")),
        sorted(Tally.objects.values_list("measure", "day", "area", "kind", "n")),
    )
