"""Playing a script: the world, then day by day, stopping wherever something is due."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from fangxian.interfaces.commands.replay.arriving import Arriving
from fangxian.interfaces.commands.replay.calling import Calling
from fangxian.interfaces.commands.replay.deciding import Deciding
from fangxian.interfaces.commands.replay.doorsteps import Doorsteps
from fangxian.interfaces.commands.replay.naming import check_names
from fangxian.interfaces.commands.replay.queue import Queue
from fangxian.interfaces.commands.replay.reading import FILE_WRONG
from fangxian.interfaces.commands.replay.rectifying import Rectifying
from fangxian.interfaces.commands.replay.rounds import Rounds
from fangxian.interfaces.commands.replay.script import (
    LookBack,
    Rectify,
    Results,
    Script,
    moment,
)
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.interfaces.commands.replay.sweeping import Sweeping
from fangxian.interfaces.commands.replay.world import build
from fangxian.interfaces.jobs.due import next_moment, run_due
from fangxian.kernel.moments import day_of, start_of


HOUR = dt.timedelta(hours=1)
CURTAIN = "18:05"  # the last day ends when its bulletin is out

OneEvent = TypeVar("OneEvent")


@dataclass(frozen=True, slots=True)
class Played:
    """A replay that came to its end: its stage, when it ended, how many acts."""

    stage: Stage
    ended_at: dt.datetime
    acts: int


class Play:
    """A script that is being played: it may stop at a moment, and go on from there."""

    def __init__(
        self, script: Script, packs: Path, *, tell: Callable[[str], None]
    ) -> None:
        """Build the world; ``tell`` hears what is built, and each day that begins."""
        self.tell = tell
        with transaction.atomic():
            self.stage = stage = build(script, packs, tell=tell)
        check_names(stage)
        self.queue = queue = Queue()
        self.rectifying = rectifying = Rectifying(
            stage, queue, _the(script, Rectify), _the(script, LookBack)
        )
        arriving = Arriving(stage)
        results = _the(script, Results)
        doorsteps = Doorsteps(stage, queue, arriving, rectifying, results)
        self.parts = (
            Rounds(stage, rectifying),
            arriving,
            Deciding(stage),
            Calling(stage, queue, doorsteps),
            Sweeping(stage, queue, arriving),
        )
        self.now = start_of(script.world.begins)

    def until(self, end: dt.datetime) -> Played:
        """Play from where it stands to a moment, and what is due at that moment."""
        while self.now < end:
            with transaction.atomic():  # one flush to the disk a stop, not one an act
                self._turn(end)
        run_due(end)
        return Played(self.stage, end, self.queue.done)

    def _turn(self, end: dt.datetime) -> None:
        run_due(self.now)
        self.rectifying.notice()
        if self.now == start_of(day_of(self.now)):
            self.tell(day_of(self.now).isoformat())
            for part in self.parts:
                self.queue.plan_all(part.of(day_of(self.now)))
        self.now = min(next_moment(self.now), _next_hour(self.now), end)
        self.queue.run_until(self.now)


def play(
    script: Script,
    packs: Path,
    *,
    last: dt.date | None = None,
    tell: Callable[[str], None],
) -> Played:
    """Play a script to the evening of its last day, or of ``last``."""
    end = moment(last or script.world.ends - dt.timedelta(days=1), CURTAIN)
    return Play(script, packs, tell=tell).until(end)


def _next_hour(now: dt.datetime) -> dt.datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def _the(script: Script, kind: type[OneEvent]) -> OneEvent:
    """Give the one event of a kind that a script must have once."""
    found = [event for event in script.events if isinstance(event, kind)]
    if len(found) != 1:
        what = f"events/ must say once how to {kind.__name__.lower()}"
        raise FILE_WRONG(file="events", what=what)
    return found[0]
