"""Two streets and a next district, who works there, and a finding in each state."""

import datetime as dt
from types import SimpleNamespace
from uuid import UUID

import pytest

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import actions
from fangxian.mechanisms.jurisdiction.models import Area, Reach


NOON = dt.datetime(2020, 11, 3, 4, tzinfo=dt.UTC)  # 12:00 in Shanghai
HOUR = dt.timedelta(hours=1)
TOMORROW = NOON + 24 * HOUR


def make_area(name, level, parent=None):
    area = Area.objects.create(
        name=name, level=level, parent=parent, valid_from="2020-01-01", source="test"
    )
    above = [area]
    while above[-1].parent is not None:
        above.append(above[-1].parent)
    Reach.objects.bulk_create(Reach(ancestor=a, descendant=area) for a in above)
    return area


def actor(number, role, area, kinds=None):
    scope = Scope(roots=frozenset({area.pk}), kinds=kinds)
    return Actor(
        person=UUID(int=number), post=number, role=role, scope=scope, unit=area.pk
    )


@pytest.fixture
def world(db):  # noqa: ARG001 -- opens the database
    """Alice and Bob share a street, Charlie works next door, Dana for the city."""
    city = make_area("City", "1-city")
    district = make_area("District", "2-district", city)
    street = make_area("Street", "3-street", district)
    community = make_area("Community", "4-community", street)
    next_district = make_area("Next", "2-district", city)
    next_street = make_area("Next street", "3-street", next_district)
    return SimpleNamespace(
        city=city,
        district=district,
        street=street,
        community=community,
        next_street=next_street,
        alice=actor(1, Role.STREET, street),
        bob=actor(2, Role.COMMUNITY, street),
        charlie=actor(3, Role.STREET, next_street),
        dana=actor(4, Role.DISTRICT, city),
        manager=actor(5, Role.VENUE_MANAGER, community),
        health=actor(6, Role.SECTOR_DEPARTMENT, city, kinds=frozenset({"clinic"})),
        auditor=actor(7, Role.AUDITOR, city),
    )


@pytest.fixture
def raised(world):
    """Raise a finding about a hotel of the street; every part can be changed."""

    def make(*, by=world.bob, at=NOON, **changes):
        facts = {
            "subject": "place:1",
            "kind": "hotel",
            "area": world.community.pk,
            "item": "six_haves/disinfection",
            "text": "No disinfection record for two days",
            "severity": "major",
            "deadline_at": at + 24 * HOUR,
            "responsible": world.manager.person,
        }
        return actions.raise_finding(**{**facts, **changes}, by=by, at=at)

    return make


@pytest.fixture
def rectified(world, raised):
    """Raise a finding and let Alice say that it has been put right."""

    def make(*, by=world.alice, **changes):
        finding = raised(**changes)
        return actions.rectify(finding.pk, how="Signed daily", by=by, at=NOON + HOUR)

    return make
