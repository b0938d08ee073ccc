"""Looking back: somebody independent goes there again, and closes or sends back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.inspection import events, queries
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import confirm, reopen
from fangxian.mechanisms.finding.queries import get_finding, was_looked_back
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.observation.actions import observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding

LOOK_BACK = "look_back"


@transaction.atomic
def look_back(
    finding_id: int,
    *,
    passed: bool,
    note: str,
    answers: Mapping[str, object],
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    by: Actor,
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Finding":
    """Write down what was seen on looking back; close the finding or send it back.

    Sent back, it has the hours of its severity again. The same id twice acts once.
    """
    finding = get_finding(finding_id, by.scope)
    if was_looked_back(finding, id):
        return finding
    edition = queries.edition_for(finding.area_id, at)
    observe(
        id=id,
        form=LOOK_BACK,
        edition=edition.id,
        subject=finding.subject,
        kind=finding.kind,
        area=finding.area_id,
        answers=answers,
        seen_at=at,
        evidence=evidence,
        by=by,
        at=at,
    )
    event = events.LookedBack(finding=finding.pk, passed=passed, observation=id)
    record(
        event,
        by=by,
        at=at,
        subject=f"finding:{finding.pk}",
        area=finding.area_id,
    )
    if passed:
        return confirm(finding.pk, observation=id, note=note, by=by, at=at)
    deadline_at = edition.pack.deadline(finding.severity, at, day_of(at))
    return reopen(
        finding.pk,
        reason=note,
        deadline_at=deadline_at,
        observation=id,
        by=by,
        at=at,
    )
