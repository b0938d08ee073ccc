"""Doors and the people behind them, as they stand on the ledger when the month begins."""

import datetime as dt
from collections.abc import Iterable

from fangxian.interfaces.commands.replay.casting import (
    Home,
    Invented,
    homes,
    lowest,
    residents,
)
from fangxian.interfaces.commands.replay.sheets import cells_of, file_of
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.interfaces.imports.people import open_list, take_people
from fangxian.mechanisms.ledger.people.actions import register_door


ENCODING = "gb18030"


def settle(stage: Stage, at: dt.datetime) -> None:
    """Take in who lives in the script's households, and register the doors besides.

    A list makes the doors that it names, so that only those are left that nobody on
    it lives behind.
    """
    for row in stage.script.people.households.rows:
        for area in lowest(stage, row.area):
            listed = list(residents(stage, row, area))
            _take_in(stage, area, listed, at=at)
            lived_in = {home for home, _ in listed}
            doors = [one for one in homes(area, row.doors) if one not in lived_in]
            _register_doors(stage, area, doors, at=at)


def _register_doors(
    stage: Stage, area: int, doors: Iterable[Home], *, at: dt.datetime
) -> None:
    by = stage.keeper(area, at)
    for home in doors:
        register_door(
            area=area,
            building=home.building,
            unit=home.unit,
            room=home.room,
            by=by,
            at=at,
        )


def _take_in(
    stage: Stage,
    area: int,
    listed: Iterable[tuple[Home, Invented]],
    *,
    at: dt.datetime,
) -> None:
    """Let the community hand in the list of an area, if anybody stands on it."""
    rows = [cells_of(stage, who, home) for home, who in listed]
    if not rows:
        return
    households = stage.script.people.households
    name = households.list_name.format(area=stage.names[area])
    content = file_of(households.columns, rows, title=name, encoding=ENCODING)
    take_people(
        open_list(content),
        content=content,
        file_name=f"{name}.csv",
        area=area,
        by=stage.keeper(stage.community_of(area), at),
        at=at,
    )
