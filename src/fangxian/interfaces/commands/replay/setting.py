"""The setting of a script: areas, posts, places, names and what people write on forms.

All of it is data that a reader may change. Shares are of a thousand.
"""

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

import msgspec


Answers: TypeAlias = Mapping[str, object]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of the script; a key that nobody reads is a mistake."""


class Words(Part, frozen=True, kw_only=True):
    """The same words in Chinese and in English."""

    zh: str
    en: str


# ------------------------------------------------------------------------- areas
class Street(Part, frozen=True, kw_only=True):
    """A street with its communities by code; ``grids`` is how many each has."""

    name: str
    code: str
    grids: int = 0
    communities: Mapping[str, str] = {}


class District(Part, frozen=True, kw_only=True):
    """A district with its streets."""

    name: str
    code: str
    streets: tuple[Street, ...]


class City(Part, frozen=True, kw_only=True):
    """The city."""

    name: str
    code: str


class Areas(Part, frozen=True, kw_only=True):
    """The areas of the scenario, by the list it names as its source."""

    source: str
    since: dt.date
    grid_names: tuple[str, ...]
    city: City
    districts: tuple[District, ...]


# ------------------------------------------------------------------------- posts
class EveryPost(Part, frozen=True, kw_only=True):
    """One post in each area of a level below a district."""

    level: str
    district: str = msgspec.field(name="in")
    role: str
    title: str


class SinglePost(Part, frozen=True, kw_only=True):
    """One post of one area; ``kinds`` binds a sector department."""

    area: str = msgspec.field(name="in")
    role: str
    title: str
    kinds: tuple[str, ...] | None = None


class Posts(Part, frozen=True, kw_only=True):
    """All posts of the world."""

    every: tuple[EveryPost, ...]
    single: tuple[SinglePost, ...]


class World(Part, frozen=True, kw_only=True):
    """What is there before anything happens. Posts are named ``area/title``."""

    scenario: str
    title: Words
    seed: int
    begins: dt.date
    ends: dt.date
    prepared: dt.date
    district: str
    packs: tuple[str, ...]
    drafts: str
    adopts: str
    posts: Posts
    accounts: Mapping[str, str]


# ------------------------------------------------------------------------ places
class PlaceRow(Part, frozen=True, kw_only=True):
    """So many places of a kind in a community, or shared by those of a street."""

    area: str = msgspec.field(name="in")
    kind: str
    count: int
    name: str = ""
    codes: str = ""


class Elsewhere(Part, frozen=True, kw_only=True):
    """So many places of each kind, spread over communities that no row names."""

    area: str = msgspec.field(name="in")
    kinds: Mapping[str, int]


class Codes(Part, frozen=True, kw_only=True):
    """How far the venue codes had come where no row says otherwise."""

    default: str
    none_one_in: int


class PlaceTable(Part, frozen=True, kw_only=True):
    """The ledger of places when the month begins."""

    source: str
    rows: tuple[PlaceRow, ...]
    elsewhere: Elsewhere
    codes: Codes


class People(Part, frozen=True, kw_only=True):
    """Signs of which invented names are made."""

    surnames: str
    first: str
    second: str


class Names(Part, frozen=True, kw_only=True):
    """Parts of invented names of people and places."""

    people: People
    address: str
    stems: tuple[str, ...]
    endings: Mapping[str, tuple[str, ...]]


# ----------------------------------------------------------------------- answers
class Problem(Part, frozen=True, kw_only=True):
    """Answers that differ when something is wrong; a higher weight is commoner."""

    weight: int
    answers: Answers


class FormAnswers(Part, frozen=True, kw_only=True):
    """What people write on a form: when all is well, and when something is wrong.

    ``by_hour`` gives a question's answer from an hour of the day on, ``by_code`` the
    answers about a place whose venue code has come so far. The text ``{time}`` stands
    for the time of day; about people ``{day}``, ``{warmth}`` and ``{result}`` stand for
    the day, a temperature and the latest result of a test; at a door of a sweep
    ``{people}``, ``{unlisted}`` and ``{came}`` for who is met there.
    """

    sound: Answers
    by_code: Mapping[str, Answers] = {}
    by_hour: Mapping[str, Mapping[str, str]] = {}
    problems: Mapping[str, Problem] = {}
