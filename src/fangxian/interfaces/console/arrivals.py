"""What the pages show of those who came from elsewhere: rows, words, one arrival."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fangxian.capabilities.enrolment import queries
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.rules import can_read, can_verify, subject_of
from fangxian.capabilities.enrolment.states import (
    WAITING,
    Closing,
    Risk,
    Source,
    Standing,
)
from fangxian.interfaces.console.duties import Duty
from fangxian.interfaces.console.duties import rows as duties
from fangxian.interfaces.console.few import is_few, told
from fangxian.interfaces.console.history import event_word
from fangxian.interfaces.console.questions import word
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction.queries import (
    PATH_SEPARATOR,
    areas_below,
    get_area,
    masked_names,
    path_names,
)
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.people.queries import PersonCard, cards_of
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.restriction import rules as restriction_rules
from fangxian.mechanisms.restriction.notices import spelt
from fangxian.mechanisms.restriction.queries import history_of
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


STANDINGS = {
    Standing.REGISTERED: ("due", "clock", pgettext_lazy("arrival", "to be verified")),
    Standing.VERIFIED: ("doing", "eye", pgettext_lazy("arrival", "a day is missing")),
    Standing.CLASSIFIED: ("right", "scale", pgettext_lazy("arrival", "classified")),
    Standing.CLOSED: ("done", "check", pgettext_lazy("arrival", "closed")),
}
SOURCES = {
    Source.SELF_REPORT: _("own report"),
    Source.CHECKPOINT: _("checkpoint"),
    Source.EXIT_ENTRY: _("exit-entry list"),
    Source.BIG_DATA: _("big-data list"),
    Source.OVERSEAS_FAMILIES: _("family told beforehand"),
    Source.DOOR_SURVEY: _("door survey"),
}
RISKS = {
    Risk.HIGH: ("late", "alert-triangle", pgettext_lazy("risk", "high risk")),
    Risk.MEDIUM: ("due", "alert-triangle", pgettext_lazy("risk", "medium risk")),
    Risk.LOW: ("none", "check", pgettext_lazy("risk", "not listed")),
    Risk.UNKNOWN: ("doing", "clock", pgettext_lazy("risk", "day unknown")),
}
CLOSINGS = {
    Closing.NO_MEASURE: _("nothing was asked, and the days are over"),
    Closing.RELEASED: _("released"),
    Closing.MISTAKEN: _("never away"),
    Closing.MOVED_ON: _("moved on"),
    Closing.JOINED: _("joined to another entry"),
}
NEXT_LEVEL = {
    Level.CITY: Level.DISTRICT,
    Level.DISTRICT: Level.STREET,
    Level.STREET: Level.COMMUNITY,
    Level.COMMUNITY: Level.GRID,
}
MOMENTS_MAX = 40
ICONS = {
    "enrolment.registered": ("due", "user-plus"),
    "enrolment.joined": ("doing", "git-merge"),
    "enrolment.not_reached": ("due", "door"),
    "enrolment.verified": ("right", "clipboard-check"),
    "enrolment.classified": ("right", "scale"),
    "enrolment.reopened": ("due", "rotate"),
    "enrolment.closed": ("done", "check"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One arrival as the list shows it; the person is masked."""

    arrival: Any
    person: PersonCard | None
    journey: Journey
    unit: str
    path: str
    sources: tuple[str | Promise, ...]
    standing: tuple[str, str, str | Promise]
    risk: tuple[str, str, str | Promise]
    due_at: datetime | None


def rows(arrivals: Sequence[Any]) -> list[Row]:
    """Make rows of arrivals in scope, in as many queries for one as for fifty."""
    people = cards_of({one.person for one in arrivals})
    paths = path_names({one.area_id for one in arrivals})
    told = queries.sources_by_arrival([one.pk for one in arrivals])
    due = queries.due_of({one.person for one in arrivals})
    return [
        Row(
            arrival=one,
            person=people.get(one.person),
            journey=queries.journey_of(one),
            unit=paths[one.area_id].rsplit(PATH_SEPARATOR, 1)[-1],
            path=paths[one.area_id],
            sources=tuple(SOURCES[source] for source in told[one.pk]),
            standing=STANDINGS[Standing(one.standing)],
            risk=RISKS[Risk(one.risk)],
            due_at=due.get(one.person) if one.standing in WAITING else None,
        )
        for one in arrivals
    ]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, and where its rows are, for who may open them."""

    label: str | Promise
    figure: int | str
    href: str
    icon: str
    look: str = ""
    of: str = ""


def tiles(board: queries.Board, actor: Actor) -> list[Tile]:
    """Give the figures of the day; to who reads counts only, without their rows."""
    reads = can_read(by=actor)
    rows_at, late_at = reverse("screening"), reverse("screening_visits")
    waiting, risky = f"{rows_at}?standing=waiting", f"{rows_at}?risk=listed"
    abroad, closed = f"{rows_at}?where=abroad", f"{rows_at}?standing=closed"
    figures = (
        (_("Came"), board.came, rows_at, "users"),
        (_("To be verified"), board.waiting, waiting, "clock"),
        (_("Visits late"), board.late, late_at, "alert-triangle"),
        (_("From areas at risk"), board.at_risk, risky, "map-pin"),
        (_("From abroad"), board.abroad, abroad, "route"),
        (pgettext_lazy("arrivals", "Closed"), board.closed, closed, "circle-check"),
    )
    return [
        Tile(
            label=label,
            figure=told(figure, reads=reads),
            href=href if reads and figure else "",
            icon=icon,
            look="late" if href == late_at and figure else "",
        )
        for label, figure, href, icon in figures
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """One unit below, with how many came and at how many doors somebody was."""

    area: int
    name: str
    came: int
    did: int
    waiting: int
    is_hidden: bool = False

    @property
    def is_small(self) -> bool:
        """Whether one of its counts is of so few that they would be told apart."""
        return any(is_few(one) for one in (self.came, self.did, self.waiting))


def parts(actor: Actor) -> list[Part]:
    """Give the units directly below, the one with most waiting first."""
    if actor.unit is None:
        return []
    level = NEXT_LEVEL.get(get_area(actor.unit).level)
    if level is None:
        return []
    counted = {one.area: one for one in queries.coverage(actor.scope, level)}
    made = [
        Part(area.id, area.name, known.came, known.did, known.waiting)
        for area in areas_below(actor.unit, level)
        if (known := counted.get(area.id)) is not None
    ]
    ordered = sorted(made, key=lambda part: (-part.waiting, -part.came))
    return ordered if can_read(by=actor) else _hidden(ordered)


def _hidden(made: list[Part]) -> list[Part]:
    """Hide small counts, and one more where a lone one would follow from the sum."""
    small = [part for part in made if part.is_small]
    others = sorted((p for p in made if p not in small), key=lambda part: part.came)
    if len(small) == 1:
        small += others[:1]
    return [replace(part, is_hidden=part in small) for part in made]


# ---------------------------------------------------------------------- one arrival
@dataclass(frozen=True, slots=True)
class Told:
    """What one source told, by whom and when."""

    source: str | Promise
    grade: str
    journey: Journey
    who: str
    at: datetime
    batch: int | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of an arrival, as its line of time shows it."""

    at: datetime
    label: str | Promise
    look: str
    icon: str
    who: str


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that the page of one arrival shows."""

    row: Row
    listing: str
    told: tuple[Told, ...]
    moments: tuple[Moment, ...]
    duties: tuple[Duty, ...]
    measures: tuple[Any, ...]
    closed: str | Promise
    may: frozenset[str]


def details(arrival: Any, actor: Actor, at: datetime) -> Details:
    """Gather what is shown of one arrival to this reader."""
    [row] = rows([arrival])
    edition = queries.edition_for(arrival.area_id, at)
    names = queries.listings(edition.pack)
    owed = tasks(actor.scope, subject=subject_of(arrival.person), states=OPEN)
    may = set()
    if can_verify(arrival.standing, by=actor):
        may.add("visit")
    if restriction_rules.can_sign(by=actor):
        may.add("sign")
    return Details(
        row=row,
        listing=names.get(row.journey.listing, ""),
        told=tuple(_told(arrival)),
        moments=tuple(_moments(arrival)),
        duties=tuple(duties(list(owed), actor, at)),
        measures=tuple(_measures(arrival, actor)),
        closed=CLOSINGS.get(arrival.closed_why, ""),
        may=frozenset(may),
    )


def _told(arrival: Any) -> Iterator[Told]:
    statements = list(queries.sources_of(arrival))
    names = masked_names({one.by for one in statements})
    for one in statements:
        yield Told(
            source=SOURCES[Source(one.source)],
            grade=one.grade,
            journey=queries.journey_of(one),
            who=names.get(one.by, ""),
            at=one.at,
            batch=one.batch_id,
            row=one.row,
        )


def _moments(arrival: Any) -> Iterator[Moment]:
    entries = list(entries_of(f"arrival:{arrival.pk}"))[-MOMENTS_MAX:]
    names = masked_names({one.person for one in entries})
    for one in reversed(entries):
        look, icon = ICONS.get(one.event, ("doing", "activity"))
        who = names.get(one.person, "")
        yield Moment(one.happened_at, event_word(one.event), look, icon, who)


def _measures(arrival: Any, actor: Actor) -> Iterator[Any]:
    """The measures on this person, for who may read them."""
    try:
        restriction_rules.check_can_read(by=actor)
    except Refusal:
        return
    for decision in history_of([arrival.person], actor.scope):
        pack = loaded(decision.edition_id)
        name = word(pack.measures[decision.measure].name)
        yield decision, name, spelt(decision.until)
