import asyncio
import json
import sqlite3
from uuid import UUID

import pytest

from fangxian.interfaces.intake.envelope import ACT_BYTES_MAX, REQUEST_BYTES_MAX
from fangxian.interfaces.intake.inbox import OTHER_BODY, open_file
from fangxian.interfaces.intake.rates import Rates
from fangxian.interfaces.intake.receipts import is_genuine
from tests.unit.interfaces.intake.lanes import (
    KEY,
    PHONE,
    act,
    call,
    lane_at,
    spelled,
)


FULL = """
CREATE TRIGGER full BEFORE INSERT ON inbox_act
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "inbox.sqlite3"


def answer_to(path, content, *, requests=1, **options):
    """Send the same content some times; give the last answer."""

    async def run():
        async with lane_at(path) as lane:
            answers = [await call(lane, content, **options) for _ in range(requests)]
            return answers[-1]

    return asyncio.run(run())


def kept(path):
    inbox = open_file(path)
    found = [(one.id.int, one.raw) for one in inbox.waiting(1000)]
    inbox.close()
    return found


def quarantined(path):
    inbox = open_file(path)
    found = inbox.quarantined()
    inbox.close()
    return found


def code_of(answer):
    return json.loads(answer[2])["code"]


def genuine(body, headers):
    return is_genuine(
        body,
        proof=headers[b"fangxian-proof"].decode(),
        signature=headers[b"fangxian-signature"].decode(),
        public=KEY.public,
    )


def test_an_act_is_kept_as_it_came_and_its_receipt_is_signed(path):
    content = spelled(act(1, note="真的"))

    status, headers, body = answer_to(path, content)

    assert status == 200
    assert json.loads(body)["acts"] == [[str(UUID(int=1)), "received"]]
    assert genuine(body, headers)
    assert kept(path) == [(1, content)]


def test_a_batch_is_kept_in_its_order(path):
    status, _, body = answer_to(path, spelled([act(3), act(1), act(2)]))

    assert status == 200
    assert [state for _, state in json.loads(body)["acts"]] == ["received"] * 3
    assert [number for number, _ in kept(path)] == [3, 1, 2]


def test_the_same_act_sent_again_is_received_and_kept_once(path):
    status, _, body = answer_to(path, spelled(act(1)), requests=3)

    assert (status, json.loads(body)["acts"][0][1]) == (200, "received")
    assert len(kept(path)) == 1
    assert quarantined(path) == []


def test_another_body_under_a_known_id_is_kept_beside_with_its_reason(path):
    answer_to(path, spelled(act(1, note="first")))
    first = kept(path)

    status, _, body = answer_to(
        path, spelled([act(1, note="other"), act(2)]), requests=2
    )

    states = [state for _, state in json.loads(body)["acts"]]
    assert (status, states) == (200, ["quarantined", "received"])
    assert quarantined(path) == [(UUID(int=1), PHONE.name, OTHER_BODY)]
    assert kept(path)[0] == first[0]
    assert [number for number, _ in kept(path)] == [1, 2]


def test_an_act_of_no_known_kind_is_received_all_the_same(path):
    status, _, _ = answer_to(path, spelled(act(1, kind="from_the_future")))

    assert status == 200
    assert len(kept(path)) == 1


@pytest.mark.parametrize("token", ["", "somebody-elses"], ids=["none", "unknown"])
def test_a_stranger_is_not_heard(path, token):
    answer = answer_to(path, spelled(act(1)), token=token)

    assert (answer[0], code_of(answer)) == (401, "intake.no_device")
    assert kept(path) == []


def test_a_device_that_was_ended_is_not_heard_any_more(path):
    async def run():
        async with lane_at(path) as lane:
            inbox = open_file(path)
            inbox.end(PHONE.name)
            inbox.close()
            return await call(lane, spelled(act(1)))

    assert asyncio.run(run())[0] == 401
    assert kept(path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        spelled({"id": str(UUID(int=1))}),
        spelled({**act(1), "id": "seven"}),
        spelled({**act(1), "seen_at": "2020-11-09T11:00:00"}),
        spelled({**act(1), "kind": ""}),
        spelled([act(1), {**act(2), "kind": 7}]),
        spelled([act(number) for number in range(201)]),
        spelled(act(1, note="x" * ACT_BYTES_MAX)),
    ],
    ids=[
        "nothing",
        "half",
        "no acts",
        "a number",
        "bare id",
        "no uuid",
        "no zone",
        "no kind",
        "second of two",
        "too many",
        "too long",
    ],
)
def test_what_is_no_envelope_is_refused_whole(path, content):
    answer = answer_to(path, content)

    assert (answer[0], code_of(answer)) == (400, "intake.no_envelope")
    assert kept(path) == []


def test_a_request_without_end_is_cut_off(path):
    parts = [b"x" * 65536] * (REQUEST_BYTES_MAX // 65536 + 2)

    answer = answer_to(path, parts)

    assert (answer[0], code_of(answer)) == (413, "intake.too_large")
    assert kept(path) == []


@pytest.mark.parametrize(
    ("method", "where"), [("GET", "/intake/acts"), ("POST", "/"), ("POST", "/intake")]
)
def test_nothing_is_received_elsewhere(path, method, where):
    answer = answer_to(path, spelled(act(1)), method=method, where=where)

    assert (answer[0], code_of(answer)) == (404, "intake.no_address")


def test_a_device_that_sends_too_fast_is_told_when_to_come_back(path):
    async def run():
        async with lane_at(path, rates=Rates(acts_a_second=0.1, burst=2)) as lane:
            return [await call(lane, spelled(act(number))) for number in (1, 2, 3)]

    first, second, third = asyncio.run(run())
    assert [first[0], second[0], third[0]] == [200, 200, 429]
    assert int(third[1][b"retry-after"]) in (9, 10)
    assert [number for number, _ in kept(path)] == [1, 2]


def test_a_bucket_fills_again_and_never_runs_over():
    rates = Rates(acts_a_second=10, burst=20)

    assert rates.wait_for("phone", 20, now=0) == 0
    assert rates.wait_for("phone", 5, now=0) == 0.5
    assert rates.wait_for("phone", 5, now=0.5) == 0
    assert rates.wait_for("other", 20, now=0.5) == 0
    assert rates.wait_for("phone", 21, now=1000) > 0


def test_many_devices_at_once_share_commits_and_each_gets_its_own_answer(path):
    async def run():
        async with lane_at(path) as lane:
            requests = [
                call(lane, spelled([act(n * 10 + k) for k in range(3)]))
                for n in range(100)
            ]
            return await asyncio.gather(*requests)

    answers = asyncio.run(run())
    assert [status for status, _, _ in answers] == [200] * 100
    for n, (_, headers, body) in enumerate(answers):
        ids = [UUID(id_).int for id_, _ in json.loads(body)["acts"]]
        assert ids == [n * 10 + k for k in range(3)]
        assert genuine(body, headers)
    assert not genuine(answers[0][2], answers[1][1])
    assert len(kept(path)) == 300


def test_a_store_that_cannot_write_acknowledges_nothing(path):
    async def run():
        async with lane_at(path) as lane:
            store = sqlite3.connect(path, isolation_level=None)
            store.execute(FULL)
            store.close()
            return await call(lane, spelled(act(1)))

    answer = asyncio.run(run())
    assert (answer[0], code_of(answer)) == (503, "intake.not_kept")
    assert answer[1][b"retry-after"] == b"5"


def test_the_lane_wakes_and_sleeps_by_the_lifespan_protocol(path):
    sent = []
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def run():
        async def receive():
            return messages.pop(0)

        async def send(message):
            sent.append(message["type"])

        async with lane_at(path) as lane:
            await lane({"type": "lifespan"}, receive, send)

    asyncio.run(run())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_another_file_is_another_inbox(tmp_path):
    one, other = (open_file(tmp_path / name) for name in ("a", "b"))
    again = open_file(tmp_path / "a")

    assert one.id == again.id != other.id
    for inbox in (one, other, again):
        inbox.close()


def test_a_refusal_is_said_in_both_languages_and_first_in_the_one_asked_for(path):
    chinese = json.loads(answer_to(path, b"nothing")[2])
    english = json.loads(
        answer_to(path, b"nothing", more=[(b"accept-language", b"en-GB,en")])[2]
    )

    assert chinese["words"] == english["words"]
    assert chinese["sentence"] == chinese["words"]["sentence"]["zh"]
    assert english["sentence"] == chinese["words"]["sentence"]["en"]
    assert english["sentence"].startswith("This is not an act")
    assert chinese["sentence"].startswith("这不是有效记录")
    assert chinese["remedy"].startswith("每条记录")
