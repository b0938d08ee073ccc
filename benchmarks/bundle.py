"""What a phone pulls: the first bundle of a grid with 300 households, and what is new.

Through Django's whole stack, with the phone's signature, by the very client of the
tests; a quarter of the households are visited that day. The delta follows one more
visit, and twenty.
"""

import json
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings

from benchmarks.rows import FULL, Row, seconds
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.kernel.papers import Paper
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.task.actions import IssueRequest, issue
from tests.packs import adopted
from tests.unit.interfaces.field.pulling import Puller
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import FOUNDED, NOON, World, make_world


HOUSEHOLDS = 300
PEOPLE_EACH = 3
DUTY_EVERY = 4  # households
ROUNDS = 20 if FULL else 5
MORE = (1, 20)  # duties, between one pull and the next


def rows() -> list[Row]:
    """Fill the grid, pull everything, then what is new."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    start_situation(Path(settings.FANGXIAN_DATA), scenario="benchmark", at=NOON)
    world = make_world()
    adopted("routine", world["city"])
    adopted("covid19-cn", world["city"])
    folk = settle(world)
    duties = Duties(world, folk)
    duties.issue(HOUSEHOLDS // DUTY_EVERY)
    device = enrol(world, 1, at=NOON)
    first = [pull(Puller(device, 1)) for _ in range(ROUNDS)]
    found = [row(f"first bundle of {HOUSEHOLDS} households", first)]
    for more in MORE:
        known = Puller(device, 1)
        pull(known)
        later = []
        for _ in range(ROUNDS):
            duties.issue(more)
            later.append(pull(known))
        found.append(row(f"… what is new after {more} more duties", later))
    return found


def settle(world: World) -> list[Any]:
    """Put households and their people on the ledger of the grid."""
    folk = []
    for household in range(HOUSEHOLDS):
        door = people.register_door(
            area=world["grid"],
            building=f"{household // 60 + 1}号楼",
            room=f"{household % 60 + 101}",
            by=SYSTEM,
            at=FOUNDED,
        )
        for one in range(PEOPLE_EACH):
            serial = household * PEOPLE_EACH + one
            registered = people.register_person(
                id=new_id(NOON, serial.to_bytes(10)),
                name=f"冬{serial:04}",
                area=world["grid"],
                paper=Paper.NONE,
                no_paper_why="证件未带",
                source="benchmark",
                by=SYSTEM,
                at=FOUNDED,
            )
            day = FOUNDED.date()
            person = registered.person
            people.move_in(person, door=door, since=day, by=SYSTEM, at=NOON)
            folk.append(person)
    return folk


class Duties:
    """Calls on one person after the other, owed by the grid worker."""

    def __init__(self, world: World, folk: list[Any]) -> None:
        self._world, self._folk, self._issued = world, folk, 0

    def issue(self, count: int) -> None:
        """Issue so many more, and number the journal."""
        for _ in range(count):
            person = self._folk[self._issued * PEOPLE_EACH % len(self._folk)]
            self._issued += 1
            request = IssueRequest(
                key=f"benchmark/{self._issued}",
                duty="hearsay_call",
                form="hearsay_call",
                subject=f"person:{person}",
                area=self._world["grid"],
                post=self._world.posts["grid"],
                opens_at=NOON,
                due_at=NOON,
                decision={"pack": "covid19-cn"},
            )
            issue(request, by=SYSTEM, at=NOON)
        while sequence(at=NOON):
            pass


def pull(puller: Puller) -> tuple[float, int, int]:
    """Pull to the end: milliseconds, bytes, items."""
    sizes: list[tuple[int, int]] = []
    took = seconds(
        lambda: sizes.extend(
            (len(json.dumps(page, ensure_ascii=False).encode()), len(page["items"]))
            for page in puller.pull()
        )
    )
    return 1000 * took, sum(size for size, _ in sizes), sum(n for _, n in sizes)


def row(name: str, pulls: list[tuple[float, int, int]]) -> Row:
    """The middle pull."""
    took, size, items = (median(part) for part in zip(*pulls, strict=True))
    return Row(name, took, "ms", f"{size / 1024:,.0f} KiB, {items:.0f} items")
