"""What the events of a script come to on a day: acts at moments, for the queue."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fangxian.capabilities.daily_return.actions import (
    attest_daily,
    compose_bulletin,
)
from fangxian.capabilities.inspection.actions import (
    close_joint_visit,
    open_joint_visit,
    order_self_checks,
    record_section,
    record_visit,
    self_check,
)
from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.answering import Answering, Risk
from fangxian.interfaces.commands.replay.queue import Do
from fangxian.interfaces.commands.replay.rectifying import Rectifying
from fangxian.interfaces.commands.replay.script import dated_moment, moment
from fangxian.interfaces.commands.replay.stage import Stage, spread
from fangxian.interfaces.commands.replay.world import appoint_somebody
from fangxian.kernel.moments import SHANGHAI, bounds_of, day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.ledger.actions import advance_venue_code
from fangxian.mechanisms.ledger.queries import PlaceFacts, place_facts
from fangxian.mechanisms.ledger.states import VenueCode
from fangxian.mechanisms.task.queries import numbers_owed, tasks
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from fangxian.kernel.actors import Actor
    from fangxian.mechanisms.task.models import Task

PLACE = "place:"
SELF_CHECK = "self_check"
OWED_APART = frozenset({"look_back"})  # these are done when a problem was put right
MORNING = 9  # what opens later in the day is begun on the next
ONE_DAY = dt.timedelta(days=1)
MINUTES_LATE = (30, 180)
SECTION_MINUTES = 10

Acts = Iterator[tuple[dt.datetime, Do]]


class Rounds:
    """Turns events into acts, one day at a time."""

    def __init__(self, stage: Stage, rectifying: Rectifying) -> None:
        self.stage, self.rectifying = stage, rectifying
        self.answering = Answering(stage)

    def of(self, day: dt.date) -> Acts:
        """Give every act that the script asks for on a day."""
        for number, event in enumerate(self.stage.script.events):
            if type(event) in ROUNDS:
                yield from ROUNDS[type(event)](self, event, day, number)

    def returns(self, event: script.Returns, day: dt.date, number: int) -> Acts:
        """Let every unit of a level sign its day, some late and some not at all."""
        for unit in self.stage.units(event.level):
            name = self.stage.names[unit]
            if day not in event.missing.get(name, ()):
                at = self._signed_at(event, day, name, number)
                yield at, self._sign(unit, day, event.happened)

    def _signed_at(
        self, event: script.Returns, day: dt.date, name: str, number: int
    ) -> dt.datetime:
        late = event.late.get(name)
        if late is not None and day in late.on:
            return moment(day, late.at)
        return self.stage.time_between(day, event.between, number, name)

    def _sign(self, unit: int, day: dt.date, happened: str) -> Do:
        def sign(at: dt.datetime) -> None:
            by = self.stage.actor(self.stage.heads[unit], at)
            said = happened if self.rectifying.has_trouble(unit, day) else ""
            attest_daily(area=unit, day=day, zero=not said, happened=said, by=by, at=at)

        return sign

    def duties(self, event: script.Duties, day: dt.date, number: int) -> Acts:
        """Let posts of these roles do what they chose to do today of what they owe."""
        _, end = bounds_of(day)
        owed = tasks(EVERYWHERE, states=OPEN).filter(
            subject__startswith=PLACE, opens_at__lt=end, post__isnull=False
        )
        for task in owed.exclude(form__in=OWED_APART):
            post = task.post_id or 0  # those without a post were left out
            role = self.stage.actor_in(post, task.opens_at).role
            missed = self.stage.happens(event.missed, "missed", _matter(task))
            if role in event.roles and not missed and self._is_for(task, day):
                at = self._moment_for(task, day, event, number)
                yield at, self._do(task, event)

    def _is_for(self, task: "Task", day: dt.date) -> bool:
        """Whether the duty is done on this day of its window."""
        first, last = day_of(task.opens_at), day_of(task.due_at)
        if first < last and task.opens_at.astimezone(SHANGHAI).hour > MORNING:
            first += ONE_DAY
        days = (last - first).days + 1
        chosen = self.stage.chance("which day", _matter(task)).randrange(days)
        return day == first + chosen * ONE_DAY

    def _moment_for(
        self, task: "Task", day: dt.date, event: script.Duties, number: int
    ) -> dt.datetime:
        chance = self.stage.chance("when", _matter(task))
        if self.stage.happens(event.late, "late", _matter(task)):
            late_at = task.due_at + _minutes(chance.randint(*MINUTES_LATE))
            if task.closes_at is None or late_at < task.closes_at:
                return late_at
        span = chance.choice(event.between)
        at = self.stage.time_between(day, span, number, _matter(task))
        if task.opens_at <= at <= task.due_at:
            return at
        return task.opens_at + (task.due_at - task.opens_at) * chance.random()

    def _do(self, task: "Task", event: script.Duties) -> Do:
        subject, form, post = task.subject, task.form, task.post_id or 0
        risk = Risk(event.problem, _matter(task), event.again)

        def do(at: dt.datetime) -> None:
            if numbers_owed(subject, form):
                place = place_facts(int(subject.removeprefix(PLACE)))
                by = self.stage.actor_in(post, at)
                self._visit(place, form, risk, by=by, at=at)

        return do

    def _visit(
        self,
        place: PlaceFacts,
        form: str,
        risk: Risk,
        *,
        by: "Actor",
        at: dt.datetime,
        with_: tuple[str, ...] = (),
    ) -> None:
        said: dict[str, Any] = {
            "place": place.id,
            "answers": self.answering.answer(form, place, risk=risk, at=at),
            "seen_at": at,
            "id": self.stage.new_id(at),
            "by": by,
            "at": at,
        }
        if form == SELF_CHECK:
            self_check(**said)
        else:
            others = [self.stage.actor(who, at).person for who in with_]
            record_visit(form=form, participants=others, **said)
        self.rectifying.notice()

    def visits(self, event: script.Visit, day: dt.date, number: int) -> Acts:
        """Let somebody visit the day's share of the places."""
        for place in self._share(event, day):
            at = self.stage.time_between(day, event.between, number, place.id)
            yield at, self._go(event, place, number)

    def _go(self, event: script.Visit, place: PlaceFacts, number: int) -> Do:
        risk = Risk(event.problem, number)

        def go(at: dt.datetime) -> None:
            by = self.stage.actor(event.who, at)
            self._visit(place, event.form, risk, by=by, at=at, with_=event.with_)

        return go

    def _share(
        self, event: script.Visit | script.JointVisits, day: dt.date
    ) -> list[PlaceFacts]:
        days = event.days(self.stage.script.world)
        if day not in days:
            return []
        return spread(self.stage.select(event.places), days, day)

    def joint_visits(
        self, event: script.JointVisits, day: dt.date, number: int
    ) -> Acts:
        """Let the departments visit the day's share of the places together."""
        for place in self._share(event, day):
            at = self.stage.time_between(day, event.between, number, place.id)
            yield from self._join(event, place, at, number)

    def _join(
        self,
        event: script.JointVisits,
        place: PlaceFacts,
        at: dt.datetime,
        number: int,
    ) -> Acts:
        visit = self.stage.new_id(at)
        posts = {name: self.stage.post(who) for name, who in event.departments.items()}

        def open_(at: dt.datetime) -> None:
            by = self.stage.actor(event.who, at)
            open_joint_visit(
                place=place.id,
                departments=posts,
                lead=event.lead,
                id=visit,
                by=by,
                at=at,
            )

        def close(at: dt.datetime) -> None:
            close_joint_visit(visit, by=self.stage.actor(event.who, at), at=at)

        yield at, open_
        for name, post in posts.items():
            at += _minutes(SECTION_MINUTES)
            yield (
                at,
                self._section(visit, name, post, place, Risk(event.problem, number)),
            )
        yield at + _minutes(SECTION_MINUTES), close

    def _section(
        self, visit: UUID, department: str, post: int, place: PlaceFacts, risk: Risk
    ) -> Do:
        form = f"joint_{department}"

        def write(at: dt.datetime) -> None:
            record_section(
                visit,
                department,
                answers=self.answering.answer(form, place, risk=risk, at=at),
                seen_at=at,
                id=self.stage.new_id(at),
                by=self.stage.actor_in(post, at),
                at=at,
            )
            self.rectifying.notice()

        return write

    def self_checks(self, event: script.SelfChecks, day: dt.date, number: int) -> Acts:
        """Let all like places be told to check themselves."""
        del number

        def order(at: dt.datetime) -> None:
            order_self_checks(
                area=self.stage.area(event.area),
                kinds=event.kinds,
                problem=event.problem,
                source=event.source,
                due_at=dated_moment(event.due),
                by=self.stage.actor(event.who, at),
                at=at,
            )

        if day_of(dated_moment(event.at)) == day:
            yield dated_moment(event.at), order

    def bulletins(self, event: script.Bulletins, day: dt.date, number: int) -> Acts:
        """Let the day's bulletin be printed."""
        del number

        def print_(at: dt.datetime) -> None:
            by = self.stage.actor(event.who, at)
            assert by.unit is not None, "a post belongs to a unit"  # noqa: S101 -- tells mypy so
            compose_bulletin(area=by.unit, day=day, by=by, at=at)

        if event.falls_on(day):
            yield moment(day, event.at), print_

    def venue_codes(self, event: script.VenueCodes, day: dt.date, number: int) -> Acts:
        """Let the codes of places move one step on."""
        if event.falls_on(day):
            for place in self.stage.select(event.places):
                at = self.stage.time_between(day, event.between, number, place.id)
                yield at, self._advance(place, event.to)

    def _advance(self, place: PlaceFacts, to: str) -> Do:
        def advance(at: dt.datetime) -> None:
            by = self.stage.keeper(place.area, at)
            advance_venue_code(place.id, to=VenueCode(to), by=by, at=at)

        return advance

    def appointments(self, event: script.Appoint, day: dt.date, number: int) -> Acts:
        """Let somebody new take over a post."""
        del number
        if day_of(dated_moment(event.at)) == day:
            yield (
                dated_moment(event.at),
                lambda at: appoint_somebody(self.stage, event.post, at),
            )


def _matter(task: "Task") -> str:
    """Name a duty the same in every replay: its key may be sealed, anew in each.

    Of what was ordered by somebody the source tells it, which stands first in ``said``.
    """
    source = task.said.partition(" · ")[0]
    return f"{task.form}/{source}/{task.subject}" if source else task.key


def _minutes(number: int) -> dt.timedelta:
    return dt.timedelta(minutes=number)


ROUNDS: dict[type, Callable[[Rounds, Any, dt.date, int], Acts]] = {
    script.Returns: Rounds.returns,
    script.Duties: Rounds.duties,
    script.Visit: Rounds.visits,
    script.JointVisits: Rounds.joint_visits,
    script.SelfChecks: Rounds.self_checks,
    script.Bulletins: Rounds.bulletins,
    script.VenueCodes: Rounds.venue_codes,
    script.Appoint: Rounds.appointments,
}
