"""Visits: the record, what it says on the board, and the duty that it completes."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.enrolment.models import Target
from fangxian.capabilities.enrolment.states import Sweeping
from fangxian.capabilities.enrolment.sweeps import events, rules
from fangxian.capabilities.enrolment.sweeps.actions.writing import note
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.finding.actions import (
    Followed,
    follow_correction,
    raise_problems,
)
from fangxian.mechanisms.jurisdiction.queries import reaches
from fangxian.mechanisms.observation.actions import correct, is_repeated, observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.observation.queries import get_observation, is_known
from fangxian.mechanisms.observation.rules import check_keeps
from fangxian.mechanisms.task.actions import complete
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation

Answers = Mapping[str, object]


@transaction.atomic
def record_visit(
    sweep_id: UUID,
    *,
    task: int,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    answers: Answers,
    seen_at: dt.datetime,
    evidence: Sequence[EvidenceFacts] = (),
    by: Actor,
    at: dt.datetime,
) -> "Observation":
    """Write down a visit; an answer that settles it completes the duty.

    After any other answer the duty stays owed: somebody goes again. What a telephone
    saw in time counts, though the duty lapsed meanwhile. The visit also stands for
    other sweeps that ask the same of the same door.
    """
    target = _held(sweep_id, task, by=by)
    rules.check_can_visit(target.task.post_id, by=by)
    repeated = is_known(id)
    if not repeated:
        rules.check_ran(target.sweep, seen_at)
    observation = observe(
        id=id,
        form=target.sweep.form,
        edition=target.sweep.edition_id,
        subject=target.task.subject,
        kind=target.task.kind,
        area=target.area_id,
        answers=answers,
        seen_at=seen_at,
        evidence=evidence,
        by=by,
        at=at,
    )
    if not repeated:
        raise_problems(observation, by=by, at=at)
        for one in (target, *_others(target, seen_at, by=by)):
            _take_down(one, observation, by=by, at=at)
    return observation


@transaction.atomic
def correct_visit(
    observation_id: UUID,
    *,
    corrected: UUID,
    answers: Answers,
    reason: str,
    evidence: Sequence[EvidenceFacts] = (),
    by: Actor,
    at: dt.datetime,
) -> Followed:
    """Put the record of a visit right by another; what became of the door stays.

    The board counts whom the corrected record counts. Sent again, nothing happens a
    second time.
    """
    wrong = get_observation(observation_id, by.scope)
    repeated = is_repeated(corrected)
    if not repeated:
        check_keeps(wrong, answers=answers, decided=(rules.OUTCOME,))
    right = correct(
        wrong.pk,
        corrected=corrected,
        answers=answers,
        reason=reason,
        evidence=evidence,
        by=by,
        at=at,
    )
    if repeated:
        return Followed()
    shown = Target.objects.select_for_update(of=("self",)).filter(observation=wrong.pk)
    for target in shown.select_related("sweep").order_by("pk"):
        note_correction(target, right)
        target.save()
        event = events.VisitCorrected(
            sweep=target.sweep_id, task=target.task_id, observation=right.pk
        )
        note(event, target.sweep, area=target.area_id, by=by, at=at)
    return follow_correction(wrong, right, by=by, at=at)


def note_correction(target: Target, right: "Observation") -> None:
    """Let a target show what the corrected record of its visit says."""
    target.people = right.answers.get(rules.PEOPLE)
    target.came = right.answers.get(rules.CAME)
    target.observation = right.pk


def _held(sweep_id: UUID, task: int, *, by: Actor) -> Target:
    held = Target.objects.select_for_update(of=("self",)).filter(task=task)
    target = held.filter(sweep=sweep_id).select_related("sweep", "task").first()
    if target is None or not _reaches(target, by=by):
        raise rules.NO_SUCH_TARGET()
    return target


def _reaches(target: Target, *, by: Actor) -> bool:
    return reaches(by.scope, target.area_id, target.task.kind or None)


def _others(target: Target, seen_at: dt.datetime, *, by: Actor) -> Iterator[Target]:
    """The same door in other sweeps that run by the same form."""
    alike = Target.objects.filter(
        number=target.number,
        sweep__about=target.sweep.about,
        sweep__form=target.sweep.form,
        sweep__state=Sweeping.RUNNING,
        sweep__opens_at__lte=seen_at,
        sweep__until__gt=seen_at,
    )
    others = alike.exclude(pk=target.pk).select_related("sweep", "task")
    for other in others.select_for_update(of=("self",)).order_by("pk"):
        if rules.can_visit(other.task.post_id, by=by):
            yield other


def _take_down(
    target: Target, observation: "Observation", *, by: Actor, at: dt.datetime
) -> None:
    """Say on the board what the visit found, and complete the duty that it settles."""
    outcome = note_visit(target, observation)
    target.save()
    if outcome in rules.SETTLING and _is_owed(target, at):
        complete(target.task_id, observation=observation.pk, by=by, at=at)
    event = events.Visited(
        sweep=target.sweep_id,
        task=target.task_id,
        observation=observation.pk,
        outcome=outcome,
    )
    note(event, target.sweep, area=target.area_id, by=by, at=at)


def note_visit(target: Target, observation: "Observation") -> str:
    """Let a target show what a visit found; the record itself is the observation."""
    answers = observation.answers
    outcome = str(answers[rules.OUTCOME])
    is_later = target.seen_at is None or observation.at >= target.seen_at
    target.times += 1
    if rules.tells_more(target.outcome, outcome, is_later=is_later):
        target.outcome = outcome
        target.people = answers.get(rules.PEOPLE)
        target.came = answers.get(rules.CAME)
        target.observation = observation.pk
        target.seen_at = observation.at
    return outcome


def _is_owed(target: Target, at: dt.datetime) -> bool:
    """Whether the duty can be completed; a later word leaves it as it is."""
    task = target.task
    is_open = task.closes_at is None or at < task.closes_at
    return task.state in OPEN and task.opens_at <= at and is_open
