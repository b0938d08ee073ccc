"""What is owed to people: looked up by the hour and done, some late, a few not at all."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.doorsteps import FORMS, Doorsteps
from fangxian.interfaces.commands.replay.queue import Do, Queue
from fangxian.interfaces.commands.replay.script import dated_moment, moment
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from fangxian.mechanisms.task.models import Task

ON_THE_WAY = dt.timedelta(minutes=2)
MINUTES_LATE = (12, 55)
DAILY = "health_record"

Acts = Iterator[tuple[dt.datetime, Do]]


class Calling:
    """Turns what is owed to people into acts."""

    def __init__(self, stage: Stage, queue: Queue, doorsteps: Doorsteps) -> None:
        self.stage, self.queue, self.doorsteps = stage, queue, doorsteps
        self.seen: set[int] = set()

    def of(self, day: dt.date) -> Acts:
        """Give the times of a day at which everybody looks at what they owe."""
        for event in self.stage.script.events:
            if isinstance(event, script.Calls) and event.falls_on(day):
                for time in event.looks:
                    yield moment(day, time), self._look(event)

    def _look(self, event: script.Calls) -> Do:
        def look(at: dt.datetime) -> None:
            owed = tasks(EVERYWHERE, states=OPEN).filter(
                form__in=FORMS, opens_at__lte=at, post__isnull=False
            )
            new = [task for task in owed if task.pk not in self.seen]
            self.seen.update(task.pk for task in new)
            missed = self._missed(event, new)
            for task in new:
                if task.pk not in missed:
                    self.queue.plan(
                        self._moment_for(task, event, at), self.doorsteps.do(task)
                    )

        return look

    def _missed(self, event: script.Calls, owed: Sequence["Task"]) -> set[int]:
        """Choose the daily records of the named moments that are left undone."""
        missed = set()
        for due_at in map(dated_moment, event.missed):
            due = [
                task
                for task in owed
                if (task.form, task.due_at) == (DAILY, due_at)
                and self.stage.area(event.missed_in) in self.stage.line(task.area_id)
            ]
            if due:
                missed.add(min(due, key=self.doorsteps.key_of).pk)
        return missed

    def _moment_for(
        self, task: "Task", event: script.Calls, now: dt.datetime
    ) -> dt.datetime:
        key = self.doorsteps.key_of(task)
        chance = self.stage.chance("call", key)
        if task.form == DAILY and self.stage.happens(event.late, "late call", key):
            late = dt.timedelta(minutes=chance.randint(*MINUTES_LATE))
            return max(now, task.due_at) + late
        first = max(now, self.doorsteps.there_from(task)) + ON_THE_WAY
        day = day_of(first)
        for begins, ends in event.between:
            start = max(first, moment(day, begins))
            end = min(task.due_at, moment(day, ends))
            if start < end:
                return start + (end - start) * chance.random()
        return first
