"""Lists of people as files, with the faults that such lists have."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from fangxian.interfaces.commands.replay.casting import Home, Invented, Returnee
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.papers import Sex


Cells = Mapping[str, str]

NO_MONTH = 13


def cells_of(stage: Stage, who: Invented, home: Home) -> Cells:
    """Write down who somebody is and where they live."""
    words = stage.script.people.words
    return {
        "name": who.name,
        "sex": words.male if who.sex is Sex.MALE else words.female,
        "paper": words.citizen,
        "number": who.number,
        "telephone": who.telephone,
        "born": who.born.isoformat(),
        "proxy": who.proxy,
        "proxy_telephone": who.proxy_telephone,
        "relation": who.relation,
        **_address(stage, home),
    }


def returning(stage: Stage, returnee: Returnee) -> Cells:
    """Write down also where somebody comes back from, when and how."""
    words, is_abroad = stage.script.people.words, returnee.group.abroad
    begun = returnee.begun.isoformat()
    return {
        **cells_of(stage, returnee.who, returnee.home),
        "origin": returnee.origin.said,
        "is_abroad": words.abroad if is_abroad else words.domestic,
        "transport": returnee.transport,
        "left_on": "" if is_abroad else begun,
        "entered_on": begun if is_abroad else "",
        "at_home": returnee.at_home.isoformat(),
    }


def _address(stage: Stage, home: Home) -> Cells:
    words = stage.script.people.words
    names = {
        level: stage.names[area]
        for area in stage.line(home.area)
        for level in ("street", "community", "grid")
        if area in stage.levels[level]
    }
    community = names.get("community", "")
    building, unit = words.building.format(home.building), words.unit.format(home.unit)
    return {
        "street": names.get("street", ""),
        "community": community,
        "grid": names.get("grid", "").removeprefix(community),
        "building": building,
        "unit": unit,
        "room": home.room,
        "address": f"{community}{building}{unit}{home.room}",
    }


def file_of(
    columns: Mapping[str, str],
    rows: Iterable[Cells],
    *,
    title: str,
    encoding: str,
) -> bytes:
    """Write a list as spreadsheets save it: a title, the headings, numbered rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([[title], list(columns)])
    for number, cells in enumerate(rows, start=1):
        numbered = {**cells, "row": str(number)}
        writer.writerow([numbered[field] for field in columns.values()])
    return text.getvalue().encode(encoding)


# ------------------------------------------------------------------------- faults
def wrong_check_digit(cells: Cells) -> list[Cells]:
    """Mistype the last sign of the number."""
    number = cells["number"]
    last = "0" if number[-1] != "0" else "1"
    return [{**cells, "number": number[:-1] + last}]


def swapped_columns(cells: Cells) -> list[Cells]:
    """Write name and number into each other's column."""
    return [{**cells, "name": cells["number"], "number": cells["name"]}]


def no_such_day(cells: Cells) -> list[Cells]:
    """Write a day of a thirteenth month."""
    day = dt.date.fromisoformat(cells["at_home"])
    wrong = f"{day.year}-{NO_MONTH}-{day.day:02}"
    return [{**cells, **dict.fromkeys(("at_home", "left_on", "entered_on"), wrong)}]


def twice(cells: Cells) -> list[Cells]:
    """Write the same person two times."""
    return [cells, cells]


def as_it_is(cells: Cells) -> list[Cells]:
    """Write everything as it is."""
    return [cells]


FAULTS: Mapping[str, Callable[[Cells], list[Cells]]] = MappingProxyType(
    {
        "": as_it_is,
        "wrong_check_digit": wrong_check_digit,
        "swapped_columns": swapped_columns,
        "no_such_day": no_such_day,
        "twice": twice,
    }
)
