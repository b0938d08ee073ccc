"""One person's time at home: day by day, and line by line."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fangxian.capabilities.home_watch import rules
from fangxian.capabilities.home_watch.facts import (
    day_zero,
    facts_about,
    first_day,
    is_at_home,
    last_day,
    subject_of,
)
from fangxian.capabilities.home_watch.models import Result, Watch
from fangxian.capabilities.home_watch.states import What
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of, start_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.ledger.people.queries import survivor
from fangxian.mechanisms.observation.queries import as_they_count, observations
from fangxian.mechanisms.protocol.evaluation import judge
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.protocol.vocabulary import Kind
from fangxian.mechanisms.restriction import facts as evidence
from fangxian.mechanisms.restriction.queries import appeals, end_of, evidence_of
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import State


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation
    from fangxian.mechanisms.restriction.models import Evidence
    from fangxian.mechanisms.task.models import Task


# Results from before the measure that still speak of this time at home.
DAYS_BEFORE = 14


@dataclass(frozen=True, slots=True)
class Slot:
    """A duty of one day as the strip shows it, with what was recorded for it."""

    task: int
    form: str
    opens_at: dt.datetime
    due_at: dt.datetime
    closes_at: dt.datetime | None
    state: State
    seen_at: dt.datetime | None
    answers: Mapping[str, Any]

    @property
    def was_late(self) -> bool:
        """Whether it was done after it was due."""
        return self.seen_at is not None and self.seen_at > self.due_at


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a restriction; ``number`` counts from its day 0."""

    number: int
    day: dt.date
    is_today: bool
    is_past: bool
    slots: tuple[Slot, ...]
    planned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """What happened at a moment. ``number`` is of the finding, task or appeal.

    Of a result ``note`` names the laboratory and ``day`` the day of the sample.
    """

    at: dt.datetime
    what: What
    by: UUID | None = None
    form: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    observation: UUID | None = None
    number: int | None = None
    text: str = ""
    note: str = ""
    day: dt.date | None = None
    is_corrected: bool = False


def days_of(watch: Watch, at: dt.datetime) -> list[Day]:
    """Give every day of a restriction, each with the duties that fell due on it.

    Days that lie ahead have no duties yet; they say which forms will be asked for.
    """
    by_day: dict[dt.date, list[Slot]] = {}
    for slot in _slots(watch):
        by_day.setdefault(day_of(slot.due_at), []).append(slot)
    zero, today = day_zero(watch.decision), day_of(at)
    first = first_day(watch.decision)
    length = (last_day(watch.decision) - first).days
    days = [first + dt.timedelta(days=number) for number in range(length + 1)]
    return [
        Day(
            number=(day - zero).days,
            day=day,
            is_today=day == today,
            is_past=day < today,
            slots=tuple(by_day.get(day, ())),
            planned=_planned(watch, day) if day > today else frozenset(),
        )
        for day in days
    ]


def _planned(watch: Watch, day: dt.date) -> frozenset[str]:
    pack = loaded(watch.decision.edition_id)
    if not is_at_home(pack, watch.measure):
        return frozenset()
    owed = judge(pack, facts_about(watch.decision, day), start_of(day))
    return frozenset(one.form for one in owed if one.opens_at >= start_of(day))


def _slots(watch: Watch) -> Iterator[Slot]:
    subject = subject_of(watch.pk)
    owed = list(tasks(EVERYWHERE, subject=subject).exclude(state=State.WAIVED))
    proved = [task.observation for task in owed if task.observation is not None]
    seen = as_they_count(proved)
    for task in owed:
        proof = None if task.observation is None else seen.get(task.observation)
        yield _slot(task, proof)


def _slot(task: "Task", seen: "Observation | None") -> Slot:
    return Slot(
        task=task.pk,
        form=task.form,
        opens_at=task.opens_at,
        due_at=task.due_at,
        closes_at=task.closes_at,
        state=State(task.state),
        seen_at=None if seen is None else seen.at,
        answers={} if seen is None else seen.answers,
    )


def timeline(watch: Watch, *, by: Actor, at: dt.datetime) -> list[Line]:
    """Tell all that happened in one person's time at home, the latest first.

    What laboratories found is told to doctors only; to everybody else, that samples
    were taken.
    """
    lines = [*_decided(watch, at), *_seen(watch), *_missed(watch), *_found(watch)]
    if rules.reads_results(by=by):
        lines += _results(watch)
    return sorted((line for line in lines if line.at <= at), key=lambda line: line.at)[
        ::-1
    ]


def _decided(watch: Watch, at: dt.datetime) -> Iterator[Line]:
    decision = watch.decision
    yield Line(decision.signed_at, What.SIGNED, by=decision.signed_by)
    yield Line(watch.opened_at, What.OPENED)
    filed = appeals(EVERYWHERE).filter(decision=decision).select_related("ruling")
    for appeal in filed:
        yield Line(appeal.filed_at, What.APPEALED, by=appeal.filed_by, number=appeal.pk)
        ruling = getattr(appeal, "ruling", None)
        if ruling is not None:
            said = "upheld" if ruling.upheld else "rejected"
            yield Line(ruling.at, What.RULED, by=ruling.by, number=appeal.pk, text=said)
    end = end_of(decision)
    if end.at <= at:
        yield Line(end.at, What.ENDED, text=end.reason.value)


def _seen(watch: Watch) -> Iterator[Line]:
    seen = observations(EVERYWHERE, subject=subject_of(watch.pk))
    for one in seen.select_related("corrected_by"):
        yield Line(
            one.at,
            What.RECORDED,
            by=one.by,
            form=one.form,
            answers=one.answers,
            observation=one.pk,
            is_corrected=one.is_corrected,
        )


def _missed(watch: Watch) -> Iterator[Line]:
    lapsed = tasks(EVERYWHERE, subject=subject_of(watch.pk), states=[State.LAPSED])
    for task in lapsed:
        closed_at = task.closes_at or task.due_at
        yield Line(closed_at, What.MISSED, form=task.form, number=task.pk)


def _found(watch: Watch) -> Iterator[Line]:
    for one in findings(EVERYWHERE, subject=subject_of(watch.pk)):
        yield Line(
            one.raised_at, What.FOUND, by=one.raised_by, number=one.pk, text=one.text
        )


def _results(watch: Watch) -> Sequence[Line]:
    persons = {watch.person, survivor(watch.person)}
    stated = evidence_of(persons, EVERYWHERE).filter(kind=Kind.LAB, withdrawal=None)
    named = Result.objects.filter(evidence__in=stated.order_by().values("pk"))
    laboratories = dict(named.values_list("evidence", "laboratory"))
    return [
        _result(one, laboratories.get(one.pk, ""))
        for one in stated
        if one.seen_at >= watch.decision.since - dt.timedelta(days=DAYS_BEFORE)
    ]


def _result(stated: "Evidence", laboratory: str) -> Line:
    said = evidence.read(stated.facts or "")
    day = said.get("lab.sampled_on")
    return Line(
        stated.seen_at,
        What.RESULT,
        by=stated.by,
        text=str(said.get("lab.result", "")),
        note=laboratory,
        day=None if day is None else dt.date.fromisoformat(str(day)),
    )
