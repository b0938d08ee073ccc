import datetime as dt

import pytest
from django.db import OperationalError

from fangxian.interfaces.intake import kinds, processing
from fangxian.interfaces.intake.envelope import open_request
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.interfaces.intake.processing import Processed, process
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Observation
from tests.people import PEOPLE
from tests.unit.capabilities.inspection.conftest import GOOD, NO_MASKS, id_number
from tests.unit.interfaces.intake.lanes import spelled
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
SEEN = (NOON - dt.timedelta(minutes=10)).astimezone(SHANGHAI).isoformat()


@pytest.fixture
def inbox(tmp_path, world):
    """An inbox with the grid worker's phone and Charlie's, of the next district."""
    opened = open_file(tmp_path / "inbox.sqlite3")
    for tag, who in (b"1", "grid"), (b"2", "charlie"):
        device = Device(f"phone of {who}", PEOPLE[who], world.posts[who])
        opened.register(tag, device)
    yield opened
    opened.close()


@pytest.fixture
def send(inbox, hotel):
    """Put a visit to the hotel into the inbox, as intake does; all can be changed."""

    def put(number=1, *, who="grid", kind="visit", answers=GOOD, body=None):
        visited = {"place": hotel, "form": "six_haves", "answers": answers}
        act = {
            "id": str(id_number(number)),
            "kind": kind,
            "seen_at": SEEN,
            "body": visited if body is None else body,
        }
        name = f"phone of {who}"
        inbox.keep([(name, open_request(spelled(act), device=name))], at=NOON)

    return put


def observed():
    return sorted(Observation.objects.values_list("id", flat=True))


def reasons(inbox):
    return [reason.split(":")[0] for _, _, reason in inbox.quarantined()]


def test_a_visit_from_a_phone_is_a_visit(inbox, send, world):
    send(1, answers=NO_MASKS)

    assert process(inbox, at=NOON) == Processed(done=1, quarantined=0, postponed=0)
    [seen] = Observation.objects.all()
    assert (seen.pk, seen.by, seen.post, seen.device) == (
        id_number(1),
        PEOPLE["grid"],
        world.posts["grid"],
        "phone of grid",
    )
    assert seen.at == NOON - dt.timedelta(minutes=10)
    assert Finding.objects.get().observation == id_number(1)


def test_an_observation_from_a_phone_is_an_observation(
    inbox, send, world, rules, hotel
):
    send(
        1,
        kind="observation",
        body={
            "form": "patrol",
            "edition": rules,
            "subject": f"place:{hotel}",
            "kind": "hotel",
            "area": world["grid"],
            "answers": {"tidy": True},
        },
    )

    assert process(inbox, at=NOON).done == 1
    assert Observation.objects.get().form == "patrol"


def test_nothing_is_done_twice(inbox, send):
    send(1, answers=NO_MASKS)
    send(1, answers=NO_MASKS)

    assert process(inbox, at=NOON).done == 1
    assert process(inbox, at=NOON) == Processed(0, 0, 0)
    assert (len(observed()), Finding.objects.count()) == (1, 1)


def test_an_act_done_before_a_crash_is_only_ticked_off_after_it(inbox, send):
    send(1)
    process(inbox, at=NOON)
    before = list(Entry.objects.values_list("pk", flat=True))
    inbox.finish(1, state="waiting")

    assert process(inbox, at=NOON).done == 1
    assert list(Entry.objects.values_list("pk", flat=True)) == before


def test_an_act_quarantined_before_a_crash_stays_so_after_it(inbox, send):
    send(1, kind="from_the_future")
    process(inbox, at=NOON)
    [(_, _, reason)] = inbox.quarantined()
    inbox.finish(1, state="waiting", reason=reason)

    assert process(inbox, at=NOON).quarantined == 1
    assert [r for _, _, r in inbox.quarantined()] == [reason]
    assert Entry.objects.filter(event="intake.quarantined").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "from_the_future"}, "intake.unknown_kind"),
        ({"body": {"place": "seven"}}, "intake.wrong_shape"),
        ({"body": [1, 2]}, "intake.wrong_shape"),
        ({"answers": {"masks": "perhaps"}}, "protocol.wrong_answers"),
        ({"who": "charlie"}, "jurisdiction.out_of_reach"),
    ],
    ids=["kind", "types", "list", "answers", "next district"],
)
def test_what_cannot_be_done_is_set_aside_and_the_next_is_done(
    inbox, send, change, code
):
    send(1, **change)
    send(2)

    assert process(inbox, at=NOON) == Processed(done=1, quarantined=1, postponed=0)
    assert reasons(inbox) == [code]
    assert observed() == [id_number(2)]
    noted = Entry.objects.get(event="intake.quarantined")
    assert noted.subject == f"act:{id_number(1)}"
    assert noted.payload["reason"] == code


def test_what_a_refusal_repeats_of_an_act_stands_nowhere_in_clear(inbox, send):
    send(1, body={"place": 7, "欧阳海棠 13912345678": True})
    process(inbox, at=NOON)

    [(_, _, reason)] = inbox.quarantined()
    assert "欧阳海棠 13912345678" in reason  # whoever settles it reads what was wrong
    kept = inbox.run("SELECT reason FROM inbox_act").fetchall()
    noted = Entry.objects.get(event="intake.quarantined").payload
    assert not any("欧阳海棠" in said for said in (str(kept), str(noted)))
    assert not any("13912345678" in said for said in (str(kept), str(noted)))


@pytest.mark.parametrize(
    ("kind", "noted"),
    [("欧阳海棠 13912345678", "unknown"), ("visit", "visit")],
    ids=["a device's own word", "a word of the house"],
)
def test_the_journal_names_a_kind_of_act_only_in_the_houses_words(
    inbox, send, kind, noted
):
    send(1, kind=kind, body={"place": "seven"})
    process(inbox, at=NOON)

    entry = Entry.objects.get(event="intake.quarantined")
    assert entry.payload["kind"] == noted
    assert "欧阳海棠" not in str(entry.payload)


def test_the_log_says_where_a_bug_is_and_not_what_it_was_told(
    inbox, send, monkeypatch, caplog
):
    def fall(act, *_):
        raise LookupError(bytes(act.body).decode())

    monkeypatch.setattr(processing, "KINDS", {"visit": fall})
    send(1, body={"who": "ouyang haitang"})
    process(inbox, at=NOON)

    assert "haitang" not in caplog.text
    assert "in fall" in caplog.text
    assert "LookupError" in caplog.text


def test_a_reason_whose_key_is_missing_holds_nobody_up(inbox, send):
    send(1, kind="from_the_future")
    process(inbox, at=NOON)
    inbox.run("UPDATE inbox_act SET reason = 'sealed:' || 'AAAA'")

    assert reasons(inbox) == ["intake.unopened"]


def test_even_a_bug_holds_nobody_up(inbox, send, monkeypatch, caplog):
    def fall(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(processing, "KINDS", {**kinds.KINDS, "visit_of_tomorrow": fall})
    send(1, kind="visit_of_tomorrow")
    send(2)

    assert process(inbox, at=NOON).done == 1
    assert reasons(inbox) == ["intake.failed"]
    assert "ZeroDivisionError" in caplog.text


def test_while_the_database_is_busy_the_device_waits_and_keeps_its_order(
    inbox, send, monkeypatch
):
    busy = [True]

    def visit(act, by, at):
        if busy and act.id == id_number(1):
            busy.pop()
            raise OperationalError
        return kinds.KINDS["visit"](act, by, at)

    monkeypatch.setattr(processing, "KINDS", {"visit": visit})
    send(1)
    send(2)
    send(3, who="charlie")

    first = process(inbox, at=NOON)
    assert (first.done, first.quarantined, first.postponed) == (0, 1, 1)
    assert process(inbox, at=NOON).done == 2
    assert observed() == [id_number(1), id_number(2)]
