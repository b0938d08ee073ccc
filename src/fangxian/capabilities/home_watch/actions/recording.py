"""One record about somebody at home, the duties it fulfils and the problems it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.home_watch import events, queries, rules
from fangxian.capabilities.home_watch.actions.sampling import (
    day_sampled,
    falls_on,
    note_sample,
)
from fangxian.capabilities.home_watch.facts import subject_of
from fangxian.capabilities.home_watch.models import Watch
from fangxian.capabilities.home_watch.states import SAMPLINGS, Form
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding.actions import raise_finding
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.observation.actions import is_repeated, observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.protocol.queries import LoadedEdition, get_form
from fangxian.mechanisms.protocol.rules import FailedItem, failed_items
from fangxian.mechanisms.restriction.queries import end_of
from fangxian.mechanisms.task.actions import complete, fulfil, settle
from fangxian.mechanisms.task.queries import owed, tasks
from fangxian.mechanisms.task.rules import can_do, is_in_window
from fangxian.mechanisms.task.states import State


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation
    from fangxian.mechanisms.task.models import Task


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at somebody's door; ``id`` was made where it was seen."""

    id: UUID
    watch: Watch
    form: str
    answers: Mapping[str, object]
    seen_at: datetime
    task: int | None = None
    evidence: Sequence[EvidenceFacts] = ()

    @property
    def subject(self) -> str:
        """The restriction as records write it."""
        return subject_of(self.watch.pk)


def write_down(seen: Seen, *, by: Actor, at: datetime) -> "Observation":
    """Write a record down once; what it fulfils and what it shows follow from it.

    Must run inside the caller's transaction. After the end nothing is recorded but a
    doctor's answer to a result; what was seen before it may still come in.
    """
    if seen.form != Form.ANSWER:
        rules.check_seen_before(end_of(seen.watch.decision), seen_at=seen.seen_at)
    edition = queries.edition_for(seen.watch, seen.seen_at)
    repeated = is_repeated(seen.id)
    observation = observe(
        id=seen.id,
        form=seen.form,
        edition=edition.id,
        subject=seen.subject,
        kind="",
        area=seen.watch.area_id,
        answers=seen.answers,
        seen_at=seen.seen_at,
        evidence=seen.evidence,
        task=seen.task,
        by=by,
        at=at,
    )
    if not repeated:
        _follow_up(seen, edition, by=by, at=at)
    return observation


def _follow_up(seen: Seen, edition: LoadedEdition, *, by: Actor, at: datetime) -> None:
    others = _complete_others(seen, by=by, at=at)
    if seen.form in SAMPLINGS:
        note_sample(
            seen.watch,
            seen.answers,
            observation=seen.id,
            seen_at=seen.seen_at,
            by=by,
            at=at,
        )
    failed = failed_items(get_form(edition.id, seen.form), seen.answers)
    event = events.Recorded(
        decision=seen.watch.pk,
        observation=seen.id,
        form=seen.form,
        tasks=others if seen.task is None else (seen.task, *others),
        findings=raise_all(
            failed, seen.watch, edition, observation=seen.id, by=by, at=at
        ),
    )
    record(event, by=by, at=at, subject=seen.subject, area=seen.watch.area_id)


def _complete_others(seen: Seen, *, by: Actor, at: datetime) -> tuple[int, ...]:
    """Complete the other duties to this person that the same form fulfils now.

    A sample fulfils the duty of its own day, not that of the day on which it is told of;
    and also what another post owed, where a hospital or the CDC has taken it. What they
    tell of after midnight is no miss of the day on which they took it.
    """
    others = owed(seen.subject, seen.form, seen.seen_at)
    if seen.form in SAMPLINGS:
        day = day_sampled(seen.answers, seen.seen_at)
        others = [task for task in others if day is None or falls_on(task, day)]
        if by.role in rules.TAKERS:
            if day is not None:
                others += [one for one in _missed(seen) if falls_on(one, day)]
            return _fulfil_all(others, seen, by=by, at=at)
    done = [task.pk for task in others if can_do(task, by=by, at=at)]
    for task in done:
        complete(task, observation=seen.id, by=by, at=at)
    return tuple(done)


def _fulfil_all(
    others: Sequence["Task"], seen: Seen, *, by: Actor, at: datetime
) -> tuple[int, ...]:
    for task in others:
        end = fulfil if is_in_window(task, at=at) else settle
        end(task.pk, observation=seen.id, by=by, at=at)
    return tuple(task.pk for task in others)


def _missed(seen: Seen) -> list["Task"]:
    missed = tasks(EVERYWHERE, subject=seen.subject, states=[State.LAPSED])
    return list(missed.filter(form=seen.form).order_by("due_at", "pk"))


def raise_all(
    failed: Sequence[FailedItem],
    watch: Watch,
    edition: LoadedEdition,
    *,
    observation: UUID | None,
    by: Actor,
    at: datetime,
) -> tuple[int, ...]:
    """Raise a finding for each answer that is a problem; give their numbers."""
    return tuple(
        raise_finding(
            subject=subject_of(watch.pk),
            kind="",
            area=watch.area_id,
            item=one.item,
            text=one.text,
            severity=one.severity,
            deadline_at=edition.pack.deadline(one.severity, at, day_of(at)),
            observation=observation,
            edition=edition.id,
            by=by,
            at=at,
        ).pk
        for one in failed
    )
