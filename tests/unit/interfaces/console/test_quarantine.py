"""Acts in quarantine: seen by the unit of the device, tried again, or set aside."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from fangxian.interfaces.intake.envelope import open_request
from fangxian.interfaces.intake.inbox import Device
from fangxian.interfaces.intake.processing import process
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions
from fangxian.mechanisms.observation.models import Observation
from tests.inboxes import empty_inbox
from tests.people import JOINER, PEOPLE
from tests.unit.interfaces.console.inspected import add_place, adopt_rules
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import FOUNDED, NOON


HELD = reverse("quarantine")


@pytest.fixture
def hotel(browse, world):
    """A hotel under rules; ``browse`` comes first, it names the data folder."""
    del browse
    adopt_rules(world)
    return add_place(world)


@pytest.fixture
def inbox(hotel):
    """The installation's inbox, empty."""
    del hotel
    with empty_inbox() as opened:
        yield opened


@pytest.fixture
def send(inbox, hotel):
    """``send("joiner")`` brings a visit by a person's phone, processed at once."""

    def put(who="joiner", *, post=None, kind="visit", at=NOON, named=""):
        device = Device(named or f"phone of {who}", PEOPLE[who], post)
        inbox.register(uuid4().bytes, device)
        answers = {"masks": True, "exits": True}
        act = {
            "id": str(uuid4()),  # a server's inbox outlives a test
            "kind": kind,
            "seen_at": NOON.isoformat(),
            "body": {"place": hotel, "form": "six_haves", "answers": answers},
        }
        received = open_request(json.dumps(act).encode(), device=device.name)
        inbox.keep([(device.name, received)], at=at)
        process(inbox, at=at)
        kept = inbox.held("quarantined", [device.name], most=10)
        return kept[0].number if kept else None

    return put


def text(answer):
    return answer.content.decode()


def events(*names):
    return list(
        Entry.objects.filter(event__in=names)
        .order_by("pk")
        .values_list("event", flat=True)
    )


def again(browser, number):
    return browser.post(reverse("quarantine_again", args=[number]), follow=True)


def aside(browser, number, reason):
    return browser.post(reverse("quarantine_aside", args=[number]), {"reason": reason})


# --------------------------------------------------------------------- trying again
def test_an_act_whose_post_is_filled_later_is_done_later(browse, world, inbox, send):
    number = send("joiner", post=world.posts["grid"])
    assert not Observation.objects.exists()
    admin = browse("administrator")
    assert "You hold no post at this time." in text(admin.get(HELD))

    actions.appoint(
        world.posts["grid"], staff=JOINER, by=SYSTEM, at=FOUNDED.replace(month=6)
    )
    answer = again(admin, number)

    assert "The act is done now." in text(answer)
    [seen] = Observation.objects.all()
    assert (seen.by, seen.device) == (JOINER, "phone of joiner")
    [entry] = Entry.objects.filter(event="intake.done_later")
    assert entry.person == PEOPLE["administrator"]
    assert inbox.find_held(number).state == "done_later"
    assert str(seen.pk) in text(admin.get(f"{HELD}?state=done_later"))
    assert "phone of joiner" not in text(admin.get(HELD))


def test_an_act_that_still_fails_stays_and_says_why(browse, world, inbox, send):
    number = send("joiner", post=world.posts["grid"])
    before = events("intake.tried_again", "inspection.visited")

    answer = again(browse("administrator"), number)

    assert "It still cannot be done: You hold no post at this time." in text(answer)
    assert "tried 2 times" in text(answer)
    assert inbox.find_held(number).state == "quarantined"
    assert before == []
    assert events("intake.tried_again", "inspection.visited") == ["intake.tried_again"]
    again(browse("administrator"), number)
    assert len(events("intake.tried_again")) == 2


def test_what_was_done_is_not_done_again(browse, world, inbox, send):
    number = send("joiner", post=world.posts["grid"])
    actions.appoint(
        world.posts["grid"], staff=JOINER, by=SYSTEM, at=FOUNDED.replace(month=6)
    )
    admin = browse("administrator")
    again(admin, number)

    assert again(admin, number).status_code == 409
    inbox.finish(number, state="quarantined", reason=inbox.find_held(number).reason)
    again(admin, number)  # as after a crash before the inbox heard of it

    assert Observation.objects.count() == 1
    assert events("intake.done_later", "inspection.visited") == [
        "inspection.visited",
        "intake.done_later",
    ]


# --------------------------------------------------------------------- setting aside
def test_an_act_is_set_aside_with_a_reason_and_stays_listed(browse, world, inbox, send):
    number = send("grid", post=world.posts["grid"], kind="from_the_future")
    district = browse("district")

    refused = aside(district, number, "  ")
    assert refused.status_code == 409
    assert "An act is not set aside without a reason." in text(refused)
    assert inbox.find_held(number).state == "quarantined"

    assert aside(district, number, "Sent by mistake").status_code == 302
    shown = text(district.get(f"{HELD}?state=set_aside"))
    assert "Sent by mistake" in shown
    assert '<code translate="no">from_the_future</code> are not known here.' in shown
    [entry] = Entry.objects.filter(event="intake.set_aside")
    assert entry.person == PEOPLE["district"]
    assert again(district, number).status_code == 409
    assert events("intake.done_later") == []


def test_what_is_typed_as_the_reason_stands_nowhere_in_clear(
    browse, world, inbox, send
):
    number = send("grid", post=world.posts["grid"], kind="from_the_future")
    district = browse("district")

    aside(district, number, "和欧阳海棠 13912345678 的记录重复")

    assert "欧阳海棠 13912345678" in text(district.get(f"{HELD}?state=set_aside"))
    sql = "SELECT reason FROM inbox_act WHERE number = %s"
    [kept] = inbox.run(sql, number).fetchone()
    assert "欧阳海棠" not in kept
    assert "13912345678" not in kept
    assert "from_the_future" not in kept
    [entry] = Entry.objects.filter(event="intake.set_aside")
    assert entry.payload.keys() == {"act", "kind", "device"}


def test_a_phone_is_called_by_its_name(browse, world, send):
    phone = enrol(world, 1, at=NOON)
    send("grid", post=world.posts["grid"], kind="from_the_future", named=str(phone))

    listed = text(browse("district").get(HELD))

    assert 'translate="no">网格员的手机<' in listed
    assert str(phone) not in listed


def test_a_crash_while_setting_aside_leaves_the_act_whole(browse, world, inbox, send):
    number = send("joiner", post=world.posts["grid"])
    actions.appoint(
        world.posts["grid"], staff=JOINER, by=SYSTEM, at=FOUNDED.replace(month=6)
    )
    district = browse("district")
    aside(district, number, "Sent by mistake")
    inbox.finish(number, state="quarantined", reason=inbox.find_held(number).reason)

    assert again(district, number).status_code == 409  # the inbox had not heard of it
    assert inbox.find_held(number).state == "set_aside"
    assert "Sent by mistake" in text(district.get(f"{HELD}?state=set_aside"))
    assert events("intake.set_aside", "intake.done_later", "inspection.visited") == [
        "intake.set_aside"
    ]


def test_what_was_done_before_a_crash_is_not_set_aside(browse, world, inbox, send):
    number = send("joiner", post=world.posts["grid"])
    actions.appoint(
        world.posts["grid"], staff=JOINER, by=SYSTEM, at=FOUNDED.replace(month=6)
    )
    district = browse("district")
    again(district, number)
    inbox.finish(number, state="quarantined", reason=inbox.find_held(number).reason)

    assert aside(district, number, "Sent by mistake").status_code == 409
    assert inbox.find_held(number).state == "done_later"
    assert "Sent by mistake" not in text(district.get(f"{HELD}?state=done_later"))


def test_the_reason_is_told_in_chinese(browse, world, send):
    send("grid", post=world.posts["grid"], kind="from_the_future")

    assert "类上报" in text(browse("district", "zh-hans").get(HELD))


# ----------------------------------------------------------------------------- scope
def test_a_device_of_another_district_is_not_there(browse, world, inbox, send):
    number = send("grid", post=world.posts["grid"], kind="from_the_future")
    next_door = browse("district_next_door")

    assert "phone of grid" in text(browse("district").get(HELD))
    assert "phone of grid" not in text(next_door.get(HELD))
    assert again(next_door, number).status_code == 404
    assert aside(next_door, number, "no").status_code == 404
    assert inbox.find_held(number).state == "quarantined"
    assert events("intake.set_aside", "intake.tried_again") == []


def test_a_device_without_a_post_belongs_where_its_person_sits(browse, send):
    send("grid", kind="from_the_future")

    assert "phone of grid" in text(browse("district").get(HELD))
    assert "phone of grid" not in text(browse("district_next_door").get(HELD))


@pytest.mark.parametrize(
    ("who", "from_"), [("administrator", "accounts"), ("district", "journal")]
)
def test_a_link_leads_there_from_a_page_of_one_s_own(browse, inbox, who, from_):
    del inbox
    page = browse(who).get(reverse(from_))

    assert f'href="{HELD}"' in text(page)
    assert reverse(from_) in text(browse(who).get(HELD))


def test_the_auditor_reads_and_settles_nothing(browse, world, inbox, send):
    number = send("grid", post=world.posts["grid"], kind="from_the_future")
    auditor = browse("auditor")

    shown = text(auditor.get(HELD))
    assert "phone of grid" in shown
    assert reverse("quarantine_again", args=[number]) not in shown
    assert again(auditor, number).status_code == 403
    assert inbox.find_held(number).state == "quarantined"
    assert browse("alice").get(HELD).status_code == 403
