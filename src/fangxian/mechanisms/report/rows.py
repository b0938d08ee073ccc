"""Every number opens its rows: which list, with which filters, stands behind it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

from fangxian.mechanisms.protocol.layouts import (
    Findings,
    Over,
    Places,
    Returns,
    Sum,
    Tally,
)


Filters = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of a mechanism and the filters that open what a figure counts.

    ``list`` is tasks, observations, findings, places, returns or indicators.
    ``act`` is what was counted of it: the last word of a tally's measure.
    """

    list: str
    filters: Filters


def rows_of(source: object, *, day: dt.date) -> Rows:
    """Name the rows behind a source on a day, within the return's own area."""
    return _rows(source, day)


@singledispatch
def _rows(source: object, _day: dt.date) -> Rows:
    message = f"{type(source).__name__} opens no rows"
    raise TypeError(message)


@_rows.register
def _tally(source: Tally, day: dt.date) -> Rows:
    what, _, act = source.measure.partition(".")
    when = "until" if source.over is Over.BEFORE else "day"
    named = "form" if what == "observation" else "act"
    return Rows(f"{what}s", {when: day.isoformat(), named: act, **_kinds(source.kinds)})


@_rows.register
def _places(source: Places, _day: dt.date) -> Rows:
    named = {"standing": source.standing.value, "venue_code": source.venue_code}
    given = {name: value for name, value in named.items() if value not in ("", "any")}
    return Rows("places", {**given, **_kinds(source.kinds)})


@_rows.register
def _findings(source: Findings, _day: dt.date) -> Rows:
    named = {"state": source.which.value, "severity": source.severity}
    given = {name: value for name, value in named.items() if value}
    return Rows("findings", {**given, **_kinds(source.kinds)})


@_rows.register
def _returns(source: Returns, day: dt.date) -> Rows:
    return Rows("returns", {"day": day.isoformat(), "state": source.which.value})


@_rows.register
def _sum(source: Sum, _day: dt.date) -> Rows:
    return Rows("indicators", {"plus": source.plus, "minus": source.minus})


def _kinds(kinds: frozenset[str] | None) -> dict[str, tuple[str, ...]]:
    return {} if kinds is None else {"kind": tuple(sorted(kinds))}
