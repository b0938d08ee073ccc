"""What people of a scenario write on a form, with or without a problem."""

import datetime as dt
from dataclasses import dataclass

from fangxian.interfaces.commands.replay.setting import FormAnswers
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.ledger.queries import PlaceFacts


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely a problem is: shares of a thousand, and what the chance is about.

    ``again`` is how often a problem that was met there before is met once more.
    """

    share: int
    about: object
    again: int = 0


class Answering:
    """Fills forms in, and remembers which problems were met where."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.met: dict[tuple[int, str], str] = {}

    def answer(
        self, form: str, place: PlaceFacts, *, risk: Risk, at: dt.datetime
    ) -> dict[str, object]:
        """Answer a form about a place at a moment."""
        spec = self.stage.script.answers[form]
        answers = _sound(spec, place, at.astimezone(SHANGHAI))
        problem = self._problem(form, spec, place, risk)
        if problem is not None:
            self.met[place.id, form] = problem
            answers |= spec.problems[problem].answers
        return answers

    def _problem(
        self, form: str, spec: FormAnswers, place: PlaceFacts, risk: Risk
    ) -> str | None:
        before = self.met.get((place.id, form))
        about = (form, place.id, risk.about)
        if before is not None and self.stage.happens(risk.again, "again", *about):
            return before
        if not spec.problems or not self.stage.happens(risk.share, "problem", *about):
            return None
        weights = [problem.weight for problem in spec.problems.values()]
        chance = self.stage.chance("which problem", *about)
        [chosen] = chance.choices(list(spec.problems), weights)
        return chosen


def _sound(
    spec: FormAnswers, place: PlaceFacts, local: dt.datetime
) -> dict[str, object]:
    time = f"{local:%H:%M}"
    answers = {**spec.sound, **spec.by_code.get(place.venue_code, {})}
    for question, by_hour in spec.by_hour.items():
        begun = [hour for hour in by_hour if hour <= time]
        answers[question] = by_hour[max(begun)]
    return {
        question: time if answer == "{time}" else answer
        for question, answer in answers.items()
    }
