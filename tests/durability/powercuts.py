"""Cuts the power of a server that phones send to; run as a program.

``python -m tests.durability.powercuts CUTS SEED [normal]``
prints one JSON line, in a copy of ``installation``. Intake and processing work once, with the settings as they are
shipped, while ``recording`` writes down what reaches the disk. Then the power is cut
CUTS times at a random step: what was acknowledged must be in the inbox, what was done
in the records, both whole; and after some of the cuts the phones go on, and every act
must stand once. ``normal`` takes the guard away (``synchronous=NORMAL``), so that
whoever runs this sees that it would find the harm.
"""

import asyncio
import json
import os
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django stands now
from django.db import connection, connections  # noqa: E402 -- as above

from fangxian.interfaces.intake.app import Intake  # noqa: E402 -- as above
from fangxian.interfaces.intake.inbox import open_file, open_inbox  # noqa: E402 -- as above
from fangxian.interfaces.intake.processing import process  # noqa: E402 -- as above
from fangxian.interfaces.intake.rates import Rates  # noqa: E402 -- as above
from fangxian.mechanisms.journal.models import Entry  # noqa: E402 -- as above
from tests.durability.installation import (  # noqa: E402 -- as above
    phones_of,
    registered,
)
from tests.durability.recording import (  # noqa: E402 -- as above
    Recorder,
    disks,
    read_files,
    write_files,
)
from tests.unit.interfaces.intake.phoning import (  # noqa: E402 -- as above
    RECEIPTS,
    Phone,
    Standing,
    post,
)
from tests.worlds import NOON  # noqa: E402 -- as above


PHONES = range(1, 4)
EXCHANGES_LEAST, EXCHANGES_MOST = 100, 400
ACTS_MOST = 3
WORKED_EVERY = 5
INBOX, RECORDS = "inbox.sqlite3", "fangxian.sqlite3"
FILES = (INBOX, f"{INBOX}-wal", RECORDS, f"{RECORDS}-wal")
GO_ON_EVERY = 50
HEARD_AGAIN = 2


@dataclass
class Promised:
    """What had been promised when so many steps had been taken, in their order."""

    acknowledged: list[tuple[int, UUID]] = field(default_factory=list)
    done: list[tuple[int, UUID]] = field(default_factory=list)


@dataclass
class Outcome:
    """What the cuts left."""

    steps: int
    flushes: int
    acts: int
    cuts: int = 0
    torn: int = 0
    cuts_that_lost: int = 0
    worst: int = 0
    gone_on: int = 0
    not_once: int = 0


# ------------------------------------------------------------------------- the work
def work(phones, area, steps, rng, *, exchanges, normal):
    """Let phones send and their acts be done, and write down what was promised when."""
    promised, clock = Promised(), Standing()
    inbox = _open(normal=normal)
    lane = Intake(
        partial(_open, normal=normal), RECEIPTS, clock=clock, rates=Rates(1e9, 1e9)
    )

    with asyncio.Runner() as runner:
        for turn in range(exchanges):
            phone = rng.choice(phones)
            for _ in range(rng.randint(1, ACTS_MOST)):
                registered(phone, area)
            upto = phone.upto
            phone.hear(runner.run(post(lane, *phone.batch())))
            told = phone.ids[upto : phone.upto]
            promised.acknowledged += [(len(steps), one) for one in told]
            if turn % WORKED_EVERY == 0:
                known = len(promised.done)
                process(inbox, at=NOON)
                done = promised.acknowledged[known:]
                promised.done += [(len(steps), one) for _, one in done]
        lane.stop()
    inbox.close()
    connections.close_all()
    return promised


def _open(*, normal):
    inbox = open_file(settings.FANGXIAN_DATA / INBOX)
    if normal:
        inbox.run("PRAGMA synchronous=NORMAL")
    return inbox


def relax():
    """Take the main database's guard away."""
    options = connection.settings_dict["OPTIONS"]
    assert "synchronous=FULL" in options["init_command"]
    options["init_command"] = options["init_command"].replace("FULL", "NORMAL")


# ------------------------------------------------------------------------- the cuts
def missing(folder, cut, promised):
    """Count what was promised before the cut and is not there; None if torn."""
    with (
        closing(sqlite3.connect(folder / INBOX)) as inbox,
        closing(sqlite3.connect(folder / RECORDS)) as records,
    ):
        try:
            checks = [one.execute("PRAGMA integrity_check") for one in (inbox, records)]
            if any(check.fetchone() != ("ok",) for check in checks):
                return None
            return _missing(inbox, records, cut, promised)
        except sqlite3.DatabaseError:
            return None


def _missing(inbox, records, cut, promised):
    kept = {row[0] for row in inbox.execute("SELECT act FROM inbox_link")}
    called_done = {
        row[0] for row in inbox.execute("SELECT id FROM inbox_act WHERE state = 'done'")
    }
    stand = records.execute(
        "SELECT substr(subject, 8) FROM journal_entry WHERE event = 'person.registered'"
    )
    stands = Counter(UUID(row[0]).bytes for row in stand)
    marks = records.execute(
        "SELECT count(*) FROM journal_cursor WHERE reader LIKE 'once:phone:%'"
    ).fetchone()[0]
    lost = {one.bytes for at, one in promised.acknowledged if at <= cut} - kept
    undone = {one.bytes for at, one in promised.done if at <= cut} | called_done
    twice = [one for one, n in stands.items() if n > 1]
    return (
        len(lost)
        + len(undone - set(stands))
        + len(twice)
        + abs(marks - stands.total())  # an effect and its mark stand or fall together
    )


def go_on(folder, phones):
    """Start again on what the cut left, let the phones send, and count what is amiss."""
    settings.FANGXIAN_DATA = folder
    connections.close_all()
    connection.settings_dict["NAME"] = str(folder / RECORDS)
    lane = Intake(_opened, RECEIPTS, clock=Standing(), rates=Rates(1e9, 1e9))

    async def send():
        for phone in phones * HEARD_AGAIN:
            content = phone.batch(_offered(phone))
            phone.hear(await post(lane, *content))

    asyncio.run(send())
    lane.stop()
    with open_inbox() as inbox:
        while inbox.count("waiting"):
            process(inbox, at=NOON)
    seen = Entry.objects.filter(event="person.registered")
    stands = Counter(seen.values_list("subject", flat=True))
    connections.close_all()
    made = [f"person:{one}" for phone in phones for one in phone.ids]
    return sum(stands[one] != 1 for one in made) + (stands.total() != len(made))


def _opened():
    return open_file(settings.FANGXIAN_DATA / INBOX)


def _offered(phone):
    """All of the phone's acts that a request holds, from the first not acknowledged."""
    return range(phone.upto + 1, min(phone.upto + 200, len(phone.made)) + 1)


def run(*, cuts, seed, normal):
    """Record the work once, and cut it often."""
    rng = random.Random(seed)
    area, phones = phones_of(PHONES)
    if normal:
        relax()
    begun = read_files(settings.FANGXIAN_DATA, FILES)
    recorder = Recorder(settings.FANGXIAN_DATA)
    exchanges = min(max(EXCHANGES_LEAST, cuts), EXCHANGES_MOST)
    promised = work(
        phones, area, recorder.steps, rng, exchanges=exchanges, normal=normal
    )
    steps = list(recorder.steps)
    flushes = sum(step.what == "S" for step in steps)
    found = Outcome(len(steps), flushes, acts=len(promised.acknowledged))
    first = promised.acknowledged[0][0]
    places = [rng.randrange(first, len(steps)) for _ in range(cuts)]
    with tempfile.TemporaryDirectory() as name:
        for cut, files in disks(begun, steps, places, rng):
            _cut(Path(name), cut, files, promised, found)
            if found.cuts % GO_ON_EVERY == 0:
                found.gone_on += 1
                found.not_once += go_on(Path(name), _as_at(phones, cut, promised))
    return found


def _cut(folder, cut, files, promised, found):
    write_files(folder, files)
    lost = missing(folder, cut, promised)
    found.cuts += 1
    found.torn += lost is None
    found.cuts_that_lost += bool(lost)
    found.worst = max(found.worst, lost or 0)


def _as_at(phones, cut, promised):
    """Give the phones as they were: what had been acknowledged they offer no more."""
    told = {one for at, one in promised.acknowledged if at <= cut}
    return [
        Phone(
            one.id,
            one.key,
            one.made,
            one.ids,
            upto=sum(each in told for each in one.ids),
        )
        for one in phones
    ]


def main(cuts, seed, *control):
    """Cut, and print what that left."""
    found = run(cuts=int(cuts), seed=int(seed), normal="normal" in control)
    print(json.dumps(asdict(found)))  # noqa: T201 -- the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
