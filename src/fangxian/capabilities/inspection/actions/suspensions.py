"""Closing a place to the public on a grave finding, and opening it after looking back."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from fangxian.capabilities.inspection import events, queries, rules
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.finding.queries import findings, get_finding
from fangxian.mechanisms.finding.states import LIVE, Severity
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.ledger import actions as ledger


if TYPE_CHECKING:
    from fangxian.mechanisms.ledger.models import Place


@transaction.atomic
def suspend_place(finding_id: int, *, reason: str, by: Actor, at: datetime) -> "Place":
    """Close the finding's place to the public, on the ground of a grave finding."""
    rules.check_can_suspend(by=by)
    finding = get_finding(finding_id, by.scope)
    place_id = queries.place_of(finding.subject)
    if place_id is None:
        raise rules.NOT_A_PLACE(finding=finding.pk)
    if finding.severity != Severity.GRAVE or finding.state not in LIVE:
        raise rules.NOT_GRAVE(finding=finding.pk)
    said = rules.check_reason(reason)
    place = ledger.suspend_place(place_id, reason=said, by=by, at=at)
    event = events.Suspended(place=place.pk, finding=finding.pk, reason=said)
    record(event, by=by, at=at, subject=f"place:{place.pk}", area=place.area_id)
    return place


@transaction.atomic
def reopen_place(place_id: int, *, reason: str, by: Actor, at: datetime) -> "Place":
    """Let a place open again, once every grave finding there has been looked back on."""
    rules.check_can_suspend(by=by)
    subject = f"place:{place_id}"
    grave = findings(by.scope, subject=subject, severity=Severity.GRAVE)
    still = grave.filter(state__in=LIVE).count()
    if still:
        raise rules.STILL_WRONG(count=still)
    said = rules.check_reason(reason)
    place = ledger.reopen_place(place_id, reason=said, by=by, at=at)
    event = events.Reopened(place=place.pk, reason=said)
    record(event, by=by, at=at, subject=subject, area=place.area_id)
    return place
