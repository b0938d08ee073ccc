"""Everybody who lives there or comes back, invented from the seed.

Numbers begin with 99 and telephones with 100, as nobody's do. Nobody depends on how
many others there are: who is the seventh stays the same when an eighth is added.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, cycle, islice
from random import Random
from typing import TypeVar

from fangxian.interfaces.commands.replay.folk import (
    Ages,
    HouseholdKind,
    HouseholdRow,
    Origin,
    Returnees,
)
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.identifiers import citizen_check
from fangxian.kernel.papers import Sex


REGION = "99"
TELEPHONE = "100"
FURTHER = 4  # numbers behind the region that a place has, and how many bear each:
EACH_PLACE = 500  # the last of three digits says the sex
BORN = (1936, 2014)
ELDER, CHILD = 1948, 2008  # before and since then nobody has a telephone
GENERATION = 16  # years that parents and children are apart at the least
YEAR = 365.25
FLOORS, DOORS_EACH_FLOOR, UNITS = 6, 2, 3
RETURNEES = 2000  # where the numbers of their places begin
FOUND = 2400  # the place whose numbers those bear whom a sweep finds

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody whom there is not; who is old or small has somebody to speak for them."""

    name: str
    sex: Sex
    born: dt.date
    number: str
    telephone: str
    proxy: str = ""
    proxy_telephone: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """A door: its area, the lowest there is, and what stands at it."""

    area: int
    building: str
    unit: str
    room: str


@dataclass(frozen=True, slots=True)
class Returnee:
    """Somebody who comes back; ``begun`` is when they left or entered."""

    group: Returnees
    number: int
    who: Invented
    home: Home
    origin: Origin
    transport: str
    begun: dt.date
    at_home: dt.date
    known_to: frozenset[str]

    @property
    def key(self) -> str:
        """Name somebody the same in every replay."""
        return f"{self.group.group}/{self.number:04}"


def homes(area: int, count: int) -> Iterator[Home]:
    """Number the doors of an area: buildings of six floors, two doors to a landing."""
    in_unit = FLOORS * DOORS_EACH_FLOOR
    for number in range(count):
        unit, door = divmod(number, in_unit)
        floor, hand = divmod(door, DOORS_EACH_FLOOR)
        yield Home(
            area,
            building=f"{unit // UNITS + 1}",
            unit=f"{unit % UNITS + 1}",
            room=f"{floor + 1}{hand + 1:02}",
        )


def lowest(stage: Stage, name: str) -> list[int]:
    """List the lowest areas of an area that are called by one name."""
    area = stage.area(name)
    below = [one for one in stage.parents if area in stage.line(one)]
    above = {stage.parents[one] for one in below}
    return [one for one in below if one not in above]


# -------------------------------------------------------------- those who come back
def returnees(stage: Stage) -> list[Returnee]:
    """Invent everybody who comes back, group by group."""
    return [
        _returnee(stage, group, place, number)
        for place, group in enumerate(stage.script.people.returnees)
        for number in range(group.count)
    ]


def _returnee(stage: Stage, group: Returnees, place: int, number: int) -> Returnee:
    chance = stage.chance("returnee", group.group, number)
    origin = _weighted(chance, group.origins, [one.weight for one in group.origins])
    begun = _day(chance, group.from_, group.until - dt.timedelta(days=1))
    known_to = _weighted(chance, list(group.known_to), list(group.known_to.values()))
    return Returnee(
        group=group,
        number=number,
        who=invent(stage, chance, RETURNEES + place, number),
        home=_home(stage, group.areas, chance),
        origin=origin,
        transport=chance.choice(origin.transport),
        begun=begun,
        at_home=begun + dt.timedelta(days=chance.randint(*group.home_after)),
        known_to=frozenset(known_to.split()),
    )


def _home(stage: Stage, names: Sequence[str], chance: Random) -> Home:
    area = chance.choice([one for name in names for one in lowest(stage, name)])
    rows = stage.script.people.households.rows
    doors = [row.doors for row in rows if stage.area(row.area) in stage.line(area)]
    known = list(homes(area, max(doors, default=FLOORS * DOORS_EACH_FLOOR)))
    return chance.choice(known)


# ------------------------------------------------------------ those who live there
def residents(
    stage: Stage, row: HouseholdRow, area: int
) -> Iterator[tuple[Home, Invented]]:
    """Invent who lives behind the doors of one of a row's areas, door by door."""
    chance = stage.chance("residents", stage.names[area])
    place, numbers = list(stage.names).index(area), count()
    housed = (
        (home, who)
        for home in cycle(list(homes(area, row.doors)))
        for who in _household(stage, chance, place, numbers)
    )
    yield from islice(housed, row.people)


def _household(
    stage: Stage, chance: Random, place: int, numbers: Iterator[int]
) -> list[Invented]:
    """Invent who lives together: one name in the family, but one of each couple's."""
    kinds = stage.script.people.households.kinds
    kind = _weighted(chance, kinds, [one.weight for one in kinds])
    family = chance.choice(stage.script.names.people.surnames)
    members = [
        _invent(
            stage,
            chance,
            sex,
            _born(stage, chance, ages),
            placed=(place, next(numbers)),
            surname=surname,
        )
        for sex, ages, surname in _members(chance, kind, family)
    ]
    return [_with_speaker(stage, chance, who, members) for who in members]


def _members(
    chance: Random, kind: HouseholdKind, family: str
) -> Iterator[tuple[Sex, Ages, str]]:
    """Say of each who lives together the sex, the ages, and the family name if any."""
    for ages in kind.couples:
        one, other = chance.sample(list(Sex), 2)
        yield one, ages, family
        yield other, ages, ""
    for ages in kind.others:
        yield chance.choice(list(Sex)), ages, family


def _born(stage: Stage, chance: Random, ages: Ages) -> dt.date:
    """Choose a birthday that makes somebody so old when the month is prepared."""
    youngest, oldest = ages
    days = chance.randrange(int(YEAR * youngest), int(YEAR * (oldest + 1)))
    return stage.script.world.prepared - dt.timedelta(days=days)


def _with_speaker(
    stage: Stage, chance: Random, who: Invented, members: Sequence[Invented]
) -> Invented:
    """Let somebody a generation apart speak for who is old or small."""
    if _has_telephone(who):
        return who
    apart = (
        one
        for one in members
        if _has_telephone(one) and abs(one.born.year - who.born.year) >= GENERATION
    )
    near = next(apart, None)
    if near is None:
        return _spoken_for(stage, chance, who)
    return replace(
        _spoken_for(stage, chance, who),
        proxy=near.name,
        proxy_telephone=near.telephone,
    )


# ------------------------------------------------------------------------ anybody
def invent(stage: Stage, chance: Random, place: int, number: int) -> Invented:
    """Invent somebody with a number of their own: the so many-th of a place."""
    sex = chance.choice(list(Sex))
    first, last = (dt.date(year, 1, 1) for year in BORN)
    born = _day(chance, first, last)
    who = _invent(stage, chance, sex, born, placed=(place, number))
    return who if _has_telephone(who) else _spoken_for(stage, chance, who)


def _invent(
    stage: Stage,
    chance: Random,
    sex: Sex,
    born: dt.date,
    *,
    placed: tuple[int, int],
    surname: str = "",
) -> Invented:
    """Invent somebody of this sex and age, ``placed`` by place and number in it."""
    place, number = placed
    further, serial = divmod(number, EACH_PLACE)
    last_three = 2 * serial + (sex is Sex.MALE)
    body = f"{REGION}{place * FURTHER + further:04}{born:%Y%m%d}{last_three:03}"
    return Invented(
        name=name_of(stage, chance, surname),
        sex=sex,
        born=born,
        number=body + citizen_check(body),
        telephone=telephone_of(chance),
    )


def _has_telephone(who: Invented) -> bool:
    return ELDER <= who.born.year < CHILD


def _spoken_for(stage: Stage, chance: Random, who: Invented) -> Invented:
    words = stage.script.people.words
    return replace(
        who,
        telephone="",
        proxy=name_of(stage, chance),
        proxy_telephone=who.telephone,
        relation=words.parent if who.born.year >= CHILD else words.child,
    )


def name_of(stage: Stage, chance: Random, surname: str = "") -> str:
    """Make up a name, of this family if one is given; others may bear it too."""
    signs = stage.script.names.people
    parts = (surname or signs.surnames, signs.first, signs.second)
    return "".join(chance.choice(part) for part in parts)


def telephone_of(chance: Random) -> str:
    """Make up a telephone number that is in no use."""
    return TELEPHONE + "".join(chance.choices("0123456789", k=8))


def _day(chance: Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=chance.randrange((last - first).days + 1))


def _weighted(chance: Random, of: Sequence[Thing], weights: Sequence[int]) -> Thing:
    [chosen] = chance.choices(of, weights)
    return chosen
