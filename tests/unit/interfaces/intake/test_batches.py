"""A phone's batches: whatever happens to them, each act is here once and in its order."""

import datetime as dt
import json
from base64 import b64encode
from uuid import UUID

import pytest

from fangxian.interfaces.intake.app import ANY_ORIGIN
from fangxian.interfaces.intake.batches import BEGINNING
from fangxian.interfaces.intake.enrolments import follow, follow_all
from fangxian.interfaces.intake.envelope import ACT_BYTES_MAX
from fangxian.interfaces.intake.phones import contacts
from fangxian.interfaces.intake.processing import process
from fangxian.interfaces.intake.rates import Rates
from fangxian.interfaces.intake.rows import PATIENCE
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.jurisdiction.devices import actions as devices
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from fangxian.mechanisms.observation.models import Observation
from tests.inboxes import empty_inbox
from tests.people import PEOPLE
from tests.unit.capabilities.inspection.conftest import GOOD, NO_MASKS
from tests.unit.interfaces.intake.phoning import Phone, Standing, answer_to, lane
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(minutes=1)


@pytest.fixture
def inbox(settings, tmp_path, world):
    assert world  # it stands
    settings.FANGXIAN_DATA = tmp_path
    with empty_inbox() as opened:
        yield opened


@pytest.fixture
def phone(world, inbox):
    """The grid worker's phone."""
    return enrolled(world, inbox, 1)


def enrolled(world, inbox, number, **more):
    device = enrol(world, number, at=NOON - dt.timedelta(hours=1), **more)
    follow(inbox, get_device(device, EVERYWHERE))
    return Phone(device, number)


@pytest.fixture
def visit(hotel):
    """Capture visits to the hotel, ten minutes ago."""

    def capture(
        phone, *, answers=GOOD, seen_at=NOON - dt.timedelta(minutes=10), **more
    ):
        body = {"place": hotel, "form": "six_haves", "answers": answers}
        return phone.capture("visit", body, seen_at=seen_at, **more)

    return capture


@pytest.fixture
def intake():
    return lane(clock=Standing())


@pytest.fixture
def forget(inbox):
    """Put an older inbox back: it knows of no act."""

    def put_back():
        for table in "inbox_act", "inbox_link":
            inbox.run(f"DELETE FROM {table}")  # noqa: S608 -- fixed names
        inbox.run("UPDATE inbox_phone SET upto = 0")

    return put_back


def observed():
    """Ids of what was seen, in the order in which it was written down."""
    return list(
        Observation.objects.order_by("received_at", "pk").values_list("pk", flat=True)
    )


def held(inbox):
    return [reason.split(":")[0].split("\n")[0] for _, _, reason in inbox.quarantined()]


def states(said):
    return [state for _, state in said["acts"]]


def test_a_visit_on_a_phone_is_a_visit(inbox, phone, visit, intake, world):
    visit(phone)

    said = phone.send(intake)

    assert (said["upto"], said["head"]) == (1, phone.hash_at(1))
    assert said["acts"] == [[str(phone.ids[0]), "received"]]
    assert process(inbox, at=NOON).done == 1
    [seen] = Observation.objects.all()
    assert (seen.pk, seen.by, seen.post, seen.device) == (
        phone.ids[0],
        PEOPLE["grid"],
        world.posts["grid"],
        str(phone.id),
    )
    assert seen.at == NOON - dt.timedelta(minutes=10)


def test_an_empty_batch_is_a_contact(inbox, phone, visit, intake):
    visit(phone)

    said = phone.send(intake, [])

    assert (said["acts"], said["upto"], said["head"]) == ([], 0, BEGINNING.hex())
    contact = contacts(inbox, [str(phone.id)])[str(phone.id)]
    assert (contact.heard_at, contact.missing) == (NOON, 1)


def test_what_was_sent_before_is_received_once(inbox, phone, visit, intake):
    for _ in range(3):
        visit(phone)

    first = phone.send(intake, [1, 2, 3])
    again = phone.send(intake, [2, 3, 1, 1])

    assert states(again) == ["received"] * 4
    assert (first["upto"], again["upto"]) == (3, 3)
    assert process(inbox, at=NOON).done == 3
    assert held(inbox) == []


def test_acts_that_came_early_are_done_in_their_order(inbox, phone, visit, intake):
    for _ in range(4):
        visit(phone)

    assert phone.send(intake, [4, 3])["upto"] == 0
    assert process(inbox, at=NOON).done == 0
    assert phone.send(intake, [1])["upto"] == 1
    said = phone.send(intake, [2])

    assert (said["upto"], said["head"]) == (4, phone.hash_at(4))
    order = [one.seq for one in inbox.waiting(10)]
    assert order == [1, 2, 3, 4]
    assert process(inbox, at=NOON).done == 4


def test_one_that_never_comes_holds_the_others_up_for_a_while(
    inbox, phone, visit, intake
):
    for _ in range(3):
        visit(phone)
    phone.send(intake, [2, 3])

    assert process(inbox, at=NOON + PATIENCE).done == 0
    assert process(inbox, at=NOON + PATIENCE + dt.timedelta(seconds=1)).done == 2

    phone.upto = 0
    assert phone.send(intake, [1])["upto"] == 3
    assert process(inbox, at=NOON + PATIENCE * 2).done == 1
    assert Observation.objects.count() == 3


def test_what_a_phone_has_lost_is_named_and_closes_the_gap(inbox, phone, visit, intake):
    for _ in range(3):
        visit(phone)
    phone.capture("device.lost", {"from": 1, "to": 2})

    assert phone.send(intake, [3, 4])["upto"] == 0
    process(inbox, at=NOON + PATIENCE * 2)

    said = phone.send(intake, [])
    assert (said["upto"], said["head"]) == (4, phone.hash_at(4))
    assert Observation.objects.count() == 1


def test_a_loss_beyond_reason_is_put_before_somebody(inbox, phone, intake):
    phone.capture("device.lost", {"from": 1, "to": 10**9})
    phone.send(intake)

    process(inbox, at=NOON)

    assert held(inbox) == ["intake.lost_too_many"]


def test_the_same_id_with_other_bytes_is_kept_beside(inbox, phone, visit, intake):
    visit(phone)
    phone.send(intake)
    first = phone.made[0]
    other = Phone(phone.id, phone.key)
    visit(other, answers=NO_MASKS)

    said = other.send(intake, [1])

    assert states(said) == ["quarantined"]
    assert (said["upto"], said["head"]) == (1, phone.hash_at(1))
    assert held(inbox) == ["intake.other_body"]
    assert states(other.send(intake, [1])) == ["quarantined"]
    assert len(held(inbox)) == 1
    assert [one.raw.decode() for one in inbox.waiting(9)] == [first]


def test_another_act_in_the_same_place_is_kept_beside(inbox, phone, visit, intake):
    visit(phone)
    phone.send(intake)
    copy = Phone(phone.id, phone.key)
    visit(copy, number=77)

    assert states(copy.send(intake, [1])) == ["quarantined"]
    assert held(inbox) == ["intake.other_act"]


def test_a_used_id_in_a_new_place_is_kept_and_the_row_goes_on(
    inbox, phone, visit, intake
):
    visit(phone, number=5)
    visit(phone, number=5)
    visit(phone)

    said = phone.send(intake)

    assert states(said) == ["received", "quarantined", "received"]
    assert (said["upto"], said["head"]) == (3, phone.hash_at(3))
    assert process(inbox, at=NOON).done == 2


def test_an_act_that_follows_another_is_kept_and_the_row_goes_on(
    inbox, phone, visit, intake
):
    visit(phone)
    visit(phone, prev="ab" * 32)
    visit(phone)

    said = phone.send(intake)

    assert states(said) == ["received", "quarantined", "received"]
    assert (said["upto"], held(inbox)) == (3, ["intake.broken_chain"])
    assert states(phone.send(intake, [2])) == ["quarantined"]


def test_an_early_act_that_follows_another_is_found_when_its_time_comes(
    inbox, phone, visit, intake
):
    visit(phone)
    visit(phone, prev="ab" * 32)

    assert states(phone.send(intake, [2])) == ["received"]
    phone.send(intake, [1])

    assert held(inbox) == ["intake.broken_chain"]


def test_a_wrong_act_lets_none_past_those_before_it(inbox, phone, visit, intake):
    visit(phone)
    visit(phone)
    visit(phone, prev="ab" * 32)
    visit(phone)

    said = phone.send(intake, [2, 3, 4])
    assert states(said) == ["received", "quarantined", "received"]
    assert held(inbox) == ["intake.broken_chain"]
    assert process(inbox, at=NOON).done == 0
    assert phone.send(intake, [1])["upto"] == 4

    assert [one.seq for one in inbox.waiting(10)] == [1, 2, 4]
    assert held(inbox) == ["intake.broken_chain"]
    assert states(phone.send(intake, [2, 3, 4])) == states(said)


def test_an_act_too_long_stops_no_other(inbox, phone, visit, intake):
    phone.capture("visit", {"note": "x" * ACT_BYTES_MAX})
    visit(phone)

    said = phone.send(intake)

    assert (states(said), said["upto"]) == (["quarantined", "received"], 2)
    assert held(inbox) == ["intake.too_long"]


def test_a_poisoned_act_delays_nobody(inbox, phone, visit, intake):
    phone.capture("visit", {"place": "no number"})
    phone.capture("from_the_future", {})
    phone.made.append(phone.made[-1].replace('"seq":2', '"seq":3'))
    spoilt = json.loads(phone.made[2])
    spoilt |= {
        "id": str(UUID(int=5)),
        "prev": phone.hash_at(2),
        "seen_at": "gestern",
        "sealed": b64encode(b"nothing").decode(),
    }
    phone.made[2] = json.dumps(spoilt)
    phone.ids.append(UUID(int=5))
    visit(phone)

    said = phone.send(intake)
    assert (states(said), said["upto"]) == (["received"] * 4, 4)

    assert process(inbox, at=NOON).done == 1
    assert held(inbox) == [
        "intake.wrong_shape",
        "intake.unknown_kind",
        "intake.unopened",
    ]


@pytest.mark.parametrize("days", [-3, 3])
def test_a_clock_that_is_days_off_is_put_right(inbox, phone, visit, intake, days):
    off = dt.timedelta(days=days)
    visit(phone, seen_at=NOON + off - dt.timedelta(minutes=10))

    phone.send(intake, sent_at=NOON + off)
    process(inbox, at=NOON)

    [seen] = Observation.objects.all()
    assert seen.at == NOON - dt.timedelta(minutes=10)


def test_a_clock_that_is_minutes_off_is_left_alone(inbox, phone, visit, intake):
    visit(phone)

    phone.send(intake, sent_at=NOON - dt.timedelta(minutes=4))
    process(inbox, at=NOON)

    assert Observation.objects.get().at == NOON - dt.timedelta(minutes=10)


def test_a_clock_put_right_since_moves_no_old_act(inbox, phone, visit, intake, forget):
    """After a restore old acts come again, by a clock that is another by now."""
    off = dt.timedelta(days=-3)
    visit(phone, seen_at=NOON + off - dt.timedelta(minutes=10))
    phone.send(intake, sent_at=NOON + off)
    forget()
    visit(phone)

    phone.send(intake, [1, 2], sent_at=NOON)
    process(inbox, at=NOON)

    seen = Observation.objects.values_list("at", flat=True)
    assert list(seen) == [NOON - dt.timedelta(minutes=10)] * 2


def test_a_batch_comes_by_another_phone_hours_later(inbox, phone, visit, intake):
    """The lifeboat: a file from a phone without a network, carried by a colleague."""
    visit(phone)
    boat = phone.batch(sent_at=NOON - dt.timedelta(hours=5), carried=True)

    status, _, body = answer_to(intake, *boat)
    assert (status, json.loads(body)["upto"]) == (200, 1)
    process(inbox, at=NOON)

    assert Observation.objects.get().at == NOON - dt.timedelta(minutes=10)


def test_an_older_inbox_is_offered_again_what_it_forgot(
    inbox, phone, visit, intake, forget
):
    """Only the inbox was put back: what the records did is not done twice."""
    visit(phone)
    phone.capture("from_the_future", {})
    visit(phone)
    phone.send(intake)
    process(inbox, at=NOON)
    sequence(at=NOON)
    before = observed()

    forget()

    assert phone.send(intake, [])["upto"] == 0
    assert phone.send(intake)["upto"] == 3
    process(inbox, at=LATER)

    assert observed() == before
    assert held(inbox) == ["intake.unknown_kind"]


def test_a_revoked_phone_is_told_whom_to_ask(inbox, phone, visit, intake, world):
    visit(phone)
    devices.revoke_device(phone.id, reason="丢了", by=world.actor("street"), at=NOON)
    follow_all(inbox)

    status, headers, body = answer_to(intake, *phone.batch())

    assert (status, json.loads(body)["code"]) == (401, "intake.no_phone")
    assert dict([ANY_ORIGIN]).items() <= headers.items()
    assert inbox.waiting(9) == []


def test_what_was_received_before_the_end_is_done(inbox, phone, visit, intake, world):
    visit(phone)
    phone.send(intake)
    devices.revoke_device(phone.id, reason="丢了", by=world.actor("street"), at=NOON)
    follow_all(inbox)

    assert process(inbox, at=NOON).done == 1


def test_nobody_signs_for_another(inbox, phone, visit, intake, world):
    other = enrolled(world, inbox, 2, who="community", by="street")
    visit(phone)
    content, _ = phone.batch()
    forged = Phone(phone.id, other.key).batch()

    for signature in "", "no base64", forged[1], phone.batch([])[1]:
        status, _, body = answer_to(intake, content, signature)
        assert (status, json.loads(body)["code"]) == (401, "intake.no_phone")
    assert answer_to(intake, *Phone(UUID(int=9), 1).batch())[0] == 401


def test_two_phones_in_one_commit_have_their_own_rows(
    inbox, phone, visit, intake, world
):
    other = enrolled(world, inbox, 2, who="community", by="street")
    for one in phone, other, other:
        visit(one)

    assert (phone.send(intake)["upto"], other.send(intake)["upto"]) == (1, 2)
    assert process(inbox, at=NOON).done == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"device":"x"}',
        (
            b'{"device":"00000000-0000-0000-0000-000000000001","sent_at":'
            b'"2020-11-09T11:00:00+08:00","have":{"seq":1,"hash":""},"acts":[{}]}'
        ),
    ],
    ids=["nothing", "a list", "half", "no place"],
)
@pytest.mark.usefixtures("inbox")
def test_what_is_no_batch_is_refused(intake, content):
    status, _, body = answer_to(intake, content, "")

    assert (status, json.loads(body)["code"]) == (400, "intake.no_batch")


def test_too_many_acts_are_refused_whole(phone, intake):
    content, signature = phone.batch()
    acts = ",".join(['{"id":"' + str(UUID(int=1)) + '","seq":1}'] * 201)
    content = content.replace(b'"acts":[', f'"acts":[{acts}'.encode())

    assert answer_to(intake, content, signature)[0] == 400


def test_a_phone_in_a_hurry_is_told_when_to_come_back(phone, visit):
    visit(phone)
    slow = lane(clock=Standing(), rates=Rates(acts_a_second=0.1, burst=1))

    assert answer_to(slow, *phone.batch())[0] == 200
    status, headers, _ = answer_to(slow, *phone.batch([1]))
    assert (status, headers[b"retry-after"]) == (429, b"10")


@pytest.mark.usefixtures("inbox")
def test_a_page_of_another_port_may_ask(intake):
    status, headers, _ = answer_to(intake, b"", "", method="OPTIONS")

    assert status == 204
    assert b"fangxian-signature" in headers[b"access-control-allow-headers"]


def test_the_inbox_makes_good_what_it_missed(inbox, world, visit, intake):
    device = enrol(world, 1)
    phone = Phone(device, 1)
    visit(phone)
    assert answer_to(intake, *phone.batch())[0] == 401

    follow_all(inbox)

    assert answer_to(intake, *phone.batch())[0] == 200
