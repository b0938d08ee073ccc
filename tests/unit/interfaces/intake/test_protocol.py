"""Whatever happens on the way: 0 acts lost, 0 doubled, in order, and the queue drains.

A model of one phone against the real lane, the real inbox and the real processing.
``FANGXIAN_PROTOCOL_RUNS`` makes it as long as a campaign wants it.
"""

import asyncio
import datetime as dt
import itertools
import os
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.conf import settings
from hypothesis import HealthCheck, Phase
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
from fangxian.interfaces.intake.inbox import open_file
from fangxian.interfaces.intake.processing import process
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from tests.unit.capabilities.inspection.conftest import GOOD
from tests.unit.interfaces.intake.phoning import RECEIPTS, Phone, Standing, post
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("FANGXIAN_PROTOCOL_RUNS", "8"))
STEPS = 12
SEEN = NOON - dt.timedelta(minutes=10)
NUMBERS = itertools.count(100)
FULL = """
CREATE TRIGGER full BEFORE INSERT ON inbox_act
BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""


class Protocol(RuleBasedStateMachine):
    """One phone, one server, and everything between them."""

    world = hotel = None

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "inbox.sqlite3"
        self.inbox = open_file(self.path)
        number = next(NUMBERS)
        device = enrol(self.world, number, at=NOON - dt.timedelta(hours=1))
        follow(self.inbox, get_device(device, EVERYWHERE))
        self.phone = Phone(device, number)
        self.boats, self.off, self.older = [], dt.timedelta(), None

    @initialize()
    def begin(self):
        self.capture(2)

    @rule(acts=st.integers(1, 3))
    def capture(self, acts):
        body = {"place": self.hotel, "form": "six_haves", "answers": GOOD}
        for _ in range(acts):
            self.phone.capture("visit", body, seen_at=SEEN + self.off)

    @rule(days=st.sampled_from([-3, 0, 3]))
    def set_the_clock(self, days):
        """Wrong by days; what is not sent yet was seen by the same wrong clock."""
        if self.phone.upto == len(self.phone.made):
            self.off = dt.timedelta(days=days)

    @rule(lost=st.booleans())
    def send(self, lost):
        """Send what is not acknowledged; the reply may be lost."""
        self.exchange([self.phone.batch(sent_at=NOON + self.off)], lost=lost)

    @rule(data=st.data())
    def send_anything_in_any_order(self, data):
        places = st.integers(1, len(self.phone.made))
        seqs = data.draw(st.lists(places, max_size=6))
        self.exchange([self.phone.batch(seqs, sent_at=NOON + self.off)], lost=True)

    @rule()
    def send_from_two_tabs(self):
        batch = self.phone.batch(sent_at=NOON + self.off)
        self.exchange([batch, batch], lost=True)

    @rule()
    def send_while_the_disk_is_full(self):
        with closing(sqlite3.connect(self.path, isolation_level=None)) as disk:
            disk.execute(FULL)
            answers = self.ask([self.phone.batch()])
            disk.execute("DROP TRIGGER full")
        assert answers[0][0] in {200, 503}  # nothing new needs no room

    @precondition(lambda self: self.off == dt.timedelta())
    @rule()
    def load_a_boat(self):
        self.boats.append(self.phone.batch(carried=True))

    @precondition(lambda self: self.boats)
    @rule(data=st.data())
    def land_a_boat(self, data):
        self.exchange([data.draw(st.sampled_from(self.boats))], lost=True)

    @rule()
    def work(self):
        process(self.inbox, at=NOON)

    @rule()
    def back_up(self):
        self.older = self.path.with_name("older")
        self.copy(self.path, self.older)

    @precondition(lambda self: self.older)
    @rule()
    def put_the_older_inbox_back(self):
        self.inbox.close()
        self.copy(self.older, self.path)
        self.inbox = open_file(self.path)

    def teardown(self):
        """Every fault heals: now the queue must drain, and all be there once."""
        try:
            for _ in range(3):
                self.exchange([self.phone.batch(sent_at=NOON + self.off)], lost=False)
                process(self.inbox, at=NOON)
            self.judge()
        finally:
            self.inbox.close()
            self.folder.cleanup()

    def judge(self):
        assert self.phone.upto == len(self.phone.made)
        assert self.inbox.quarantined() == []
        seen = Entry.objects.filter(
            event="observation.observed", device=str(self.phone.id)
        )
        told = [UUID(one.payload["observation"]) for one in seen.order_by("pk")]
        assert told == self.phone.ids

    def exchange(self, batches, *, lost):
        for answer in self.ask(batches):
            if not lost:
                self.phone.hear(answer)

    def ask(self, batches):
        async def run():
            lane = Intake(partial(open_file, self.path), RECEIPTS, clock=Standing())
            try:
                return await asyncio.gather(*[post(lane, *one) for one in batches])
            finally:
                lane.stop()

        return asyncio.run(run())

    @staticmethod
    def copy(one, other):
        with (
            closing(sqlite3.connect(one)) as from_,
            closing(sqlite3.connect(other)) as to,
        ):
            from_.backup(to)


class Forgetful(Protocol):
    """A phone that drops what it has sent, and does not wait for the receipt."""

    def exchange(self, batches, *, lost):
        del lost  # all the same to it
        self.ask(batches)
        self.phone.upto = len(self.phone.made)


def play(machine, world, hotel):
    played = type(machine.__name__, (machine,), {"world": world, "hotel": hotel})
    run_state_machine_as_test(
        played,
        settings=how(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=RUNS < 100,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_is_lost_nothing_doubled_and_the_queue_drains(world, hotel):
    assert settings.FANGXIAN_KEYRING
    play(Protocol, world, hotel)


def test_a_phone_that_drops_what_it_sent_is_found_out(world, hotel):
    """A control: this must fail."""
    with pytest.raises(AssertionError):
        play(Forgetful, world, hotel)


def test_places_that_are_not_looked_up_are_found_out(world, hotel, monkeypatch):
    """A control: without knowing what stands where, the queue cannot drain."""
    monkeypatch.setattr(rows._Row, "_look_up", lambda _self, _links: None)

    with pytest.raises(AssertionError):
        play(Protocol, world, hotel)
