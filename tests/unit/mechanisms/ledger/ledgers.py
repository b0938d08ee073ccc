"""Builders of kinds, places, legal codes, and what was written about them."""

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.identifiers import legal_code_check
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger import actions
from fangxian.mechanisms.ledger.models import Place
from tests.worlds import FOUNDED


KINDS = {
    "hotel": ("宾馆酒店", "Hotel", "lodging"),
    "restaurant": ("餐饮", "Restaurant", "food"),
    "supermarket": ("超市", "Supermarket", "food"),
    "clinic": ("小诊所", "Clinic", "medical"),
    "care_home": ("养老院", "Care home", "care"),
}


def declare(code):
    name, name_en, group = KINDS[code]
    return actions.declare_kind(
        code=code,
        name=name,
        name_en=name_en,
        group=group,
        key=True,
        by=SYSTEM,
        at=FOUNDED,
    )


def legal_code(number):
    """The right legal code with this made-up number in it."""
    body = f"91410103MA4{number:06d}"
    return body + legal_code_check(body)


def register(world, area, kind, name, **said):
    return actions.register_place(
        kind=kind,
        name=name,
        area=world[area],
        source="test",
        by=SYSTEM,
        at=FOUNDED,
        **said,
    )


def hotel(world, **said):
    said = {"address": "福华街1号", "uscc": legal_code(1), **said}
    return register(world, "community", "hotel", "福华宾馆", **said)


def written():
    """How many places and journal entries there are: what a refusal leaves alone."""
    return Place.objects.count(), Entry.objects.count()


def latest_entry():
    return Entry.objects.latest("id")
