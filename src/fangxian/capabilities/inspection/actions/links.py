"""Rectification links: one finding, one named person, no log-in."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from fangxian.capabilities.inspection import events, queries, rules
from fangxian.capabilities.inspection.actions.rectifications import put_right
from fangxian.capabilities.inspection.models import Link
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.finding.actions import name_responsible
from fangxian.mechanisms.finding.queries import get_finding
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.observation.evidence import EvidenceFacts


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding

SECRET_BYTES = 16


@transaction.atomic
def issue_link(finding_id: int, *, by: Actor, at: datetime) -> str:
    """Give the token of a link by which the person in charge puts a finding right.

    That person is the one whom the ledger names, becomes the finding's responsible
    person, and can never look back on it. A link issued before ends. Only the
    token's digest is kept, so it cannot be shown a second time.
    """
    finding = get_finding(finding_id, by.scope)
    rules.check_can_visit(by=by)
    person = queries.person_in_charge(finding, by.scope).person
    name_responsible(finding.pk, person=person, by=by, at=at)
    for earlier in Link.objects.select_for_update().filter(
        finding=finding.pk, ended_at=None
    ):
        _end(earlier, finding, by=by, at=at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = Link.objects.create(
        id=uuid4(),
        finding_id=finding.pk,
        person=person,
        digest=queries.digest_of(secret),
        issued_at=at,
        expires_at=at + rules.LINK_LASTS,
    )
    event = events.LinkIssued(
        link=link.pk,
        finding=finding.pk,
        person=person,
        digest=link.digest,
        expires_at=link.expires_at,
    )
    _record(event, finding, by=by, at=at)
    return queries.SIGNER.sign(secret)


@transaction.atomic
def end_link(finding_id: int, *, by: Actor, at: datetime) -> bool:
    """End the link to a finding; say whether there was one."""
    finding = get_finding(finding_id, by.scope)
    rules.check_can_visit(by=by)
    standing = Link.objects.select_for_update().filter(
        finding=finding.pk, ended_at=None
    )
    for link in standing:
        _end(link, finding, by=by, at=at)
        return True
    return False


@transaction.atomic
def rectify_by_link(
    token: str,
    *,
    how: str,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Finding":
    """Put a finding right by its link, in the name of the person it belongs to.

    The same id twice acts once.
    """
    opened = queries.open_link(token, at=at)
    return put_right(
        opened.finding.pk, how=how, id=id, by=opened.actor, at=at, evidence=evidence
    )


def _end(link: Link, finding: "Finding", *, by: Actor, at: datetime) -> None:
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    _record(events.LinkEnded(link=link.pk), finding, by=by, at=at)


def _record(event: Event, finding: "Finding", *, by: Actor, at: datetime) -> None:
    subject = f"finding:{finding.pk}"
    record(event, by=by, at=at, subject=subject, area=finding.area_id)
