"""Zhengzhou's divisions: four vintages and the reviewed corrections between them."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

from fangxian.interfaces.imports.reform import Reform, Reformed, Vintage
from fangxian.interfaces.imports.vintages import DISTRICT, Correction
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.jurisdiction import queries
from fangxian.mechanisms.jurisdiction.actions import establish_areas
from fangxian.mechanisms.jurisdiction.bulk import NewArea
from fangxian.mechanisms.jurisdiction.states import Level


LISTS = Path(__file__).parent / "lists" / "zhengzhou"
CITY_CODE = "4101"


def load(
    *,
    by: Actor,
    at: datetime,
    until: date | None = None,
    districts: Collection[str] | None = None,
) -> Reformed:
    """Load the vintages up to a day (None: today) for some districts (None: all).

    The first vintage is established, each later one is carried out as changes of
    the one before. Loading again changes nothing, and a vintage older than the
    last change of a district is left out. Gives what was done, and what people
    must review because nothing is known to continue it.
    """
    last = day_of(at) if until is None else until
    done = Reformed()
    for vintage in vintages():
        if vintage.on <= last:
            for district in _districts(vintage, districts, by=by, at=at):
                if queries.changed_on(district.id) <= vintage.on:
                    done.add(Reform(vintage, district, by=by, at=at).carry_out())
    return done


def _districts(
    vintage: Vintage, districts: Collection[str] | None, *, by: Actor, at: datetime
) -> list[queries.AreaFacts]:
    """The districts asked for, established with their city if they do not stand."""
    codes = [
        code
        for code in vintage.names
        if len(code) == DISTRICT and (districts is None or code in districts)
    ]
    for level, listed, parent in (
        (Level.CITY, [CITY_CODE], None),
        (Level.DISTRICT, codes, CITY_CODE),
    ):
        rows = [NewArea(0, code, vintage.names[code], parent) for code in listed]
        establish_areas(
            rows, level=level, on=vintage.on, source=vintage.source, by=by, at=at
        )
    found = (queries.find_area_by_code(code, day_of(at)) for code in codes)
    return [district for district in found if district is not None]


@cache
def vintages() -> tuple[Vintage, ...]:
    """The vintages that ship, the earliest first."""
    rows = list(_rows("areas.csv"))
    corrections = _corrections()
    return tuple(
        Vintage(
            on=date.fromisoformat(about["on"]),
            source=about["source"],
            names={
                row["code"]: row["name"]
                for row in rows
                if row["first"] <= about["vintage"] <= row["last"]
            },
            corrections=tuple(corrections[about["vintage"]]),
        )
        for about in _rows("vintages.csv")
    )


def _corrections() -> dict[str, list[Correction]]:
    """The reviewed corrections by the vintage that they lead to."""
    corrections: dict[str, list[Correction]] = defaultdict(list)
    for row in _rows("corrections.csv"):
        on = date.fromisoformat(row["on"])
        correction = Correction(row["old"], row["new"], on, row["source"])
        corrections[row["vintage"]].append(correction)
    return corrections


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
