"""A sweep: every door of an area is visited, and again where nobody was met."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from uuid import UUID

from fangxian.capabilities.enrolment.sweeps.actions import (
    order_sweep,
    record_visit,
    register_found,
)
from fangxian.capabilities.enrolment.sweeps.queries import targets
from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.arriving import Arriving
from fangxian.interfaces.commands.replay.casting import FOUND, invent
from fangxian.interfaces.commands.replay.queue import Do, Queue
from fangxian.interfaces.commands.replay.script import dated_moment, moment
from fangxian.interfaces.commands.replay.stage import THOUSAND, Stage
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.papers import Paper
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.queries import cards_of, households


ONE_DAY = dt.timedelta(days=1)
SEEN, NOBODY_HOME, REFUSED, VACANT = "seen", "nobody_home", "refused", "vacant"
RECENT = dt.timedelta(days=14)

Acts = Iterator[tuple[dt.datetime, Do]]


@dataclass(slots=True)
class Round:
    """An ordered sweep: at which of its doors somebody is found, and who is planned."""

    event: script.Sweeps
    sweep: UUID
    found: Mapping[int, int]
    planned: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Door:
    """A door of a sweep, and whose duty it is; ``found`` is the so many-th unlisted."""

    sweep: UUID
    event: script.Sweeps
    task: int
    post: int
    area: int
    number: int
    found: int | None


class Sweeping:
    """Turns the order of a sweep into visits, door by door."""

    def __init__(self, stage: Stage, queue: Queue, arriving: Arriving) -> None:
        self.stage, self.queue, self.arriving = stage, queue, arriving
        self.rounds: dict[str, Round] = {}
        self.came: dict[dt.date, Mapping[int, int]] = {}

    def of(self, day: dt.date) -> Acts:
        """Give the sweeps that are ordered on a day, and those that go on."""
        for event in self.stage.script.events:
            if isinstance(event, script.Sweeps):
                at = dated_moment(event.at)
                if day_of(at) == day:
                    yield at, self._order(event)
                if day in _days(event):
                    begins = moment(day, event.between[0][0])
                    yield begins, self._share_out(event, day)

    def _order(self, event: script.Sweeps) -> Do:
        def order(at: dt.datetime) -> None:
            ordered = order_sweep(
                id=self.stage.new_id(at),
                clause=event.clause,
                area=self.stage.area(event.area),
                opens_at=dated_moment(event.opens),
                until=dated_moment(event.until),
                why=event.why,
                by=self.stage.actor(event.who, at),
                at=at,
            )
            doors = sorted(targets(ordered.pk, EVERYWHERE), key=attrgetter("number"))
            chance = self.stage.chance("found", event.area)
            chosen = chance.sample(doors, min(event.found, len(doors)))
            found = {one.number: place for place, one in enumerate(chosen)}
            self.rounds[event.at] = Round(event, ordered.pk, found)

        return order

    def _share_out(self, event: script.Sweeps, day: dt.date) -> Do:
        """Plan the day's share of the doors that nobody has been sent to yet."""

        def share_out(at: dt.datetime) -> None:
            del at
            going, days = self.rounds[event.at], _days(event)
            listed = sorted(targets(going.sweep, EVERYWHERE), key=attrgetter("number"))
            new = [one for one in listed if one.number not in going.planned]
            days_left = max(1, len(days[:-1]) - days.index(day))
            for one in new[::days_left]:
                going.planned.add(one.number)
                span = self.stage.chance("span", one.number).choice(event.between)
                door = Door(
                    sweep=going.sweep,
                    event=event,
                    task=one.task_id,
                    post=one.task.post_id or 0,
                    area=one.area_id,
                    number=one.number,
                    found=going.found.get(one.number),
                )
                self._plan(door, day, span)

        return share_out

    def _plan(self, door: Door, day: dt.date, span: script.Span) -> None:
        at = self.stage.time_between(day, span, "sweep", door.number)
        if at < dated_moment(door.event.until):
            self.queue.plan(at, self._visit(door))

    def _visit(self, door: Door) -> Do:
        def visit(at: dt.datetime) -> None:
            by = self.stage.actor_in(door.post, at)
            lived_in = households([door.number]).get(door.number, 0)
            outcome = self._outcome(door, lived_in, day_of(at))
            record_visit(
                door.sweep,
                task=door.task,
                id=self.stage.new_id(at),
                answers=self._answers(door, outcome, lived_in, at),
                seen_at=at,
                by=by,
                at=at,
            )
            if outcome == SEEN:
                self._register(door, by, at)
            elif outcome != VACANT:
                self._plan(door, day_of(at) + ONE_DAY, door.event.between[-1])

        return visit

    def _outcome(self, door: Door, lived_in: int, day: dt.date) -> str:
        """Say what a visit comes to: chance, but who is away stays away."""
        if door.found is not None:
            return SEEN
        if not lived_in:
            return VACANT
        event = door.event
        if self.stage.happens(event.away, "away", door.number):
            return NOBODY_HOME
        drawn = self.stage.chance("door", door.number, day).randrange(THOUSAND)
        if drawn < event.nobody_home:
            return NOBODY_HOME
        return REFUSED if drawn < event.nobody_home + event.refused else SEEN

    def _answers(
        self, door: Door, outcome: str, lived_in: int, at: dt.datetime
    ) -> dict[str, object]:
        """Answer as the script says, with how many live there and who came lately."""
        if outcome != SEEN:
            return {"outcome": outcome}
        unlisted = int(door.found is not None)
        gaps: Mapping[str, object] = {
            "{people}": lived_in + unlisted,
            "{unlisted}": unlisted,
            "{came}": min(self._newcomers(day_of(at)).get(door.number, 0), lived_in),
        }
        sound = self.stage.script.answers[door.event.clause].sound
        return {
            question: gaps.get(said, said) if isinstance(said, str) else said
            for question, said in sound.items()
        }

    def _newcomers(self, day: dt.date) -> Mapping[int, int]:
        """Count who came back lately, by the door they live behind."""
        if day not in self.came:
            cast = self.arriving.cast
            lately = [
                one for one, who in cast.items() if day - RECENT < who.at_home <= day
            ]
            cards = cards_of(lately).values()
            self.came[day] = Counter(card.door.id for card in cards if card.door)
        return self.came[day]

    def _register(self, door: Door, by: Actor, at: dt.datetime) -> None:
        """Put whoever was found there, and stands on no list, on the ledger."""
        if door.found is None:
            return
        chance = self.stage.chance("found", door.number)
        who = invent(self.stage, chance, FOUND, door.found)
        register_found(
            door.sweep,
            task=door.task,
            id=self.stage.new_id(at),
            details=Details(
                name=who.name,
                area=door.area,
                paper=Paper.CITIZEN,
                number=who.number,
                telephone=who.telephone or None,
                sex=who.sex,
            ),
            journey=None,
            by=by,
            at=at,
        )


def _days(event: script.Sweeps) -> list[dt.date]:
    first, last = (day_of(dated_moment(text)) for text in (event.opens, event.until))
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]
