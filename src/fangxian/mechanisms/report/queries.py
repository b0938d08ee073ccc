"""Readers; every one takes a scope, or the id of something already in scope."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import within
from fangxian.mechanisms.protocol.layouts import Identity, Indicator, Layout
from fangxian.mechanisms.report import rules
from fangxian.mechanisms.report.computing import (
    Standing,
    changed_names,
    compute,
    standing_of,
)
from fangxian.mechanisms.report.layouts import Stated, layout_in_force, layout_of
from fangxian.mechanisms.report.models import Bulletin, Restatement, Return
from fangxian.mechanisms.report.rows import Rows, rows_of
from fangxian.mechanisms.report.states import State
from fangxian.mechanisms.report.units import all_units_on, returns_it, unit_on


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a return: an indicator, what it should be, is, and was before.

    ``should`` is None where the indicator has no denominator; ``before`` is None
    where the day before has no return. ``rows`` open what stands behind ``did``.
    """

    indicator: Indicator
    of: Indicator | None
    should: int | None
    did: int
    before: int | None
    rows: Rows
    should_rows: Rows | None

    @property
    def short(self) -> int:
        """How many are lacking; 0 where there is no denominator."""
        return 0 if self.should is None else max(self.should - self.did, 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """An identity of a layout with what its two sides come to."""

    identity: Identity
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Draft:
    """What a unit would sign now, and the lower units it would have to do without."""

    stated: Stated
    figures: Mapping[str, int]
    lines: list[Line]
    balances: list[Balance]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One restatement beside what stood before it, figure by figure."""

    restatement: Restatement
    old: Mapping[str, int]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """A lower unit in a sum: the digest that was summed, or None where missing.

    ``agrees`` says that the lower return still stands as it was summed.
    """

    area: int
    digest: str | None
    returned: int | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class UnitState:
    """Where a unit's return of a day stands; ``returned`` is None while missing.

    ``own`` are the areas whose records the unit counts itself.
    """

    area: int
    own: frozenset[int]
    below: tuple[int, ...]
    returned: Return | None

    @property
    def signed(self) -> bool:
        """Whether somebody signed it."""
        return self.returned is not None and self.returned.state != State.COMPUTED


# ------------------------------------------------------------ what units returned
def returns(
    scope: Scope, *, day: dt.date | None = None, layout: str | None = None
) -> QuerySet[Return]:
    """List the returns in scope that were computed or signed, by area."""
    given = {"day": day, "layout": layout}
    wanted = {name: value for name, value in given.items() if value is not None}
    return Return.objects.filter(within(scope), **wanted).order_by("-day", "area")


def get_return(return_id: int, scope: Scope) -> Return:
    """Give one return in scope; refuse as if it did not exist outside it."""
    found = returns(scope).select_related("area", "edition").filter(pk=return_id)
    returned = found.first()
    if returned is None:
        raise rules.UNKNOWN_RETURN(returned=return_id)
    return returned


def find_return(area: int, layout: str, day: dt.date) -> Return | None:
    """Find a unit's return of a day."""
    return Return.objects.filter(area=area, layout=layout, day=day).first()


def standing(returned: Return) -> Standing:
    """Give a signed return as it stands now."""
    return standing_of([returned])[returned.area_id]


def figures_of(returned: Return) -> Mapping[str, int]:
    """Give the latest figures of a return; the signed ones stay in the row."""
    found = standing_of([returned])
    return found[returned.area_id].figures if found else returned.figures


def standings(areas: Iterable[int], layout: str, day: dt.date) -> dict[int, Standing]:
    """Give the signed returns of some units on a day as they stand now."""
    found = Return.objects.filter(area__in=list(areas), layout=layout, day=day)
    return standing_of(found)


def draft(area: int, layout: str, day: dt.date, *, at: dt.datetime) -> Draft:
    """Compute what a unit would sign now; nothing is written."""
    stated = layout_in_force(layout, area, day=day, at=at)
    unit = unit_on(area, stated.layout, day)
    if not returns_it(unit, stated.layout):
        raise rules.NO_LAYOUT(layout=layout)
    computed = compute(unit, stated.layout, day, at=at)
    before = _day_before(area, layout, day)
    return Draft(
        stated=stated,
        figures=computed.figures,
        lines=_lines(stated.layout, computed.figures, before, day),
        balances=_balances(stated.layout, computed.figures),
        missing=tuple(
            int(one) for one, seal in computed.sources.items() if seal is None
        ),
    )


def lines(returned: Return) -> list[Line]:
    """Set out a return line by line, beside the day before and with its rows.

    What is only there to be owed in another line has no line of its own.
    """
    before = _day_before(returned.area_id, returned.layout, returned.day)
    return _lines(layout_for(returned), figures_of(returned), before, returned.day)


def balances(returned: Return) -> list[Balance]:
    """Give the identities of a return with both their sides."""
    return _balances(layout_for(returned), figures_of(returned))


def _balances(layout: Layout, figures: Mapping[str, int]) -> list[Balance]:
    return [
        Balance(identity, *rules.sides_of(identity, figures))
        for identity in layout.identities
    ]


def _lines(
    layout: Layout,
    figures: Mapping[str, int],
    before: Mapping[str, int] | None,
    day: dt.date,
) -> list[Line]:
    owed = {one.of for one in layout.indicators if one.short is not None}
    return [
        _line(one, layout.indicator(one.of), figures, before, day)
        for one in layout.indicators
        if one.of or one.name not in owed
    ]


def _line(
    indicator: Indicator,
    of: Indicator | None,
    figures: Mapping[str, int],
    before: Mapping[str, int] | None,
    day: dt.date,
) -> Line:
    return Line(
        indicator=indicator,
        of=of,
        should=None if of is None else figures.get(of.name, 0),
        did=figures.get(indicator.name, 0),
        before=None if before is None else before.get(indicator.name),
        rows=rows_of(indicator.source, day=day),
        should_rows=None if of is None else rows_of(of.source, day=day),
    )


def _day_before(area: int, layout: str, day: dt.date) -> Mapping[str, int] | None:
    found = standings([area], layout, day - dt.timedelta(days=1)).get(area)
    return None if found is None else found.figures


def layout_for(returned: Return) -> Layout:
    """Give the layout that a return was made by."""
    return layout_of(returned.edition_id, returned.layout).layout


def changes(returned: Return) -> list[Change]:
    """List the restatements of a return, each beside what stood before it."""
    names = [one.name for one in layout_for(returned).indicators]
    old, listed = returned.figures, []
    for one in Restatement.objects.filter(of=returned).order_by("number"):
        changed = changed_names(old, one.figures, names)
        listed.append(Change(restatement=one, old=old, changed=changed))
        old = one.figures
    return listed


def restated_by_hand(returns: Iterable[int]) -> frozenset[int]:
    """Name those of these returns that a person restated."""
    found = Restatement.objects.filter(of__in=list(returns), by_hand=True)
    return frozenset(found.values_list("of", flat=True))


def provenance(returned: Return) -> list[Below]:
    """Say which lower return was summed by which digest, and whether it still stands."""
    now = standing(returned)
    areas = [int(area) for area in now.sources]
    below = standings(areas, returned.layout, returned.day)
    ids = _ids(areas, returned)
    return [
        Below(
            area=int(area),
            digest=seal,
            returned=ids.get(int(area)),
            agrees=seal == (below[int(area)].digest if int(area) in below else None),
        )
        for area, seal in now.sources.items()
    ]


def _ids(areas: Collection[int], returned: Return) -> dict[int, int]:
    found = Return.objects.filter(
        area__in=areas, layout=returned.layout, day=returned.day
    )
    return dict(found.values_list("area", "pk"))


# ------------------------------------------------------------------------ units
def unit_states(
    area: int, layout: str, day: dt.date, *, at: dt.datetime
) -> list[UnitState]:
    """Say of every unit in an area where its return of a day stands, the area first.

    The units are those of the tree of the day. A return that nobody signed by
    ``at`` is missing.
    """
    found = layout_in_force(layout, area, day=day, at=at).layout
    units = all_units_on(area, found, day)
    made = Return.objects.filter(area__in=units, layout=layout, day=day)
    made_by = {one.area_id: one for one in made.filter(computed_at__lte=at)}
    listed = [
        UnitState(unit.area, unit.own, unit.below, made_by.get(unit.area))
        for unit in units.values()
        if returns_it(unit, found)
    ]
    return listed[::-1]


def missing(area: int, layout: str, day: dt.date, *, at: dt.datetime) -> list[int]:
    """Name the units in an area whose return nobody had signed by ``at``."""
    states = unit_states(area, layout, day, at=at)
    return [one.area for one in states if not one.signed]


# -------------------------------------------------------------------- bulletins
def bulletins(
    scope: Scope, *, day: dt.date | None = None, layout: str | None = None
) -> QuerySet[Bulletin]:
    """List the bulletins of areas in scope, the latest first."""
    given = {"day": day, "layout": layout}
    wanted = {name: value for name, value in given.items() if value is not None}
    found = Bulletin.objects.filter(within(scope), **wanted)
    return found.order_by("-day", "area", "-number")


def get_bulletin(bulletin_id: int, scope: Scope) -> Bulletin:
    """Give one bulletin in scope; refuse as if it did not exist outside it."""
    found = bulletins(scope).select_related("area").filter(pk=bulletin_id).first()
    if found is None:
        raise rules.UNKNOWN_BULLETIN(bulletin=bulletin_id)
    return found


def find_bulletin(area: int, layout: str, day: dt.date) -> Bulletin | None:
    """Find the latest bulletin of an area about a day, corrections included."""
    found = Bulletin.objects.filter(area=area, layout=layout, day=day)
    return found.order_by("-number").first()
