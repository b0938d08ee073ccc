"""Samples as they are taken: each waits for the result that a laboratory will give."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.home_watch.models import Sample, Watch
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of


if TYPE_CHECKING:
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
