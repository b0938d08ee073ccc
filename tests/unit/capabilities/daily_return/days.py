"""A day of the small world under the routine pack."""

import datetime as dt

from fangxian.capabilities.daily_return import actions
from fangxian.kernel.moments import at_time, start_of
from fangxian.mechanisms.finding import actions as finding
from fangxian.mechanisms.ledger import actions as ledger
from fangxian.mechanisms.protocol import actions as protocol
from tests.packs import pack_of
from tests.worlds import FOUNDED, NOON, TODAY


MORNING = start_of(TODAY)
AFTERNOON = at_time(TODAY, dt.time(16))
EVENING = at_time(TODAY, dt.time(19))
TOMORROW = TODAY + dt.timedelta(days=1)
MIDNIGHT = start_of(TOMORROW)
NEXT_MORNING = at_time(TOMORROW, dt.time(8))


def adopt(world):
    """Put the routine pack in force for the whole city."""
    dana, administrator = world.actor("dana"), world.actor("administrator")
    edition = protocol.draft(pack_of("routine"), by=administrator, at=FOUNDED)
    protocol.review(edition.pk, by=dana, at=FOUNDED)
    protocol.adopt(edition.pk, area=world["city"], from_=FOUNDED, by=dana, at=FOUNDED)


def sign(world, who="community", *, at=AFTERNOON, zero=True, happened=""):
    """Let somebody sign for their own unit: a zero report unless told otherwise."""
    by = world.actor(who)
    return actions.attest_daily(
        area=by.unit, day=TODAY, zero=zero, happened=happened, by=by, at=at
    )


def open_hotel(world, area="grid", name="永安宾馆"):
    """Put a hotel on the ledger."""
    return ledger.register_place(
        kind="hotel",
        name=name,
        address="京广路1号",
        area=world[area],
        source="walked",
        by=world.actor("dana"),
        at=FOUNDED,
    )


def find(world, place, *, who="bob", at=NOON, text="消杀记录断档 2 天"):
    """Raise a finding about a place."""
    return finding.raise_finding(
        subject=f"place:{place.pk}",
        kind="hotel",
        area=place.area_id,
        item="patrol/disinfected",
        text=text,
        severity="major",
        deadline_at=at + dt.timedelta(hours=6),
        by=world.actor(who),
        at=at,
    )
