"""The records of these tests: a visit to a reading room, by a pack made up for it."""

import datetime as dt
from uuid import UUID

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.ids import new_id
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.observation import actions
from fangxian.mechanisms.protocol.actions import adopt, draft, review
from fangxian.mechanisms.protocol.packs import read_pack
from tests.worlds import FOUNDED, NOON


def words(text):
    return {"zh": text, "en": text}


SOURCE = {"title": "阅览室守则", "gist": words("look after the room")}
KINDS = ("reading_room", "hotel", "care_home")
FORM = {
    "form": "visit",
    "title": words("visit"),
    "subject": "place",
    "source": SOURCE,
    "questions": [
        {"name": "quiet", "type": "yes_no", "label": words("quiet?")},
        {"name": "readers", "type": "number", "label": words("readers"), "most": 500},
        {
            "name": "photos",
            "type": "photo",
            "label": words("photos"),
            "required": False,
            "most": 3,
        },
    ],
}
CONTENT = {
    "pack": {
        "pack": "reading-room",
        "version": "1",
        "title": words("reading room"),
        "summary": words("made up"),
        "subjects": [{"subject": "place", "name": words("place")}],
        "severities": [{"code": "minor", "name": words("minor"), "hours": 24}],
    },
    "kinds": {
        "groups": [{"code": "rooms", "name": words("rooms")}],
        "kinds": [
            {"code": code, "name": words(code), "group": "rooms"} for code in KINDS
        ],
    },
    "parameters": [
        {
            "name": "seats",
            "type": "number",
            "words": words("seats"),
            "values": [{"value": 40, "valid_from": "2020-01-01", "source": SOURCE}],
        }
    ],
    "clauses": [
        {
            "clause": "daily-visit",
            "title": words("visit daily"),
            "subject": "place",
            "cadence": {"every": "day"},
            "windows": [{"opens": "08:00", "due": "18:00", "closes": "24:00"}],
            "form": "visit",
            "roles": ["grid_worker"],
            "source": SOURCE,
        }
    ],
    "forms": [FORM, {**FORM, "form": "other"}],
}
ANSWERS = {"quiet": True, "readers": 12}
WRITER = Actor(person=UUID(int=1), post=None, role=Role.CDC, scope=EVERYWHERE)


def id_number(number: int) -> UUID:
    """The id of the test's first, second … record."""
    return new_id(NOON, number.to_bytes(10))


def adopted(world) -> int:
    """Put the pack in force in the whole city and give its edition."""
    dana = world.actor("dana")
    edition = draft(read_pack(CONTENT), by=WRITER, at=FOUNDED).pk
    review(edition, by=dana, at=FOUNDED)
    adopt(edition, area=world["city"], from_=FOUNDED, by=dana, at=FOUNDED)
    return edition


def visited(world, edition, number=1, *, who="grid", at=NOON, **changes):
    """Write down a visit to place 12 and give the record."""
    seen = {
        "id": id_number(number),
        "form": "visit",
        "edition": edition,
        "subject": "place:12",
        "kind": "hotel",
        "area": world["grid"],
        "answers": ANSWERS,
        "seen_at": at - dt.timedelta(minutes=10),
    }
    return actions.observe(**{**seen, **changes}, by=world.actor(who), at=at)
