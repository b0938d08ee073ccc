"""What becomes of a problem: it is put right by its link, and looked back on."""

import datetime as dt
from typing import TYPE_CHECKING

from fangxian.capabilities.inspection.actions import (
    issue_link,
    look_back,
    rectify_by_link,
)
from fangxian.interfaces.commands.replay.queue import Queue
from fangxian.interfaces.commands.replay.script import LookBack, Rectify, moment
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding.queries import get_finding, raised_after
from fangxian.mechanisms.task.queries import open_for_subject


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding

FORM, PLACE = "look_back", "place:"
LINK_AFTER = dt.timedelta(minutes=10)
HOURS_LATE_MAX = 10
AWAKE = ("08:30", "20:00")
MINUTES_UP = 40


class Rectifying:
    """Follows every problem to its end, as the script's shares and hours say."""

    def __init__(
        self, stage: Stage, queue: Queue, rectify: Rectify, look_back: LookBack
    ) -> None:
        self.stage, self.queue = stage, queue
        self.rectify, self.look_back = rectify, look_back
        self.latest = 0
        self.troubled: dict[dt.date, set[int]] = {}

    def notice(self) -> None:
        """Take up the problems that were raised since it last looked."""
        for finding in raised_after(self.latest):
            self.latest = finding.pk
            day = day_of(finding.raised_at)
            line = self.stage.line(finding.area_id)
            self.troubled.setdefault(day, set()).update(line)
            if finding.subject.startswith(PLACE):  # nobody else is sent a link
                self._plan_link(finding)

    def has_trouble(self, area: int, day: dt.date) -> bool:
        """Whether a problem was raised in an area on a day."""
        return area in self.troubled.get(day, ())

    def _plan_link(self, finding: "Finding") -> None:
        finder = finding.raised_by_post or 0  # here problems are found by posts
        number, due_at = finding.pk, finding.deadline_at
        hours = self.rectify.hours[finding.severity]

        def give_link(at: dt.datetime) -> None:
            by = self.stage.actor_in(finder, at)
            token = issue_link(number, by=by, at=at)
            done_at = self._rectified_at(at, number, hours, due_at)
            self._plan_rectification(number, token, done_at, attempt=1)

        self.queue.plan(finding.raised_at + LINK_AFTER, give_link)

    def _rectified_at(
        self,
        at: dt.datetime,
        finding: int,
        hours: tuple[int, int],
        due_at: dt.datetime,
    ) -> dt.datetime:
        chance = self.stage.chance("rectify", finding)
        if self.stage.happens(self.rectify.late, "late", finding):
            at, hours = due_at, (1, HOURS_LATE_MAX)
        return self._awake(at + _hours(chance.uniform(*hours)), finding)

    def _plan_rectification(
        self, finding: int, token: str, at: dt.datetime, *, attempt: int
    ) -> None:
        words = self.stage.chance("words", finding, attempt).choice(self.rectify.words)

        def put_right(at: dt.datetime) -> None:
            rectify_by_link(token, how=words, id=self.stage.new_id(at), at=at)
            wait = self.stage.chance("look back", finding, attempt)
            seen_at = self._awake(
                at + _hours(wait.uniform(*self.look_back.hours)), finding
            )
            self._plan_look_back(finding, token, seen_at, attempt=attempt)

        self.queue.plan(at, put_right)

    def _plan_look_back(
        self, finding: int, token: str, at: dt.datetime, *, attempt: int
    ) -> None:
        sent_back = self.stage.happens(
            self.look_back.sent_back, "sent back", finding, attempt
        )
        spec = self.stage.script.answers[FORM]
        wrong = next(iter(spec.problems.values())).answers if sent_back else {}
        answers = {**spec.sound, **wrong}

        def look(at: dt.datetime) -> None:
            looked = look_back(
                finding,
                passed=not sent_back,
                note=str(answers.get("what_remains", self.look_back.words)),
                answers=answers,
                id=self.stage.new_id(at),
                by=self.stage.actor_in(self._looker(finding), at),
                at=at,
            )
            if sent_back:
                hours = self.rectify.hours[looked.severity]
                chance = self.stage.chance("rectify", finding, attempt)
                again = self._awake(at + _hours(chance.uniform(*hours)), finding)
                self._plan_rectification(finding, token, again, attempt=attempt + 1)

        self.queue.plan(at, look)

    def _looker(self, finding: int) -> int:
        """Give the post that owes the look-back, else the finder's."""
        owed = open_for_subject(f"finding:{finding}", FORM).first()
        post = None if owed is None else owed.post_id
        return post or get_finding(finding, EVERYWHERE).raised_by_post or 0

    def _awake(self, at: dt.datetime, about: object) -> dt.datetime:
        """Move a moment of the night to the next morning."""
        day, minutes = day_of(at), self.stage.chance("morning", about, at)
        up, down = (moment(day, time) for time in AWAKE)
        rise = dt.timedelta(minutes=minutes.randrange(MINUTES_UP))
        if at < up:
            return up + rise
        if at > down:
            return moment(day + dt.timedelta(days=1), AWAKE[0]) + rise
        return at


def _hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)
