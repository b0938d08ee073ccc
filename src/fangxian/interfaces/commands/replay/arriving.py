"""Lists of those who come back: taken in as they are, and put right where they err."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fangxian.capabilities.enrolment.queries import get_arrival
from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.casting import Returnee, returnees
from fangxian.interfaces.commands.replay.queue import Do
from fangxian.interfaces.commands.replay.script import moment
from fangxian.interfaces.commands.replay.sheets import FAULTS, file_of, returning
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.interfaces.imports.arrivals import open_list, take_arrivals
from fangxian.kernel.scopes import EVERYWHERE


if TYPE_CHECKING:
    from uuid import UUID

FIRST_ROW = 3  # below a title and the headings
TWICE = "twice"

Acts = Iterator[tuple[dt.datetime, Do]]


class Arriving:
    """Turns lists into acts, and remembers who stands on the ledger under which id."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.everybody = returnees(stage)
        self.cast: dict[UUID, Returnee] = {}

    def of(self, day: dt.date) -> Acts:
        """Give the lists of a day, and those that are put right the same day."""
        for number, event in enumerate(self.stage.script.events):
            if isinstance(event, script.Lists) and event.falls_on(day):
                yield from self._lists(event, day, number)

    def _lists(self, event: script.Lists, day: dt.date, number: int) -> Acts:
        told = self._told(event)
        listed = [one for one, on in told if on == day]
        faults = self._faults(event, [one for one, _ in told], number)
        if listed:
            yield moment(day, event.at), self._take(event, listed, faults)
        wrong = [one for one in listed if faults.get(one.key, TWICE) != TWICE]
        if wrong:
            yield moment(day, event.corrected), self._take(event, wrong, {})

    def _told(self, event: script.Lists) -> list[tuple[Returnee, dt.date]]:
        """Say on which day's list each of those stands whom the source knows of."""
        days = event.days(self.stage.script.world)
        told = []
        for one in self.everybody:
            if one.group.group in event.groups and event.source in one.known_to:
                since = one.begun if event.told == "begun" else one.at_home
                known = since + dt.timedelta(days=event.behind)
                later = [day for day in days if day >= known]
                told += [(one, min(later))] if later else []
        return told

    def _faults(
        self, event: script.Lists, among: Sequence[Returnee], number: int
    ) -> dict[str, script.Fault]:
        """Choose in whose rows the source errs, and how."""
        wrong = [fault for fault, times in event.faults.items() for _ in range(times)]
        chance = self.stage.chance("faults", number)
        keys = sorted(one.key for one in among)
        chosen = chance.sample(keys, min(len(wrong), len(keys)))
        return dict(zip(chosen, wrong, strict=False))

    def _take(
        self,
        event: script.Lists,
        listed: Sequence[Returnee],
        faults: dict[str, script.Fault],
    ) -> Do:
        rows = [
            (one, cells)
            for one in listed
            for cells in FAULTS[faults.get(one.key, "")](returning(self.stage, one))
        ]

        def take(at: dt.datetime) -> None:
            by = self.stage.actor(event.who, at)
            assert by.unit is not None, "a post belongs to a unit"  # noqa: S101 -- tells mypy so
            content = file_of(
                event.columns,
                [cells for _, cells in rows],
                title=event.title,
                encoding=event.encoding,
            )
            taken = take_arrivals(
                open_list(content),
                content=content,
                file_name=f"{event.title}.csv",
                source=Source(event.source),
                area=by.unit,
                by=by,
                at=at,
            )
            for row, arrival in taken.arrivals.items():
                person = get_arrival(arrival, EVERYWHERE).person
                self.cast[person] = rows[row - FIRST_ROW][0]

        return take
