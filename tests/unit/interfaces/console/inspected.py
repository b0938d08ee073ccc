"""Places that were inspected, for the pages: plain builders over the made-up rules."""

import datetime as dt

from fangxian.capabilities.inspection import actions
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.protocol.actions import adopt, draft, review
from fangxian.mechanisms.protocol.packs import read_pack
from tests.unit.capabilities.inspection.pack import CONTENT
from tests.worlds import FOUNDED, NOON


HOUR = dt.timedelta(hours=1)
NO_MASKS = {"masks": False, "exits": True}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8ffff3f0005fe02fea735810000000049454e44ae426082"
)


def id_number(number):
    """The id of the test's first, second … record."""
    return new_id(NOON, number.to_bytes(10))


def adopt_rules(world):
    """Have the made-up rules adopted for the whole city."""
    dana, cdc = world.actor("dana"), world.actor("cdc")
    edition = draft(read_pack(CONTENT), by=cdc, at=FOUNDED).pk
    review(edition, by=dana, at=FOUNDED)
    adopt(edition, area=world["city"], from_=FOUNDED, by=dana, at=FOUNDED)


def add_place(world, name="永安宾馆", *, area="grid", kind="hotel"):
    """Put a place on the ledger and give its id."""
    return register_place(
        kind=kind,
        name=name,
        area=world[area],
        responsible="万负责",
        source="test",
        by=SYSTEM,
        at=FOUNDED,
    ).pk


def visited(world, place, answers, *, number=1, who="grid", at=NOON - HOUR):
    """Record a visit and give the record."""
    return actions.record_visit(
        place=place,
        form="six_haves",
        answers=answers,
        seen_at=at,
        id=id_number(number),
        by=world.actor(who),
        at=at,
    )


def found(world, name="永安宾馆", *, number=1, answers=None, **place):
    """Find a problem in a place of its own, and give the finding."""
    visited(world, add_place(world, name, **place), answers or NO_MASKS, number=number)
    return Finding.objects.latest("pk")


def put_right(world, finding, *, who="alice"):
    """Have a finding reported as put right."""
    return rectify(finding.pk, how="Bought masks", by=world.actor(who), at=NOON)


def typed(page):
    """What a browser would send back of the page's own form: its hidden fields."""
    form = page.context["form"]
    return {
        field.html_name: field.value() or ""
        for field in form.hidden_fields()
        if field.name != "opened"
    } | ({"opened": form["opened"].value()} if "opened" in form.fields else {})
