"""What rules may ask about arrivals, and what evidence may state of them."""

from typing import TYPE_CHECKING

from fangxian.kernel.moments import day_of
from fangxian.mechanisms.protocol.facts import Facts


if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from fangxian.capabilities.enrolment.journeys import Journey
    from fangxian.capabilities.enrolment.models import Arrival
    from fangxian.kernel.conditions import Value

ABROAD, DOMESTIC = "abroad", "domestic"


def facts_about_arrival(arrival: "Arrival") -> Facts:
    """Gather what clauses about arrivals may read; a visit is owed from ``since`` on."""
    return Facts(
        subject="arrival",
        number=arrival.pk,
        kind=kind_of(is_abroad=arrival.is_abroad),
        values={
            "arrival.standing": arrival.standing,
            "arrival.grade": arrival.grade,
            "arrival.risk": arrival.risk or "low",
        },
        since=arrival.since,
    )


def facts_about_hearsay(
    evidence: "UUID", *, kind: str, recorded_at: "dt.datetime"
) -> Facts:
    """Gather what clauses about hearsay may read."""
    return Facts(subject="hearsay", number=evidence, kind=kind, since=recorded_at)


def kind_of(*, is_abroad: bool) -> str:
    """Name the kind of an arrival."""
    return ABROAD if is_abroad else DOMESTIC


def states_of(journey: "Journey", *, seen_at: "dt.datetime") -> "dict[str, Value]":
    """Spell a journey in the words of evidence; days that lie ahead are left out."""
    said: dict[str, Value] = {"stay.abroad": journey.is_abroad}
    if journey.listing:
        said["stay.area"] = journey.listing
    days = {"stay.left_on": journey.left_on, "stay.entered_on": journey.entered_on}
    today = day_of(seen_at)
    known = {name: day for name, day in days.items() if day and day <= today}
    return {**said, **{name: day.isoformat() for name, day in known.items()}}
