"""Building the world of a scenario, by acts alone: areas, posts, people, packs, places."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import cycle, product
from pathlib import Path
from random import Random

from fangxian.interfaces.commands.replay.script import Script, moment
from fangxian.interfaces.commands.replay.setting import (
    PlaceRow,
    PlaceTable,
    SinglePost,
    Street,
)
from fangxian.interfaces.commands.replay.settling import settle
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.moments import start_of
from fangxian.mechanisms.jurisdiction import actions as jurisdiction
from fangxian.mechanisms.jurisdiction.bulk import NewArea
from fangxian.mechanisms.jurisdiction.queries import areas_below, find_area_by_code
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.actions import advance_venue_code, register_place
from fangxian.mechanisms.ledger.states import VenueCode
from fangxian.mechanisms.protocol.actions import adopt, draft, review
from fangxian.mechanisms.protocol.loading import load_pack


OPENING = "08:00"
DIGITS = 8
TELEPHONE = "100"  # no number in use begins so
LEVELS = {level.value.partition("-")[2]: level for level in Level}
STEPS = (VenueCode.NONE, VenueCode.APPLIED, VenueCode.ISSUED, VenueCode.IN_USE)

Tell = Callable[[str], None]


def build(script: Script, packs: Path, *, tell: Tell) -> Stage:
    """Let the scenario's world stand as it was before the first day.

    ``packs`` is the folder of protocol packs; ``tell`` hears what is being built.
    """
    at = moment(script.world.prepared, OPENING)
    stage = Stage(script)
    stage.ids.seed(script.world.seed)
    stage.people = _invented_people(script, stage.chance("people"))
    tell("areas")
    _establish_areas(stage, at)
    tell("posts")
    _fill_posts(stage, at)
    tell("packs")
    _adopt_packs(stage, packs, at)
    tell("places")
    _register_places(stage, at)
    tell("households")
    settle(stage, at)
    return stage


# ------------------------------------------------------------------------- areas
def _establish_areas(stage: Stage, at: dt.datetime) -> None:
    areas = stage.script.areas
    for level, rows in _rows_by_level(stage.script):
        numbered = [
            NewArea(row=number, code=code, name=name, parent=parent)
            for number, (code, name, parent) in enumerate(rows, start=1)
        ]
        jurisdiction.establish_areas(
            numbered,
            level=level,
            on=areas.since,
            source=areas.source,
            by=SYSTEM,
            at=at,
        )
    _learn_areas(stage, on=areas.since)
    _establish_grids(stage, at)


AreaRow = tuple[str, str, str | None]


def _rows_by_level(script: Script) -> Iterator[tuple[Level, list[AreaRow]]]:
    city, districts = script.areas.city, script.areas.districts
    streets = [(one, street) for one in districts for street in one.streets]
    yield Level.CITY, [(city.code, city.name, None)]
    yield Level.DISTRICT, [(one.code, one.name, city.code) for one in districts]
    yield Level.STREET, [(st.code, st.name, one.code) for one, st in streets]
    communities: list[AreaRow] = [
        (code, name, street.code)
        for _district, street in streets
        for code, name in street.communities.items()
    ]
    yield Level.COMMUNITY, communities


def _learn_areas(stage: Stage, *, on: dt.date) -> None:
    city = find_area_by_code(stage.script.areas.city.code, on)
    assert city is not None, "it was established above"  # noqa: S101 -- tells mypy so
    for area in [city, *areas_below(city.id)]:
        _learn_area(stage, area.id, area.name, area.level, area.parent)


def _learn_area(
    stage: Stage, area: int, name: str, level: Level, parent: int | None
) -> None:
    stage.areas[name] = area
    stage.names[area] = name
    stage.parents[area] = parent
    stage.levels[level.value.partition("-")[2]].append(area)


def _establish_grids(stage: Stage, at: dt.datetime) -> None:
    areas = stage.script.areas
    for street in _streets(stage.script):
        grids = areas.grid_names[: street.grids]
        for community, grid in product(street.communities.values(), grids):
            parent = stage.area(community)
            made = jurisdiction.establish_area(
                name=grid,
                level=Level.GRID,
                parent=parent,
                on=areas.since,
                source=areas.source,
                by=SYSTEM,
                at=at,
            )
            _learn_area(stage, made.pk, f"{community}{grid}", Level.GRID, parent)


def _streets(script: Script) -> list[Street]:
    return [street for one in script.areas.districts for street in one.streets]


# ------------------------------------------------------------------------- posts
def _fill_posts(stage: Stage, at: dt.datetime) -> None:
    for post in _posts(stage):
        _fill_post(stage, post, at)
    for grid in stage.levels["grid"]:
        answering = stage.post(stage.heads[grid])
        jurisdiction.name_answerer(grid, post=answering, by=SYSTEM, at=at)


def _posts(stage: Stage) -> Iterator[SinglePost]:
    posts = stage.script.world.posts
    yield from posts.single
    for each in posts.every:
        district = stage.area(each.district)
        for area in stage.levels[each.level]:
            if district in stage.line(area):
                where = stage.names[area]
                yield SinglePost(area=where, role=each.role, title=each.title)


def _fill_post(stage: Stage, post: SinglePost, at: dt.datetime) -> None:
    area, name = stage.area(post.area), f"{post.area}/{post.title}"
    made = jurisdiction.create_post(
        area=area,
        role=Role(post.role),
        title=post.title,
        kinds=post.kinds,
        by=SYSTEM,
        at=at,
    )
    stage.posts[name] = made.pk
    stage.heads.setdefault(area, name)
    appoint_somebody(stage, name, at)


def appoint_somebody(stage: Stage, post: str, at: dt.datetime) -> None:
    """Let a new person take over a post."""
    person = stage.new_id(at)
    jurisdiction.register_staff(
        person=person,
        name=next(stage.people),
        telephone=_telephone(stage.chance("telephone", person)),
        by=SYSTEM,
        at=at,
    )
    jurisdiction.appoint(stage.post(post), staff=person, by=SYSTEM, at=at)
    stage.take_over(stage.post(post), person)


def _telephone(chance: Random) -> str:
    return TELEPHONE + "".join(str(chance.randrange(10)) for _ in range(DIGITS))


def _invented_people(script: Script, chance: Random) -> Iterator[str]:
    """Give invented names of people, each once, as long as there are any."""
    signs = script.names.people
    made = [
        "".join(three) for three in product(signs.surnames, signs.first, signs.second)
    ]
    chance.shuffle(made)
    return iter(made)


# ------------------------------------------------------------------------- packs
def _adopt_packs(stage: Stage, packs: Path, at: dt.datetime) -> None:
    world = stage.script.world
    drafts, adopts = (stage.actor(who, at) for who in (world.drafts, world.adopts))
    for name in world.packs:
        edition = draft(load_pack(packs / name), by=drafts, at=at)
        review(edition.pk, by=adopts, at=at)
        adopt(
            edition.pk,
            area=stage.area(world.district),
            from_=start_of(world.prepared),
            by=adopts,
            at=at,
        )


# ------------------------------------------------------------------------ places
def _register_places(stage: Stage, at: dt.datetime) -> None:
    table = stage.script.places
    names = _Names(stage)
    for number, (community, row) in enumerate(_sites(stage, table), start=1):
        head = stage.keeper(community, at)
        where = stage.names[community]
        place = register_place(
            kind=row.kind,
            name=names.next(row),
            area=_grid_of(stage, community, number),
            address=stage.script.names.address.format(area=where, number=number),
            source=table.source,
            responsible=next(stage.people),
            telephone=_telephone(stage.chance("place", number)),
            by=head,
            at=at,
        )
        reached = VenueCode(row.codes or _code(stage, number))
        for step in STEPS[1 : STEPS.index(reached) + 1]:
            advance_venue_code(place.pk, to=step, by=head, at=at)


def _grid_of(stage: Stage, community: int, number: int) -> int:
    """Give the grid of a community that a place lies in, else the community."""
    grids = [one for one in stage.levels["grid"] if stage.parents[one] == community]
    return grids[number % len(grids)] if grids else community


def _code(stage: Stage, number: int) -> str:
    codes = stage.script.places.codes
    return VenueCode.NONE if number % codes.none_one_in == 0 else codes.default


def _sites(stage: Stage, table: PlaceTable) -> Iterator[tuple[int, PlaceRow]]:
    """Give each place's community and row, those elsewhere last."""
    for row in table.rows:
        communities = cycle(_communities(stage, row.area))
        for _ in range(row.count):
            yield next(communities), row
    taken = {area for row in table.rows for area in _communities(stage, row.area)}
    free = [
        one for one in _communities(stage, table.elsewhere.area) if one not in taken
    ]
    stage.chance("elsewhere").shuffle(free)
    sites = cycle(free)
    for kind, count in table.elsewhere.kinds.items():
        for _ in range(count):
            yield next(sites), PlaceRow(area=table.elsewhere.area, kind=kind, count=1)


def _communities(stage: Stage, name: str) -> list[int]:
    area = stage.area(name)
    return [one for one in stage.levels["community"] if area in stage.line(one)]


class _Names:
    """Invented names of places: a stem and an ending of the kind, each pair once."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.made: dict[str, Iterator[str]] = {}

    def next(self, row: PlaceRow) -> str:
        ending = row.name or row.kind
        if ending not in self.made:
            self.made[ending] = self._pairs(ending, row)
        return next(self.made[ending])

    def _pairs(self, ending: str, row: PlaceRow) -> Iterator[str]:
        names = self.stage.script.names
        endings = (row.name,) if row.name else names.endings[row.kind]
        pairs = [stem + end for stem, end in product(names.stems, endings)]
        self.stage.chance("names", ending).shuffle(pairs)
        return iter(pairs)
