"""What a phone pulls: its own post's work, masked, then only what has changed."""

import datetime as dt
import json
from base64 import b64decode
from pathlib import Path
from uuid import UUID

import pytest
from django.test import RequestFactory

from fangxian.capabilities.enrolment.actions import enrol as register_arrival
from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.field import bundles
from fangxian.interfaces.field.asking import message_of
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.processing import process
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.ids import new_id
from fangxian.kernel.moments import SystemClock
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.jurisdiction import actions as jurisdiction
from fangxian.mechanisms.jurisdiction.devices import actions as devices
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.actions import amend_place, register_place
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.task import actions as tasks
from fangxian.mechanisms.task.models import Task
from fangxian.privacy.device_keys import is_signed_by
from tests.inboxes import empty_inbox
from tests.packs import adopted
from tests.people import PEOPLE
from tests.unit.capabilities.home_watch.watching import WELL
from tests.unit.interfaces.field.pulling import PATH, Puller
from tests.unit.interfaces.intake.phoning import Phone, Standing, lane
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.unit.mechanisms.ledger.people.folk import NAME, TELEPHONE, number, register
from tests.worlds import FOUNDED, NOON, fill_post


pytestmark = pytest.mark.django_db
VECTORS = json.loads(Path("tests/vectors/field.json").read_text(encoding="utf-8"))
HOUR = dt.timedelta(hours=1)
ROOM = "1203"
OTHER_NAME = "赵邻舍"
OTHER_TELEPHONE = "10099990001"


@pytest.fixture
def phone(world):
    return holder_of(world, 1)


def holder_of(world, key, **more):
    return Puller(enrol(world, key, at=NOON - HOUR, **more), key)


@pytest.fixture
def home(world, watching):
    """Wang at home behind a door of the grid, with the duties of the day."""
    watch = watching.at_home(NAME, at=NOON - HOUR)
    door = live(world, watch.person, "grid")
    watching.plan(9, at=NOON - HOUR)
    sequence(at=NOON)
    return watch, door


def live(world, person, area, building="4号楼"):
    door = people.register_door(
        area=world[area],
        building=building,
        unit="2单元",
        room=ROOM,
        by=SYSTEM,
        at=FOUNDED,
    )
    people.move_in(
        person, door=door, since=dt.date(2020, 1, 2), by=SYSTEM, at=NOON - HOUR
    )
    return door


def place(world, area, name="永安宾馆"):
    return register_place(
        kind="hotel", name=name, area=world[area], source="test", by=SYSTEM, at=FOUNDED
    ).pk


def owe(world, subject, *, form="patrol", pack="routine", who="grid", **more):
    said = {
        "key": f"test/{form}/{subject}/{who}",
        "duty": "place_patrol",
        "form": form,
        "subject": subject,
        "area": world["grid"],
        "post": world.posts[who],
        "opens_at": NOON - HOUR,
        "due_at": NOON + HOUR,
        "decision": {"pack": pack},
        **more,
    }
    return tasks.issue(tasks.IssueRequest(**said), by=SYSTEM, at=NOON - HOUR).pk


# ------------------------------------------------------------------------ who asks
def test_what_is_signed_is_what_the_vectors_say():
    pull = VECTORS["pull"]
    request = RequestFactory().get(pull["path"])

    said = message_of(request, pull["at"])

    assert said == pull["message"]
    device = b64decode(VECTORS["device"]["public"])
    assert is_signed_by(device, said.encode(), b64decode(pull["signature"]))


def refused(answer):
    told = answer.json()
    assert told["sentence"]
    assert told["remedy"]
    assert set(told) == {"code", "sentence", "remedy"}
    return answer.status_code, told["code"]


def test_a_revoked_phone_pulls_nothing(world, phone):
    assert phone.ask().status_code == 200
    devices.revoke_device(
        phone.device, reason="手机丢失", by=world.actor("community"), at=NOON
    )

    assert refused(phone.ask()) == (401, "field.no_phone")


def test_a_phone_whose_person_lost_the_post_pulls_nothing(world, phone):
    jurisdiction.relieve(world.posts["grid"], by=SYSTEM, at=NOON - HOUR / 2)

    answer = phone.ask(language="zh-CN")

    assert refused(answer) == (401, "field.no_post")
    assert answer.json()["sentence"] == "这部手机的使用人已不在这个岗位。"


@pytest.mark.parametrize(
    "at",
    [NOON - dt.timedelta(minutes=7), NOON + dt.timedelta(minutes=7), "yesterday", ""],
)
def test_an_old_question_is_not_answered(phone, at):
    assert refused(phone.ask(at=at)) == (401, "field.wrong_clock")


def test_a_question_without_a_zone_is_no_moment(phone):
    said = NOON.replace(tzinfo=None).isoformat()

    assert refused(phone.ask(at=said)) == (401, "field.wrong_clock")


def test_in_a_rehearsal_the_phone_may_live_today(phone):
    assert phone.ask(at=SystemClock().now()).status_code == 200


def test_a_signature_is_of_one_question(phone):
    stranger = Puller(phone.device, 2)
    nobody = Puller(UUID(int=99), 1)

    assert refused(stranger.ask()) == (401, "field.no_phone")
    assert refused(nobody.ask()) == (401, "field.no_phone")
    assert refused(phone.ask(signed=f"{PATH}?cursor=0")) == (401, "field.no_phone")
    assert refused(Puller("phone", 1).ask()) == (401, "field.no_phone")


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"after": "secret:1"},
        {"after": "task:x"},
        {"cursor": "1", "after": "since:x"},
    ],
)
def test_what_no_app_asks_is_not_understood(phone, query):
    assert refused(phone.ask(**query)) == (400, "field.no_shape")


# ------------------------------------------------------------------------ everything
def test_the_first_pull_tells_all_that_a_visit_needs(world, phone, home):
    watch, door = home
    hotel = place(world, "grid")
    patrol = owe(world, f"place:{hotel}", kind="hotel")

    [page] = phone.pull()

    assert (page["whole"], page["more"], page["gone"]) == (True, False, [])
    [me] = phone.all("me")
    assert (me["person"], me["post"]) == ("耿*网", "网格员")
    assert me["area"]["id"] == world["grid"]
    assert me["supervisor"]["name"].endswith("社区书记")
    assert {"code", "label"} == set(me["kinds"][0])
    [told] = phone.all("door")
    assert (told["id"], told["title"], told["people"]) == (door, "4号楼 2单元", 1)
    [who] = phone.all("person")
    assert (who["id"], who["name"], who["door"]) == (str(watch.person), "王*明", door)
    [where] = phone.all("place")
    assert (where["id"], where["title"]) == (hotel, "永安宾馆")
    found = {one["id"]: one for one in phone.all("task")}
    assert found[patrol]["where"] == f"place:{hotel}"
    assert found[patrol]["send"] == {
        "kind": "visit",
        "body": {"place": hotel, "form": "patrol", "task": patrol},
    }


def test_a_duty_names_its_place_also_outside_the_phones_own_ledger(
    world, phone, watching
):
    assert watching
    for area in "grid", "other_street":
        owe(world, f"place:{place(world, area)}")

    phone.pull()

    spots = [one["spot"] for one in phone.all("task")]
    assert spots == [{"title": "永安宾馆", "address": ""}] * 2
    assert len(phone.all("place")) == 1


def test_a_duty_at_home_stands_at_the_door_with_its_form(phone, home):
    watch, door = home
    phone.pull()

    health = [
        one for one in phone.all("task") if one["form"].endswith(":health_record")
    ]

    assert health
    for one in health:
        assert (one["where"], one["who"]) == (f"door:{door}", "王*明")
        assert one["about"] == f"person:{watch.person}"
        assert one["send"]["kind"] == "watch"
        assert one["send"]["body"] == {
            "watch": watch.pk,
            "form": "health_record",
            "task": one["id"],
        }
        assert set(one["title"]) == set(one["why"]) == {"zh", "en"}
    form = phone.known["form", health[0]["form"]]
    asked = {one["name"]: one for one in form["questions"]}
    assert asked["temperature"]["type"] == "number"
    assert asked["temperature"]["relevant"] == {"fact": "reached"}
    assert "relevant" not in asked["reached"]


def test_somebody_who_came_is_visited_by_the_arrivals_act(world, phone, watching):
    assert watching
    person = register(world, "grid").person
    arrival = register_arrival(
        person,
        id=new_id(NOON, bytes(10)),
        source=Source.CHECKPOINT,
        origin="天津市滨海新区",
        is_abroad=False,
        arrived_on=dt.date(2020, 11, 8),
        area=world["grid"],
        by=world.actor("community"),
        at=NOON - HOUR,
    )
    phone.pull()

    [task] = phone.all("task")
    assert task["where"] == f"area:{world['grid']}"
    assert task["send"] == {
        "kind": "arrival",
        "body": {"arrival": str(arrival.pk), "task": task["id"]},
    }


def test_what_no_act_of_a_phone_answers_stays_on_the_console(world, phone, watching):
    assert watching
    owe(world, "finding:7", form="look_back")

    phone.pull()

    assert not phone.all("task")


def test_a_place_checks_itself_with_who_visits_it(world, phone, watching):
    assert watching
    hotel = place(world, "grid")
    task = owe(world, f"place:{hotel}", form="self_check", kind="hotel")

    phone.pull()

    [told] = phone.all("task")
    assert told["send"] == {
        "kind": "self_check",
        "body": {"place": hotel, "task": task},
    }


def test_duties_of_another_post_are_not_told(world, phone, watching):
    assert watching
    hotel = place(world, "grid")
    owe(world, f"place:{hotel}", kind="hotel", who="community")

    phone.pull()

    assert not phone.all("task")


def test_pages_hold_all_and_nothing_twice(world, phone, watching, monkeypatch):
    assert watching
    monkeypatch.setattr(bundles, "PAGE", 3)
    hotels = [place(world, "grid", f"永安宾馆{n}") for n in range(7)]
    for hotel in hotels[:4]:
        owe(world, f"place:{hotel}", kind="hotel")
    for n in range(5):
        someone = register(
            world, "grid", name=f"王小{n}", number=number(n), telephone=f"1001111000{n}"
        ).person
        live(world, someone, "grid", f"{n}号楼")
    sequence(at=NOON)

    pages = phone.pull()

    told = [
        (item["t"], item["id"])
        for page in pages
        for item in page["items"]
        if item["t"] != "form"
    ]
    assert len(told) == len(set(told)) == 1 + 4 + 5 + 7 + 5
    assert all(len(page["items"]) <= 3 + 2 for page in pages)
    assert len(pages) > 6


def test_a_page_of_many_duties_asks_no_more_than_one_of_few(
    world, phone, watching, django_assert_max_num_queries
):
    for n in range(12):
        someone = watching.back(f"王小{n}", serial=400 + n)
        live(world, someone, "grid", f"{n}号楼")
        owe(world, f"person:{someone}", form="hearsay_call", pack="covid19-cn")
        owe(world, f"place:{place(world, 'grid', f'永安{n}')}", kind="hotel")

    with django_assert_max_num_queries(60):
        phone.ask()


# -------------------------------------------------------------------------- changes
def test_nothing_new_is_little(phone, home):
    assert home
    phone.pull()

    [page] = phone.pull()

    assert page["whole"] is False
    assert {item["t"] for item in page["items"]} == {"me"}
    assert page["gone"] == []


def test_a_duty_done_elsewhere_is_told_as_done(phone, home, watching):
    watch, _door = home
    phone.pull()
    before = {one["id"]: one["state"] for one in phone.all("task")}
    watching.write(watch, WELL, who="community", at=NOON + 6 * HOUR)
    sequence(at=NOON)

    [page] = phone.pull()

    done = [one for one in page["items"] if one["t"] == "task"]
    assert done
    assert all(one["state"] == "done" and one["done_at"] for one in done)
    assert all(before[one["id"]] == "open" for one in done)


def test_a_duty_that_is_waived_is_gone(world, phone, home):
    assert home
    phone.pull()
    task = Task.objects.filter(post=world.posts["grid"]).first()
    tasks.waive(task.pk, reason="住院", by=world.actor("community"), at=NOON)
    sequence(at=NOON)

    [page] = phone.pull()

    assert ["task", str(task.pk)] in page["gone"]
    assert ("task", str(task.pk)) not in phone.known


def test_who_moves_into_the_next_grid_is_gone_there_and_new_here(world, phone, home):
    watch, _door = home
    neighbour = holder_of(world, 2, who="community")
    phone.pull()
    neighbour.pull()
    other = people.register_door(
        area=world["second_grid"], building="9号楼", room="101", by=SYSTEM, at=NOON
    )
    people.move_in(
        watch.person, door=other, since=dt.date(2020, 11, 8), by=SYSTEM, at=NOON
    )
    sequence(at=NOON)

    phone.pull()
    neighbour.pull()

    assert not phone.all("person")
    assert ("door", str(other)) not in phone.known
    [told] = neighbour.all("person")
    assert told["door"] == other


def test_what_is_touched_elsewhere_is_not_heard_of(world, phone, home):
    assert home
    phone.pull()
    hotel = place(world, "far_grid")
    stranger = register(world, "far_grid", name=OTHER_NAME, number=number(8)).person
    live(world, stranger, "far_grid")
    amend_place(hotel, address="仓巷街 9 号", by=SYSTEM, at=NOON)
    sequence(at=NOON)

    [page] = phone.pull()

    assert {item["t"] for item in page["items"]} == {"me"}
    assert page["gone"] == []


def test_a_change_of_the_scope_has_everything_told_again(world, phone, home):
    assert home
    phone.pull()
    jurisdiction.establish_area(
        name="二号院",
        level=Level.COURTYARD,
        parent=world["grid"],
        code=None,
        on=dt.date(2020, 11, 9),
        source="test",
        by=SYSTEM,
        at=NOON,
    )
    sequence(at=NOON)

    pages = phone.pull()

    assert all(page["whole"] for page in pages)
    assert phone.all("person")
    assert phone.pull()[0]["whole"] is False


def test_too_much_at_once_and_a_restored_server_have_everything_told_again(
    phone, home, monkeypatch
):
    assert home
    phone.pull()
    held = phone.cursor
    phone.cursor = held + 100
    assert phone.pull()[0]["whole"] is True

    monkeypatch.setattr(bundles, "ENTRIES_MOST", 2)
    phone.cursor = held - 3
    assert phone.pull()[0]["whole"] is True


def test_changes_come_in_pages_too(world, phone, home, monkeypatch):
    assert home
    phone.pull()
    monkeypatch.setattr(bundles, "PAGE", 2)
    monkeypatch.setattr(bundles, "ENTRIES_A_TURN", 3)
    hotels = {place(world, "grid", f"永安宾馆{n}") for n in range(7)}
    sequence(at=NOON)

    pages = phone.pull()

    assert len(pages) > 3
    assert {one["id"] for one in phone.all("place")} == hotels


# ----------------------------------------------------------------------------- days
def let_it_be(at, settings, phone):
    """Let the installation's clock and the phone's stand at another moment."""
    start_situation(settings.FANGXIAN_DATA, scenario="tests", at=at)
    phone.at = at


def test_a_phone_hears_what_time_it_is_in_a_rehearsal(phone, settings):
    page = phone.ask().json()

    assert dt.datetime.fromisoformat(page["now"]) - NOON < dt.timedelta(minutes=5)
    assert page["rehearsal"] is True

    (settings.FANGXIAN_DATA / "situation.json").unlink()
    assert phone.ask(at=SystemClock().now()).json()["rehearsal"] is False


def test_what_was_done_yesterday_is_gone_with_the_day(phone, home, watching, settings):
    watch, _door = home
    watching.write(watch, WELL, who="community", at=NOON + 6 * HOUR)
    sequence(at=NOON)
    phone.pull()
    done = [one["id"] for one in phone.all("task") if one["state"] == "done"]
    assert done

    phone.pull()
    assert {one["id"] for one in phone.all("task")} >= set(done)
    let_it_be(NOON + 13 * HOUR, settings, phone)
    [page] = phone.pull()

    assert page["whole"] is False
    assert not {one["id"] for one in phone.all("task")} & set(done)


def test_rules_adopted_for_a_day_ahead_reach_phones_on_that_day(
    world, phone, home, settings
):
    assert home
    adopted("routine", world["district"], from_=NOON + 2 * HOUR)
    sequence(at=NOON)
    phone.pull()
    let_it_be(NOON + HOUR, settings, phone)
    assert phone.pull()[0]["whole"] is False

    let_it_be(NOON + 3 * HOUR, settings, phone)

    assert phone.pull()[0]["whole"] is True


# ------------------------------------------------------------------------ questions
def test_an_act_that_could_not_be_done_is_asked_back(world, phone, home):
    assert home
    with empty_inbox() as inbox:
        follow(inbox, get_device(phone.device, EVERYWHERE))
        sender = Phone(phone.device, phone.key)
        sender.capture("dance", {})
        sender.send(lane(clock=Standing()))
        process(inbox, at=NOON)
    sequence(at=NOON)
    stranger = holder_of(world, 2, who="community")

    phone.pull()
    stranger.pull()

    [asked] = phone.all("question")
    assert asked["id"] == str(sender.ids[0])
    assert asked["sentence"]["zh"] != asked["sentence"]["en"]
    assert "dance" in asked["sentence"]["en"]
    assert asked["remedy"]["zh"]
    assert not stranger.all("question")


# -------------------------------------------------------------------------- secrecy
@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("next_grid", "community"),
        ("community_next_door", "district_next_door"),
    ],
)
def test_nothing_of_the_next_grid_is_in_a_bundle(world, phone, home, who, by):
    watch, door = home
    hotel = place(world, "grid")
    owe(world, f"place:{hotel}", kind="hotel")
    world.posts[who] = world.posts.get(who) or fill_post(
        world["second_grid"], Role.GRID_WORKER, "网格员", holder=PEOPLE["bob"]
    )
    neighbour = holder_of(world, 2, who=who, by=by)

    mine = "".join(json.dumps(page, ensure_ascii=False) for page in phone.pull())
    theirs = "".join(json.dumps(page, ensure_ascii=False) for page in neighbour.pull())

    for canary in (str(watch.person), f"door:{door}", "4号楼", "永安宾馆", "王*明"):
        assert canary in mine
        assert canary not in theirs
    assert [one["t"] for one in neighbour.known.values()] == ["me"]


def test_no_name_number_telephone_or_room_is_in_a_bundle(world, phone, home):
    assert home
    register(
        world, "grid", name=OTHER_NAME, number=number(8), telephone=OTHER_TELEPHONE
    )
    place(world, "grid")
    pages = phone.pull()

    told = "".join(json.dumps(page, ensure_ascii=False) for page in pages)

    assert len(phone.all("person")) == 2
    secrets = (NAME, OTHER_NAME, TELEPHONE, OTHER_TELEPHONE, ROOM)
    numbers = (number(417), number(8), "10000000417", "990103")
    for secret in (*secrets, *numbers, "耿铺网", "汉沽"):
        assert secret not in told


@pytest.mark.parametrize("who", ["supervision", "venue_manager", "market_supervision"])
def test_who_reads_nobody_is_told_of_nobody(world, home, who):
    watch, door = home
    phone = holder_of(world, 3, who=who, by="administrator")
    owe(
        world,
        f"restriction:{watch.pk}",
        form="health_record",
        pack="covid19-cn",
        who=who,
        area=world["grid"],
    )

    told = json.dumps(phone.pull(), ensure_ascii=False)

    for canary in (str(watch.person), f"door:{door}", "王*明"):
        assert canary not in told


def test_a_doctor_is_told_of_those_her_work_is_about(world, home):
    watch, _door = home
    doctor = holder_of(world, 4, who="hospital", by="district")

    told = json.dumps(doctor.pull(), ensure_ascii=False)

    assert [one["t"] for one in doctor.known.values()] == ["me"]
    assert str(watch.person) not in told
