"""Who opens an identity, on what grounds, and that it is never read without a record."""

import datetime as dt
from dataclasses import asdict

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger.models import Opening
from fangxian.mechanisms.ledger.people import actions, queries, rules
from fangxian.mechanisms.ledger.states import Purpose
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    latest_entry,
    number,
    owe,
    refused,
    register,
)
from tests.worlds import NOON


WHY = "电话通知上门采样"


def opened(person, by, **said):
    said = {"purpose": Purpose.CONTACT, "why": WHY, "at": NOON, **said}
    return actions.open_identity(person, by=by, **said)


def test_a_community_opens_one_identity_and_it_is_written_down(person, world):
    by = world.actor("community")

    identity = opened(person, by)

    assert (identity.name, identity.number, identity.telephone) == (
        NAME,
        NUMBER,
        TELEPHONE,
    )
    opening = Opening.objects.get()
    assert (opening.person_id, opening.by, opening.post, opening.at) == (
        person,
        by.person,
        by.post,
        NOON,
    )
    assert opening.why == WHY
    entry = latest_entry()
    assert (entry.event, entry.subject) == (
        "person.identity_opened",
        f"person:{person}",
    )
    assert entry.payload == {
        "person": str(person),
        "purpose": "contact",
        "task": None,
        "second": None,
    }


def test_the_door_is_opened_with_the_identity(person, world):
    door = actions.register_door(
        area=world["grid"], building="3号楼", room="501", by=SYSTEM, at=NOON
    )
    actions.move_in(person, door=door, since=NOON.date(), by=SYSTEM, at=NOON)

    identity = opened(person, world.actor("community"))

    assert (identity.building, identity.unit, identity.room) == ("3号楼", "", "501")


@pytest.mark.parametrize("who", ["grid", "hospital", "cdc"])
def test_some_open_an_identity_for_a_duty_only(world, who):
    person = register(world, "grid").person
    by = world.actor(who)
    task = owe(world, who, person)

    assert refused(opened, person, by) is rules.TASK_MISSING
    assert opened(person, by, task=task).name == NAME
    assert Opening.objects.get().task == task


@pytest.mark.parametrize("who", ["street", "district", "auditor"])
def test_those_above_open_an_identity_in_two(person, world, who):
    by, community = world.actor(who), world.actor("community")

    for second in (None, by, world.actor("police"), world.actor("community_next_door")):
        assert refused(opened, person, by, second=second) is rules.SECOND_MISSING
    assert opened(person, by, second=community).name == NAME
    assert Opening.objects.get().second == community.person


@pytest.mark.parametrize(
    "who", ["supervision", "police", "administrator", "checkpoint", "civil_affairs"]
)
def test_others_open_nobody(world, who):
    person = register(world, "community").person
    by = world.actor(who)

    kind = refused(opened, person, by, task=7, second=world.actor("community"))

    assert kind in {rules.NOT_YOURS_TO_OPEN, rules.PERSON_UNKNOWN}


def test_the_system_opens_nobody(person):
    assert refused(opened, person, SYSTEM, task=7) is rules.NOT_YOURS_TO_OPEN


def test_nobody_is_opened_out_of_reach(person, world):
    by = world.actor("community_next_door")

    assert refused(opened, person, by) is rules.PERSON_UNKNOWN


def test_opening_needs_a_reason(person, world):
    by = world.actor("community")

    assert refused(opened, person, by, why=" ") is rules.WHY_MISSING


def test_a_day_has_its_measure(person, world, monkeypatch):
    monkeypatch.setattr(rules, "OPENED_A_DAY_MAX", 2)
    by = world.actor("community")
    others = [register(world, number=number(n)).person for n in (1, 2)]
    for one in (person, others[0], person):  # the same person counts once
        opened(one, by)

    assert refused(opened, others[1], by) is rules.OPENED_ENOUGH
    assert opened(person, by).name == NAME
    assert opened(others[1], by, at=NOON + dt.timedelta(days=1)).name == NAME


def test_supervision_sees_who_opened_whom(person, world):
    by = world.actor("community")
    opened(person, by)
    opened(person, by, at=NOON + dt.timedelta(hours=1))
    scope = world.actor("supervision").scope

    assert rules.check_can_oversee(by=world.actor("supervision")) is None
    assert [o.at for o in queries.openings(scope)] == [
        NOON + dt.timedelta(hours=1),
        NOON,
    ]
    assert queries.openings(scope, from_=NOON, until=NOON).count() == 0
    assert [o.why for o in queries.openings_of(person, scope)] == [WHY, WHY]
    assert list(queries.openings(world.actor("district_next_door").scope)) == []


@pytest.mark.parametrize("who", ["community", "street", "administrator"])
def test_who_does_not_oversee_is_told_so(world, who):
    with pytest.raises(Exception, match="not_yours_to_oversee"):
        rules.check_can_oversee(by=world.actor(who))


def test_nothing_but_an_opening_gives_anything_in_clear(person, world):
    """Whatever a reader gives is masked: no clear text hides in a card."""
    scope = world.actor("dana").scope
    given = str(
        [
            asdict(queries.get_person(person, scope)),
            *map(asdict, queries.find_people(scope).cards),
            *map(asdict, queries.cards_of([person]).values()),
        ]
    )

    assert [text for text in (NAME, NUMBER, TELEPHONE) if text in given] == []
