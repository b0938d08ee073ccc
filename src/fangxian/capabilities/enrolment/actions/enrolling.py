"""What sources tell of journeys, joined into one arrival for each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fangxian.capabilities.enrolment import events, rules
from fangxian.capabilities.enrolment.actions import steps
from fangxian.capabilities.enrolment.actions.visits import Desk, owe_visits
from fangxian.capabilities.enrolment.facts import kind_of, states_of
from fangxian.capabilities.enrolment.journeys import (
    Journey,
    is_same_journey,
    joined,
    with_listing,
)
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.queries import journey_of, recent_of
from fangxian.capabilities.enrolment.states import WAITING, Source, Standing
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import day_of, start_of
from fangxian.mechanisms.journal.actions import record_all
from fangxian.mechanisms.journal.events import Act, Count, Event
from fangxian.mechanisms.ledger.people.actions import hold_people
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction.actions import record_evidence
from fangxian.mechanisms.restriction.rules import SOURCES


AT_ONCE = 500
JOINED_WITHIN = dt.timedelta(days=30)  # how long after a report another can join it


@dataclass(frozen=True, slots=True)
class Told:
    """What a source tells of one person, in one area; ``id`` was made where it was told."""

    id: UUID
    person: UUID
    area: int
    source: Source
    journey: Journey
    batch: int | None = None
    row: int | None = None


@dataclass(slots=True)
class Outcome:
    """What became of what was told; ``arrivals`` are by the id of the statement."""

    arrivals: dict[UUID, Arrival] = field(default_factory=dict)
    registered: list[Arrival] = field(default_factory=list)
    joined: list[Arrival] = field(default_factory=list)
    repeated: list[Arrival] = field(default_factory=list)


class Book:
    """Takes down what is told, person by person, and writes it all at the end."""

    def __init__(self, told: Sequence[Told], *, by: Actor, at: dt.datetime) -> None:
        """Everything that is asked of the tables is asked here, for all at once."""
        self.outcome = Outcome()
        hold_people({one.person for one in told})  # of two sources at once one waits
        self._by, self._at = by, at
        self._desk = Desk(at)
        self._known = _known([one.id for one in told])
        self._arrivals = _recent({one.person for one in told}, at=at)
        self._said = _said(_each(self._arrivals))
        self._new: list[Statement] = []
        self._acts: list[Act] = []
        self._touched: dict[UUID, Arrival] = {}

    def take_down(self, told: Told) -> None:
        """Register a journey, join it to one that is known, or find it told before."""
        if (known := self._known.get(told.id)) is not None:
            rules.check_same_body(is_same=_is_same(known, told))
            self._repeat(told, known.arrival)
            return
        journey = with_listing(told.journey, self._desk.edition(told.area).pack.risks)
        arrival = self._find(told.person, journey)
        if arrival is None:
            self._register(told, journey)
        elif (told.source, told.journey) in self._said[arrival.pk]:
            self._repeat(told, arrival)
        else:
            self._join(told, journey, arrival)

    def _find(self, person: UUID, journey: Journey) -> Arrival | None:
        for arrival in self._arrivals[person]:
            if is_same_journey(journey_of(arrival), journey):
                return arrival
        return None

    def _repeat(self, told: Told, arrival: Arrival) -> None:
        self.outcome.arrivals[told.id] = arrival
        self.outcome.repeated.append(arrival)

    def _register(self, told: Told, journey: Journey) -> None:
        arrival = Arrival(
            id=told.id,
            person=told.person,
            area_id=told.area,
            grade=Grade.C,
            standing=Standing.REGISTERED,
            registered_at=self._at,
            since=_owed_from(journey, self._at),
        )
        steps.believe(arrival, journey)
        arrival.risk = steps.risk_by(self._desk.edition(told.area).pack, journey)
        self._arrivals[told.person].insert(0, arrival)
        self.outcome.registered.append(arrival)
        event = events.Registered(
            arrival=arrival.pk,
            person=told.person,
            statement=told.id,
            source=told.source,
        )
        count = Count(
            area=told.area,
            day=day_of(self._at),
            measure=events.REGISTERED,
            kind=kind_of(is_abroad=journey.is_abroad),
        )
        self._state(told, arrival, event, count)

    def _join(self, told: Told, journey: Journey, arrival: Arrival) -> None:
        before = journey_of(arrival)
        grade = rules.grade_of(told.source, by=self._by)
        after = joined(before, journey, believed=grade is Grade.B)
        steps.believe(arrival, after)
        if rules.needs_another_look(
            before, after, standing=arrival.standing, grade=grade
        ):
            steps.reopen(arrival, by=self._by, at=self._at)
        if arrival.standing in WAITING:
            pack = self._desk.edition(arrival.area_id).pack
            arrival.risk = steps.risk_by(pack, after)
        self.outcome.joined.append(arrival)
        event = events.Joined(arrival=arrival.pk, statement=told.id, source=told.source)
        self._state(told, arrival, event)

    def _state(self, told: Told, arrival: Arrival, event: Event, *tally: Count) -> None:
        statement = Statement(
            id=told.id,
            arrival=arrival,
            person=told.person,
            source=told.source,
            grade=rules.grade_of(told.source, by=self._by),
            journey=told.journey.as_data(),
            batch_id=told.batch,
            row=told.row,
            by=self._by.person,
            post=self._by.post,
            role=self._by.role,
            at=self._at,
        )
        self._new.append(statement)
        self._said[arrival.pk].append((told.source, told.journey))
        self._acts.append(Act(event, steps.subject_of(arrival), arrival.area_id, tally))
        self._touched[arrival.pk] = arrival
        self.outcome.arrivals[told.id] = arrival

    # ------------------------------------------------------------------ at the end
    def close(self) -> Outcome:
        """Write everything down; what is a document verifies, and visits are owed."""
        fresh = {one.pk for one in self.outcome.registered}
        Arrival.objects.bulk_create(self.outcome.registered, AT_ONCE)
        Statement.objects.bulk_create(self._new, AT_ONCE)
        record_all(self._acts, by=self._by, at=self._at)
        verified = {self._ground(one) for one in self._new}
        for arrival in self._touched.values():
            if arrival.pk not in fresh or arrival.pk in verified:
                arrival.save()
        owe_visits(self._touched.values(), at=self._at)
        return self.outcome

    def _ground(self, statement: Statement) -> UUID | None:
        """State what a document or somebody's own report says as evidence."""
        grade = Grade(statement.grade)
        is_own = statement.source == Source.SELF_REPORT
        if not _is_witness(self._by) or (grade is Grade.C and not is_own):
            return None
        arrival = self._touched[statement.arrival_id]
        evidence = record_evidence(
            id=statement.pk,
            subject=statement.person,
            kind=Kind.STAY,
            grade=grade,
            states=states_of(self._journey(statement), seen_at=self._at),
            seen_at=self._at,
            area=arrival.area_id,
            by=self._by,
            at=self._at,
        )
        if grade is Grade.C:
            return None
        arrival.grade = grade
        if self._says_less(statement, arrival):
            return arrival.pk
        steps.verify(arrival, evidence.pk, by=self._by, at=self._at)
        edition = self._desk.edition(arrival.area_id)
        steps.classify(arrival, edition, by=self._by, at=self._at)
        return arrival.pk

    def _says_less(self, statement: Statement, arrival: Arrival) -> bool:
        """Whether hearsay names an area at risk of which a document says nothing.

        Then somebody goes there all the same, whichever of the two came first.
        """
        listing = journey_of(arrival).listing
        return listing not in {"", self._journey(statement).listing}

    def _journey(self, statement: Statement) -> Journey:
        pack = self._desk.edition(statement.arrival.area_id).pack
        return with_listing(journey_of(statement), pack.risks)


def _is_witness(by: Actor) -> bool:
    """Whether whoever tells can state evidence; the system only hands on."""
    return by.role in SOURCES[Kind.STAY] and by.role is not Role.SYSTEM


def _owed_from(journey: Journey, at: dt.datetime) -> dt.datetime:
    """A visit is owed at once, or from the day of an arrival that was foretold."""
    arrives = journey.arrived_on
    return at if arrives is None else max(at, start_of(arrives))


def _known(ids: Iterable[UUID]) -> dict[UUID, Statement]:
    listed, known = list(ids), {}
    for start in range(0, len(listed), AT_ONCE):
        some = Statement.objects.filter(pk__in=listed[start : start + AT_ONCE])
        known.update({one.pk: one for one in some.select_related("arrival")})
    return known


def _recent(people: Iterable[UUID], *, at: dt.datetime) -> dict[UUID, list[Arrival]]:
    """Hold the latest arrivals of each, the latest first; the ids tell the order."""
    listed = list(people)
    known: list[UUID] = []
    for start in range(0, len(listed), AT_ONCE):
        some = recent_of(listed[start : start + AT_ONCE], since=at - JOINED_WITHIN)
        known.extend(some.values_list("pk", flat=True))
    known.sort()
    held: list[Arrival] = []
    for start in range(0, len(known), AT_ONCE):
        ids = known[start : start + AT_ONCE]
        held.extend(steps.hold(Arrival.objects.filter(pk__in=ids, into=None)))
    found: dict[UUID, list[Arrival]] = defaultdict(list)
    for arrival in sorted(held, key=lambda one: (one.registered_at, one.pk)):
        found[arrival.person].insert(0, arrival)
    return found


def _each(arrivals: dict[UUID, list[Arrival]]) -> list[UUID]:
    return [one.pk for listed in arrivals.values() for one in listed]


def _said(arrivals: Sequence[UUID]) -> dict[UUID, list[tuple[str, Journey]]]:
    said: dict[UUID, list[tuple[str, Journey]]] = defaultdict(list)
    for start in range(0, len(arrivals), AT_ONCE):
        some = arrivals[start : start + AT_ONCE]
        for statement in Statement.objects.filter(arrival__in=some):
            told = (statement.source, journey_of(statement))
            said[statement.arrival_id].append(told)
    return said


def _is_same(known: Statement, told: Told) -> bool:
    same = (known.person, known.source) == (told.person, told.source)
    return same and journey_of(known) == told.journey
