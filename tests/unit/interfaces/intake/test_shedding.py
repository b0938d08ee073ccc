"""Who has to wait when too much is asked: driven by figures of load, never by time."""

import asyncio
import datetime as dt
import json

import pytest

from fangxian.interfaces.intake.inbox import open_file
from fangxian.interfaces.intake.loads import (
    COUNTS_FOR,
    exchange,
    loads,
    shed_since,
    tell_behind,
)
from fangxian.interfaces.intake.shedding import (
    LATEST_SECONDS,
    SHARES,
    SOONEST_SECONDS,
    Bounds,
    Class,
    Gate,
    read_bounds,
)
from fangxian.kernel.refusals import Refusal
from tests.unit.interfaces.intake.lanes import act, call, lane_at, spelled
from tests.worlds import NOON


ORDER = [Class.EXPORTS, Class.PAGES, Class.PHOTOS, Class.PULLS, Class.ACTS]
SECOND = dt.timedelta(seconds=1)


class Figure:
    """A load that is what it is set to."""

    def __init__(self, load=0.0):
        self.load = load

    def __call__(self):
        return self.load


def gate_under(load=0.0, **more):
    return Gate("tests", most=100, queued=Figure(load), chance=lambda: 0.5, **more)


def is_let_in(gate, what):
    try:
        with gate.let_in(what):
            return True
    except Refusal:
        return False


# --------------------------------------------------------------------------- the order
def test_everything_is_let_in_while_there_is_room():
    assert all(is_let_in(gate_under(0.4), what) for what in Class)


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_classes_wait_in_their_order_and_acts_last(place):
    gate = gate_under(SHARES[ORDER[place]])

    waiting = [what for what in ORDER if not is_let_in(gate, what)]

    assert waiting == ORDER[: place + 1]


def test_it_recovers_by_itself():
    load = Figure(1.0)
    gate = Gate("tests", most=100, queued=load)
    assert not any(is_let_in(gate, what) for what in Class)

    load.load = 0.0

    assert all(is_let_in(gate, what) for what in Class)


def test_what_is_being_answered_counts_as_load():
    gate = Gate("tests", most=2)
    with gate.let_in(Class.ACTS):
        assert gate.load == 0.5
        assert not is_let_in(gate, Class.EXPORTS)
        assert is_let_in(gate, Class.PAGES)

    assert is_let_in(gate, Class.EXPORTS)


def test_an_answer_that_breaks_leaves_the_gate():
    gate = Gate("tests", most=2)

    with pytest.raises(KeyError), gate.let_in(Class.PAGES):
        raise KeyError

    assert gate.load == 0.0


def test_a_class_may_have_a_bound_of_its_own():
    gate = Gate("tests", most=100, most_of={Class.PHOTOS: 1})

    with gate.let_in(Class.PHOTOS):
        assert not is_let_in(gate, Class.PHOTOS)
        assert is_let_in(gate, Class.PAGES)

    assert is_let_in(gate, Class.PHOTOS)


def test_acts_do_not_wait_for_what_other_processes_are_at():
    gate = gate_under(others=9.0)

    assert [what for what in ORDER if is_let_in(gate, what)] == [Class.ACTS]


def waits(load, chance):
    gate = Gate("tests", most=1, queued=Figure(load), chance=lambda: chance)
    with pytest.raises(Refusal) as refused, gate.let_in(Class.ACTS):
        pass
    assert str(refused.value.facts["seconds"]) in refused.value.remedy
    return refused.value.facts["seconds"]


def test_a_wait_has_jitter_and_grows_with_the_load_up_to_a_bound():
    assert waits(1.0, 0.0) == SOONEST_SECONDS
    assert waits(1.0, 0.99) == 2 * SOONEST_SECONDS
    assert waits(3.0, 0.0) == 3 * SOONEST_SECONDS
    assert waits(1000.0, 0.0) == LATEST_SECONDS


# --------------------------------------------------------------------------- the bounds
def test_bounds_are_what_the_operator_says():
    assert read_bounds("") == Bounds()
    assert read_bounds("queued=7, behind = 30") == Bounds(queued=7, behind=30)


@pytest.mark.parametrize("spelled", ["cups=3", "pages", "pages=0", "pages=many"])
def test_what_is_no_bound_is_not_read(spelled):
    with pytest.raises(ValueError, match="bound"):
        read_bounds(spelled)


# ------------------------------------------------------------------- among processes
@pytest.fixture
def inbox(tmp_path):
    inbox = open_file(tmp_path / "inbox.sqlite3")
    yield inbox
    inbox.close()


def test_processes_hear_of_each_others_load_until_it_is_old(inbox):
    pages = gate_under(0.0)
    lane = Gate("intake", most=1, queued=Figure(0.9))
    exchange(inbox, lane, at=NOON)

    exchange(inbox, pages, at=NOON + SECOND)
    assert pages.others == 0.9
    assert not is_let_in(pages, Class.PULLS)

    exchange(inbox, pages, at=NOON + COUNTS_FOR + SECOND)
    assert pages.others == 0.0


def test_a_process_that_is_idle_writes_nothing_and_says_once_that_it_is(inbox):
    load = Figure(0.0)
    gate = Gate("intake", most=1, queued=load)
    assert exchange(inbox, gate, at=NOON) == 0.0
    assert loads(inbox, at=NOON) == []

    load.load = 0.7
    told = exchange(inbox, gate, at=NOON)
    load.load = 0.0
    exchange(inbox, gate, at=NOON + SECOND, told=told)

    [one] = loads(inbox, at=NOON + SECOND)
    assert (one.load, one.at) == (0.0, NOON + SECOND)


def test_what_was_turned_away_is_counted_by_day_and_class(inbox):
    gate = gate_under(0.65)
    for _ in range(3):
        is_let_in(gate, Class.PAGES)
    exchange(inbox, gate, at=NOON)
    is_let_in(gate, Class.EXPORTS)
    is_let_in(gate, Class.PAGES)
    is_let_in(gate, Class.PULLS)

    exchange(inbox, gate, at=NOON + SECOND)
    exchange(inbox, gate, at=NOON + 2 * SECOND)

    found = [
        (one.what, one.process, one.n, one.last_at)
        for one in shed_since(inbox, NOON.date())
    ]
    assert found == [
        (Class.EXPORTS, "tests", 1, NOON + SECOND),
        (Class.PAGES, "tests", 4, NOON + SECOND),
    ]


def test_the_worker_says_how_long_the_oldest_act_waits(inbox):
    def behind(at):
        tell_behind(inbox, now=NOON + at, at=NOON + at, bound=60)
        return [(one.behind, one.load) for one in loads(inbox, at=NOON + at)]

    assert behind(0 * SECOND) == []
    inbox.run(
        "INSERT INTO inbox_act (id, digest, device, raw, received_at)"
        " VALUES (%s, %s, 'phone', %s, %s)",
        *(b"1", b"1", b"1", NOON.isoformat()),
    )

    assert behind(30 * SECOND) == [(30, 0.5)]
    inbox.run("UPDATE inbox_act SET state = 'done'")
    assert behind(31 * SECOND) == [(0, 0.0)]


def test_acts_that_wait_for_pictures_are_not_the_workers_fault(inbox):
    for number, state in ((b"1", "pictures"), (b"2", "waiting")):
        inbox.run(
            "INSERT INTO inbox_act (id, digest, device, raw, received_at, state)"
            " VALUES (%s, %s, 'phone', %s, %s, %s)",
            *(number, number, number, NOON.isoformat(), state),
        )

    tell_behind(inbox, now=NOON + 99 * SECOND, at=NOON, bound=60)

    assert loads(inbox, at=NOON) == []


# ----------------------------------------------------------------------------- the lane
def test_a_lane_that_is_full_says_when_to_come_again_and_keeps_nothing(tmp_path):
    path = tmp_path / "inbox.sqlite3"

    async def run():
        async with lane_at(path) as lane:
            lane.gate.queued = Figure(1.0)
            lane.gate.chance = lambda: 0.0
            shed = await call(lane, [b"[", spelled(act(1)), b"]"])
            lane.gate.queued = Figure(0.99)
            return shed, await call(lane, spelled(act(1)))

    (status, headers, body), later = asyncio.run(run())

    assert (status, json.loads(body)["code"]) == (503, "intake.busy")
    assert headers[b"retry-after"] == b"5"
    assert later[0] == 200


def test_pictures_wait_while_acts_are_still_taken(tmp_path):
    async def run():
        async with lane_at(tmp_path / "inbox.sqlite3") as lane:
            lane.gate.others = 0.75
            photo = await call(lane, b"x", where=f"/intake/photos/{'0' * 64}")
            return photo, await call(lane, spelled(act(1)))

    photo, taken = asyncio.run(run())

    assert (photo[0], json.loads(photo[2])["code"]) == (503, "intake.busy")
    assert b"retry-after" in photo[1]
    assert taken[0] == 200


def test_the_lane_says_how_full_it_is_and_what_it_turned_away(tmp_path):
    async def run():
        async with lane_at(tmp_path / "inbox.sqlite3") as lane:
            lane.gate.others = 0.75
            await call(lane, b"x", where=f"/intake/photos/{'0' * 64}")
            return await call(lane, b"", method="GET", where="/intake/health")

    status, _, body = asyncio.run(run())

    assert status == 200
    said = json.loads(body)
    assert (said["load"], said["others"]) == (0.0, 0.75)
    assert said["turned_away"] == {"photos": 1}


async def until(holds):
    while not holds():  # noqa: ASYNC110 -- no event tells of a queue in another thread
        await asyncio.sleep(0)


def test_what_waits_for_its_commit_is_the_load_of_the_lane(tmp_path):
    """While somebody else writes, one request is being written and one waits."""
    path = tmp_path / "inbox.sqlite3"

    async def run():
        async with lane_at(path, bounds=Bounds(queued=1)) as lane:
            lane._lane()
            other = open_file(path)
            with other.transaction():
                writing = asyncio.ensure_future(call(lane, spelled(act(1))))
                await until(lambda: lane.gate.inside[Class.ACTS] == 1)
                await until(lambda: lane.gate.load < 1.0)
                waiting = asyncio.ensure_future(call(lane, spelled(act(2))))
                await until(lambda: lane.gate.load == 1.0)
                turned_away = await call(lane, spelled(act(3)))
            other.close()
            return turned_away, await asyncio.gather(writing, waiting)

    turned_away, taken = asyncio.run(run())

    assert turned_away[0] == 503
    assert [answer[0] for answer in taken] == [200, 200]
