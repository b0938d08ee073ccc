"""What the pages show of sweeps: one line each, a board by building, door by door."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment.states import About, Met, Sweeping
from fangxian.capabilities.enrolment.sweeps import queries, rules
from fangxian.capabilities.enrolment.sweeps.queries import Line, Tally
from fangxian.interfaces.console.areas import LEVELS
from fangxian.interfaces.console.arrivals import Tile
from fangxian.interfaces.console.few import told
from fangxian.interfaces.console.matrix import can_open
from fangxian.interfaces.console.people import building_of
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.subjects import NOBODY_YET
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.jurisdiction.queries import (
    PATH_SEPARATOR,
    get_area,
    masked_names,
    path_names,
    posts_by_id,
    reaches_area,
)
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.queries import DoorCard
from fangxian.mechanisms.ledger.people.rules import can_read
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.queries import loaded


Look = tuple[str, str, str | Promise]

STATES: Mapping[Sweeping, Look] = {
    Sweeping.RUNNING: ("doing", "refresh", pgettext_lazy("sweep", "under way")),
    Sweeping.ENDED: ("done", "check", pgettext_lazy("sweep", "ended")),
    Sweeping.CALLED_OFF: ("none", "ban", pgettext_lazy("sweep", "called off")),
}
PLANNED: Look = ("doing", "calendar", pgettext_lazy("sweep", "planned"))
METS: Mapping[Met, Look] = {
    Met.SEEN: ("done", "check", pgettext_lazy("sweep", "seen")),
    Met.EMPTY: ("none", "home", pgettext_lazy("sweep", "nobody there to see")),
    Met.OPEN: ("due", "clock", pgettext_lazy("sweep", "to be visited")),
    Met.MISSED: ("late", "alert-triangle", pgettext_lazy("sweep", "missed")),
    Met.EXCUSED: ("right", "scale", pgettext_lazy("sweep", "excused")),
}
ICONS = {About.DOOR: "door", About.PLACE: "building-store"}
BUILDINGS = "building"
UNITS = (Level.STREET, Level.COMMUNITY, Level.GRID)


@dataclass(frozen=True, slots=True)
class Row:
    """One sweep as the list shows it."""

    sweep: Any
    title: str
    unit: str
    path: str
    icon: str
    state: Look
    tally: Tally
    rows_at: str


def rows(sweeps: Sequence[Any], actor: Actor, at: dt.datetime) -> list[Row]:
    """Make rows of sweeps, in as many queries for one as for fifty."""
    paths = path_names({one.area_id for one in sweeps})
    counted = queries.tallies([one.pk for one in sweeps], actor.scope)
    return [
        Row(
            sweep=one,
            title=title_of(one),
            unit=_last(paths[one.area_id]),
            path=paths[one.area_id],
            icon=ICONS[About(one.about)],
            state=state_of(one, at),
            tally=counted[one.pk],
            rows_at=rows_of(one, actor),
        )
        for one in sweeps
    ]


def title_of(sweep: Any) -> str:
    """Name a sweep by the clause that it was ordered by."""
    clause = loaded(sweep.edition_id).clause(sweep.clause)
    return word(clause.title) if clause else str(sweep.clause)


def state_of(sweep: Any, at: dt.datetime) -> Look:
    """Say how a sweep stands; one that is still to begin is planned."""
    if sweep.state == Sweeping.RUNNING and at < sweep.opens_at:
        return PLANNED
    return STATES[Sweeping(sweep.state)]


def _last(path: str) -> str:
    return path.rsplit(PATH_SEPARATOR, 1)[-1]


def form_of(sweep: Any) -> Form:
    """Give the form that is filled in at each door."""
    return loaded(sweep.edition_id).forms[sweep.form]


def outcomes_of(sweep: Any) -> dict[str, str]:
    """Say what the answers mean, in the reader's language."""
    question = form_of(sweep).question(rules.OUTCOME)
    choices = () if question is None else question.choices
    return {value: word(label) for value, label in choices}


def may_read_rows(sweep: Any, actor: Actor) -> bool:
    """Whether this reader sees door by door; places are for all who see the sweep."""
    if not can_open("sweep_rows", actor.role):
        return False
    return sweep.about == About.PLACE or can_read(by=actor)


def rows_of(sweep: Any, actor: Actor) -> str:
    """Say where a sweep is listed door by door; empty for who only counts them."""
    reads = may_read_rows(sweep, actor)
    return reverse("sweep_rows", args=[sweep.pk]) if reads else ""


# ---------------------------------------------------------------------- the board
@dataclass(frozen=True, slots=True)
class BoardLine:
    """A building, or a unit, on the board; ``asks`` narrows the rows to it."""

    name: str
    unit: str
    asks: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Reason:
    """Why doors were not seen: the answer of the last visit, and how many."""

    label: str | Promise
    asks: str
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """One sweep, counted for this reader."""

    row: Row
    tiles: tuple[Tile, ...]
    by: str
    tabs: tuple[tuple[str, str | Promise], ...]
    lines: tuple[BoardLine, ...]
    reasons: tuple[Reason, ...]
    rows_at: str
    is_whole: bool
    ordered_by: str
    source: Any


def board(sweep: Any, actor: Actor, at: dt.datetime, *, by: str) -> Board:
    """Count a sweep in scope, by building or by unit."""
    [row] = rows([sweep], actor, at)
    tabs = _tabs(sweep)
    chosen = by if by in dict(tabs) else tabs[0][0]
    parts = queries.parts(queries.targets(sweep.pk, actor.scope))
    lines = (
        queries.by_building(parts)
        if chosen == BUILDINGS
        else queries.by_unit(parts, Level[chosen.upper()])
    )
    clause = loaded(sweep.edition_id).clause(sweep.clause)
    return Board(
        row=row,
        tiles=_tiles(row.tally, row.rows_at, reads=can_read(by=actor)),
        by=chosen,
        tabs=tabs,
        lines=tuple(_lines(lines)),
        reasons=_reasons(sweep, row.tally),
        rows_at=row.rows_at,
        is_whole=reaches_area(actor.scope, sweep.area_id),
        ordered_by=masked_names([sweep.ordered_by]).get(sweep.ordered_by, ""),
        source=clause.source if clause else None,
    )


def _tabs(sweep: Any) -> tuple[tuple[str, str | Promise], ...]:
    """Offer what lies below the area of a sweep, the smallest first."""
    level = Level(get_area(sweep.area_id).level)
    units = [one for one in reversed(UNITS) if one > level]
    offered = [(one.name.lower(), LEVELS[one]) for one in units]
    if sweep.about == About.DOOR or not offered:
        offered.insert(0, (BUILDINGS, _("Building")))
    return tuple(offered)


def _lines(lines: Sequence[Line]) -> list[BoardLine]:
    paths = path_names({line.area for line in lines})
    return [
        BoardLine(
            name=line.building or _last(paths[line.area]),
            unit=paths[line.area],
            asks=urlencode({"area": line.area, "building": line.building})
            if line.building
            else urlencode({"area": line.area}),
            tally=line.tally,
        )
        for line in lines
    ]


def _tiles(tally: Tally, rows_at: str, *, reads: bool) -> tuple[Tile, ...]:
    figures = (
        (_("To be swept"), tally.should, "list", "", ""),
        (METS[Met.SEEN][2], tally.seen, "check", Met.SEEN, ""),
        (METS[Met.EMPTY][2], tally.empty, "home", Met.EMPTY, ""),
        (METS[Met.OPEN][2], tally.open, "clock", Met.OPEN, ""),
        (METS[Met.MISSED][2], tally.missed, "alert-triangle", Met.MISSED, "late"),
    )
    tiles = [
        Tile(
            label=label,
            figure=figure,
            href=f"{rows_at}?met={met}" if rows_at else "",
            icon=icon,
            look=look if figure else "",
            of=f"/ {tally.should}" if met else "",
        )
        for label, figure, icon, met, look in figures
    ]
    came: Any = told(tally.came, reads=reads)
    href = f"{rows_at}?came=1" if rows_at and tally.came else ""
    return (*tiles, Tile(_("Came from elsewhere"), came, href, "route", ""))


def _reasons(sweep: Any, tally: Tally) -> tuple[Reason, ...]:
    met = Met.OPEN if sweep.state == Sweeping.RUNNING else Met.MISSED
    return tuple(
        Reason(
            label=reason_of(sweep, outcome),
            asks=urlencode({"met": met, "outcome": outcome or rules.UNVISITED}),
            count=count,
        )
        for outcome, count in tally.reasons.most_common()
    )


def reason_of(sweep: Any, outcome: str | None) -> str | Promise:
    """Say why somebody was not seen; the empty answer is that nobody was there yet."""
    if outcome == "":
        return NOBODY_YET
    return outcomes_of(sweep).get(outcome or "", outcome or "")


# ------------------------------------------------------------------- door by door
@dataclass(frozen=True, slots=True)
class TargetRow:
    """One door or place: where it is, who goes there, what became of it."""

    target: Any
    name: str
    href: str
    unit: str
    post: str
    met: Look
    outcome: str
    may_visit: bool


def target_rows(
    targets: Sequence[Any], sweep: Any, actor: Actor, at: dt.datetime
) -> list[TargetRow]:
    """Make rows of doors or places, in as many queries for one as for fifty."""
    names = names_of(sweep, [one.number for one in targets], actor)
    paths = path_names({one.area_id for one in targets})
    posts = posts_by_id({one.task.post_id for one in targets if one.task.post_id})
    said = outcomes_of(sweep)
    is_running = rules.is_running(sweep, at)
    page = "people_door" if sweep.about == About.DOOR else "place"
    opens = can_open(page, actor.role)
    return [
        TargetRow(
            target=one,
            name=names.get(one.number, f"№ {one.number}"),
            href=reverse(page, args=[one.number]) if opens else "",
            unit=_last(paths[one.area_id]),
            post=_post_of(one, posts),
            met=METS[rules.met(one.task.state, one.outcome)],
            outcome=said.get(one.outcome, one.outcome),
            may_visit=is_running
            and one.outcome not in rules.SETTLING
            and rules.can_visit(one.task.post_id, by=actor),
        )
        for one in targets
    ]


def _post_of(target: Any, posts: Mapping[int, Any]) -> str:
    post = posts.get(target.task.post_id)
    return post.title if post else gettext("no post")


def names_of(sweep: Any, numbers: Collection[int], actor: Actor) -> dict[int, str]:
    """Name doors by building, unit and, to who goes there, room; places by name."""
    if sweep.about == About.PLACE:
        return ledger.names_of(numbers)
    rooms = people.rooms_of(numbers, by=actor)
    found = people.doors(actor.scope).filter(pk__in=list(numbers))
    named = {
        one.pk: building_of(DoorCard(one.pk, one.area_id, one.building, one.unit))
        for one in found
    }
    return {
        number: " ".join(part for part in (name, rooms.get(number, "")) if part)
        or f"№ {number}"
        for number, name in named.items()
    }
