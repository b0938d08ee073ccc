"""The only writers: one verb, one transaction, one journal entry."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.journal.actions import record_all
from fangxian.mechanisms.journal.events import Act, Count, Event
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.protocol.evaluation import Decision
from fangxian.mechanisms.task import escalation, events, rules
from fangxian.mechanisms.task.escalation import RungLike
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import LIFECYCLE, OPEN, State
from fangxian.store.rows import change, find


WHAT = "task"
KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """A duty as the protocol decided it, ready to be issued.

    ``key`` says pack, clause, subject and period, so that asking twice issues once.
    ``kind`` is the kind of place or empty, ``post`` the post that owes the duty,
    ``closes_at`` None for a duty that stays owed. ``decision`` is the trace, ``said``
    what a person wrote who ordered the duty beside the rules.
    """

    key: str
    duty: str
    subject: str
    area: int
    opens_at: dt.datetime
    due_at: dt.datetime
    decision: Mapping[str, object]
    form: str = ""
    kind: str = ""
    post: int | None = None
    closes_at: dt.datetime | None = None
    ladder: Sequence[RungLike] = field(default=())
    said: str = ""


def request_for(
    decision: Decision,
    *,
    area: int,
    post: int | None,
    kind: str = "",
    subject: str | None = None,
) -> IssueRequest:
    """Spell what the rules decided as a duty of one post in one area.

    ``subject`` is whom it is about, where the rules were asked about something else.
    """
    return IssueRequest(
        key=decision.key,
        duty=decision.clause,
        form=decision.form,
        subject=subject or decision.subject,
        kind=kind,
        area=area,
        post=post,
        opens_at=decision.opens_at,
        due_at=decision.due_at,
        closes_at=decision.closes_at,
        ladder=decision.ladder,
        decision=decision.trace.as_data(),
    )


def issue(request: IssueRequest, *, by: Actor, at: dt.datetime) -> Task | None:
    """Issue one duty, or give None when its key was issued before."""
    issued = issue_new([request], by=by, at=at)
    return issued[0] if issued else None


def issue_all(requests: Iterable[IssueRequest], *, by: Actor, at: dt.datetime) -> int:
    """Issue many duties in one transaction; say how many were new."""
    return len(issue_new(list(requests), by=by, at=at))


@transaction.atomic
def issue_new(
    requests: Sequence[IssueRequest], *, by: Actor, at: dt.datetime
) -> list[Task]:
    """Issue many duties in one transaction; give those whose key was not known."""
    for area, kind in sorted({(request.area, request.kind) for request in requests}):
        check_reaches(by.scope, area, kind or None, what=WHAT)
    known = _known_keys(requests)
    fresh = {
        request.key: _task_of(request, at=at)
        for request in requests
        if request.key not in known
    }
    issued = Task.objects.bulk_create(fresh.values())
    record_all([_issue_of(task) for task in issued], by=by, at=at)
    return issued


@transaction.atomic
def claim(task_id: int, *, by: Actor, at: dt.datetime) -> Task:
    """Take the duty, so that others of the post need not."""
    task = _locked(task_id, by=by)
    LIFECYCLE.check(State(task.state), State.CLAIMED)
    rules.check_can_do(task, by=by, at=at)

    task.state = State.CLAIMED
    task.claimed_by = by.person
    task.claimed_at = at
    change(task, "state", "claimed_by", "claimed_at")
    _record(events.Claimed(task=task.pk), task, by=by, at=at)
    return task


@transaction.atomic
def hand_back(task_id: int, *, reason: str, by: Actor, at: dt.datetime) -> Task:
    """Give a claimed duty back to its post, undone."""
    task = _locked(task_id, by=by)
    LIFECYCLE.check(State(task.state), State.ISSUED)
    rules.check_can_hand_back(task, by=by, reason=reason)

    task.state = State.ISSUED
    task.claimed_by = None
    task.claimed_at = None
    change(task, "state", "claimed_by", "claimed_at")
    _record(events.HandedBack(task=task.pk, reason=reason), task, by=by, at=at)
    return task


@transaction.atomic
def complete(task_id: int, *, observation: UUID, by: Actor, at: dt.datetime) -> Task:
    """End the duty on the proof of an observation."""
    task = _locked(task_id, by=by)
    _check_is_owed(task)
    rules.check_can_do(task, by=by, at=at)
    return _completed(task, observation, by=by, at=at)


@transaction.atomic
def fulfil(task_id: int, *, observation: UUID, by: Actor, at: dt.datetime) -> Task:
    """End a duty that an observation of somebody else has fulfilled.

    Whether it has is for the capability to judge whose duty it is; nobody ends a duty
    of their own choice so.
    """
    task = _locked(task_id, by=by)
    _check_is_owed(task)
    rules.check_window(task, at=at)
    return _completed(task, observation, by=by, at=at)


@transaction.atomic
def settle(task_id: int, *, observation: UUID, by: Actor, at: dt.datetime) -> Task:
    """Say that a duty was done in time after all, though that was told of too late.

    Whether it was is for the capability to judge. A miss that was counted on the day
    is taken back; the journal keeps both.
    """
    task = _locked(task_id, by=by)
    LIFECYCLE.check(State(task.state), State.COMPLETED)
    if task.state != State.LAPSED:
        return _completed(task, observation, by=by, at=at)
    assert task.ended_at is not None  # noqa: S101 -- it ended with its window
    event = events.Settled(task.pk, observation, missed_at=task.ended_at)
    task.observation = observation
    _end(task, State.COMPLETED, by=by, at=at, also=("observation",))
    done = _act(event, task, measure="task.completed")
    [count] = done.tally
    missed = replace(count, measure="task.lapsed", n=-1)
    record_all([replace(done, tally=(count, missed))], by=by, at=at)
    return task


def _check_is_owed(task: Task) -> None:
    """Refuse what ended, and also a miss: only ``settle`` takes one back."""
    if task.state not in OPEN:
        raise NOT_A_STEP(current=task.state, target=State.COMPLETED.value)


def _completed(task: Task, observation: UUID, *, by: Actor, at: dt.datetime) -> Task:
    task.observation = observation
    _end(task, State.COMPLETED, by=by, at=at, also=("observation",))
    event = events.Completed(
        task=task.pk, observation=observation, late=at > task.due_at
    )
    _record(event, task, by=by, at=at, measure="task.completed")
    return task


@transaction.atomic
def waive(task_id: int, *, reason: str, by: Actor, at: dt.datetime) -> Task:
    """End the duty undone, because somebody with the right says why."""
    task = _locked(task_id, by=by)
    LIFECYCLE.check(State(task.state), State.WAIVED)
    rules.check_can_waive(task, by=by, reason=reason)

    task.reason = reason
    _end(task, State.WAIVED, by=by, at=at, also=("reason",))
    event = events.Waived(task=task.pk, reason=reason)
    _record(event, task, by=by, at=at, measure="task.waived")
    return task


@transaction.atomic
def waive_all(tasks: Sequence[int], *, reason: str, by: Actor, at: dt.datetime) -> int:
    """End many duties undone at once, for one reason; say how many were still owed."""
    return sum(
        _waive_some(tasks[start : start + KEYS_AT_ONCE], reason=reason, by=by, at=at)
        for start in range(0, len(tasks), KEYS_AT_ONCE)
    )


def _waive_some(
    tasks: Sequence[int], *, reason: str, by: Actor, at: dt.datetime
) -> int:
    held = Task.objects.select_for_update().filter(pk__in=tasks, state__in=OPEN)
    owed = list(held.order_by("pk"))
    for area, kind in sorted({(task.area_id, task.kind) for task in owed}):
        check_reaches(by.scope, area, kind or None, what=WHAT)
    for task in owed:
        rules.check_can_waive(task, by=by, reason=reason)
    Task.objects.filter(pk__in=[task.pk for task in owed]).update(
        state=State.WAIVED,
        reason=reason,
        ended_by=by.person,
        ended_at=at,
        next_escalation_at=None,
    )
    acts = [
        _act(events.Waived(task=task.pk, reason=reason), task, measure="task.waived")
        for task in owed
    ]
    record_all(acts, by=by, at=at)
    return len(owed)


@transaction.atomic
def remind(task_id: int, *, by: Actor, at: dt.datetime) -> Task:
    """Urge the post that owes the duty. Only the journal changes."""
    task = _locked(task_id, by=by)
    rules.check_can_remind(task, by=by, at=at)

    _record(events.Reminded(task=task.pk, post=task.post_id), task, by=by, at=at)
    return task


@transaction.atomic
def lapse_due(*, at: dt.datetime) -> int:
    """End every duty whose window has closed. A miss is kept."""
    missed = list(
        Task.objects.select_for_update()
        .filter(state__in=OPEN, closes_at__lte=at)
        .order_by("closes_at", "pk")
    )
    Task.objects.filter(pk__in=[task.pk for task in missed]).update(
        state=State.LAPSED,
        ended_by=SYSTEM.person,
        ended_at=at,
        next_escalation_at=None,
    )
    record_all([_lapse_of(task) for task in missed], by=SYSTEM, at=at)
    return len(missed)


@transaction.atomic
def escalate_due(*, at: dt.datetime) -> int:
    """Climb the ladder of every open duty as far as the moment says.

    Gives the number of rungs climbed.
    """
    overdue = list(
        Task.objects.select_for_update()
        .filter(state__in=OPEN, next_escalation_at__lte=at)
        .order_by("next_escalation_at", "pk")
    )
    return sum(_climb(task, at=at) for task in overdue)


def _known_keys(requests: Sequence[IssueRequest]) -> frozenset[str]:
    keys = [request.key for request in requests]
    known: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        known |= set(Task.objects.filter(key__in=some).values_list("key", flat=True))
    return frozenset(known)


def _task_of(request: IssueRequest, *, at: dt.datetime) -> Task:
    ladder = escalation.stored(request.ladder)
    return Task(
        key=request.key,
        duty=request.duty,
        form=request.form,
        subject=request.subject,
        kind=request.kind,
        area_id=request.area,
        post_id=request.post,
        opens_at=request.opens_at,
        due_at=request.due_at,
        closes_at=request.closes_at,
        state=LIFECYCLE.start,
        ladder=ladder,
        next_escalation_at=escalation.next_at(ladder, due_at=request.due_at, level=0),
        decision=dict(request.decision),
        said=request.said,
        issued_at=at,
    )


def _issue_of(task: Task) -> Act:
    event = events.Issued(
        task=task.pk,
        key=task.key,
        duty=task.duty,
        form=task.form,
        subject=task.subject,
        post=task.post_id,
        opens_at=task.opens_at,
        due_at=task.due_at,
        closes_at=task.closes_at,
        decision=task.decision,
    )
    return _act(event, task, measure="task.issued")


def _lapse_of(task: Task) -> Act:
    event = events.Lapsed(task=task.pk, closed_at=task.closes_at)
    return _act(event, task, measure="task.lapsed")


def _locked(task_id: int, *, by: Actor) -> Task:
    task = find(Task, task_id, to_change=True)
    if task is None:
        raise rules.UNKNOWN(task=task_id)
    check_reaches(by.scope, task.area_id, task.kind or None, what=WHAT)
    return task


def _end(
    task: Task,
    state: State,
    *,
    by: Actor,
    at: dt.datetime,
    also: tuple[str, ...] = (),
) -> None:
    task.state = state
    task.ended_by = by.person
    task.ended_at = at
    task.next_escalation_at = None
    change(task, "state", "ended_by", "ended_at", "next_escalation_at", *also)


def _climb(task: Task, *, at: dt.datetime) -> int:
    climbed = escalation.reached(
        task.ladder, due_at=task.due_at, level=task.level, at=at
    )
    for rung in climbed:
        task.level += 1
        event = events.Escalated(task=task.pk, level=task.level, role=rung.role)
        _record(event, task, by=SYSTEM, at=at)
    task.next_escalation_at = escalation.next_at(
        task.ladder, due_at=task.due_at, level=task.level
    )
    change(task, "level", "next_escalation_at")
    return len(climbed)


def _record(
    event: Event, task: Task, *, by: Actor, at: dt.datetime, measure: str = ""
) -> None:
    record_all([_act(event, task, measure=measure)], by=by, at=at)


def _act(event: Event, task: Task, *, measure: str) -> Act:
    """Say what the act concerns; what is measured counts on the day it fell due."""
    day = day_of(task.due_at)
    count = Count(area=task.area_id, day=day, measure=measure, kind=task.kind)
    return Act(event, f"task:{task.pk}", task.area_id, (count,) if measure else ())
