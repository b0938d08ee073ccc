"""Kills server processes at random moments while phones send; run as a program.

``python -m tests.durability.phones KILLS SEED [careless]``
prints one JSON line, in a copy of ``installation``. Intake (granian, as it is served) and worker are forked, and one
of the two is killed after a random while, again and again. Phones in a process of their
own make acts all the time and send them over the network; when the killing ends they
send what is left, and every act must stand once and in its phone's order. ``careless``
phones drop what they sent without a receipt, so that whoever runs this sees that it
would find the harm.
"""

import asyncio
import http.client
import json
import os
import random
import signal
import socket
import sys
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import partial
from uuid import UUID

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django stands now
from django.db import connections  # noqa: E402 -- as above
from granian.constants import Interfaces  # noqa: E402 -- as above
from granian.server.embed import Server  # noqa: E402 -- as above

from fangxian.asgi import application  # noqa: E402 -- as above
from fangxian.interfaces.intake.enrolments import follow_all  # noqa: E402 -- as above
from fangxian.interfaces.intake.envelope import ACTS_MAX  # noqa: E402 -- as above
from fangxian.interfaces.intake.inbox import open_inbox  # noqa: E402 -- as above
from fangxian.interfaces.intake.processing import process  # noqa: E402 -- as above
from fangxian.interfaces.intake.receipts import is_genuine  # noqa: E402 -- as above
from fangxian.kernel.moments import SystemClock  # noqa: E402 -- as above
from fangxian.mechanisms.journal.actions import sequence  # noqa: E402 -- as above
from fangxian.mechanisms.journal.models import Entry  # noqa: E402 -- as above
from fangxian.mechanisms.journal.verification import verify  # noqa: E402 -- as above
from tests.durability.installation import phones_of, registered  # noqa: E402 -- as above


PHONES = range(1, 5)
LONGEST_SECONDS = 0.15
PAUSE_SECONDS = 0.01
MADE_EACH_TURN = 0.25
ANSWER_SECONDS = 5
DRAIN_SECONDS = 60
KEPT = 200
NOW = SystemClock().now


@dataclass
class Sent:
    """What the phones made, and how often an answer did not come."""

    made: dict[str, list[str]] = field(default_factory=dict)
    refused: int = 0
    cut: int = 0
    drained: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the killing left: acts by how often they stand, if that is not once."""

    kills: dict[str, int]
    unanswered: int
    expected: int
    happened: dict[str, int]
    in_order: bool
    drained: bool
    clean: bool


# ------------------------------------------------------------------- the server
def fork(work):
    """Let a child do this; gives its number."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 -- a child must never go on as its parent
        traceback.print_exc()
    os._exit(1)


def take_in(port):
    """Serve the intake as ``fangxian serve`` does."""
    server = Server(
        application, port=port, interface=Interfaces.ASGI, log_enabled=False
    )
    asyncio.run(server.serve())


def work():
    """Do what came in, turn after turn, without a second's pause."""
    with open_inbox() as inbox:
        while True:
            follow_all(inbox)
            process(inbox, at=NOW())
            sequence(at=NOW())
            time.sleep(PAUSE_SECONDS)


def kill_in_turn(port, *, kills, rng):
    """Kill one of the two after a random while, and start it again; count the kills."""
    working = {"intake": partial(take_in, port), "worker": work}
    children = {name: fork(each) for name, each in working.items()}
    hit = Counter()
    for _ in range(kills):
        time.sleep(rng.uniform(0, LONGEST_SECONDS))
        name = rng.choice(sorted(children))
        end(children[name])
        hit[name] += 1
        children[name] = fork(working[name])
    return dict(hit), children


def end(child):
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


# ------------------------------------------------------------------- the phones
class Pocket:
    """A phone that makes acts and sends them, whoever listens."""

    def __init__(self, phone, area, port, *, careless):
        self.phone, self.area, self.port, self.careless = phone, area, port, careless

    def make(self):
        registered(self.phone, self.area, seen_at=NOW())

    def send(self, sent):
        """Offer what waits; believe only a receipt."""
        first, made = self.phone.upto + 1, len(self.phone.made)
        offered = range(first, min(first + ACTS_MAX, made + 1))
        content, signature = self.phone.batch(offered, sent_at=NOW())
        if self.careless:
            self.phone.upto = len(self.phone.made)
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=ANSWER_SECONDS
        )
        try:
            line.connect()
        except OSError:
            sent.refused += 1
            return
        try:
            headers = {"Fangxian-Signature": signature}
            line.request("POST", "/intake/batches", content, headers)
            self.hear(line.getresponse())
        except (OSError, http.client.HTTPException):
            sent.cut += 1
        finally:
            line.close()

    def hear(self, answer):
        body = answer.read()
        if answer.status != KEPT or self.careless:
            return
        assert is_genuine(
            body,
            proof=answer.headers["Fangxian-Proof"],
            signature=answer.headers["Fangxian-Signature"],
            public=application.key.public,
        )
        said = json.loads(body)
        assert said["head"] == self.phone.hash_at(said["upto"]), "not our row"
        assert said["upto"] >= self.phone.upto, "less than was acknowledged"
        self.phone.upto = said["upto"]

    @property
    def is_empty(self):
        return self.phone.upto == len(self.phone.made)


def send_all_the_time(pockets, told, seed):
    """Make and send until SIGTERM, then send what is left."""
    rng, sent, told_to_end = random.Random(seed), Sent(), []
    signal.signal(signal.SIGTERM, lambda *_: told_to_end.append(True))
    while not told_to_end:
        for pocket in pockets:
            if rng.random() < MADE_EACH_TURN:
                pocket.make()
            pocket.send(sent)
        time.sleep(PAUSE_SECONDS)
    ends = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < ends and not all(one.is_empty for one in pockets):
        for pocket in pockets:
            pocket.send(sent)
    sent.drained = all(one.is_empty for one in pockets)
    sent.made = {str(one.phone.id): list(map(str, one.phone.ids)) for one in pockets}
    told.write_text(json.dumps(asdict(sent)))
    os._exit(0)


# ---------------------------------------------------------------------- the run
def run(*, kills, seed, careless):
    """Kill while phones send; then let them send in peace, and count."""
    rng, port = random.Random(seed), _free_port()
    area, phones = phones_of(PHONES)
    pockets = [Pocket(one, area, port, careless=careless) for one in phones]
    told = settings.FANGXIAN_DATA / "told.json"
    sending = fork(partial(send_all_the_time, pockets, told, seed))
    hit, children = kill_in_turn(port, kills=kills, rng=rng)
    os.kill(sending, signal.SIGTERM)
    os.waitpid(sending, 0)
    for child in children.values():
        end(child)
    return judge(Sent(**json.loads(told.read_text())), hit)


def judge(sent, hit):
    """Do what still waits, and count how often each act stands."""
    with open_inbox() as inbox:
        while inbox.count("waiting"):
            process(inbox, at=NOW())
        while sequence(at=NOW()):
            pass
        happened, in_order = Counter(), True
        for device, made in sent.made.items():
            stands = _standing(device)
            happened.update({one: stands.count(one) for one in made})
            in_order = in_order and stands == [one for one in made if one in stands]
    return Outcome(
        kills=hit,
        unanswered=sent.cut,
        expected=sum(map(len, sent.made.values())),
        happened={one: n for one, n in happened.items() if n != 1},
        in_order=in_order,
        drained=sent.drained,
        clean=verify().clean,
    )


def _standing(device):
    seen = Entry.objects.filter(event="person.registered", device=device)
    subjects = seen.order_by("pk").values_list("subject", flat=True)
    return [str(UUID(one.removeprefix("person:"))) for one in subjects]


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def main(kills, seed, *control):
    """Kill, and print what that left."""
    found = run(kills=int(kills), seed=int(seed), careless="careless" in control)
    print(json.dumps(asdict(found)))  # noqa: T201 -- the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
