"""Samples as they are taken: each waits for the result that a laboratory will give."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from fangxian.capabilities.home_watch.models import Sample, Watch
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of


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
    if answers.get("sampled") is not True:
        return None
    return sampled(watch, _day(answers, seen_at), observation=observation, by=by, at=at)


def _day(answers: Mapping[str, object], seen_at: dt.datetime) -> dt.date:
    """Read which day was written down; none that came after the visit."""
    said, seen_on = answers.get("sampled_on"), day_of(seen_at)
    return min(dt.date.fromisoformat(str(said)), seen_on) if said else seen_on


def sampled(
    watch: Watch,
    on: dt.date,
    *,
    observation: UUID | None,
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
