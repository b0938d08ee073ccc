"""Looking back: somebody independent goes there again, and closes or sends back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.inspection import events, queries
from fangxian.capabilities.inspection.facts import facts_about_finding
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import confirm, reopen
from fangxian.mechanisms.finding.queries import (
    get_finding,
    independent_post,
    was_looked_back,
)
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.observation.actions import observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.protocol.evaluation import judge
from fangxian.mechanisms.task.actions import complete, issue_all, request_for
from fangxian.mechanisms.task.queries import open_for_subject
from fangxian.mechanisms.task.rules import can_do


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
    seen_at: datetime | None = None,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Finding":
    """Write down what was seen on looking back; close the finding or send it back.

    ``seen_at`` is when somebody was there, if not now. ``note`` says what remains where it has not ``passed``; sent back, the finding
    has the hours of its severity again. The same id twice acts once.
    """
    finding = get_finding(finding_id, by.scope)
    if was_looked_back(finding, id):
        return finding
    seen_at = seen_at or at
    edition = queries.edition_for(finding.area_id, seen_at)
    subject = f"finding:{finding.pk}"
    observe(
        id=id,
        form=LOOK_BACK,
        edition=edition.id,
        subject=subject,
        kind=finding.kind,
        area=finding.area_id,
        answers=_answers(answers, evidence, passed=passed, note=note),
        seen_at=seen_at,
        evidence=evidence,
        by=by,
        at=at,
    )
    for task in open_for_subject(subject, LOOK_BACK):
        if can_do(task, by=by, at=at):
            complete(task.pk, observation=id, by=by, at=at)
    event = events.LookedBack(finding=finding.pk, passed=passed, observation=id)
    record(event, by=by, at=at, subject=subject, area=finding.area_id)
    in_charge = queries.staff_in_charge(finding)
    if passed:
        return confirm(
            finding.pk, observation=id, note=note, responsible=in_charge, by=by, at=at
        )
    deadline_at = edition.pack.deadline(finding.severity, at, day_of(at))
    return reopen(
        finding.pk,
        reason=note,
        deadline_at=deadline_at,
        observation=id,
        responsible=in_charge,
        by=by,
        at=at,
    )


def _answers(
    answers: Mapping[str, object],
    evidence: Sequence[EvidenceFacts],
    *,
    passed: bool,
    note: str,
) -> dict[str, object]:
    """Complete the form with the verdict, so that record and act cannot differ."""
    verdict: dict[str, object] = {"put_right": passed}
    if not passed:
        verdict["what_remains"] = note.strip()
    if evidence:
        verdict["photos"] = [file.digest for file in evidence]
    return {**answers, **verdict}


@transaction.atomic
def owe_look_back(finding_id: int, *, by: Actor, at: datetime) -> int:
    """Issue the look-back that the rules ask for about a finding; say how many.

    The post is the nearest whose holder is independent: in the unit, else above.
    """
    finding = get_finding(finding_id, by.scope)
    edition = queries.edition_for(finding.area_id, at)
    facts = facts_about_finding(finding)
    independent = independent_post(finding, at)
    post = None if independent is None else independent.id
    requests = [
        request_for(decision, kind=finding.kind, area=finding.area_id, post=post)
        for decision in judge(edition.pack, facts, at)
    ]
    return issue_all(requests, by=by, at=at)
