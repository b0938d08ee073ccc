"""The pages of sweeps: who sees what, what is typed, what it becomes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.enrolment.models import Arrival, Sweep
from fangxian.capabilities.enrolment.states import Sweeping
from fangxian.capabilities.enrolment.sweeps import actions
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger.models import Person, Residence
from fangxian.mechanisms.ledger.people.actions import move_in, register_door
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import State
from tests.packs import adopted
from tests.unit.capabilities.enrolment.conftest import id_number
from tests.unit.mechanisms.ledger.people.folk import register
from tests.worlds import FOUNDED, NOON


HOUR = dt.timedelta(hours=1)
UNTIL = NOON + 48 * HOUR
WHY = "逐户摸排返郑人员"
ROOM = "1703"
SEEN = {
    "q_outcome": "seen",
    "q_people": "3",
    "q_unlisted": "0",
    "q_came": "0",
    "q_unwell": "no",
    "q_told_the_rules": "yes",
}


@pytest.fixture(autouse=True)
def plan(world):
    return adopted("covid19-cn", world["city"])


def put(world, area="grid", *, building="1号楼", room=ROOM):
    return register_door(
        area=world[area],
        building=building,
        unit="1单元",
        room=room,
        by=SYSTEM,
        at=FOUNDED,
    )


@pytest.fixture
def doors(world):
    return [
        put(world),
        put(world, building="2号楼", room="201"),
        put(world, "grid_of_second_community", building="3号楼", room="301"),
    ]


@pytest.fixture
def sweep(world, doors):
    del doors
    return order(world)


def order(world, number=1, *, area="street", who="alice"):
    return actions.order_sweep(
        id=id_number(number),
        clause="door_sweep",
        area=world[area],
        opens_at=NOON - HOUR,
        until=UNTIL,
        why=WHY,
        by=world.actor(who),
        at=NOON,
    )


def task_of(sweep, door):
    return sweep.targets.get(number=door).task_id


def text(response):
    return response.content.decode()


def written(door, **said):
    at = NOON.astimezone(dt.timezone(8 * HOUR))
    return {
        "id": str(id_number(door % 1000 + 500)),
        "seen_at": f"{at:%Y-%m-%d %H:%M}",
        **said,
    }


def test_a_sweep_is_ordered_by_a_form(browse, world, doors):
    client = browse("alice")
    fresh = client.get(reverse("sweep_new")).context["form"]
    answer = client.post(
        reverse("sweep_new"),
        {
            "id": str(fresh["id"].value()),
            "clause": "door_sweep",
            "area": world["community"],
            "opens_at": "2020-11-09 12:00",
            "until": "2020-11-11 20:00",
            "why": WHY,
        },
    )

    made = Sweep.objects.get()
    assert answer.url == reverse("sweep", args=[made.pk])
    assert made.targets.count() == len(doors) - 1
    assert text(client.get(answer.url)).count("号楼</a>") == len(doors) - 1


def test_what_cannot_be_ordered_keeps_what_was_typed(browse, world, doors):
    del doors
    answer = browse("alice").post(
        reverse("sweep_new"),
        {
            "id": str(id_number(1)),
            "clause": "place_sweep",
            "area": world["community"],
            "opens_at": "2020-11-09 12:00",
            "until": "2020-11-11 20:00",
            "why": WHY,
        },
    )

    assert answer.status_code == 409
    assert "sweep.nobody_there" in text(answer)
    assert WHY in text(answer)
    assert not Sweep.objects.exists()


def test_a_grid_sees_its_doors_with_rooms_and_a_street_without(browse, sweep):
    rows = reverse("sweep_rows", args=[sweep.pk])
    grid, street = text(browse("grid").get(rows)), text(browse("alice").get(rows))

    assert f"1号楼 1单元 {ROOM}" in grid
    assert "3号楼" not in grid
    assert ROOM not in street
    assert "3号楼 1单元" in street


@pytest.mark.parametrize("who", ["district", "supervision"])
def test_who_reads_counts_sees_no_door(browse, sweep, who):
    client = browse(who)
    board = client.get(reverse("sweep", args=[sweep.pk]))

    assert board.status_code == 200
    assert "2号楼" in text(board)
    assert reverse("sweep_rows", args=[sweep.pk]) not in text(board)
    assert client.get(reverse("sweep_rows", args=[sweep.pk])).status_code == 409


def test_few_people_are_not_counted_for_who_may_not_know_them(
    browse, world, sweep, doors
):
    actions.record_visit(
        sweep.pk,
        task=task_of(sweep, doors[0]),
        id=id_number(7),
        answers={
            "outcome": "seen",
            "people": 3,
            "unlisted": 0,
            "came": 3,
            "unwell": False,
            "told_the_rules": True,
        },
        seen_at=NOON,
        by=world.actor("grid"),
        at=NOON,
    )
    page = reverse("sweep", args=[sweep.pk])

    assert browse("alice").get(page).context["board"].tiles[-1].figure == 3
    assert browse("district").get(page).context["board"].tiles[-1].figure == "<5"


def test_a_visit_is_written_down_and_leads_to_the_next_door(browse, sweep, doors):
    page = reverse("sweep_visit", args=[sweep.pk, task_of(sweep, doors[0])])
    client = browse("grid")
    answer = client.post(page, written(doors[0], **SEEN))

    target = sweep.targets.get(number=doors[0])
    assert target.task.state == State.COMPLETED
    assert answer.url.startswith(reverse("sweep_rows", args=[sweep.pk]))
    assert "met=open" in answer.url
    assert client.get(answer.url).status_code == 200


def test_nobody_at_home_leaves_the_door_to_be_visited(browse, sweep, doors):
    page = reverse("sweep_visit", args=[sweep.pk, task_of(sweep, doors[0])])
    client = browse("grid")
    client.post(page, written(doors[0], q_outcome="nobody_home"))

    assert Task.objects.get(pk=task_of(sweep, doors[0])).state == State.ISSUED
    listed = text(client.get(reverse("sweep_rows", args=[sweep.pk])))
    assert "Nobody at home" in listed
    assert page in listed


def test_more_newcomers_than_people_cannot_be(browse, sweep, doors):
    page = reverse("sweep_visit", args=[sweep.pk, task_of(sweep, doors[0])])
    said = {**SEEN, "q_came": "4"}
    answer = browse("grid").post(page, written(doors[0], **said))

    assert answer.status_code == 422
    assert sweep.targets.get(number=doors[0]).times == 0


def test_whoever_is_found_goes_onto_the_ledger_and_among_those_who_came(
    browse, world, sweep, doors
):
    client = browse("grid")
    task = task_of(sweep, doors[0])
    visit = reverse("sweep_visit", args=[sweep.pk, task])
    said = {**SEEN, "q_unlisted": "1", "q_came": "1"}
    led = client.post(visit, written(doors[0], **said)).url
    assert led == reverse("sweep_found", args=[sweep.pk, task])

    person = {
        "id": str(id_number(90)),
        "name": "施远归",
        "paper": "none",
        "no_paper_why": "证件未带",
        "telephone": "10012340001",
        "area": world["grid"],
    }
    journey = {
        "came": "on",
        "origin": "天津市滨海新区",
        "left_on": "2020-11-07",
        "arrived_on": "2020-11-08",
    }
    assert client.post(led, {**person, **journey}).url == led
    found = Person.objects.get()
    assert Residence.objects.get(person=found).door_id == doors[0]
    assert Arrival.objects.get().person == found.pk
    assert "施**" in text(client.get(led)) or "施*归" in text(client.get(led))


def test_who_only_lives_there_is_nobody_who_came(browse, world, sweep, doors):
    page = reverse("sweep_found", args=[sweep.pk, task_of(sweep, doors[0])])
    browse("grid").post(
        page,
        {
            "id": str(id_number(90)),
            "name": "施长住",
            "paper": "none",
            "no_paper_why": "证件未带",
            "area": world["grid"],
        },
    )

    assert Residence.objects.get().door_id == doors[0]
    assert not Arrival.objects.exists()


def test_the_form_at_the_door_says_who_lives_there(browse, world, sweep, doors):
    person = register(world, "grid").person
    move_in(person, door=doors[0], since=dt.date(2020, 1, 1), by=SYSTEM, at=NOON)
    page = reverse("sweep_visit", args=[sweep.pk, task_of(sweep, doors[0])])

    assert "王*明" in text(browse("grid").get(page))


def test_a_sweep_is_called_off_with_a_reason(browse, sweep):
    client = browse("alice")
    page = reverse("sweep_call_off", args=[sweep.pk])
    assert client.post(page, {"reason": ""}).status_code == 422
    client.post(page, {"reason": "风险解除"})

    sweep.refresh_from_db()
    assert sweep.state == Sweeping.CALLED_OFF
    assert "风险解除" in text(client.get(reverse("sweep", args=[sweep.pk])))


def test_a_duty_of_a_sweep_leads_to_its_form(browse, sweep, doors):
    task = task_of(sweep, doors[0])
    page = text(browse("grid").get(reverse("task", args=[task])))

    assert reverse("sweep_visit", args=[sweep.pk, task]) in page
    assert "1号楼 1单元" in page


def test_units_can_be_set_below_each_other(browse, sweep):
    client = browse("alice")
    page = reverse("sweep", args=[sweep.pk])

    assert "建中社区" in text(client.get(page, {"by": "community"}))
    assert "第一网格" in text(client.get(page, {"by": "grid"}))
    assert client.get(page, {"by": "nothing"}).context["board"].by == "building"


@pytest.mark.parametrize("name", ["sweep", "sweep_rows", "sweep_call_off"])
@pytest.mark.parametrize("who", ["charlie", "community_next_door"])
def test_the_next_district_sees_nothing(browse, sweep, name, who):
    client = browse(who)

    assert client.get(reverse(name, args=[sweep.pk])).status_code == 404
    assert WHY not in text(client.get(reverse("sweeps")))


@pytest.mark.parametrize("count", [1, 3])
def test_lists_and_boards_cost_the_same_for_one_as_for_three(
    browse, world, doors, count
):
    del doors
    areas = ["street", "community", "second_community"]
    made = [order(world, n, area=areas[n]) for n in range(count)]
    client = browse("alice")
    pages = [
        reverse("sweeps"),
        reverse("sweep", args=[made[0].pk]),
        reverse("sweep_rows", args=[made[0].pk]),
    ]
    for page, most in zip(pages, (22, 28, 24), strict=True):
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert len(asked) <= most, page


def test_a_fever_at_a_door_is_told_to_who_looks_after_people(
    browse, world, sweep, doors
):
    seen = actions.record_visit(
        sweep.pk,
        task=task_of(sweep, doors[0]),
        id=id_number(7),
        answers={
            "outcome": "seen",
            "people": 3,
            "unlisted": 0,
            "came": 0,
            "unwell": True,
            "told_the_rules": True,
        },
        seen_at=NOON,
        by=world.actor("grid"),
        at=NOON,
    )
    record, told = reverse("visit", args=[seen.pk]), "发热或咳嗽"
    grid = browse("grid").get(record)
    listed = text(browse("alice").get(reverse("findings")))

    assert "1号楼 1单元" in text(grid)
    assert told in listed
    assert "1号楼 1单元" in listed
    assert browse("district").get(record).status_code == 409
    assert told not in text(browse("district").get(reverse("findings")))
