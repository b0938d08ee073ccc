"""What the pages show of returns: the units' grid, one return, the rows of a figure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import (
    gettext_lazy,
    pgettext_lazy,
)

from fangxian.interfaces.console.questions import word
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.protocol.layouts import (
    Indicator,
    Layout,
    Over,
    Returns,
    Short,
    Tally,
)
from fangxian.mechanisms.report import queries, rules
from fangxian.mechanisms.report.queries import Balance, Line, UnitState
from fangxian.mechanisms.report.states import State
from fangxian.mechanisms.report.timeliness import Timeliness


STATES: Mapping[str, tuple[str, str, str | Promise]] = {
    "signed": ("done", "check", pgettext_lazy("return", "signed")),
    "zero": ("done", "circle-check", gettext_lazy("Zero report")),
    "late": ("due", "clock", pgettext_lazy("return", "signed late")),
    "restated": ("right", "rotate", pgettext_lazy("return", "restated")),
    "computed": ("doing", "calendar", pgettext_lazy("return", "to sign")),
    "waiting": ("none", "question-mark", pgettext_lazy("return", "not yet in")),
    "missing": ("none", "question-mark", pgettext_lazy("return", "not returned")),
}
SHORTS = {
    Short.MISSED: gettext_lazy("missed {n}"),
    Short.LACKING: gettext_lazy("lacking {n}"),
}
NOT_YET = gettext_lazy("{n} to come")


# ---------------------------------------------------------------------- the grid
@dataclass(frozen=True, slots=True)
class Cell:
    """A unit in the grid: its name, its state in words, and how its own units stand."""

    area: int
    name: str
    returned: int | None
    state: str
    look: str
    icon: str
    label: str
    below: int
    signed_below: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The units of an area on a day: itself, those just below, and who is missing."""

    own: Cell | None
    cells: tuple[Cell, ...]
    missing: tuple[str, ...]
    due: int
    signed: int
    zero: int
    late: int
    closed: bool

    @property
    def to_come(self) -> int:
        """How many are not in."""
        return self.due - self.signed


def grid_of(area: int, states: Sequence[UnitState], *, closed: bool) -> Grid:
    """Make the grid from what ``unit_states`` gave; names come in one go.

    ``closed`` says that the cut-off has passed, so that what is not in is missing.
    """
    by_area = {one.area: one for one in states}
    signed = [one for one in states if one.area != area and one.signed]
    returned = [one.returned.pk for one in states if one.returned is not None]
    by_hand = queries.restated_by_hand(returned)
    names = jurisdiction.path_names(by_area.keys() | {area})

    def cell(one: UnitState) -> Cell:
        state = _state_of(one.returned, by_hand, closed=closed)
        look, icon, label = STATES[state]
        return Cell(
            area=one.area,
            name=_last(names[one.area]),
            returned=one.returned.pk if one.returned else None,
            state=state,
            look=look,
            icon=icon,
            label=str(label),
            below=len(one.below),
            signed_below=sum(by_area[low].signed for low in one.below),
        )

    below = _just_below(area, states)
    return Grid(
        own=cell(by_area[area]) if area in by_area else None,
        cells=tuple(cell(one) for one in below),
        missing=tuple(
            _under(names[one.area], names[area])
            for one in states
            if one.area != area and not one.signed
        ),
        due=len(states) - (area in by_area),
        signed=len(signed),
        zero=sum(one.returned.zero for one in signed if one.returned),
        late=sum(one.returned.late for one in signed if one.returned),
        closed=closed,
    )


def _just_below(area: int, states: Sequence[UnitState]) -> list[UnitState]:
    """Give the units that no other listed unit below the area holds."""
    held = {low for one in states if one.area != area for low in one.below}
    return [one for one in states if one.area != area and one.area not in held]


def _state_of(returned: Any, by_hand: frozenset[int], *, closed: bool) -> str:
    if returned is None:
        return "missing" if closed else "waiting"
    if returned.state == State.COMPUTED:
        return "computed"
    if returned.pk in by_hand:
        return "restated"
    if returned.late:
        return "late"
    return "zero" if returned.zero else "signed"


# ------------------------------------------------------------------- timeliness
@dataclass(frozen=True, slots=True)
class DayRow:
    """A unit's return of one day: how it stands, when it was signed, its page."""

    day: dt.date
    returned: int | None
    look: str
    icon: str
    label: str
    signed_at: dt.datetime | None


def faults_first(one: Timeliness) -> tuple[int, int, int]:
    """Order units: what is missing before what is late before what was not true."""
    untrue = one.omitted + one.overstated + one.false_zero
    return -one.not_made, -one.late, -untrue


def days_of(
    returned: Mapping[dt.date, Any],
    cut_offs: Mapping[dt.date, dt.datetime],
    at: dt.datetime,
) -> list[DayRow]:
    """Tell each day of a unit's returns; what is not signed has no page."""
    by_hand = queries.restated_by_hand([one.pk for one in returned.values()])
    rows = []
    for day, cut_off in cut_offs.items():
        one = returned.get(day)
        state = _state_of(one, by_hand, closed=at > cut_off)
        look, icon, label = STATES[state]
        signed = one if one is not None and state != "computed" else None
        rows.append(
            DayRow(
                day=day,
                returned=signed and signed.pk,
                look=look,
                icon=icon,
                label=str(label),
                signed_at=signed and signed.attested_at,
            )
        )
    return rows


def _last(path: str) -> str:
    return path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1]


def _under(path: str, top: str) -> str:
    return path.removeprefix(f"{top}{jurisdiction.PATH_SEPARATOR}")


# ------------------------------------------------------------------- one return
@dataclass(frozen=True, slots=True)
class Row:
    """One line of a return as it is shown."""

    number: int
    name: str
    label: str
    definition: str
    unit: str
    should: int | None
    should_name: str
    did: int
    before: int | None
    short: str
    missed: int
    to_come: int
    share: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a return: under their headings, and those that only reckon."""

    sections: list[tuple[str, list[Row]]]
    auxiliary: list[Row]


def lines_of(layout: Layout, lines: Iterable[Line], *, closed: bool) -> Lines:
    """Set the lines under their headings, numbered through.

    Until the day is ``closed`` what has not been done is not missed: it may come.
    A unit with none below it has no lines about them. What stood before the day only
    serves the sums, and stands apart.
    """
    listed = list(enumerate(lines, start=1))
    alone = not any(line.did for _n, line in listed if _is_below(line.indicator))
    shown = {
        line.indicator.name: _row(number, line, closed=closed)
        for number, line in listed
        if not (alone and _is_below(line.indicator))
    }
    aside = {one.name for one in layout.indicators if _is_before(one)} & shown.keys()
    return Lines(
        sections=[
            (
                word(section.title),
                [
                    shown[one.name]
                    for one in section.indicators
                    if one.name in shown.keys() - aside
                ],
            )
            for section in layout.sections
        ],
        auxiliary=[row for name, row in shown.items() if name in aside],
    )


def _is_below(indicator: Indicator) -> bool:
    return isinstance(indicator.source, Returns)


def _is_before(indicator: Indicator) -> bool:
    source = indicator.source
    return isinstance(source, Tally) and source.over is Over.BEFORE


def _row(number: int, line: Line, *, closed: bool) -> Row:
    one = line.indicator
    may_come = one.short is Short.MISSED and not closed
    owed = line.short if one.short is not None else 0
    return Row(
        number=number,
        name=one.name,
        label=word(one.label),
        definition=word(one.definition),
        unit=word(one.unit),
        should=line.should,
        should_name=one.of,
        did=line.did,
        before=line.before,
        short=_short(one.short, owed, may_come=may_come),
        missed=0 if may_come else owed,
        to_come=owed if may_come else 0,
        share=one.short is None and line.should is not None,
    )


def _short(short: Short | None, n: int, *, may_come: bool) -> str:
    if short is None or not n:
        return ""
    return str(NOT_YET if may_come else SHORTS[short]).format(n=n)


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of an identity, with the sign before it."""

    sign: str
    name: str
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Equation:
    """An identity as it is shown: terms on the left, one figure on the right."""

    title: str
    terms: tuple[Term, ...]
    result: Term
    holds: bool


def equations_of(
    layout: Layout, figures: Mapping[str, int], balances: Iterable[Balance]
) -> list[Equation]:
    """Write out the identities of a return."""

    def term(sign: str, name: str) -> Term:
        indicator = layout.indicator(name)
        label = word(indicator.label) if indicator else name
        return Term(sign, name, label, figures[name])

    return [
        Equation(
            title=word(one.identity.title),
            terms=(
                *(term("+", name) for name in one.identity.sum.plus),
                *(term("−", name) for name in one.identity.sum.minus),  # noqa: RUF001 -- a true minus
            ),
            result=term("=", one.identity.equals),
            holds=one.holds,
        )
        for one in balances
    ]


@dataclass(frozen=True, slots=True)
class Summed:
    """A lower unit in the sum of a return."""

    name: str
    returned: int | None
    digest: str
    agrees: bool


def sources_of(returned: Any) -> list[Summed]:
    """Say which lower return was summed by which digest."""
    below = queries.provenance(returned) if returned.sources else []
    names = jurisdiction.path_names({one.area for one in below})
    return [
        Summed(_last(names[one.area]), one.returned, one.digest or "", one.agrees)
        for one in below
    ]


def journal_number(subject: str) -> int | None:
    """Give the number of the first act on a thing, once it has one."""
    found = entries_of(subject)
    return found[0].number if found else None


def may_sign(area: int, actor: Any) -> bool:
    """Whether this post signs for this unit."""
    return rules.can_sign(area, by=actor)
