"""The people of a script: who lives where, and who comes back from where.

All of it is data that a reader may change. Everybody is invented; what happens to them
is not said here but follows from lists, visits and a doctor's signature.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec

from fangxian.interfaces.commands.replay.setting import Part


Ages: TypeAlias = tuple[int, int]

NOBODY = "a household is of couples or others"


class HouseholdRow(Part, frozen=True, kw_only=True):
    """In each grid of an area so many doors, and so many people behind them."""

    area: str = msgspec.field(name="in")
    doors: int
    people: int = 0


class HouseholdKind(Part, frozen=True, kw_only=True):
    """Who lives together, by their ages: couples, and others one by one.

    A higher weight is commoner.
    """

    weight: int = 1
    couples: tuple[Ages, ...] = ()
    others: tuple[Ages, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a household of nobody: no door would ever be lived behind."""
        if not self.couples and not self.others:
            raise ValueError(NOBODY)


class Households(Part, frozen=True, kw_only=True):
    """The ledger of doors and people when the month begins.

    ``list_name`` is what the files are called in which the people come, and
    ``columns`` says which heading stands over what.
    """

    list_name: str
    columns: Mapping[str, str]
    kinds: Annotated[tuple[HouseholdKind, ...], msgspec.Meta(min_length=1)]
    rows: tuple[HouseholdRow, ...]


class Origin(Part, frozen=True, kw_only=True):
    """Where people come from, as they say it; a higher weight is commoner."""

    said: str
    weight: int = 1
    transport: tuple[str, ...]


class Returnees(Part, frozen=True, kw_only=True):
    """So many people who come back to areas.

    They left the area at risk, or entered the country, from a day up to another, and
    were at home so many days later. ``known_to`` says which sources speak of them:
    several of them apart by a space, a higher weight is commoner.
    """

    group: str
    areas: tuple[str, ...] = msgspec.field(name="in")
    count: int
    abroad: bool = False
    from_: dt.date = msgspec.field(name="from")
    until: dt.date
    home_after: tuple[int, int]
    origins: tuple[Origin, ...]
    known_to: Mapping[str, int]


class ListWords(Part, frozen=True, kw_only=True):
    """What lists write: for a sex, a paper, a relation, at a door, from abroad or not."""

    male: str
    female: str
    citizen: str
    parent: str
    child: str
    building: str
    unit: str
    abroad: str
    domestic: str


class PeopleTable(Part, frozen=True, kw_only=True):
    """Everybody whom the script knows of, besides those who hold posts."""

    words: ListWords
    households: Households
    returnees: tuple[Returnees, ...]
