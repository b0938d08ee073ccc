"""A sweep on a phone: its own doors with rooms, what was tried, what is left, the end."""

import datetime as dt

import pytest

from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.sweeps import actions
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.processing import process
from fangxian.interfaces.jobs.due import run_due
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from fangxian.mechanisms.ledger.models import Person, Residence
from fangxian.mechanisms.ledger.people.actions import register_door
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import State
from tests.inboxes import empty_inbox
from tests.packs import adopted
from tests.unit.interfaces.field.pulling import Puller
from tests.unit.interfaces.field.test_there_and_back import Field
from tests.unit.interfaces.intake.phoning import Phone
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import FOUNDED, NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LATER = NOON + dt.timedelta(minutes=1)
UNTIL = NOON + 8 * HOUR
WHY = "逐户摸排返郑人员"
ROOMS = ("1203", "1204")
NEXT_ROOM = "907"
SEEN = {
    "outcome": "seen",
    "people": 2,
    "unlisted": 1,
    "came": 1,
    "unwell": False,
    "told_the_rules": True,
}


@pytest.fixture
def doors(world):
    adopted("covid19-cn", world["city"])
    return [
        register_door(
            area=world[area],
            building="4号楼",
            unit="2单元",
            room=room,
            by=SYSTEM,
            at=FOUNDED,
        )
        for area, room in (
            *(("grid", room) for room in ROOMS),
            ("second_grid", NEXT_ROOM),
        )
    ]


@pytest.fixture
def sweep(world, doors):
    del doors
    return actions.order_sweep(
        id=new_id(NOON, bytes(10)),
        clause="door_sweep",
        area=world["community"],
        opens_at=NOON - HOUR,
        until=UNTIL,
        why=WHY,
        by=world.actor("community"),
        at=NOON,
    )


@pytest.fixture
def field(world, sweep):
    """The grid worker's phone: what it pulls, what it sends, and what becomes of it."""
    assert sweep
    device = enrol(world, 1, at=NOON - HOUR)
    with empty_inbox() as inbox:
        follow(inbox, get_device(device, EVERYWHERE))
        yield Field(inbox, Puller(device, 1), Phone(device, 1))


def by_door(tasks):
    return {one["where"]: one for one in tasks}


def share(field):
    [told] = field.puller.all("sweep")
    return [told[name] for name in ("should", "seen", "empty", "open", "missed")]


def test_the_doors_of_the_own_grid_are_told_with_their_rooms(field, sweep, doors):
    told = by_door(field.tasks())

    assert sorted(told) == [f"door:{door}" for door in doors[:2]]
    one = told[f"door:{doors[0]}"]
    assert (one["room"], one["sweep"], one["tried"]) == (
        ROOMS[0],
        str(sweep.pk),
        None,
    )
    assert one["send"] == {
        "kind": "sweep",
        "body": {
            "sweep": str(sweep.pk),
            "task": sweep.targets.get(number=doors[0]).task_id,
        },
    }
    assert one["form"] in {form["id"] for form in field.puller.all("form")}
    [item] = field.puller.all("sweep")
    assert (item["why"], item["about"], item["state"]) == (WHY, "door", "running")
    assert share(field) == [2, 0, 0, 2, 0]
    assert NEXT_ROOM not in str(field.puller.known)


def test_nobody_at_home_comes_back_to_be_tried_again(field, sweep, doors):
    task = by_door(field.tasks())[f"door:{doors[0]}"]
    field.answer(task, {"outcome": "nobody_home"})
    assert field.process().done == 1

    again = by_door(field.tasks())[f"door:{doors[0]}"]
    assert again["state"] == "open"
    assert (again["tried"]["times"], again["tried"]["outcome"]) == (1, "nobody_home")
    [item] = field.puller.all("sweep")
    assert [(one["outcome"], one["count"]) for one in item["reasons"]] == [
        ("nobody_home", 1)
    ]
    assert sweep.targets.get(number=doors[0]).observation == field.phone.ids[0]


def test_a_door_where_somebody_was_seen_is_done_and_counted(field, doors):
    task = by_door(field.tasks())[f"door:{doors[0]}"]
    field.answer(task, SEEN)
    assert field.process().done == 1

    done = by_door(field.tasks())[f"door:{doors[0]}"]
    assert done["state"] == "done"
    assert "room" not in done
    assert share(field) == [2, 1, 0, 1, 0]


def test_whoever_is_found_is_registered_and_came(field, doors, world):
    task = by_door(field.tasks())[f"door:{doors[0]}"]
    field.answer(task, SEEN)
    field.send("person", {"area": world["grid"], "name": "施远归", "door": doors[0]})
    field.send(
        "came",
        {
            "person": str(field.phone.ids[1]),
            "journey": {
                "origin": "天津市滨海新区",
                "left_on": "2020-11-07",
                "arrived_on": "2020-11-08",
            },
        },
    )

    assert field.process().done == 3
    found = Person.objects.get()
    assert Residence.objects.get(person=found).door_id == doors[0]
    arrival = Arrival.objects.get()
    assert arrival.person == found.pk
    assert arrival.statements.get().source == "door_survey"


def test_a_visit_of_the_next_grid_is_asked_back(field, sweep, doors):
    other = sweep.targets.get(number=doors[2]).task_id
    body = {"sweep": str(sweep.pk), "task": other, "answers": {"outcome": "refused"}}
    field.send("sweep", body)

    assert field.process().quarantined == 1
    field.tasks()
    [question] = field.puller.all("question")
    assert "排查" in question["sentence"]["zh"]


def test_what_was_seen_before_the_end_counts_though_it_comes_after(field, sweep, doors):
    task = by_door(field.tasks())[f"door:{doors[0]}"]
    field.answer(task, SEEN)  # seen at noon, and processed after the end
    run_due(UNTIL)

    assert process(field.inbox, at=UNTIL + HOUR).done == 1
    target = sweep.targets.get(number=doors[0])
    assert (target.outcome, target.task.state) == ("seen", State.LAPSED)
    assert field.tasks() == []
    assert share(field) == [2, 1, 0, 0, 1]
    assert field.puller.all("sweep")[0]["state"] == "ended"


def test_a_sweep_is_gone_a_day_after_its_end(field, settings):
    field.tasks()
    run_due(UNTIL)
    sequence(at=UNTIL)
    later = UNTIL + 25 * HOUR
    start_situation(settings.FANGXIAN_DATA, scenario="tests", at=later)
    page = field.puller.ask(at=later, cursor=field.puller.cursor).json()
    while page["more"]:
        asked = {"cursor": field.puller.cursor, "after": page["after"]}
        page = field.puller.ask(at=later, **asked).json()

    assert [kind for kind, _key in page["gone"] if kind == "sweep"] == ["sweep"]


def test_a_page_of_many_doors_asks_no_more_than_one_of_few(
    world, field, doors, django_assert_max_num_queries
):
    field.tasks()
    with django_assert_max_num_queries(40) as few:
        field.puller.cursor = None
        field.puller.pull()
    for number in range(8):
        register_door(
            area=world["grid"],
            building="5号楼",
            unit="1单元",
            room=str(number),
            by=SYSTEM,
            at=NOON,
        )
    actions.take_in_new(at=LATER)
    with django_assert_max_num_queries(len(few)):
        field.puller.cursor = None
        field.puller.pull()

    assert Task.objects.count() == len(doors) + 8
    assert share(field) == [10, 0, 0, 10, 0]
