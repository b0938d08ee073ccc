"""Closing a day: every return of it computed once more, from the lowest unit up."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fangxian.kernel.actors import Actor
from fangxian.mechanisms.report.computing import (
    Computed,
    Standing,
    add_up,
    is_changed,
    seal_of,
    standing_of,
)
from fangxian.mechanisms.report.layouts import layout_of
from fangxian.mechanisms.report.models import Restatement, Return
from fangxian.mechanisms.report.sources import figures_by_unit
from fangxian.mechanisms.report.states import Because, State
from fangxian.mechanisms.report.units import Unit, all_units_on


@dataclass(frozen=True, slots=True)
class Closing:
    """One return at the close of its day: as it stood, and as the day ended."""

    returned: Return
    before: Standing
    after: Standing


def days_to_close(*, at: dt.datetime) -> list[tuple[str, dt.date]]:
    """List layouts and days with signed returns whose freeze has passed."""
    waiting = Return.objects.filter(state=State.ATTESTED)
    days = waiting.values_list("layout", "day", "edition").distinct()
    due = {
        (layout, day)
        for layout, day, edition in days
        if at >= layout_of(edition, layout).freeze(day)
    }
    return sorted(due)


def close_day(
    layout: str, day: dt.date, *, by: Actor, at: dt.datetime
) -> dict[int, dict[str, str]]:
    """Freeze the day's signed returns; give their closing digests by topmost unit."""
    signed = Return.objects.select_for_update().filter(day=day, layout=layout)
    returns = {one.area_id: one for one in signed.exclude(state=State.COMPUTED)}
    before = standing_of(returns.values())
    closings: dict[int, Closing] = {}
    closed: dict[int, dict[str, str]] = {}
    for top in _topmost(returns.values()):
        fresh = _close(top, returns, before, at=at)
        closed[top] = {str(area): one.after.digest for area, one in fresh.items()}
        closings |= fresh
    _keep(closings.values(), by=by, at=at)
    frozen = signed.filter(state=State.ATTESTED)
    frozen.update(state=State.FROZEN, frozen_at=at)
    return closed


def _topmost(returns: Iterable[Return]) -> list[int]:
    """Name the units that no other return of the day sums."""
    listed = list(returns)
    summed = {int(area) for one in listed for area in one.sources}
    return sorted(one.area_id for one in listed if one.area_id not in summed)


def _close(
    top: int,
    returns: Mapping[int, Return],
    before: Mapping[int, Standing],
    *,
    at: dt.datetime,
) -> dict[int, Closing]:
    """Work out the closing figures below one unit, the lowest units first."""
    head = returns[top]
    stated = layout_of(head.edition_id, head.layout)
    units = all_units_on(top, stated.layout, head.day)
    made = {area: unit for area, unit in units.items() if area in returns}
    own = _own_figures(made, returns, at=at)
    after: dict[int, Standing] = {}
    closings: dict[int, Closing] = {}
    for area, unit in made.items():
        layout = layout_of(returns[area].edition_id, head.layout).layout
        computed = add_up(unit, layout, own[area], after)
        after[area] = _after(returns[area], before[area], computed)
        closings[area] = Closing(returns[area], before[area], after[area])
    return closings


def _own_figures(
    units: Mapping[int, Unit], returns: Mapping[int, Return], *, at: dt.datetime
) -> dict[int, dict[str, int]]:
    """Compute all units' own figures: a few queries for each edition in use."""
    owners: dict[int, dict[int, int]] = defaultdict(dict)
    for area, unit in units.items():
        owner = owners[returns[area].edition_id]
        owner.update(dict.fromkeys(unit.own, area))
    own: dict[int, dict[str, int]] = {}
    for edition, owner in owners.items():
        some = returns[next(iter(owner.values()))]
        layout = layout_of(edition, some.layout).layout
        own |= figures_by_unit(layout, owner, day=some.day, at=at)
    return own


def _after(returned: Return, before: Standing, computed: Computed) -> Standing:
    if not is_changed(before, computed):
        return before
    number = before.number + 1
    return replace(
        before,
        number=number,
        figures=computed.figures,
        sources=computed.sources,
        digest=seal_of(returned, computed, number),
    )


def _keep(closings: Iterable[Closing], *, by: Actor, at: dt.datetime) -> None:
    """Add a restatement where the day went on after the signature."""
    Restatement.objects.bulk_create(
        Restatement(
            of=one.returned,
            number=one.after.number,
            figures=one.after.figures,
            sources=one.after.sources,
            reason=Because.CLOSING,
            by_hand=False,
            cause=f"day:{one.returned.day}/{one.returned.layout}",
            by=by.person,
            at=at,
            digest=one.after.digest,
        )
        for one in closings
        if one.after is not one.before
    )
