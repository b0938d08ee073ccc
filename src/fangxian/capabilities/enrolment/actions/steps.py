"""The steps of an arrival; whoever takes one holds the row and is in a transaction."""

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.enrolment import events, rules
from fangxian.capabilities.enrolment.journeys import Journey, with_listing
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.queries import journey_of
from fangxian.capabilities.enrolment.states import LIFECYCLE, Closing, Risk, Standing
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import LoadedEdition


if TYPE_CHECKING:
    from django.db.models import QuerySet

WATCHED_FOR = dt.timedelta(days=21)  # the longest that any rule can look back


def hold(arrivals: "QuerySet[Arrival]") -> list[Arrival]:
    """Lock arrivals, everywhere in one order: two who wait never wait for each other."""
    return list(arrivals.select_for_update().order_by("pk"))


def believe(arrival: Arrival, journey: Journey) -> None:
    """Let a journey be what is believed of an arrival."""
    arrival.journey = journey.as_data()
    arrival.is_abroad = journey.is_abroad
    last = journey.last_day or day_of(arrival.registered_at)
    arrival.watch_until = last + WATCHED_FOR


def verify(arrival: Arrival, evidence: UUID, *, by: Actor, at: dt.datetime) -> None:
    """Say that a visit or a document bears an arrival out."""
    if arrival.standing == Standing.CLOSED:
        reopen(arrival, by=by, at=at)
    arrival.evidence = evidence
    arrival.grade = "B"
    if arrival.standing == Standing.REGISTERED:
        _move(arrival, Standing.VERIFIED)
    arrival.verified_at = at
    note(events.Verified(arrival=arrival.pk, evidence=evidence), arrival, by=by, at=at)


def classify(
    arrival: Arrival, edition: LoadedEdition, *, by: Actor, at: dt.datetime
) -> None:
    """Say how the rules in force list where somebody came from, if they can."""
    journey = journey_of(arrival)
    if arrival.standing == Standing.REGISTERED or not rules.is_classifiable(journey):
        arrival.risk = risk_by(edition.pack, journey)
        return
    if arrival.standing != Standing.CLASSIFIED:
        _move(arrival, Standing.CLASSIFIED)
    arrival.risk = risk_by(edition.pack, journey)
    arrival.edition_id = edition.id
    arrival.classified_at = at
    note(
        events.Classified(arrival=arrival.pk, edition=edition.id), arrival, by=by, at=at
    )


def risk_by(pack: Pack, journey: Journey) -> Risk:
    """Say how a listed area stood on the day somebody left it; others are low."""
    listed = with_listing(journey, pack.risks)
    if not listed.listing:
        return Risk.LOW
    left = listed.left_on or listed.arrived_on
    return Risk.UNKNOWN if left is None else Risk(pack.risk(listed.listing, str(left)))


def reopen(arrival: Arrival, *, by: Actor, at: dt.datetime) -> None:
    """Ask for another look: a visit is owed from now on."""
    _move(arrival, Standing.REGISTERED)
    arrival.since = at
    note(events.Reopened(arrival=arrival.pk), arrival, by=by, at=at)


def take_up(arrival: Arrival) -> None:
    """Track an arrival again that had been closed: another measure begins."""
    _move(arrival, Standing.CLASSIFIED)


def close(
    arrival: Arrival,
    why: Closing,
    *,
    into: Arrival | None = None,
    by: Actor,
    at: dt.datetime,
) -> None:
    """Close an arrival, and say why."""
    LIFECYCLE.check(Standing(arrival.standing), Standing.CLOSED)
    arrival.standing = Standing.CLOSED
    arrival.closed_at, arrival.closed_why = at, why
    arrival.into = into
    event = events.Closed(
        arrival=arrival.pk, why=why, into=None if into is None else into.pk
    )
    note(event, arrival, by=by, at=at)


def _move(arrival: Arrival, to: Standing) -> None:
    LIFECYCLE.check(Standing(arrival.standing), to)
    arrival.standing = to
    arrival.closed_at, arrival.closed_why = None, ""


def note(event: Event, arrival: Arrival, *, by: Actor, at: dt.datetime) -> None:
    """Write a step of one arrival into the journal."""
    record(event, by=by, at=at, subject=subject_of(arrival), area=arrival.area_id)


def subject_of(arrival: Arrival) -> str:
    """Name an arrival as the subject of a journal entry."""
    return f"arrival:{arrival.pk}"
