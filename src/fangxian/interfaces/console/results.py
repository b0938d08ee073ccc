"""What the pages show of samples and results: whose, since when, what was found."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from fangxian.capabilities.home_watch import queries
from fangxian.capabilities.home_watch.facts import decision_of
from fangxian.capabilities.home_watch.states import Form, Outcome
from fangxian.interfaces.console.questions import PREFIX
from fangxian.interfaces.console.watching import Person, people_of, short_path
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


OUTCOMES: Mapping[Outcome, tuple[str, str, str | Promise]] = {
    Outcome.NEGATIVE: ("done", "check", pgettext_lazy("result", "negative")),
    Outcome.POSITIVE: ("late", "alert-triangle", pgettext_lazy("result", "positive")),
    Outcome.INCONCLUSIVE: ("due", "clock", pgettext_lazy("result", "inconclusive")),
}
DAYS_LATE = 2
LAST_RESULT = f"{PREFIX}last_result"  # what the form of the last check asks


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody of whom a sample waits for its result, or has yet to be taken."""

    watch: Any
    person: Person
    unit: str
    path: str
    on: dt.date
    days: int
    due_at: dt.datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether a result is longer in coming than it should be."""
        return self.days >= DAYS_LATE


@dataclass(frozen=True, slots=True)
class Taken:
    """A result with its words; ``withdrawn`` tells that it does not stand any more.

    ``opens`` tells that this reader may still open the person's time at home.
    """

    id: UUID
    watch: Any
    person: Person
    unit: str
    path: str
    on: dt.date
    look: str
    icon: str
    said: str | Promise
    laboratory: str
    received_at: dt.datetime
    by: str
    withdrawn: bool
    opens: bool


def counts_of(actor: Actor, at: dt.datetime) -> dict[str, int]:
    """Count the samples that wait, how many wait long, who is due, and what came today."""
    waits = queries.awaited(actor.scope)
    morning, tonight = bounds_of(day_of(at))
    came = queries.results(actor.scope).filter(
        evidence__recorded_at__gte=morning, evidence__recorded_at__lt=tonight
    )
    since = day_of(at) - dt.timedelta(days=DAYS_LATE)
    return {
        "waiting": waits.count(),
        "late": waits.filter(on__lte=since).count(),
        "today": queries.sampled_today(actor.scope, at).count(),
        "came": came.count(),
    }


def waiting(samples: Sequence[Any], actor: Actor, at: dt.datetime) -> list[Waiting]:
    """Show samples without a result, in as many queries for one as for fifty."""
    return _waiting([(one.watch, one.on, None) for one in samples], actor, at)


def to_sample(tasks: Sequence[Any], actor: Actor, at: dt.datetime) -> list[Waiting]:
    """Show who is to be sampled today and has not been."""
    ids = [decision_of(task.subject) for task in tasks]
    known = queries.watches(actor.scope, at, standing=None).filter(pk__in=ids)
    by_id = {one.pk: one for one in known}
    listed = [
        (by_id[pk], day_of(task.due_at), task.due_at)
        for pk, task in zip(ids, tasks, strict=True)
        if pk in by_id
    ]
    return _waiting(listed, actor, at)


def _waiting(
    listed: Iterable[tuple[Any, dt.date, dt.datetime | None]],
    actor: Actor,
    at: dt.datetime,
) -> list[Waiting]:
    rows = list(listed)
    people = people_of({watch.person for watch, _, _ in rows}, actor)
    paths = jurisdiction.path_names({watch.area_id for watch, _, _ in rows})
    return [
        Waiting(
            watch=watch,
            person=people[watch.person],
            unit=short_path(paths[watch.area_id]),
            path=paths[watch.area_id],
            on=on,
            days=(day_of(at) - on).days,
            due_at=due_at,
        )
        for watch, on, due_at in rows
    ]


def taken(results: Sequence[Any], actor: Actor, at: dt.datetime) -> list[Taken]:
    """Show results, in as many queries for one as for fifty."""
    people = people_of({one.sample.watch.person for one in results}, actor)
    paths = jurisdiction.path_names({one.sample.watch.area_id for one in results})
    names = jurisdiction.masked_names({one.evidence.by for one in results})
    found = queries.outcomes_of([one.evidence_id for one in results])
    ids = {one.sample.watch_id for one in results}
    read = queries.watches(actor.scope, at, standing=None).filter(pk__in=ids)
    opens = set(read.order_by().values_list("pk", flat=True))
    return [
        _taken(
            one,
            people,
            paths,
            names,
            words=OUTCOMES[found[one.evidence_id]],
            opens=one.sample.watch_id in opens,
        )
        for one in results
    ]


def _taken(
    result: Any,
    people: Mapping[UUID, Person],
    paths: Mapping[int, str],
    names: Mapping[UUID, str],
    *,
    words: tuple[str, str, str | Promise],
    opens: bool,
) -> Taken:
    watch, evidence = result.sample.watch, result.evidence
    look, icon, said = words
    return Taken(
        id=result.evidence_id,
        watch=watch,
        person=people[watch.person],
        unit=short_path(paths[watch.area_id]),
        path=paths[watch.area_id],
        on=result.sample.on,
        look=look,
        icon=icon,
        said=said,
        laboratory=result.laboratory,
        received_at=evidence.seen_at,
        by=names.get(evidence.by, ""),
        withdrawn=getattr(evidence, "withdrawal", None) is not None,
        opens=opens,
    )


# ---------------------------------------------------------------- the last check
def known_result(watch: Any, form: str, actor: Actor) -> dict[str, str]:
    """Fill in what is known of results where the last check asks for the latest one.

    What was found is filled in for doctors only; for everybody, that it is awaited.
    """
    if form != Form.RELEASE:
        return {}
    samples = queries.count_samples(watch)
    found = queries.latest_outcome(watch, by=actor)
    if samples.waiting or found is Outcome.INCONCLUSIVE:
        return {LAST_RESULT: "waiting"}
    if not samples.taken:
        return {LAST_RESULT: "none"}
    return {} if found is None else {LAST_RESULT: found.value}
