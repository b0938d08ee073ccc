"""Whatever happens on the way: 0 acts lost, 0 doubled, in order, and the queue drains.

A model of a phone against the real lane, the real inbox and the real processing, on
whichever database the run has. ``FANGXIAN_PROTOCOL_RUNS`` and ``_STEPS`` make it as
long as a campaign wants it; ``FANGXIAN_SEED`` chooses its runs.
"""

import asyncio
import datetime as dt
import itertools
import json
import logging
import os
from contextlib import nullcontext, suppress
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as how
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fangxian.interfaces.intake import rows
from fangxian.interfaces.intake.app import Intake
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.envelope import ACT_BYTES_MAX
from fangxian.interfaces.intake.processing import process
from fangxian.interfaces.intake.rates import Rates
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.devices.actions import revoke_device
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from fangxian.mechanisms.observation.models import Observation
from tests.unit.capabilities.inspection.conftest import GOOD
from tests.unit.interfaces.intake.phoning import RECEIPTS, Phone, Standing, post
from tests.unit.interfaces.intake.stores import OUT_OF_ORDER, fresh_store
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
EMBEDDED = not settings.FANGXIAN_DATABASE
RUNS = int(os.environ.get("FANGXIAN_PROTOCOL_RUNS", "100" if EMBEDDED else "10"))
STEPS = int(os.environ.get("FANGXIAN_PROTOCOL_STEPS", "50"))
SEED = os.environ.get("FANGXIAN_SEED")
NUMBERS = itertools.count(100)
MINUTES = dt.timedelta(minutes=10)
THREE_DAYS = dt.timedelta(hours=73)
LARGEST_AT_ONCE = 20  # of the longest acts go into one request
HEARD_AGAIN = 3  # an answer that tells of an older server, and the acts offered again
KEPT, NO_PHONE, NOT_KEPT = 200, 401, 503
POISON = {
    "no such kind": ("horoscope", {}, {}),
    "no such shape": ("visit", {"place": "the moon"}, {}),
    "no such answer": ("visit", {"form": "six_haves", "answers": {}}, {}),
    "too long": ("visit", {"answers": "x" * ACT_BYTES_MAX}, {}),
    "another row": ("visit", {}, {"prev": "11" * 32}),
}


class Protocol(RuleBasedStateMachine):
    """One phone, one server, and everything between them."""

    world = hotel = None

    def __init__(self):
        super().__init__()
        self.runner, self.clock = asyncio.Runner(), Standing()
        self.store = fresh_store()
        self.inbox, self.lane = self.store.open(), self.a_lane()
        self.bystander = self.enrolled(who="community", by="street")
        self.phone = self.enrolled()
        self.forget_the_past()

    def enrolled(self, **who):
        number = next(NUMBERS)
        device = enrol(self.world, number, at=NOON - dt.timedelta(hours=1), **who)
        follow(self.inbox, get_device(device, EVERYWHERE))
        return Phone(device, number)

    def forget_the_past(self):
        self.boats, self.sent, self.poison, self.seen = [], [], set(), {}
        self.off, self.backup, self.is_older = dt.timedelta(), None, False

    def a_lane(self):
        return Intake(
            self.store.open, RECEIPTS, clock=self.clock, rates=Rates(1e9, 1e9)
        )

    # ------------------------------------------------------------------ the phone
    @initialize()
    def begin(self):
        self.capture(2)

    @rule(acts=st.integers(1, 3))
    def capture(self, acts):
        body = {"place": self.hotel, "form": "six_haves", "answers": GOOD}
        for _ in range(acts):
            seq = self.phone.capture("visit", body, seen_at=self.seen_at)
            self.seen[self.phone.ids[seq - 1]] = self.clock.at - MINUTES

    @rule(what=st.sampled_from(sorted(POISON)))
    def capture_poison(self, what):
        """Make an act that nobody can do."""
        kind, body, more = POISON[what]
        body = {"place": self.hotel, **body}
        seq = self.phone.capture(kind, body, seen_at=self.seen_at, **more)
        self.poison.add(self.phone.ids[seq - 1])

    @rule(days=st.sampled_from([-3, 0, 3]))
    def set_the_clock(self, days):
        """Wrong by days; what is not sent yet was seen by the same wrong clock.

        What was sent may be offered again by another clock, after a restore.
        """
        if self.phone.upto == len(self.phone.made):
            self.off = dt.timedelta(days=days)

    @property
    def seen_at(self):
        return self.clock.at - MINUTES + self.off

    def batch(self, seqs=None, **more):
        return self.phone.batch(seqs, sent_at=self.clock.at + self.off, **more)

    # ---------------------------------------------------------------- the network
    @rule(lost=st.booleans())
    def send(self, lost):
        """Send what is not acknowledged; the reply may be lost."""
        self.exchange([self.batch()], lost=lost)

    @precondition(lambda self: self.phone.dropped < len(self.phone.made))
    @rule(data=st.data())
    def send_anything_in_any_order(self, data):
        places = st.integers(self.phone.dropped + 1, len(self.phone.made))
        seqs = data.draw(st.lists(places, max_size=6))
        self.exchange([self.batch(seqs)], lost=True)

    @rule(data=st.data())
    def send_in_parts(self, data):
        """Split what waits; the parts overtake each other."""
        upto, made = self.phone.upto, self.phone.offered
        cut = data.draw(st.integers(upto, made))
        parts = [range(upto + 1, cut + 1), range(cut + 1, made + 1)]
        order = data.draw(st.permutations(parts))
        self.exchange([self.batch(part) for part in order], lost=False)

    @rule()
    def send_from_two_tabs(self):
        self.exchange([self.batch()] * 2, lost=True)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_old_batch_comes_again(self, data):
        self.exchange([data.draw(st.sampled_from(self.sent))], lost=True)

    @precondition(lambda self: self.phone.upto and not self.is_older)
    @rule(data=st.data())
    def another_says_something_else(self, data):
        """Send other words under an id that is held, as a copied phone would."""
        seq = data.draw(st.integers(1, self.phone.upto))
        other = Phone(self.phone.id, self.phone.key, list(self.phone.made))
        said = json.loads(other.made[seq - 1])
        other.made[seq - 1] = json.dumps({**said, "sealed": "AAAA"})
        [(status, _, body)] = self.ask([other.batch([seq])])
        assert status == KEPT
        assert json.loads(body)["acts"] == [[said["id"], "quarantined"]]

    @precondition(lambda self: not self.off)
    @rule()
    def load_a_boat(self):
        self.boats.append(self.phone.batch(carried=True))

    @precondition(lambda self: self.boats)
    @rule(data=st.data())
    def land_a_boat(self, data):
        self.exchange([data.draw(st.sampled_from(self.boats))], lost=True)

    # ----------------------------------------------------------------- the server
    @rule()
    def work(self):
        process(self.inbox, at=self.clock.at)

    @rule()
    def work_and_crash(self):
        """Let the process end after the effect, before the inbox knows of it."""
        with self.store.refusing("UPDATE"), suppress(*OUT_OF_ORDER):
            process(self.inbox, at=self.clock.at)

    @rule()
    def send_while_the_disk_is_full(self):
        """Let the commit fail, as after a crash before it: nothing is acknowledged."""
        with self.store.refusing("INSERT"):
            answers = self.ask([self.batch()])
        assert answers[0][0] in {KEPT, NOT_KEPT}  # nothing new needs no room

    @precondition(lambda self: self.poison)
    @rule()
    def a_bystander_is_not_held_up(self):
        body = {"place": self.hotel, "form": "six_haves", "answers": GOOD}
        self.bystander.capture("visit", body, seen_at=self.clock.at - MINUTES)
        self.drain(self.bystander)
        process(self.inbox, at=self.clock.at)
        assert self.told(self.bystander) == self.bystander.ids

    @rule()
    def back_up(self):
        self.forget_the_backup()
        self.backup = transaction.savepoint()
        self.store.back_up()

    @precondition(lambda self: self.backup)
    @rule(whole=st.booleans())
    def put_the_backup_back(self, whole):
        """Restore the inbox, and with it the records or not."""
        self.lane.stop()
        self.inbox.close()
        self.store.put_back()
        if whole:
            transaction.savepoint_rollback(self.backup)
        self.inbox, self.lane, self.is_older = self.store.open(), self.a_lane(), True

    @rule()
    def three_days_pass(self):
        """The phone was heard, and lets go of what it may."""
        self.drain(self.phone)
        self.drain(self.bystander)
        process(self.inbox, at=self.clock.at)
        self.clock.at += THREE_DAYS
        self.phone.dropped = self.phone.upto
        self.forget_the_backup()  # it is older than what phones still have

    @precondition(lambda self: len(self.phone.made) > STEPS // 2)
    @rule()
    def revoke_and_enrol_again(self):
        """The phone keeps what was not taken; its person goes on with another row."""
        by = self.world.actor("community")
        revoke_device(self.phone.id, reason="丢了", by=by, at=self.clock.at)
        follow(self.inbox, get_device(self.phone.id, EVERYWHERE))
        [(status, _, _)] = self.ask([self.batch()])
        assert status == NO_PHONE
        process(self.inbox, at=self.clock.at)
        self.judge_revoked()
        self.forget_the_backup()
        self.phone = self.enrolled()
        self.forget_the_past()

    def forget_the_backup(self):
        if self.backup:
            transaction.savepoint_commit(self.backup)
        self.backup = None

    # ----------------------------------------------------------------- judgement
    def teardown(self):
        """Every fault heals: now the queue must drain, and all be there once."""
        try:
            self.drain(self.phone)
            process(self.inbox, at=self.clock.at)
            self.judge()
        finally:
            self.lane.stop()
            self.runner.close()
            self.inbox.close()
            self.store.close()

    def judge(self):
        good = [one for one in self.phone.ids if one not in self.poison]
        assert self.told(self.phone) == good
        seen = dict(Observation.objects.values_list("pk", "at"))
        assert {one: seen[one] for one in good} == {one: self.seen[one] for one in good}
        assert self.poison <= {one for one, _, _ in self.inbox.quarantined()}

    def judge_revoked(self):
        """All that was acknowledged stands; the rest is on the phone, or stands too."""
        told = self.told(self.phone)
        acknowledged = set(self.phone.ids[: self.phone.upto]) - self.poison
        assert self.is_older or acknowledged <= set(told)
        assert told == [one for one in self.phone.ids if one in set(told)]

    def told(self, phone):
        """Give what the journal says that this phone's person saw, in order."""
        seen = Entry.objects.filter(event="observation.observed", device=str(phone.id))
        return [UUID(one.payload["observation"]) for one in seen.order_by("pk")]

    def drain(self, phone):
        off = self.off if phone is self.phone else dt.timedelta()
        for _ in range(HEARD_AGAIN + len(phone.made) // LARGEST_AT_ONCE):
            [answer] = self.ask([phone.batch(sent_at=self.clock.at + off)])
            phone.hear(answer)
        self.is_older = False
        assert phone.upto == len(phone.made)

    def exchange(self, batches, *, lost):
        self.sent = [*self.sent, *batches][-5:]
        for answer in self.ask(batches):
            if not lost:
                self.phone.hear(answer)
                self.is_older = False

    def ask(self, batches):
        async def run():
            return await asyncio.gather(*[post(self.lane, *one) for one in batches])

        return self.runner.run(run())


class Forgetful(Protocol):
    """A phone that drops what it has sent, and does not wait for the receipt."""

    def exchange(self, batches, *, lost):
        del lost  # all the same to it
        self.ask(batches)
        self.phone.upto = len(self.phone.made)

    def drain(self, phone):
        self.exchange([phone.batch()], lost=False)


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Every full disk would be told with its traceback."""
    caplog.set_level(logging.CRITICAL, "fangxian.intake")


def play(machine, world, hotel):
    played = type(machine.__name__, (machine,), {"world": world, "hotel": hotel})
    run_state_machine_as_test(
        seed(int(SEED))(played) if SEED else played,
        settings=how(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SEED,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_nothing_is_lost_nothing_doubled_and_the_queue_drains(
    world, hotel, record_property
):
    record_property("runs", f"{RUNS} × {STEPS}, {connection.vendor}")

    play(Protocol, world, hotel)


def test_a_phone_that_drops_what_it_sent_is_found_out(world, hotel):
    """A control: this must fail."""
    with pytest.raises(AssertionError):
        play(Forgetful, world, hotel)


@pytest.mark.parametrize("is_noted", [True, False], ids=["noted", "a control"])
def test_a_clock_put_right_since_moves_no_act_that_comes_again(
    world, hotel, monkeypatch, is_noted
):
    """One history of the model; a phone that notes no clock must be found out by it."""
    if not is_noted:
        monkeypatch.setattr(Phone, "note_clock", lambda _self, _received_at: None)
    played = type("Played", (Protocol,), {"world": world, "hotel": hotel})()
    played.begin()
    played.send(lost=False)
    played.set_the_clock(days=3)
    played.back_up()
    played.capture(acts=2)
    played.send(lost=False)
    played.work()
    played.set_the_clock(days=-3)
    played.capture(acts=1)
    played.put_the_backup_back(whole=True)

    with nullcontext() if is_noted else pytest.raises(AssertionError):
        played.teardown()


def test_places_that_are_not_looked_up_are_found_out(world, hotel, monkeypatch):
    """A control: without knowing what stands where, the queue cannot drain."""
    monkeypatch.setattr(rows._Row, "_look_up", lambda _self, _links: None)

    with pytest.raises(AssertionError):
        play(Protocol, world, hotel)
