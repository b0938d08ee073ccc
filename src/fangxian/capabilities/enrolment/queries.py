"""Readers; every list takes a scope, or serves the unit's own acts."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count as CountRows
from django.db.models import Exists, OuterRef, Q, QuerySet

from fangxian.capabilities.enrolment import rules
from fangxian.capabilities.enrolment.journeys import Journey, journey_from
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.states import (
    WAITING,
    Closing,
    Risk,
    Source,
    Standing,
)
from fangxian.kernel.identifiers import tidy
from fangxian.kernel.moments import start_of
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.jurisdiction.queries import descendants, lifted, within
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force
from fangxian.mechanisms.restriction import queries as restrictions
from fangxian.mechanisms.task import queries as tasks
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from fangxian.mechanisms.restriction.models import Decision
    from fangxian.mechanisms.task.models import Task

PACK = "covid19-cn"
VISIT = "arrival_visit"
CALL = "hearsay_call"
FOUND_BY_TEXT_MAX = 500


# ----------------------------------------------------------------------- the rules
def edition_for(area: int, at: dt.datetime) -> LoadedEdition:
    """Give the rules about those who come that hold in an area; refuse without any."""
    edition = in_force(PACK, area, at)
    if edition is None:
        raise rules.NO_PACK()
    return edition


def listings(pack: Pack) -> Mapping[str, str]:
    """Give the names of the areas at risk by their codes, as the pack lists them."""
    return {risk.area: risk.name.zh for risk in pack.risks}


# ------------------------------------------------------------------------- arrivals
def arrivals(
    scope: Scope,
    *,
    standing: Collection[Standing] | None = None,
    source: Source | None = None,
    risk: Collection[Risk] | None = None,
    abroad: bool | None = None,
    area: int | None = None,
    person: UUID | None = None,
    text: str = "",
    from_: dt.date | None = None,
    until: dt.date | None = None,
    counted_only: bool = False,
) -> "QuerySet[Arrival]":
    """List those who came, in scope, the latest first; joined entries are left out.

    ``text`` is what the ledger of people finds somebody by; the period is of the day
    of registration, half-open. ``counted_only`` leaves out who was never away.
    """
    exact = {
        "standing__in": standing,
        "risk__in": risk,
        "is_abroad": abroad,
        "person": person,
        "registered_at__gte": None if from_ is None else start_of(from_),
        "registered_at__lt": None if until is None else start_of(until),
    }
    given = {name: value for name, value in exact.items() if value is not None}
    found = Arrival.objects.filter(_in(scope), into=None, **given)
    if area is not None:
        found = found.filter(area__in=descendants(area))
    if source is not None:
        told = Statement.objects.filter(arrival=OuterRef("pk"), source=source)
        found = found.filter(Exists(told))
    if text.strip():
        found = found.filter(person__in=_found_by(text, scope))
    if counted_only:
        found = found.exclude(closed_why__in=NOT_COUNTED)
    return found.order_by("-registered_at", "-pk")


def _found_by(text: str, scope: Scope) -> list[UUID]:
    cards = people.find_people(scope, text=text, most=FOUND_BY_TEXT_MAX).cards
    return [card.id for card in cards]


def find_somebody(details: Details, scope: Scope) -> UUID | None:
    """Find who is on the ledger with this number, or this name and telephone."""
    if details.number:
        return _the_one(_found_by(tidy(details.number), scope))
    if not details.telephone:
        return None
    called = set(_found_by(details.telephone, scope))
    return _the_one([one for one in _found_by(details.name, scope) if one in called])


def _the_one(found: list[UUID]) -> UUID | None:
    return found[0] if len(found) == 1 else None


def get_arrival(arrival_id: UUID, scope: Scope) -> Arrival:
    """Give one arrival in scope, a joined one too; outside it there is none."""
    found = Arrival.objects.filter(_in(scope), pk=arrival_id).first()
    if found is None:
        raise rules.UNKNOWN()
    return found


def journey_of(told: Arrival | Statement) -> Journey:
    """Read the journey of an arrival, or of what one source told of it."""
    return journey_from(told.journey)


def sources_of(arrival: Arrival) -> "QuerySet[Statement]":
    """List what each source told of an arrival, the first one first."""
    return arrival.statements.order_by("at", "pk")


def sources_by_arrival(ids: Collection[UUID]) -> dict[UUID, list[Source]]:
    """Name who told of each of these arrivals: one query for a page of rows."""
    told: dict[UUID, list[Source]] = {one: [] for one in ids}
    rows = Statement.objects.filter(arrival__in=ids).order_by("at", "pk")
    for arrival, source in rows.values_list("arrival", "source"):
        if Source(source) not in told[arrival]:
            told[arrival].append(Source(source))
    return told


def recent_of(people_: Collection[UUID], *, since: dt.datetime) -> "QuerySet[Arrival]":
    """List what is known of these people's latest journeys, the latest first."""
    known = Arrival.objects.filter(person__in=people_, into=None)
    return known.filter(registered_at__gte=since).order_by("-registered_at", "-pk")


def visits_due(scope: Scope, *, area: int | None = None) -> "QuerySet[Task]":
    """List the visits and calls still owed to those who came, the first due first."""
    return tasks.tasks(scope, states=OPEN, area=area).filter(form__in=(VISIT, CALL))


def is_told(statement: UUID) -> bool:
    """Whether a report, or the evidence that it became, was registered here."""
    return Statement.objects.filter(pk=statement).exists()


def due_of(people_: Collection[UUID]) -> dict[UUID, dt.datetime]:
    """Until when somebody must be at the doors of these people: one query."""
    subjects = {rules.subject_of(one): one for one in people_}
    owed = tasks.tasks(EVERYWHERE, states=OPEN, form=VISIT)
    rows = owed.filter(subject__in=subjects).values_list("subject", "due_at")
    return {subjects[subject]: due_at for subject, due_at in reversed(rows)}


def waiting_for(person: UUID) -> Arrival | None:
    """Find the arrival that a visit to this person would verify, the oldest first."""
    waiting = Arrival.objects.filter(person=person, standing__in=WAITING, into=None)
    return waiting.order_by("registered_at", "pk").first()


def waiting_among(people_: Collection[UUID]) -> dict[UUID, UUID]:
    """The arrival of each of these people that a visit would verify: one query."""
    waiting = Arrival.objects.filter(
        person__in=people_, standing__in=WAITING, into=None
    )
    rows = waiting.order_by("-registered_at", "-pk").values_list("person", "pk")
    return dict(rows)


# --------------------------------------------------------------------------- counts
@dataclass(frozen=True, slots=True)
class Counts:
    """How many came in a period, each person and journey once, and how they stand."""

    domestic: int
    abroad: int
    waiting: int
    classified: int
    closed: int

    @property
    def all(self) -> int:
        """Everybody who came."""
        return self.domestic + self.abroad

    @property
    def verified(self) -> int:
        """Those at whose door somebody was, or of whom a document speaks."""
        return self.all - self.waiting


NOT_COUNTED = (Closing.MISTAKEN, Closing.JOINED)


def counted(
    area: int, *, from_: dt.date | None = None, until: dt.date | None = None
) -> "QuerySet[Arrival]":
    """Everybody who came to an area in a period; mistakes and doubles are none."""
    return arrivals(EVERYWHERE, area=area, from_=from_, until=until, counted_only=True)


def counts(
    area: int, *, from_: dt.date | None = None, until: dt.date | None = None
) -> Counts:
    """Count who came to an area in ``[from_, until)``, by the day of registration."""
    came = counted(area, from_=from_, until=until)
    return Counts(
        **came.aggregate(
            domestic=CountRows("pk", filter=Q(is_abroad=False)),
            abroad=CountRows("pk", filter=Q(is_abroad=True)),
            waiting=CountRows("pk", filter=Q(standing__in=WAITING)),
            classified=CountRows("pk", filter=Q(standing=Standing.CLASSIFIED)),
            closed=CountRows("pk", filter=Q(standing=Standing.CLOSED)),
        )
    )


def people_of(
    area: int,
    *,
    abroad: bool,
    from_: dt.date | None = None,
    until: dt.date | None = None,
) -> frozenset[UUID]:
    """Give the pseudonyms of who came to an area, to ask other records about them."""
    came = counted(area, from_=from_, until=until).filter(is_abroad=abroad)
    return frozenset(came.values_list("person", flat=True))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many came to an area, at how many doors somebody was."""

    area: int
    came: int
    waiting: int

    @property
    def did(self) -> int:
        """How many are verified."""
        return self.came - self.waiting


def coverage(scope: Scope, level: Level) -> list[Coverage]:
    """Count, for each area of a level, who came and who still waits for a visit."""
    came = arrivals(scope, counted_only=True).order_by("area")
    rows = list(
        came.values_list("area").annotate(
            n=CountRows("pk"),
            waiting=CountRows("pk", filter=Q(standing__in=WAITING)),
        )
    )
    above = lifted([area for area, *_ in rows], level)
    sums: dict[int, tuple[int, int]] = {}
    for area, n, waiting in rows:
        known = sums.get(above[area], (0, 0))
        sums[above[area]] = (known[0] + n, known[1] + waiting)
    return [Coverage(area, *counted_) for area, counted_ in sums.items()]


@dataclass(frozen=True, slots=True)
class Board:
    """How those who came stand now: what is owed, what the rules make of them."""

    came: int
    waiting: int
    late: int
    at_risk: int
    abroad: int
    closed: int


def board(scope: Scope, at: dt.datetime) -> Board:
    """Count how those who came to the areas of a scope stand at a moment."""
    came = arrivals(scope, counted_only=True)
    late = visits_due(scope).filter(due_at__lt=at).count()
    risky = Q(risk__in=(Risk.MEDIUM, Risk.HIGH))
    return Board(
        late=late,
        **came.aggregate(
            came=CountRows("pk"),
            waiting=CountRows("pk", filter=Q(standing__in=WAITING)),
            at_risk=CountRows("pk", filter=risky),
            abroad=CountRows("pk", filter=Q(is_abroad=True)),
            closed=CountRows("pk", filter=Q(standing=Standing.CLOSED)),
        ),
    )


# ------------------------------------------------------------------ the unit's acts
def is_under_measure(person: UUID, at: dt.datetime) -> bool:
    """Whether a measure on this person holds, is signed for later, or is proposed."""
    if _measures_on(person).filter(restrictions.not_over(at)).exists():
        return True
    proposed = restrictions.waiting(EVERYWHERE)
    return proposed.filter(proposals__subject__in=_subjects(person)).exists()


def was_under_measure(person: UUID) -> bool:
    """Whether there was ever a measure on this person."""
    return _measures_on(person).exists()


def _measures_on(person: UUID) -> "QuerySet[Decision]":
    return restrictions.decisions(EVERYWHERE).filter(subject__in=_subjects(person))


def _subjects(person: UUID) -> tuple[UUID, UUID]:
    return person, people.survivor(person)


def to_screen(area: int, *, since: dt.date) -> "QuerySet[Arrival]":
    """List who is screened again when the lists change: until nothing can follow.

    Those found never to have been away, and those who went on, are left out.
    """
    watched = Q(watch_until__gte=since) | Q(watch_until=None)
    known = Arrival.objects.filter(watched, area__in=descendants(area), into=None)
    gone = (Closing.MISTAKEN, Closing.MOVED_ON)
    return known.exclude(closed_why__in=gone).order_by("pk")


def _in(scope: Scope) -> Q:
    """Rows in scope; a sector department, bound to kinds of place, sees no person."""
    return within(scope) if scope.kinds is None else Q(pk__in=())
