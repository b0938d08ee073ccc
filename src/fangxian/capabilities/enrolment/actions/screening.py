"""Everybody is screened again when the areas at risk change, and closed in the end."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.enrolment import events, queries, rules
from fangxian.capabilities.enrolment.actions import steps
from fangxian.capabilities.enrolment.actions.visits import Desk, owe_visits
from fangxian.capabilities.enrolment.journeys import (
    is_same_journey,
    joined,
    with_listing,
)
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import WAITING, Closing, Risk, Standing
from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import check_reaches, posts_within
from fangxian.mechanisms.ledger.people.queries import survivor
from fangxian.mechanisms.protocol.queries import in_force
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction.actions import propose


@dataclass(frozen=True, slots=True)
class Rescreened:
    """How many were looked at, whose risk is another now, and who is to be visited."""

    screened: int
    changed: int
    to_visit: int


@transaction.atomic
def rescreen(area: int, *, by: Actor, at: dt.datetime) -> Rescreened:
    """Ask the rules in force about everybody who came to an area, once more.

    Whose evidence names a newly listed area is classified anew, and the doctor is
    proposed what follows; whose words alone name it is visited again.
    """
    rules.check_can_screen(by=by)
    check_reaches(by.scope, area, what="area")
    desk, screened, changed, again = Desk(at), 0, 0, []
    for arrival in steps.hold(queries.to_screen(area, since=day_of(at))):
        screened += 1
        before = (arrival.risk, arrival.standing)
        if _screen(arrival, desk, by=by, at=at):
            again.append(arrival)
        changed += before != (arrival.risk, arrival.standing)
        arrival.save()
    owe_visits(again, at=at)
    done = Rescreened(screened, changed, len(again))
    edition = desk.find_edition(area)
    event = events.Rescreened(
        edition=None if edition is None else edition.id,
        screened=done.screened,
        changed=done.changed,
        to_visit=done.to_visit,
    )
    record(event, by=by, at=at, subject=f"area:{area}", area=area)
    return done


def _screen(arrival: Arrival, desk: Desk, *, by: Actor, at: dt.datetime) -> bool:
    """Classify one arrival anew; say whether somebody must go there again."""
    edition = desk.find_edition(arrival.area_id)
    if edition is None:
        return False
    arrival.edition_id = edition.id
    journey = queries.journey_of(arrival)
    known = with_listing(journey, edition.pack.risks)
    risk = steps.risk_by(edition.pack, known)
    if risk == arrival.risk and known == journey:
        return False
    if known != journey:
        steps.believe(arrival, known)
    if arrival.standing in WAITING:
        arrival.risk = risk
        return False
    if known != journey and risk not in {Risk.LOW, Risk.UNKNOWN}:
        steps.reopen(arrival, by=by, at=at)
        arrival.risk = risk
        return True
    steps.classify(arrival, edition, by=by, at=at)
    return False


@transaction.atomic
def screen_after(edition: int, area: int, *, at: dt.datetime) -> Rescreened | None:
    """Screen everybody of an area for whom another edition came into force just now."""
    held = in_force(queries.PACK, area, at)
    if held is None or held.id != edition:
        return None
    return _screen_and_propose(area, at=at)


@transaction.atomic
def screen_outdated(area: int, *, at: dt.datetime) -> Rescreened | None:
    """Screen everybody of an area if some were screened by what holds no more."""
    screened = queries.to_screen(area, since=day_of(at)).exclude(edition=None)
    desk = Desk(at)
    for place, edition in screened.values_list("area", "edition").distinct():
        held = desk.find_edition(place)
        if held is not None and held.id != edition:
            return _screen_and_propose(area, at=at)
    return None


def _screen_and_propose(area: int, *, at: dt.datetime) -> Rescreened:
    done = rescreen(area, by=SYSTEM, at=at)
    propose_measures(area, by=SYSTEM, at=at)
    return done


@transaction.atomic
def propose_measures(area: int, *, by: Actor, at: dt.datetime) -> int:
    """Have the evidence of every doctor's area evaluated; say how many cohorts it made.

    A cohort is put to the doctors of the CDC who answer for the area.
    """
    rules.check_can_screen(by=by)
    check_reaches(by.scope, area, what="area")
    return sum(
        len(propose(pack=queries.PACK, area=one, by=SYSTEM, at=at))
        for one in _areas_of_doctors(area, at)
    )


def _areas_of_doctors(area: int, at: dt.datetime) -> list[int]:
    """Give the areas that doctors answer for in an area, the smallest first."""
    doctors = posts_within(EVERYWHERE, at, area=area, role=Role.CDC)
    deepest = doctors.order_by("-area__level", "area_id")
    return list(dict.fromkeys(deepest.values_list("area_id", flat=True))) or [area]


# ---------------------------------------------------------------------------- ends
@transaction.atomic
def close_released(person: UUID, reason: Ending, *, at: dt.datetime) -> int:
    """Close the arrivals of somebody whose last measure has ended; say how many."""
    if reason is Ending.EVIDENCE_WITHDRAWN or queries.is_under_measure(person, at):
        return 0
    tracked = Arrival.objects.filter(
        person__in=(person, survivor(person)), standing=Standing.CLASSIFIED, into=None
    )
    return _close_all(steps.hold(tracked), Closing.RELEASED, at=at)


@transaction.atomic
def take_up(person: UUID, *, at: dt.datetime) -> int:
    """Track somebody again on whom another measure was imposed; say how many."""
    closed = Arrival.objects.filter(
        person__in=(person, survivor(person)),
        closed_why__in=(Closing.RELEASED, Closing.NO_MEASURE),
        watch_until__gte=day_of(at),
    )
    taken = steps.hold(closed)
    for arrival in taken:
        steps.take_up(arrival)
        arrival.save()
    return len(taken)


@transaction.atomic
def close_watched(*, at: dt.datetime) -> int:
    """Close who was classified and of whom nothing can follow now; say how many.

    Whose measures are over is released, whoever writes their end down first.
    """
    over = Arrival.objects.filter(
        standing=Standing.CLASSIFIED, watch_until__lt=day_of(at), into=None
    )
    free = [
        one for one in steps.hold(over) if not queries.is_under_measure(one.person, at)
    ]
    held = [one for one in free if queries.was_under_measure(one.person)]
    never = [one for one in free if one not in held]
    released = _close_all(held, Closing.RELEASED, at=at)
    return released + _close_all(never, Closing.NO_MEASURE, at=at)


def _close_all(arrivals: Iterable[Arrival], why: Closing, *, at: dt.datetime) -> int:
    closing = list(arrivals)
    for arrival in closing:
        steps.close(arrival, why, by=SYSTEM, at=at)
        arrival.save()
    return len(closing)


# -------------------------------------------------------------------------- mergers
@transaction.atomic
def join_arrivals(person: UUID, *, at: dt.datetime) -> int:
    """Join the arrivals of two entries that are one person; say how many were doubles.

    The one that has come furthest stands; the other points to it, with its sources.
    """
    into = survivor(person)
    held = steps.hold(Arrival.objects.filter(person__in=(person, into), into=None))
    furthest = sorted(held, key=lambda one: (_rank(one), one.registered_at, one.pk))
    standing: list[Arrival] = []
    for arrival in furthest:
        _settle(arrival, into, standing, at=at)
    return len(furthest) - len(standing)


def _rank(arrival: Arrival) -> int:
    order = (
        Standing.CLASSIFIED,
        Standing.VERIFIED,
        Standing.REGISTERED,
        Standing.CLOSED,
    )
    return order.index(Standing(arrival.standing))


def _settle(
    arrival: Arrival, person: UUID, standing: list[Arrival], *, at: dt.datetime
) -> None:
    journey = queries.journey_of(arrival)
    for kept in standing:
        mine = queries.journey_of(kept)
        if is_same_journey(mine, journey):
            steps.believe(kept, joined(mine, journey, believed=False))
            kept.save()
            arrival.statements.update(arrival=kept)
            if arrival.standing != Standing.CLOSED:
                steps.close(arrival, Closing.JOINED, into=kept, by=SYSTEM, at=at)
            arrival.save()
            return
    if arrival.person != person:
        arrival.person = person
        arrival.save()
    standing.append(arrival)
