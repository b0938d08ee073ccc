"""What the rules may ask about places and findings, gathered from their records."""

from typing import TYPE_CHECKING

from fangxian.mechanisms.ledger.queries import facts_of
from fangxian.mechanisms.protocol.facts import Facts


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding
    from fangxian.mechanisms.ledger.models import Place


def facts_about_place(entry: "Place") -> Facts:
    """Gather what is known of a place; what is owed once counts from its entry."""
    place = facts_of(entry)
    return Facts(
        subject="place",
        number=place.id,
        kind=place.kind,
        values={
            "place.kind": place.kind,
            "place.group": place.group,
            "place.standing": place.standing,
            "place.venue_code": place.venue_code,
        },
        since=entry.registered_at,
    )


def facts_about_finding(finding: "Finding") -> Facts:
    """Gather what is known of a finding; what is owed once counts from its remedy."""
    return Facts(
        subject="finding",
        number=finding.pk,
        kind=finding.kind,
        values={
            "finding.state": finding.state,
            "finding.severity": finding.severity,
            "finding.reopened": finding.reopened,
        },
        since=finding.rectified_at,
    )
