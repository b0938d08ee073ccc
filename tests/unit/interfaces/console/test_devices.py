"""Phones on the console: a code is shown once, how far each has come, and its end."""

import datetime as dt
import re
from uuid import UUID

import pytest
from django.urls import reverse

from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.inbox import open_inbox
from fangxian.interfaces.intake.phones import find_phone
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.devices import actions, queries
from fangxian.mechanisms.jurisdiction.models import DeviceCode
from tests.inboxes import empty_inbox
from tests.people import PEOPLE
from tests.unit.interfaces.intake.phoning import Phone, Standing, lane
from tests.unit.mechanisms.jurisdiction.phones import enrol, public_of
from tests.worlds import NOON


DAY = dt.timedelta(days=1)
SHOWN = re.compile(r'class="mono b" translate="no">([0-9A-Z]{4})-([0-9A-Z]{4})<')


@pytest.fixture
def phone(browse, world):
    assert browse  # the clock stands at noon
    device = enrol(world, 1, at=NOON)
    with empty_inbox() as inbox:
        follow(inbox, queries.get_device(device, EVERYWHERE))
    return Phone(device, 1)


def test_a_code_is_shown_once_and_enrols(browse, world):
    client = browse("community")
    address = reverse("device_code", args=[world.posts["grid"]])
    assert not SHOWN.search(client.get(address).content.decode())

    shown = client.post(address).content.decode()

    code = "".join(SHOWN.search(shown).groups())
    assert 'class="qr"' in shown
    device = actions.enrol_device(
        code,
        device=UUID(int=5),
        name="手机",
        public_key=public_of(5),
        asked_from="192.0.2.1",
        at=NOON,
    )
    assert queries.find_speaking(device).post == world.posts["grid"]


def test_a_post_nobody_may_carry_in_a_pocket_gets_no_code(browse, world):
    address = reverse("device_code", args=[world.posts["auditor"]])

    assert browse("administrator").post(address).status_code == 409
    assert DeviceCode.objects.count() == 0
    post = browse("administrator").get(reverse("post", args=[world.posts["auditor"]]))
    assert address not in post.content.decode()


def test_the_post_leads_to_the_code(browse, world):
    address = reverse("device_code", args=[world.posts["grid"]])
    post = reverse("post", args=[world.posts["grid"]])

    assert address in browse("community").get(post).content.decode()
    for who in "grid", "administrator":
        assert address not in browse(who).get(post).content.decode()


def test_the_list_says_how_far_a_phone_has_come(browse, phone):
    phone.capture("from_the_future", {})
    phone.capture("from_the_future", {})
    listed = browse("community").get(reverse("devices")).content.decode()
    assert "not heard yet" in listed

    phone.send(lane(clock=Standing()), [2])
    listed = browse("community").get(reverse("devices")).content.decode()
    assert "2 still to come" in listed

    phone.upto = 0
    phone.send(lane(clock=Standing()))
    listed = browse("community").get(reverse("devices")).content.decode()
    assert "still to come" not in listed
    assert "网格员的手机" in listed


def test_the_next_community_sees_no_phone_of_this_one(browse, phone):
    for who in "community_next_door", "charlie":
        client = browse(who)
        assert "网格员的手机" not in client.get(reverse("devices")).content.decode()
        address = reverse("device_revoke", args=[phone.id])
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "丢了"}).status_code == 404
    assert queries.find_speaking(phone.id)


def test_a_revoked_phone_is_heard_no_more(browse, phone):
    client = browse("community")
    address = reverse("device_revoke", args=[phone.id])
    assert client.post(address, {"reason": ""}).status_code == 422

    answer = client.post(address, {"reason": "丢了"}, follow=True)

    assert "网格员的手机" not in answer.content.decode()
    with open_inbox() as inbox:
        assert find_phone(inbox, str(phone.id)) is None
    ended = client.get(reverse("devices") + "?ended=1").content.decode()
    assert "网格员的手机" in ended
    assert "丢了" in ended
    assert client.post(address, {"reason": "again"}).status_code == 409


@pytest.mark.parametrize("phones", [1, 3])
def test_the_list_costs_the_same(browse, world, django_assert_num_queries, phones):
    client = browse("community")
    client.get(reverse("devices"))
    for number in range(phones):
        enrol(world, number + 1, at=NOON)

    with django_assert_num_queries(16):
        client.get(reverse("devices"))


# ----------------------------------------------------------------- whose phone it is
def test_the_holder_reads_of_a_new_phone_and_revokes_it_by_one_tap(browse, phone):
    client = browse("grid")
    today = client.get(reverse("today")).content.decode()
    address = reverse("device_disown", args=[phone.id])
    assert "The phone 网格员的手机 speaks for you" in today
    assert "佘*记 made its code" in today
    assert address in today

    answer = client.post(address, follow=True)

    assert "speaks for you no longer" in answer.content.decode()
    assert address not in answer.content.decode()
    with open_inbox() as inbox:
        assert find_phone(inbox, str(phone.id)) is None
    ended = browse("community").get(reverse("devices") + "?ended=1").content.decode()
    assert "Its holder says that it is not theirs." in ended


def test_nobody_else_disowns_it(browse, phone):
    for who in "community", "charlie":
        address = reverse("device_disown", args=[phone.id])
        assert browse(who).post(address).status_code == 404
        assert address not in browse(who).get(reverse("today")).content.decode()
    assert queries.find_speaking(phone.id)


def test_after_a_week_it_is_told_no_more(browse, world):
    enrol(world, 1, at=NOON - 8 * DAY)

    assert "speaks for you" not in browse("grid").get(reverse("today")).content.decode()


def test_list_and_journal_say_who_made_the_code(browse, phone):
    listed = browse("alice").get(reverse("devices")).content.decode()
    assert "佘*记" in listed

    entry = Entry.objects.get(event="device.enrolled", subject=f"device:{phone.id}")
    assert entry.payload["issued_by"] == str(PEOPLE["community"])
    assert entry.payload["staff"] == str(PEOPLE["grid"])


def test_whoever_makes_another_code_is_told_of_the_phones_there_are(browse, phone):
    address = reverse("device_code", args=[queries.find_speaking(phone.id).post])
    client = browse("community")

    for page in (client.get(address), client.post(address)):
        assert "A phone speaks for 耿*网 already" in page.content.decode()
        assert "网格员的手机" in page.content.decode()

    browse("grid").post(reverse("device_disown", args=[phone.id]))
    assert "already" not in client.get(address).content.decode()
