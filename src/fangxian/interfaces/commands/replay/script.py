"""The script of a replay: its setting, who acts when, and the figures it must print.

All of it is data that a reader may change; nothing here says what comes of it. Times
are Shanghai times, shares are of a thousand, periods are half-open.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from fangxian.interfaces.commands.replay.folk import PeopleTable
from fangxian.interfaces.commands.replay.reading import read, read_all
from fangxian.interfaces.commands.replay.setting import (
    Areas,
    FormAnswers,
    Names,
    Part,
    PlaceTable,
    World,
)
from fangxian.kernel.moments import at_time


Source: TypeAlias = Literal[
    "self_report", "exit_entry", "big_data", "overseas_families", "door_survey"
]
Fault: TypeAlias = Literal[
    "wrong_check_digit", "swapped_columns", "no_such_day", "twice"
]
Span: TypeAlias = tuple[str, str]
Count: TypeAlias = Literal[
    "places_visited",
    "places_jointly_visited",
    "departments_joined",
    "people_returned",
    "people_negative",
    "people_released",
]


# ------------------------------------------------------------------------ events
class Selection(Part, frozen=True, kw_only=True):
    """Places in an area: of any of the kinds or groups, at a code, one in so many."""

    area: str = msgspec.field(name="in")
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    code: str = ""
    one_in: int = 1


class Late(Part, frozen=True, kw_only=True):
    """On these days a unit signed at this time."""

    at: str
    on: tuple[dt.date, ...]


class Event(Part, tag_field="do", frozen=True, kw_only=True):
    """Something that named people do; the tag ``do`` says what."""


class Dated(Event, frozen=True, kw_only=True):
    """An event of some days: those listed, or every day of a period."""

    from_: dt.date | None = msgspec.field(name="from", default=None)
    until: dt.date | None = None
    on: tuple[dt.date, ...] = ()

    def falls_on(self, day: dt.date) -> bool:
        """Whether it happens on a day."""
        if self.on:
            return day in self.on
        begun = self.from_ is None or self.from_ <= day
        return begun and (self.until is None or day < self.until)

    def days(self, world: World) -> list[dt.date]:
        """List the days of the month on which it happens."""
        return [day for day in days_of(world) if self.falls_on(day)]


class Returns(Dated, tag="returns", frozen=True, kw_only=True):
    """Every unit of a level signs its return; who was late or silent is listed.

    ``happened`` is what a unit says that has something to report; the others sign
    zero reports.
    """

    level: str
    between: Span
    happened: str
    late: Mapping[str, Late] = {}
    missing: Mapping[str, tuple[dt.date, ...]] = {}


class Duties(Dated, tag="duties", frozen=True, kw_only=True):
    """Every post of these roles does what it owes about places.

    Shares of a thousand are ``missed``, done ``late``, and meet a ``problem``; where
    there was one before, it is the same ``again``.
    """

    roles: tuple[str, ...]
    between: tuple[Span, ...]
    missed: int = 0
    late: int = 0
    problem: int = 0
    again: int = 0


class Visit(Dated, tag="visit", frozen=True, kw_only=True):
    """Somebody, with others, visits places with one form, spread over the days."""

    who: str
    with_: tuple[str, ...] = msgspec.field(name="with", default=())
    form: str
    places: Selection
    between: Span
    problem: int = 0


class JointVisits(Dated, tag="joint_visit", frozen=True, kw_only=True):
    """Departments visit places together, spread over the days."""

    who: str
    lead: str
    departments: Mapping[str, str]
    places: Selection
    between: Span
    problem: int = 0


class SelfChecks(Event, tag="self_checks", frozen=True, kw_only=True):
    """All like places are told to check themselves for a problem named above."""

    who: str
    area: str = msgspec.field(name="in")
    kinds: tuple[str, ...]
    source: str
    problem: str
    at: str
    due: str


class Rectify(Event, tag="rectify", frozen=True, kw_only=True):
    """The person in charge puts a problem right, so many hours after it was raised."""

    hours: Mapping[str, tuple[int, int]]
    late: int = 0
    words: tuple[str, ...]


class LookBack(Event, tag="look_back", frozen=True, kw_only=True):
    """Somebody independent looks again, so many hours after it was put right."""

    hours: tuple[int, int]
    sent_back: int = 0
    words: str


class Bulletins(Dated, tag="bulletin", frozen=True, kw_only=True):
    """The day's bulletin is printed."""

    who: str
    at: str


class VenueCodes(Dated, tag="venue_codes", frozen=True, kw_only=True):
    """The codes at the doors of places move one step on."""

    places: Selection
    to: str
    between: Span


class Appoint(Event, tag="appoint", frozen=True, kw_only=True):
    """Somebody new takes over a post."""

    post: str
    at: str


class Lists(Dated, tag="list", frozen=True, kw_only=True):
    """Somebody takes in a source's list of those who came back, on each of the days.

    On it stand who of the ``groups`` the source knows of, once they ``begun`` their
    journey or were ``at_home``, ``behind`` days ago or before. ``columns`` says which
    heading stands over what. ``faults`` are so many rows in all that are wrong; they
    come again, put right, at the time ``corrected``.
    """

    who: str
    source: Source
    groups: tuple[str, ...]
    title: str
    columns: Mapping[str, str]
    encoding: Literal["utf-8-sig", "gb18030"] = "gb18030"
    at: str
    told: Literal["begun", "at_home"]
    behind: int = 0
    faults: Mapping[Fault, int] = {}
    corrected: str = ""


class Calls(Dated, tag="calls", frozen=True, kw_only=True):
    """Everybody does what they owe to people: visits, records, naming the five.

    They look what is owed at the times ``looks`` and go within the ``between`` if they
    can. Of a thousand so many are ``late``; of the daily records that are due at the
    moments ``missed`` one is left undone in the area ``missed_in``.
    """

    looks: tuple[str, ...]
    between: tuple[Span, ...]
    late: int = 0
    missed: tuple[str, ...] = ()
    missed_in: str = ""


class Sweeps(Event, tag="sweep", frozen=True, kw_only=True):
    """A unit has every door of an area visited; who was not met is visited again.

    First visits spread over all days but the last, within the spans ``between``; who
    goes again goes in the last of them. Of a thousand visits so many meet
    ``nobody_home``, so many are ``refused``; of a thousand doors so many are ``away``
    all the time. At so many doors somebody is ``found`` who stands on no list.
    """

    who: str
    area: str = msgspec.field(name="in")
    clause: str
    why: str
    at: str
    opens: str
    until: str
    between: tuple[Span, ...]
    nobody_home: int = 0
    refused: int = 0
    away: int = 0
    found: int = 0


class Results(Event, tag="results", frozen=True, kw_only=True):
    """A laboratory states what it found, so many hours after a sample was taken."""

    who: str
    hours: tuple[int, int]
    result: str
    laboratory: str


class Cohorts(Dated, tag="cohorts", frozen=True, kw_only=True):
    """A doctor has the evidence about everybody evaluated, and may sign what follows."""

    who: str
    proposed: str
    signed: str = ""


AnyEvent: TypeAlias = (
    Returns
    | Duties
    | Visit
    | JointVisits
    | SelfChecks
    | Rectify
    | LookBack
    | Bulletins
    | VenueCodes
    | Appoint
    | Lists
    | Calls
    | Sweeps
    | Results
    | Cohorts
)


# ----------------------------------------------------------------------- figures
class Where(Part, frozen=True, kw_only=True):
    """What a figure is counted over: places, or people who came, in a period.

    People are looked at as they stood at a moment, else when the period ended.
    """

    area: str = msgspec.field(name="in")
    form: str = ""
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    abroad: bool | None = None
    from_: dt.date = msgspec.field(name="from")
    until: dt.date
    at: str = ""


class Figure(Part, frozen=True, kw_only=True):
    """A figure of the source: its wording, its bounds, and how it is counted here.

    Where the source says of all that they were so, ``all`` counts them: that many
    it must be.
    """

    wording: str
    least: int = 0
    most: int = 0
    all: Count | None = None
    count: Count
    where: Where


class Figures(Part, frozen=True, kw_only=True):
    """The figures that a scenario must print."""

    source: str
    figures: tuple[Figure, ...]


# ------------------------------------------------------------------------ script
class Script(Part, frozen=True, kw_only=True):
    """A whole scenario."""

    world: World
    areas: Areas
    places: PlaceTable
    people: PeopleTable
    names: Names
    answers: Mapping[str, FormAnswers]
    events: tuple[AnyEvent, ...]
    figures: Figures


def read_script(folder: Path) -> Script:
    """Read a scenario's folder; what is wrong in a file is refused by its name."""
    return Script(
        world=read(folder, "world.yaml", World),
        areas=read(folder, "areas.yaml", Areas),
        places=read(folder, "places.yaml", PlaceTable),
        people=read(folder, "people.yaml", PeopleTable),
        names=read(folder, "names.yaml", Names),
        answers=read(folder, "answers.yaml", dict[str, FormAnswers]),
        events=tuple(read_all(folder, "events/*.yaml", AnyEvent)),
        figures=read(folder, "figures.yaml", Figures),
    )


def days_of(world: World) -> list[dt.date]:
    """List the days of the scenario."""
    return [
        world.begins + dt.timedelta(days=number)
        for number in range((world.ends - world.begins).days)
    ]


def moment(day: dt.date, time: str) -> dt.datetime:
    """Give the UTC moment of a Shanghai time such as ``16:05`` on a day."""
    return at_time(day, dt.time.fromisoformat(time))


def dated_moment(text: str) -> dt.datetime:
    """Give the UTC moment of a Shanghai day and time such as ``2020-11-20 16:00``."""
    day, time = text.split()
    return moment(dt.date.fromisoformat(day), time)
