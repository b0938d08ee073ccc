"""Kills processes at random moments; run as a program, in a data folder of its own.

``python -m tests.durability.killing WHAT KILLS SEED [careless]``
prints one JSON line; WHAT is reactions, intake, sequencers or setting_aside. A child is forked, works, and is killed after a random while, again and
again; the last one may finish. ``careless`` takes the guard away, so that whoever runs
this sees that it would find the harm.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django stands now
from django.core.management import call_command  # noqa: E402 -- as above
from django.db import connection, transaction  # noqa: E402 -- as above

from fangxian.interfaces.intake.app import Intake  # noqa: E402 -- as above
from fangxian.interfaces.intake.envelope import (  # noqa: E402 -- as above
    ENVELOPES,
    open_request,
)
from fangxian.interfaces.intake.events import SetAside  # noqa: E402 -- as above
from fangxian.interfaces.intake.inbox import (  # noqa: E402 -- as above
    QUARANTINED,
    SET_ASIDE,
    open_file,
)
from fangxian.interfaces.intake.quarantine import set_aside  # noqa: E402 -- as above
from fangxian.interfaces.intake.rates import Rates  # noqa: E402 -- as above
from fangxian.interfaces.intake.reasons import (  # noqa: E402 -- as above
    UNKNOWN_KIND,
    read_reason,
)
from fangxian.interfaces.intake.tokens import tag_of  # noqa: E402 -- as above
from fangxian.kernel.actors import SYSTEM  # noqa: E402 -- as above
from fangxian.kernel.refusals import Refusal  # noqa: E402 -- as above
from fangxian.mechanisms.journal import actions, queries  # noqa: E402 -- as above
from fangxian.mechanisms.journal.actions import record  # noqa: E402 -- as above
from fangxian.mechanisms.journal.models import Cursor, Entry, Leaf  # noqa: E402 -- as above
from fangxian.mechanisms.journal.verification import verify  # noqa: E402 -- as above
from tests.unit.interfaces.intake.lanes import (  # noqa: E402 -- as above
    KEY,
    PHONE,
    TOKEN,
    act,
    call,
    spelled,
)
from tests.unit.mechanisms.journal.acts import (  # noqa: E402 -- as above
    NOON,
    give_back,
    lend,
)


BOOKS_LEAST = 400
BOOKS_A_KILL = 5  # so that there is work left to be killed at
LONGEST_SECONDS = 0.15
CARELESS_SECONDS = 0.02  # long enough to be killed in also where the machine is busy
MISTAKE = "Sent by mistake"
LENT = ("library.lent",)


@dataclass(frozen=True)
class Outcome:
    """What the killing left: kills that hit, and effects by how often they happened."""

    kills: int
    expected: int
    happened: dict[int, int]
    clean: bool


def enough(kills, *, careless):
    """Choose how much there is to do; what is done carelessly takes longer each."""
    least = 0 if careless else BOOKS_LEAST
    return max(least, BOOKS_A_KILL * kills)


def kill_children(work, *, kills, rng):
    """Fork, kill after a random while, and again; gives how many were hit at work."""
    hit = 0
    for _ in range(kills):
        child = _fork(work)
        time.sleep(rng.uniform(0, LONGEST_SECONDS))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        hit += os.WIFSIGNALED(status)
    os.waitpid(_fork(work), 0)
    return hit


def _fork(work):
    connection.close()
    child = os.fork()
    if child:
        return child
    work()
    os._exit(0)


# --------------------------------------------------------------- reactions, once
def number_and_give_back(*, careless):
    """Number what was lent and let each be given back, as the worker would."""
    while actions.sequence(at=NOON, most=20) or _react(careless=careless):
        pass


def _react(*, careless):
    if careless:
        return _react_carelessly()
    return actions.react("shelf", _give_back, events=LENT, most=20)


def _give_back(entry):
    give_back(entry.payload["book"])


def _react_carelessly():
    """As one would without the guard: the effect, and then the place, each for itself."""
    place = Cursor.objects.get_or_create(reader="shelf")[0]
    entry = queries.find_next(place.number, LENT)
    if entry is None:
        return 0
    _give_back(entry)
    time.sleep(CARELESS_SECONDS)
    Cursor.objects.filter(reader="shelf").update(number=entry.number)
    return 1


def kill_reactions(*, kills, rng, careless):
    """Lend every book, then kill the one who has them given back."""
    call_command("migrate", "journal", verbosity=0, skip_checks=True)
    books = enough(kills, careless=careless)
    with transaction.atomic():
        for book in range(books):
            lend(book)
    hit = kill_children(
        partial(number_and_give_back, careless=careless), kills=kills, rng=rng
    )
    returned = Entry.objects.filter(event="library.returned")
    happened = Counter(entry.payload["book"] for entry in returned)
    return Outcome(hit, books, dict(happened), verify().clean)


# ------------------------------------------------------------ set aside, and once
def fill_quarantine(path, acts):
    """Keep acts of a kind that nobody knows, as a person finds them in quarantine."""
    opened = open_file(path)
    opened.register(tag_of(TOKEN, KEY), PHONE)
    for one in range(1, acts + 1):
        sent = open_request(spelled(act(one)), device=PHONE.name)
        opened.keep([(PHONE.name, sent)], at=NOON)
    for one in opened.waiting(acts):
        opened.finish(one.number, state=QUARANTINED, reason=UNKNOWN_KIND.code)
    opened.close()


def set_all_aside(path, *, careless):
    """Set aside what is listed, as somebody does who begins again after every crash."""
    opened = open_file(path)
    for held in opened.held(QUARANTINED, [PHONE.name], most=1_000_000):
        if careless:
            _set_aside_carelessly(opened, held)
        else:
            with suppress(Refusal):  # it had been set aside, and the inbox is told now
                set_aside(opened, held.number, reason=MISTAKE, by=SYSTEM, at=NOON)
    opened.close()


def _set_aside_carelessly(opened, held):
    """As one would without the mark: the journal, and then the inbox, each for itself."""
    with transaction.atomic():
        event = SetAside(UUID(int=held.number), "", held.device)
        record(event, by=SYSTEM, at=NOON, subject=f"act:{event.act}", area=None)
    time.sleep(CARELESS_SECONDS)
    opened.finish(held.number, state=SET_ASIDE, reason=held.reason)


def kill_setting_aside(*, kills, rng, careless):
    """Kill who sets acts aside; count the entries of each act that is set aside."""
    call_command("migrate", "journal", verbosity=0, skip_checks=True)
    inbox = settings.FANGXIAN_DATA / "inbox.sqlite3"
    acts = enough(kills, careless=careless)
    fill_quarantine(inbox, acts)
    hit = kill_children(
        partial(set_all_aside, inbox, careless=careless), kills=kills, rng=rng
    )
    opened = open_file(inbox)
    listed = opened.held(SET_ASIDE, [PHONE.name], most=1_000_000)
    opened.close()
    said = Entry.objects.filter(event=SetAside.name).values_list("subject", flat=True)
    entries = Counter(said)
    happened = {
        one.number: entries[f"act:{ENVELOPES.decode(one.raw).id}"] for one in listed
    }
    words = all(careless or read_reason(one.reason).note == MISTAKE for one in listed)
    return Outcome(hit, acts, happened, clean=words)


# ------------------------------------------------------- sequencers at the same time
def number_while_others_do(*, rounds):
    """Lend, number a few and sign, as a worker does that does not know of the others."""
    for _ in range(rounds):
        lend(os.getpid())
        actions.sequence(at=NOON, most=3)
        actions.checkpoint(at=NOON)


def run_sequencers(*, kills, rng, careless):
    """Let several work at once and count how often each entry has a number."""
    del rng, careless
    call_command("migrate", "journal", verbosity=0, skip_checks=True)
    children = [_fork(partial(number_while_others_do, rounds=kills)) for _ in range(4)]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    while actions.sequence(at=NOON):
        pass
    happened = Counter(Leaf.objects.values_list("entry", flat=True))
    clean = verify().clean and not failed
    return Outcome(kills, 4 * kills, dict(happened), clean)


# ----------------------------------------------------------- acknowledged is kept
def send_acts(inbox, told, *, careless):
    """Send acts and write down each that was acknowledged, as a phone would."""
    asyncio.run(_send_acts(inbox, told, careless=careless))


async def _send_acts(inbox, told, *, careless):
    lane = Intake(partial(open_file, inbox), KEY, rates=Rates(1e9, 1e9))
    pen = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    first = int.from_bytes(os.urandom(6))
    for number in range(first, first + 60):
        if careless:
            os.write(pen, b"%d\n" % number)
            await asyncio.sleep(CARELESS_SECONDS)
        status, _, _ = await call(lane, spelled(act(number)))
        if status == 200 and not careless:
            os.write(pen, b"%d\n" % number)
    lane.stop()


def kill_intake(*, kills, rng, careless):
    """Kill the lane while it receives; compare what it acknowledged with what it has."""
    inbox = settings.FANGXIAN_DATA / "inbox.sqlite3"
    told = settings.FANGXIAN_DATA / "told"
    opened = open_file(inbox)
    opened.register(tag_of(TOKEN, KEY), PHONE)
    opened.close()
    hit = kill_children(
        partial(send_acts, inbox, told, careless=careless), kills=kills, rng=rng
    )
    opened = open_file(inbox)
    kept = Counter(one.id for one in opened.waiting(1_000_000))
    opened.close()
    acknowledged = [int(line) for line in Path(told).read_text().split()]
    happened = {number: kept[UUID(int=number)] for number in acknowledged}
    return Outcome(hit, len(acknowledged), happened, clean=True)


def main(what, kills, seed, *control):
    """Run one of them and print what it left."""
    run = {
        "reactions": kill_reactions,
        "intake": kill_intake,
        "sequencers": run_sequencers,
        "setting_aside": kill_setting_aside,
    }[what]
    rng = random.Random(int(seed))
    found = run(kills=int(kills), rng=rng, careless="careless" in control)
    happened = {number: n for number, n in found.happened.items() if n != 1}
    print(  # noqa: T201 -- the answer
        json.dumps(
            {**asdict(replace(found, happened=happened)), "seen": len(found.happened)}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
