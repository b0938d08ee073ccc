"""Putting right: what was done is a record with photos, and the finding points to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.inspection import queries
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.queries import get_finding
from fangxian.mechanisms.observation.actions import observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding

RECTIFICATION = "rectification"


@transaction.atomic
def put_right(
    finding_id: int,
    *,
    how: str,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    by: Actor,
    at: datetime,
    seen_at: datetime | None = None,
    by_person_in_charge: bool = False,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Finding":
    """Report that a finding has been put right, with what was done and its photos.

    ``seen_at`` is when it was seen, if not now. ``by_person_in_charge`` says that whom the ledger names did it, not the reporter.
    The same id twice acts once.
    """
    finding = get_finding(finding_id, by.scope)
    if finding.rectified_observation == id:
        return finding
    person = None
    if by_person_in_charge:
        person = queries.person_in_charge(finding, by.scope).person
    photos = [file.digest for file in evidence]
    seen_at = seen_at or at
    observe(
        id=id,
        form=RECTIFICATION,
        edition=queries.edition_for(finding.area_id, seen_at).id,
        subject=f"finding:{finding.pk}",
        kind=finding.kind,
        area=finding.area_id,
        answers={"done": how.strip(), **({"photos": photos} if photos else {})},
        seen_at=seen_at,
        evidence=evidence,
        by=by,
        at=at,
    )
    return rectify(
        finding.pk,
        how=how,
        observation=id,
        on_behalf_of=person,
        responsible=queries.staff_in_charge(finding),
        by=by,
        at=at,
    )
