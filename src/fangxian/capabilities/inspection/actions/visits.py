"""Visits of one unit, self-checks of a place, and problems seen in passing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.inspection import queries, rules
from fangxian.capabilities.inspection.actions.recording import Seen, write_down
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import (
    Followed,
    follow_correction,
    raise_finding,
)
from fangxian.mechanisms.ledger.queries import place_facts
from fangxian.mechanisms.observation.actions import correct, is_repeated
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.observation.queries import get_observation


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding
    from fangxian.mechanisms.observation.models import Observation

SELF_CHECK = "self_check"


@transaction.atomic
def record_visit(
    *,
    place: int,
    form: str,
    answers: Mapping[str, object],
    seen_at: datetime,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    task: int | None = None,
    participants: Sequence[UUID] = (),
    by: Actor,
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Observation":
    """Write a visit down once: the record, the duties done, the problems found.

    Sent again with the same id and body it gives the known record and does nothing.
    """
    rules.check_can_visit(by=by)
    seen = Seen(
        id=id,
        place=place_facts(place),
        form=form,
        answers=answers,
        seen_at=seen_at,
        task=task,
        evidence=evidence,
        participants=participants,
    )
    return write_down(seen, by=by, at=at)


@transaction.atomic
def correct_visit(
    observation_id: UUID,
    *,
    corrected: UUID,
    answers: Mapping[str, object],
    reason: str,
    by: Actor,
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> Followed:
    """Put the record of a visit to a place right by another; its problems follow it.

    What was done on the wrong record stays done. Sent again with the same body, nothing
    happens a second time.
    """
    wrong = get_observation(observation_id, by.scope)
    repeated = is_repeated(corrected)
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
    place = queries.place_of(wrong.subject)
    in_charge = None if place is None else place_facts(place).in_charge
    return follow_correction(wrong, right, responsible=in_charge, by=by, at=at)


@transaction.atomic
def self_check(
    *,
    place: int,
    answers: Mapping[str, object],
    seen_at: datetime,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    task: int | None = None,
    by: Actor,
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Observation":
    """Let a place check itself; who found the problem must also put it right."""
    rules.check_can_check_itself(by=by)
    seen = Seen(
        id=id,
        place=place_facts(place),
        form=SELF_CHECK,
        answers=answers,
        seen_at=seen_at,
        task=task,
        evidence=evidence,
        responsible=rules.responsible_in_self_check(by=by),
    )
    return write_down(seen, by=by, at=at)


@transaction.atomic
def note_problem(
    *, place: int, text: str, severity: str, by: Actor, at: datetime
) -> "Finding":
    """Raise a problem in free words, outside any checklist."""
    rules.check_can_visit(by=by)
    facts = place_facts(place)
    edition = queries.edition_for(facts.area, at)
    return raise_finding(
        subject=f"place:{facts.id}",
        kind=facts.kind,
        area=facts.area,
        item="",
        text=text,
        severity=severity,
        deadline_at=edition.pack.deadline(severity, at, day_of(at)),
        edition=edition.id,
        responsible=facts.in_charge,
        by=by,
        at=at,
    )
