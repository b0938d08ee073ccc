"""A doctor has the evidence about everybody evaluated, and signs what follows."""

import datetime as dt
from collections.abc import Iterator

from fangxian.capabilities.enrolment.actions import propose_measures
from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.queue import Do
from fangxian.interfaces.commands.replay.script import moment
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.mechanisms.restriction.actions import sign
from fangxian.mechanisms.restriction.queries import waiting


Acts = Iterator[tuple[dt.datetime, Do]]


class Deciding:
    """Turns the times at which doctors propose and sign into acts."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def of(self, day: dt.date) -> Acts:
        """Give a day's proposals, and its signatures."""
        for event in self.stage.script.events:
            if isinstance(event, script.Cohorts) and event.falls_on(day):
                yield moment(day, event.proposed), self._propose(event)
                if event.signed:
                    yield moment(day, event.signed), self._sign(event)

    def _propose(self, event: script.Cohorts) -> Do:
        def propose(at: dt.datetime) -> None:
            by = self.stage.actor(event.who, at)
            assert by.unit is not None, "a post belongs to a unit"  # noqa: S101 -- tells mypy so
            propose_measures(by.unit, by=by, at=at)

        return propose

    def _sign(self, event: script.Cohorts) -> Do:
        def sign_all(at: dt.datetime) -> None:
            by = self.stage.actor(event.who, at)
            for cohort in waiting(by.scope):
                sign(cohort.pk, by=by, at=at)

        return sign_all
