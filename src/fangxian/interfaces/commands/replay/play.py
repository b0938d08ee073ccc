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


def play(
    script: Script,
    packs: Path,
    *,
    last: dt.date | None = None,
    tell: Callable[[str], None],
) -> Played:
    """Play a script to the evening of its last day, or of ``last``.

    ``tell`` hears what is being built and each day that begins.
    """
    with transaction.atomic():
        stage = build(script, packs, tell=tell)
    check_names(stage)
    queue = Queue()
    rectifying = Rectifying(stage, queue, _the(script, Rectify), _the(script, LookBack))
    arriving = Arriving(stage)
    doorsteps = Doorsteps(stage, queue, arriving, rectifying, _the(script, Results))
    parts = (
        Rounds(stage, rectifying),
        arriving,
        Deciding(stage),
        Calling(stage, queue, doorsteps),
    )
    end = moment(last or script.world.ends - dt.timedelta(days=1), CURTAIN)
    now = start_of(script.world.begins)
    while now < end:
        with transaction.atomic():  # one flush to the disk a stop, not one an act
            run_due(now)
            rectifying.notice()
            if now == start_of(day_of(now)):
                tell(day_of(now).isoformat())
                for part in parts:
                    queue.plan_all(part.of(day_of(now)))
            now = min(next_moment(now), _next_hour(now), end)
            queue.run_until(now)
    run_due(end)
    return Played(stage, end, queue.done)


def _next_hour(now: dt.datetime) -> dt.datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def _the(script: Script, kind: type[OneEvent]) -> OneEvent:
    """Give the one event of a kind that a script must have once."""
    found = [event for event in script.events if isinstance(event, kind)]
    if len(found) != 1:
        what = f"events/ must say once how to {kind.__name__.lower()}"
        raise FILE_WRONG(file="events", what=what)
    return found[0]
