"""Evidence is stated once, by a source entitled to it, and can be taken back."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.conditions import Value
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.observation.queries import subject_of
from fangxian.mechanisms.protocol.vocabulary import Ending, Grade, Kind
from fangxian.mechanisms.restriction import events, facts, rules
from fangxian.mechanisms.restriction.actions.endings import end_all, hold
from fangxian.mechanisms.restriction.models import Decision, Evidence, Withdrawal
from fangxian.mechanisms.restriction.queries import not_over


WHAT = "evidence"


@transaction.atomic
def record_evidence(
    *,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    subject: UUID | None,
    kind: Kind,
    grade: Grade,
    states: Mapping[str, Value],
    seen_at: dt.datetime,
    area: int,
    by: Actor,
    at: dt.datetime,
    venue: str = "",
    observation: UUID | None = None,
) -> Evidence:
    """State something about a person, as a source of it; it restricts nobody yet.

    ``subject`` is None for an exposure, which is about everybody at ``venue``. The
    same id with the same body gives the known record and writes nothing.
    """
    rules.check_source(kind, grade, by=by)
    check_reaches(by.scope, area, what=WHAT)
    rules.check_about(kind, subject, venue)
    rules.check_facts(kind, states, seen_at=seen_at, at=at)
    rules.check_visited(grade, observation, by=by)
    if observation is not None:
        about = subject_of(observation)
        rules.check_is_of(observation, about=about, subject=subject)
    draft = Evidence(
        id=id,
        subject=subject,
        venue=venue,
        area_id=area,
        kind=kind,
        grade=grade,
        facts=facts.spell(states),
        seen_at=seen_at,
        recorded_at=at,
        by=by.person,
        post=by.post,
        role=by.role,
        device=by.device,
        observation_id=observation,
    )
    draft.digest = facts.digest_of(draft)
    kept = _known(draft) or _keep(draft)
    if kept is draft:
        _record_stated(draft, by=by, at=at)
    return kept


def _keep(draft: Evidence) -> Evidence:
    """Keep a draft; give what was sent at the same time under its id, if that came first."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        known = _known(draft)
        if known is None:
            raise
        return known
    return draft


def _known(draft: Evidence) -> Evidence | None:
    """Give the evidence that has this id already; refuse if it says something else."""
    known = Evidence.objects.filter(pk=draft.pk).first()
    if known is None:
        return None
    is_same = facts.body_of(known) == facts.body_of(draft)
    rules.check_same_body(draft.pk, is_same=is_same)
    return known


def _record_stated(evidence: Evidence, *, by: Actor, at: dt.datetime) -> None:
    event = events.EvidenceRecorded(
        evidence=evidence.pk,
        person=evidence.subject,
        kind=evidence.kind,
        grade=evidence.grade,
        observation=evidence.observation_id,
        digest=evidence.digest,
    )
    count = Count(
        area=evidence.area_id,
        day=day_of(at),
        measure=events.EVIDENCE,
        kind=evidence.kind,
    )
    subject = f"evidence:{evidence.pk}"
    record(event, by=by, at=at, subject=subject, area=evidence.area_id, tally=[count])


@transaction.atomic
def withdraw_evidence(
    evidence_id: UUID, *, reason: str, by: Actor, at: dt.datetime
) -> tuple[int, ...]:
    """Take evidence back; every restriction that rests on it ends at once.

    Gives the restrictions that ended, so that those concerned can be told.
    """
    evidence = Evidence.objects.select_for_update().filter(pk=evidence_id).first()
    if evidence is None:
        raise rules.UNKNOWN_EVIDENCE(evidence=evidence_id)
    check_reaches(by.scope, evidence.area_id, what=WHAT)
    rules.check_can_withdraw(source=evidence.role, by=by)
    rules.check_reason(reason)
    if Withdrawal.objects.filter(evidence=evidence).exists():
        raise rules.ALREADY_WITHDRAWN(evidence=evidence_id)
    Withdrawal.objects.create(
        evidence=evidence, reason=reason.strip(), by=by.person, post=by.post, at=at
    )
    resting = Decision.objects.filter(
        not_over(at), proposal__grounds__evidence=evidence
    )
    ended = end_all(hold(resting), Ending.EVIDENCE_WITHDRAWN, by=by, at=at)
    event = events.EvidenceWithdrawn(evidence=evidence.pk, ended=ended)
    subject = f"evidence:{evidence.pk}"
    record(event, by=by, at=at, subject=subject, area=evidence.area_id)
    return ended
