"""What a phone was told, done at the door and sent, stands once; pictures come after."""

import datetime as dt
import errno
import json
import os

import pytest

from fangxian.capabilities.enrolment.actions import enrol as register_arrival
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.photos import PHOTO_BYTES_MAX
from fangxian.interfaces.intake.pictures import KEPT_UNNAMED, clean_pictures
from fangxian.interfaces.intake.processing import Processed, process
from fangxian.interfaces.intake.quarantine import take_up_late
from fangxian.interfaces.intake.reasons import read_reason
from fangxian.interfaces.intake.rows import PATIENCE
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.kernel.papers import Paper
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from fangxian.mechanisms.ledger.models import Person, Place
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.ledger.people.queries import residences_of
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.evidence import path_of
from fangxian.mechanisms.observation.models import Evidence, Observation
from fangxian.mechanisms.task.actions import IssueRequest, issue
from fangxian.mechanisms.task.models import Task
from tests.inboxes import empty_inbox
from tests.unit.capabilities.home_watch.watching import WELL
from tests.unit.interfaces.field.pulling import Puller
from tests.unit.interfaces.intake.phoning import Phone, Standing, answer_to, lane
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.unit.mechanisms.ledger.people.folk import NUMBER, register
from tests.worlds import FOUNDED, NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LATER = NOON + dt.timedelta(minutes=1)
PICTURE = b"\xff\xd8\xff" + bytes(100)
MET = {
    "reached": True,
    "travelled": "as_told",
    "seen_document": "ticket",
    "stays_here": True,
    "told_the_rules": True,
}
CODE = {"status": "applied", "reason": "已申领，等待发放"}


@pytest.fixture
def field(world, watching):
    """The grid worker's phone: what it pulls, what it sends, and what becomes of it."""
    assert watching
    device = enrol(world, 1, at=NOON - HOUR)
    with empty_inbox() as inbox:
        follow(inbox, get_device(device, EVERYWHERE))
        yield Field(inbox, Puller(device, 1), Phone(device, 1))


class Field:
    def __init__(self, inbox, puller, phone):
        self.inbox, self.puller, self.phone = inbox, puller, phone

    def tasks(self):
        sequence(at=NOON)
        self.puller.pull()
        return self.puller.all("task")

    def answer(self, task, answers):
        """Send what the task's template says, with these answers in its body."""
        send = task["send"]
        self.send(send["kind"], {**send["body"], "answers": answers})

    def send(self, kind, body):
        self.phone.capture(kind, body)
        self.phone.send(lane(clock=Standing()))

    def process(self, *, at=LATER):
        return process(self.inbox, at=at)


DONE = Processed(done=1, quarantined=0, postponed=0)


def code_check(world):
    """Owe the check of a hotel's venue code, which may be answered with pictures."""
    hotel = Place.objects.create(
        kind_id="hotel",
        name="永安宾馆",
        name_key="永安宾馆",
        area_id=world["grid"],
        standing="open",
        venue_code="none",
        source="test",
        registered_at=FOUNDED,
    )
    request = IssueRequest(
        key="test/venue_code",
        duty="venue_code",
        form="venue_code",
        subject=f"place:{hotel.pk}",
        kind="hotel",
        area=world["grid"],
        post=world.posts["grid"],
        opens_at=NOON - HOUR,
        due_at=NOON + HOUR,
        decision={"pack": "routine"},
    )
    return issue(request, by=SYSTEM, at=NOON - HOUR).pk


def test_a_visit_to_who_stays_at_home(field, watching):
    watch = watching.at_home(at=NOON - HOUR)
    watching.plan(9, at=NOON - HOUR)
    task = next(
        one for one in field.tasks() if one["send"]["body"]["form"] == "notice_visit"
    )

    field.answer(task, {"handed_over": True, "appeal_explained": True})

    assert field.process() == DONE
    seen = Observation.objects.get(pk=field.phone.ids[0])
    assert (seen.subject, seen.device) == (
        f"restriction:{watch.pk}",
        str(field.phone.id),
    )
    assert Task.objects.get(pk=task["id"]).observation == seen.pk
    [told] = [one for one in field.tasks() if one["id"] == task["id"]]
    assert told["state"] == "done"


def test_what_does_not_fit_the_form_is_asked_back_in_words(field, watching):
    watching.at_home(at=NOON - HOUR)
    watching.plan(9, at=NOON - HOUR)
    task = next(
        one for one in field.tasks() if one["send"]["body"]["form"] == "notice_visit"
    )

    field.answer(task, WELL)

    assert field.process().quarantined == 1
    field.tasks()
    [asked] = field.puller.all("question")
    assert asked["id"] == str(field.phone.ids[0])
    assert asked["sentence"]["zh"]


def test_a_visit_to_who_came(world, field):
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
    [task] = field.tasks()

    field.answer(task, MET)

    assert field.process() == DONE
    arrival = Arrival.objects.get(pk=arrival.pk)
    assert arrival.verified_at is not None
    assert arrival.evidence == field.phone.ids[0]


def test_hearsay_is_answered(world, field):
    person = register(world, "grid").person
    request = IssueRequest(
        key="test/hearsay",
        duty="hearsay_call",
        form="hearsay_call",
        subject=f"person:{person}",
        area=world["grid"],
        post=world.posts["grid"],
        opens_at=NOON - HOUR,
        due_at=NOON + HOUR,
        decision={"pack": "covid19-cn"},
    )
    issue(request, by=SYSTEM, at=NOON - HOUR)
    [task] = field.tasks()

    field.answer(task, {"reached": False})

    assert field.process() == DONE
    assert Task.objects.get(pk=task["id"]).state == "completed"


# --------------------------------------------------------------------- who is new
@pytest.mark.parametrize(
    ("number", "paper"),
    [("", Paper.UNKNOWN), (NUMBER, Paper.CITIZEN), ("E12345678", Paper.PASSPORT)],
)
def test_somebody_new_is_registered_behind_the_door(world, field, number, paper):
    door = people.register_door(
        area=world["grid"], building="4号楼", room="502", by=SYSTEM, at=FOUNDED
    )
    body = {"area": world["grid"], "name": "王小明", "door": str(door), "note": "东户"}
    shown = {"id_number": number} if number else {}

    field.send("person", {**body, **shown, "phone": "100 1234 5678"})

    assert field.process() == DONE
    person = Person.objects.get(pk=field.phone.ids[0])
    assert (person.paper, person.number) == (paper, number or None)
    assert person.no_paper_why == (None if number else "登记时未出示证件。")
    assert (person.telephone, person.address) == ("10012345678", "东户")
    assert person.source == f"post:{world.posts['grid']}"
    [(lived, *_)] = residences_of(person.pk, EVERYWHERE)
    assert lived.id == door


def test_nobody_is_registered_in_another_grid(world, field):
    field.send("person", {"area": world["far_grid"], "name": "王小明"})

    assert field.process().quarantined == 1
    assert not Person.objects.exists()


def test_a_new_place_is_registered_once(world, field):
    body = {"area": world["grid"], "name": "永安宾馆", "kind": "hotel"}
    field.send("place", {**body, "address": "福华街 9 号", "note": "二楼"})
    assert field.process() == DONE

    field.send("place", body)

    assert field.process().quarantined == 1
    place = Place.objects.get()
    assert (place.name, place.address) == ("永安宾馆", "福华街 9 号 二楼")


# ------------------------------------------------------------------------ pictures
def test_an_act_waits_for_its_pictures_then_stands_with_them(world, field):
    code_check(world)
    [task] = field.tasks()
    sent = field.phone.photo(PICTURE)
    digest = sent["where"].rpartition("/")[2]
    field.answer(task, {**CODE, "photos": [digest]})
    assert field.process() == Processed(done=0, quarantined=0, postponed=1)

    for _ in "twice":
        assert answer_to(lane(), **sent)[0] == 201

    assert evidence.read(digest) == PICTURE
    assert PICTURE[-9:] not in path_of(digest).read_bytes()
    assert field.process() == DONE
    [kept] = Evidence.objects.all()
    assert (kept.digest, kept.observation_id) == (digest, field.phone.ids[0])


def test_a_picture_that_lies_there_unsealed_is_not_believed_until_it_comes_again(
    world, field
):
    code_check(world)
    [task] = field.tasks()
    sent = field.phone.photo(PICTURE)
    digest = sent["where"].rpartition("/")[2]
    path_of(digest).parent.mkdir(parents=True, exist_ok=True)
    path_of(digest).write_bytes(PICTURE)
    field.answer(task, {**CODE, "photos": [digest]})

    assert field.process().quarantined == 1
    [(_, _, reason)] = field.inbox.quarantined()
    assert read_reason(reason).refusal.kind is evidence.NOT_SEALED

    assert answer_to(lane(), **sent)[0] == 201
    assert evidence.read(digest) == PICTURE


def test_a_picture_that_never_comes_holds_up_the_row_for_a_while_only(world, field):
    code_check(world)
    [task] = field.tasks()
    field.answer(task, {**CODE, "photos": ["0" * 64]})
    field.send("place", {"area": world["grid"], "name": "如意宾馆", "kind": "hotel"})
    assert field.process().postponed == 1

    later = NOON + PATIENCE

    assert field.process(at=later) == Processed(done=1, quarantined=1, postponed=0)


def test_a_picture_that_comes_late_has_its_act_taken_up_by_itself(world, field):
    code_check(world)
    [task] = field.tasks()
    sent = field.phone.photo(PICTURE)
    digest = sent["where"].rpartition("/")[2]
    field.answer(task, {**CODE, "photos": [digest]})
    field.process()
    assert field.process(at=NOON + PATIENCE).quarantined == 1
    field.tasks()
    [asked] = field.puller.all("question")
    assert asked["sentence"]["en"] == "1 pictures that the act names have not come."
    take_up_late(field.inbox, at=NOON + HOUR)
    assert Task.objects.get(pk=task["id"]).state == "issued"

    assert answer_to(lane(), **sent)[0] == 201
    for _ in "twice":
        take_up_late(field.inbox, at=NOON + HOUR)

    assert Evidence.objects.get().observation_id == field.phone.ids[0]
    assert Task.objects.get(pk=task["id"]).state == "completed"
    assert field.inbox.quarantined() == []
    field.tasks()
    assert not field.puller.all("question")


def test_what_still_fails_with_its_pictures_stays_in_question(world, field):
    code_check(world)
    [task] = field.tasks()
    sent = field.phone.photo(PICTURE)
    digest = sent["where"].rpartition("/")[2]
    field.answer(task, {"status": "purple", "photos": [digest]})
    field.process(at=NOON + PATIENCE)
    assert answer_to(lane(), **sent)[0] == 201

    for _ in "twice":
        take_up_late(field.inbox, at=NOON + HOUR)

    [(_, _, reason)] = field.inbox.quarantined()
    assert "intake.pictures_missing" not in reason
    assert read_reason(reason).tries == 2


def test_phones_whose_pictures_are_missing_delay_no_other(world, field):
    """However many acts wait, what others sent is done at once."""
    code_check(world)
    [task] = field.tasks()
    field.answer(task, {**CODE, "photos": ["0" * 64]})
    for number in range(3):
        body = {"area": world["grid"], "name": f"如意{number}", "kind": "hotel"}
        field.send("place", body)
    assert process(field.inbox, at=LATER, most=1).postponed == 1
    other = Phone(enrol(world, 2, who="community", by="street", at=NOON - HOUR), 2)
    follow(field.inbox, get_device(other.id, EVERYWHERE))
    other.capture("place", {"area": world["grid"], "name": "永兴", "kind": "hotel"})
    other.send(lane(clock=Standing()))

    assert process(field.inbox, at=LATER, most=1) == DONE


def test_pictures_that_nothing_names_are_removed_after_a_month(world, field):
    code_check(world)
    [task] = field.tasks()
    named, unnamed = PICTURE, PICTURE + b"unnamed"
    waiting, fresh = PICTURE + b"waiting", PICTURE + b"fresh"
    kept = {one: evidence.keep(one).digest for one in (named, unnamed, waiting, fresh)}
    field.answer(task, {**CODE, "photos": [kept[named]]})
    field.send("horoscope", {"answers": {"photos": [kept[waiting]]}})
    assert field.process() == Processed(done=1, quarantined=1, postponed=0)
    now = dt.datetime.now(dt.UTC)
    month_ago = (now - KEPT_UNNAMED - HOUR).timestamp()
    for one in (named, unnamed, waiting):
        os.utime(path_of(kept[one]), (month_ago, month_ago))

    for _ in "twice":
        clean_pictures(field.inbox, now=now, at=LATER)

    there = [one for one in kept if path_of(kept[one]).exists()]
    assert there == [named, waiting, fresh]
    sequence(at=LATER)
    [noted] = entries_of("evidence")
    assert noted.event == "intake.pictures_removed"
    assert noted.payload == {"digests": [kept[unnamed]], "unnamed_for": 30}


# ------------------------------------------------------------------------- clocks
def test_a_boats_acts_keep_the_moment_at_which_they_were_seen(world, field):
    """A file that travelled for hours says nothing of the phone's clock."""
    body = {"area": world["grid"], "name": "永安宾馆", "kind": "hotel"}
    code_check(world)
    [task] = field.tasks()
    send = task["send"]
    field.phone.capture(
        send["kind"], {**send["body"], "answers": CODE}, seen_at=NOON - 2 * HOUR
    )
    field.phone.send(lane(clock=Standing(NOON)), sent_at=NOON - HOUR, carried=True)
    field.phone.capture("place", body, seen_at=NOON - HOUR)
    field.phone.send(lane(clock=Standing(NOON)), sent_at=NOON - HOUR)

    field.process()

    assert Observation.objects.get(pk=field.phone.ids[0]).at == NOON - 2 * HOUR
    [behind] = field.inbox.run("SELECT behind FROM inbox_link WHERE seq = 2").fetchone()
    assert behind == HOUR.total_seconds()


def refused(answer):
    status, _headers, body = answer
    return status, json.loads(body)["code"]


def test_only_the_phones_own_pictures_are_taken(field):
    sent = field.phone.photo(PICTURE)
    other = Phone(field.phone.id, 2).photo(PICTURE)
    unknown = {**sent, "headers": []}
    digest = "0" * 64

    assert refused(answer_to(lane(), **other)) == (401, "intake.no_phone")
    assert refused(answer_to(lane(), **unknown)) == (401, "intake.no_phone")
    for wrong in (
        field.phone.photo(PICTURE, digest=digest),
        field.phone.photo(PICTURE, about=digest),
        field.phone.photo(b"no picture"),
    ):
        assert refused(answer_to(lane(), **wrong)) == (409, "intake.no_photo")
    assert not path_of(digest).exists()


def test_a_picture_that_a_full_disk_did_not_take_is_not_acknowledged(
    field, monkeypatch
):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    sent = field.phone.photo(PICTURE)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        answer = answer_to(lane(), **sent)

    assert refused(answer) == (503, "intake.not_kept")
    assert b"retry-after" in answer[1]
    assert answer_to(lane(), **sent)[0] == 201


def test_a_picture_has_its_bounds_and_its_address(field):
    large = field.phone.photo(PICTURE + bytes(PHOTO_BYTES_MAX))
    sent = field.phone.photo(PICTURE)
    elsewhere = {**sent, "where": "/intake/photos/nothing"}

    assert refused(answer_to(lane(), **large)) == (413, "intake.too_large")
    assert refused(answer_to(lane(), **elsewhere)) == (404, "intake.no_address")
    status, headers, _body = answer_to(lane(), **sent, method="OPTIONS")
    assert status == 204
    assert b"fangxian-device" in headers[b"access-control-allow-headers"]
