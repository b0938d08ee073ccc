"""Samples that wait for a laboratory, and what laboratories said of those that do not."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, QuerySet

from fangxian.capabilities.home_watch import rules
from fangxian.capabilities.home_watch.facts import SUBJECT, day_zero
from fangxian.capabilities.home_watch.models import Result, Sample, Watch
from fangxian.capabilities.home_watch.queries.owned import (
    is_by_task,
    seen_by,
    standing,
    unanswered,
)
from fangxian.capabilities.home_watch.queries.watches import watches_of
from fangxian.capabilities.home_watch.states import SAMPLINGS, Outcome
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.restriction import facts as stated
from fangxian.mechanisms.restriction.queries import evidence_in
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from fangxian.mechanisms.task.models import Task

RESULT_FACT = "lab.result"


# ------------------------------------------------------------------------ samples
def awaited(scope: Scope) -> "QuerySet[Sample]":
    """List the samples in scope of which no laboratory has said anything, oldest first."""
    waiting = unanswered(scope)
    return waiting.select_related("watch", "watch__decision").order_by("on", "pk")


def sampled_today(scope: Scope, at: dt.datetime) -> "QuerySet[Task]":
    """List who is to be sampled on the day of ``at`` and has not been."""
    from_, until = bounds_of(day_of(at))
    owed = tasks(scope, states=OPEN, from_=from_, until=until)
    return owed.filter(form__in=SAMPLINGS, subject__startswith=f"{SUBJECT}:")


def samples_of(watch: Watch) -> "QuerySet[Sample]":
    """List the samples of one person, the latest first."""
    return Sample.objects.filter(watch=watch).order_by("-on", "-pk")


def find_sample(watch: Watch, on: dt.date) -> Sample | None:
    """Find the sample of a day."""
    return Sample.objects.filter(watch=watch, on=on).first()


def find_watch_on(persons: Collection[UUID], scope: Scope, on: dt.date) -> Watch | None:
    """Find the watch that a sample of a day belongs to: the last to count from before.

    Where the day is before all of them, the first one.
    """
    known = list(watches_of(persons, scope))
    begun = [one for one in known if day_zero(one.decision) <= on]
    return begun[0] if begun else known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Samples:
    """How many samples of somebody were taken, and how many have their result."""

    taken: int
    answered: int

    @property
    def waiting(self) -> int:
        """Of how many no laboratory has said anything."""
        return self.taken - self.answered


def count_samples(watch: Watch) -> Samples:
    """Count the samples of one person, for whoever may not read what was found too."""
    mine = Sample.objects.filter(watch=watch)
    answered = mine.filter(Exists(standing()))
    return Samples(mine.count(), answered.count())


def latest_outcome(watch: Watch, *, by: Actor) -> Outcome | None:
    """Open what was found in the last sample that has a result, for doctors only."""
    known = Result.objects.filter(sample__watch=watch, evidence__withdrawal=None)
    last = known.order_by("-sample__on", "-evidence__seen_at").first()
    if last is None or not rules.reads_results(by=by):
        return None
    return outcome_of(last)


# ------------------------------------------------------------------------ results
def results(scope: Scope) -> "QuerySet[Result]":
    """List what laboratories said of people in scope, the latest to come first.

    A hospital reads what it has stated itself.
    """
    known = Result.objects.filter(seen_by(scope.unbound, "sample__watch__"))
    if scope.bound is not None and is_by_task(scope):
        known = known.filter(post=scope.bound.post)
    joined = known.select_related(
        "sample", "sample__watch", "sample__watch__decision", "evidence__withdrawal"
    )
    return joined.order_by("-evidence__recorded_at", "-evidence")


def get_result(evidence_id: UUID, scope: Scope) -> Result:
    """Give one result in scope; one out of scope looks like none."""
    found = results(scope).filter(pk=evidence_id).first()
    if found is None:
        raise rules.NO_RESULT()
    return found


def standing_result(sample: Sample) -> Result | None:
    """Find what stands of a sample; what was withdrawn does not."""
    return Result.objects.filter(sample=sample, evidence__withdrawal=None).first()


def outcome_of(result: Result) -> Outcome:
    """Open what a laboratory said."""
    return outcomes_of([result.evidence_id])[result.evidence_id]


def outcomes_of(evidence: Collection[UUID]) -> Mapping[UUID, Outcome]:
    """Open what laboratories said, by the evidence: one query for a page of rows."""
    known = evidence_in(EVERYWHERE).filter(pk__in=evidence)
    return {
        one.pk: Outcome(str(stated.read(one.facts or "")[RESULT_FACT])) for one in known
    }
