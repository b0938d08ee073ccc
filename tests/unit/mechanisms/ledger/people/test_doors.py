"""Doors, and who lives behind them from when until when."""

import datetime as dt

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger.models import Door, Person, Residence
from fangxian.mechanisms.ledger.people import actions, queries, rules
from tests.unit.mechanisms.ledger.people.folk import found, latest_entry, owe, refused
from tests.worlds import NOON, TODAY


YESTERDAY = TODAY - dt.timedelta(days=1)
EARLIER = TODAY - dt.timedelta(days=30)


def door_of(world, area="grid", room="501", by=SYSTEM, **said):
    said = {"building": "3号楼", "unit": "2单元", **said}
    return actions.register_door(area=world[area], room=room, by=by, at=NOON, **said)


def living(person):
    return list(
        Residence.objects.filter(person=person)
        .order_by("since")
        .values_list("door", "since", "until")
    )


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"building": " 3号 楼", "unit": "２单元"},
        {"room": " 501 "},
    ],
)
def test_a_door_is_one_door_however_it_is_spelled(world, said):
    door = door_of(world)

    assert door_of(world, **said) == door
    assert Door.objects.get().room == "501"


def test_other_doors_are_others(world):
    doors = {
        door_of(world),
        door_of(world, room="502"),
        door_of(world, unit="1单元"),
        door_of(world, "second_grid"),
    }

    assert len(doors) == 4
    assert [d.pk for d in queries.doors(SYSTEM.scope, area=world["second_grid"])] == [
        max(doors)
    ]
    assert queries.doors(SYSTEM.scope, building="3号楼").count() == 4


def test_a_door_needs_its_number(world):
    assert refused(door_of, world, room=" - ") is rules.ROOM_MISSING


def test_nobody_registers_doors_of_the_next_district(world):
    assert refused(door_of, world, by=world.actor("charlie")) is OUT_OF_REACH


def test_who_moves_in_is_answered_for_where_the_door_is(person, world):
    door = door_of(world, "grid_of_second_community")

    actions.move_in(
        person, door=door, since=YESTERDAY, by=world.actor("alice"), at=NOON
    )

    assert Person.objects.get(pk=person).area_id == world["grid_of_second_community"]
    assert living(person) == [(door, YESTERDAY, None)]
    assert latest_entry().payload == {
        "person": str(person),
        "door": door,
        "since": YESTERDAY.isoformat(),
    }
    assert queries.get_person(person, SYSTEM.scope).door == queries.DoorCard(
        door, world["grid_of_second_community"], "3号楼", "2单元"
    )
    assert found(world.actor("alice").scope, "王小") == [person]


def test_who_moves_to_another_street_is_found_there_and_not_here(person, world):
    door = door_of(world, "other_grid")
    owe(world, "cdc", person)

    actions.move_in(person, door=door, since=TODAY, by=world.actor("cdc"), at=NOON)

    assert found(world.actor("alice").scope, "王小") == []
    assert found(world.actor("cdc").scope, "王小") == [person]


def test_moving_on_ends_the_former_residence(person, world):
    one, other = door_of(world), door_of(world, room="502")
    actions.move_in(person, door=one, since=EARLIER, by=SYSTEM, at=NOON)

    actions.move_in(person, door=other, since=YESTERDAY, by=SYSTEM, at=NOON)
    actions.move_out(person, until=TODAY, by=SYSTEM, at=NOON)

    assert living(person) == [(one, EARLIER, YESTERDAY), (other, YESTERDAY, TODAY)]
    scope = world.actor("community").scope
    assert [
        (door.id, since, until)
        for door, since, until in queries.residences_of(person, scope)
    ] == [(other, YESTERDAY, TODAY), (one, EARLIER, YESTERDAY)]
    assert found(scope, door=other) == []


@pytest.mark.parametrize(
    ("since", "kind"),
    [(TODAY + dt.timedelta(days=1), rules.NOT_LIVED_YET), (TODAY, rules.LIVES_THERE)],
)
def test_nobody_moves_in_tomorrow_or_twice(person, world, since, kind):
    door = door_of(world)
    actions.move_in(person, door=door, since=EARLIER, by=SYSTEM, at=NOON)

    act = {"door": door, "since": since, "by": SYSTEM, "at": NOON}
    assert refused(actions.move_in, person, **act) is kind


@pytest.mark.parametrize("until", [EARLIER, TODAY + dt.timedelta(days=1)])
def test_nobody_moves_out_before_moving_in_or_tomorrow(person, world, until):
    actions.move_in(person, door=door_of(world), since=EARLIER, by=SYSTEM, at=NOON)

    act = {"until": until, "by": SYSTEM, "at": NOON}
    assert refused(actions.move_out, person, **act) is rules.NOT_LIVED_YET


def test_who_lives_nowhere_does_not_move_out(person):
    act = {"until": TODAY, "by": SYSTEM, "at": NOON}

    assert refused(actions.move_out, person, **act) is rules.LIVES_NOWHERE


def test_who_lives_behind_a_door_is_not_moved_by_a_correction(person, world):
    actions.move_in(person, door=door_of(world), since=TODAY, by=SYSTEM, at=NOON)

    act = {"area": world["second_community"], "by": SYSTEM, "at": NOON}
    assert refused(actions.amend_person, person, **act) is rules.AREA_BY_DOOR


def test_nobody_is_moved_behind_a_door_out_of_reach(person, world):
    door = door_of(world, "next_grid")

    act = {"door": door, "since": TODAY, "by": world.actor("alice"), "at": NOON}
    assert refused(actions.move_in, person, **act) is rules.DOOR_UNKNOWN
