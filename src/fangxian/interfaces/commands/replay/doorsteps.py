"""At the doors of people: what is found there and written down, and by whom."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.enrolment.actions import verify
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.queries import VISIT, waiting_for
from fangxian.capabilities.home_watch.actions import (
    name_team,
    record_visit,
    take_result,
)
from fangxian.capabilities.home_watch.queries import get_watch
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Form, Outcome, Part
from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.arriving import Arriving
from fangxian.interfaces.commands.replay.casting import (
    Returnee,
    name_of,
    telephone_of,
)
from fangxian.interfaces.commands.replay.queue import Do, Queue
from fangxian.interfaces.commands.replay.rectifying import Rectifying
from fangxian.interfaces.commands.replay.script import moment
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.task.queries import numbers_owed


if TYPE_CHECKING:
    from fangxian.kernel.actors import Actor
    from fangxian.mechanisms.task.models import Task

PERSON, RESTRICTION = "person:", "restriction:"
WARM = (361, 369)  # tenths of a degree
MORNING = "08:20"
WAITING = "waiting"


class Doorsteps:
    """Writes down what is found at the doors, and what comes of the samples."""

    def __init__(
        self,
        stage: Stage,
        queue: Queue,
        arriving: Arriving,
        rectifying: Rectifying,
        results: script.Results,
    ) -> None:
        self.stage, self.queue, self.arriving = stage, queue, arriving
        self.rectifying, self.results = rectifying, results
        self.watched: dict[int, UUID] = {}
        self.found: dict[UUID, str] = {}

    # -------------------------------------------------------------- who is meant
    def person_of(self, task: "Task") -> UUID:
        """Give whom a duty is about."""
        if task.subject.startswith(PERSON):
            return UUID(task.subject.removeprefix(PERSON))
        decision = _decision(task)
        if decision not in self.watched:
            self.watched[decision] = get_watch(decision, EVERYWHERE).person
        return self.watched[decision]

    def returnee_of(self, task: "Task") -> Returnee:
        """Give who that is in the script."""
        return self.arriving.cast[self.person_of(task)]

    def key_of(self, task: "Task") -> str:
        """Name a duty the same in every replay."""
        return f"{self.returnee_of(task).key}/{task.form}/{task.due_at.isoformat()}"

    def there_from(self, task: "Task") -> dt.datetime:
        """Say from when on somebody can be met at home."""
        return moment(self.returnee_of(task).at_home, MORNING)

    # ------------------------------------------------------------------ what is done
    def do(self, task: "Task") -> Do:
        """Do what is owed, unless it is not owed any more by then."""
        number, subject, form = task.pk, task.subject, task.form

        def do(at: dt.datetime) -> None:
            if number in numbers_owed(subject, form):
                by = self.stage.actor_in(task.post_id or 0, at)
                FORMS[form](self, task, by, at)
                self.rectifying.notice()

        return do

    def verify(self, task: "Task", by: "Actor", at: dt.datetime) -> None:
        """Visit somebody who came, and write down the journey as it really was."""
        person, returnee = self.person_of(task), self.returnee_of(task)
        arrival = waiting_for(person)
        if arrival is not None:
            verify(
                arrival.pk,
                id=self.stage.new_id(at),
                answers=self._answers(task, at),
                seen_at=at,
                journey=_journey(returnee),
                by=by,
                at=at,
            )

    def visit(self, task: "Task", by: "Actor", at: dt.datetime) -> None:
        """Go to somebody who stays at home, with one of the forms."""
        record_visit(
            _decision(task),
            Form(task.form),
            id=self.stage.new_id(at),
            answers=self._answers(task, at),
            seen_at=at,
            by=by,
            at=at,
        )

    def sample(self, task: "Task", by: "Actor", at: dt.datetime) -> None:
        """Take a sample; the laboratory's result follows."""
        self.visit(task, by, at)
        person, watch, sampled_on = self.person_of(task), _decision(task), day_of(at)
        chance = self.stage.chance("result", self.key_of(task))
        hours = chance.uniform(*self.results.hours)

        def state(at: dt.datetime) -> None:
            take_result(
                watch,
                id=self.stage.new_id(at),
                outcome=Outcome(self.results.result),
                sampled_on=sampled_on,
                laboratory=self.results.laboratory,
                received_at=at,
                by=self.stage.actor(self.results.who, at),
                at=at,
            )
            self.found[person] = self.results.result

        self.queue.plan(at + dt.timedelta(hours=hours), state)

    def name_five(self, task: "Task", by: "Actor", at: dt.datetime) -> None:
        """Name the five who answer for somebody: two who hold posts, three others."""
        chance = self.stage.chance("team", self.key_of(task))
        community = self.stage.keeper(self.stage.community_of(task.area_id), at)
        team = {Part.CADRE: Named(person=community.person)}
        if (grid := self.stage.keeper(task.area_id, at)) != community:
            team[Part.GRID_WORKER] = Named(person=grid.person)
        for part in set(Part) - team.keys():
            name = name_of(self.stage, chance)
            team[part] = Named(name=name, telephone=telephone_of(chance))
        name_team(_decision(task), team=team, id=self.stage.new_id(at), by=by, at=at)

    def _answers(self, task: "Task", at: dt.datetime) -> dict[str, object]:
        """Answer as the script says, with the day, the warmth and the latest result."""
        chance = self.stage.chance("answers", self.key_of(task))
        gaps: Mapping[str, object] = {
            "{day}": _day(at),
            "{warmth}": chance.randint(*WARM),
            "{result}": self.found.get(self.person_of(task), WAITING),
        }
        sound = self.stage.script.answers[task.form].sound
        return {
            question: gaps.get(said, said) if isinstance(said, str) else said
            for question, said in sound.items()
        }


def _decision(task: "Task") -> int:
    return int(task.subject.removeprefix(RESTRICTION))


def _day(at: dt.datetime) -> str:
    return day_of(at).isoformat()


def _journey(returnee: Returnee) -> Journey:
    is_abroad = returnee.group.abroad
    return Journey(
        origin=returnee.origin.said,
        is_abroad=is_abroad,
        left_on=None if is_abroad else returnee.begun,
        entered_on=returnee.begun if is_abroad else None,
        arrived_on=returnee.at_home,
        transport=returnee.transport,
    )


Handle = Callable[[Doorsteps, "Task", "Actor", dt.datetime], None]

FORMS: Mapping[str, Handle] = MappingProxyType(
    {
        VISIT: Doorsteps.verify,
        Form.TEAM: Doorsteps.name_five,
        Form.SAMPLING: Doorsteps.sample,
        Form.NOTICE: Doorsteps.visit,
        Form.HEALTH: Doorsteps.visit,
        Form.RELEASE: Doorsteps.visit,
    }
)
