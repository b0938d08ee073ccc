"""Samples as they are taken: each waits for the result that a laboratory will give."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.home_watch import rules
from fangxian.capabilities.home_watch.facts import subject_of
from fangxian.capabilities.home_watch.models import Sample, Watch
from fangxian.capabilities.home_watch.states import SAMPLINGS
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.observation.queries import observations, records_before


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation
    from fangxian.mechanisms.task.models import Task


def note_sample(
    watch: Watch,
    answers: Mapping[str, object],
    *,
    observation: UUID,
    seen_at: dt.datetime,
    by: Actor,
    at: dt.datetime,
) -> Sample | None:
    """Remember the sample that a visit took; None if it took none.

    Must run inside the caller's transaction. A second swab of a day is the same sample.
    """
    day = day_sampled(answers, seen_at)
    if day is None:
        return None
    return sampled(watch, day, observation=observation, by=by, at=at)


def day_sampled(answers: Mapping[str, object], seen_at: dt.datetime) -> dt.date | None:
    """Read on which day a sample was taken, none after the visit; None if none was."""
    if answers.get("sampled") is not True:
        return None
    said, seen_on = answers.get("sampled_on"), day_of(seen_at)
    return min(dt.date.fromisoformat(str(said)), seen_on) if said else seen_on


def falls_on(task: "Task", day: dt.date) -> bool:
    """Whether a day lies in the window of a duty, by its calendar days."""
    if task.closes_at is None:
        return day_of(task.opens_at) <= day
    last = day_of(task.closes_at - dt.timedelta.resolution)
    return day_of(task.opens_at) <= day <= last


def move_sample(
    watch: Watch,
    wrong: "Observation",
    right: "Observation",
    *,
    by: Actor,
    at: dt.datetime,
) -> None:
    """Let the sample be that of the corrected record, unless a laboratory has spoken of it.

    Must run inside the caller's transaction. A day that another visit also sampled
    keeps its sample.
    """
    was, is_ = (day_sampled(one.answers, one.at) for one in (wrong, right))
    written = Sample.objects.filter(watch=watch, observation__in=records_before(wrong))
    if was != is_ and (sample := written.select_for_update().first()):
        if sample.results.exists():
            raise rules.SAMPLE_HAS_RESULT(day=sample.on.isoformat())
        sample.delete()
        _note_others(watch, sample, right)
    if is_ is not None:
        sampled(watch, is_, observation=right.pk, by=by, at=at)


def _note_others(watch: Watch, gone: Sample, right: "Observation") -> None:
    """Write the sample of a day down again that another visit of the day took too."""
    seen = observations(EVERYWHERE, subject=subject_of(watch.pk))
    for other in seen.filter(form__in=SAMPLINGS, corrected_by=None).exclude(
        pk=right.pk
    ):
        if day_sampled(other.answers, other.at) == gone.on:
            values = {"by": other.by, "written_at": other.received_at}
            Sample.objects.get_or_create(
                watch=watch,
                on=gone.on,
                defaults={"observation_id": other.pk, **values},
            )


def sampled(
    watch: Watch,
    on: dt.date,
    *,
    observation: UUID,
    by: Actor,
    at: dt.datetime,
) -> Sample:
    """Give the sample of a day, writing it down if it is new."""
    sample, _ = Sample.objects.get_or_create(
        watch=watch,
        on=on,
        defaults={"observation_id": observation, "by": by.person, "written_at": at},
    )
    return sample
