"""The stage of a replay: what the script's names stand for, and the seeded chance."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from random import Random
from typing import TypeVar
from uuid import UUID

from fangxian.interfaces.commands.replay.script import Script, Selection, moment
from fangxian.kernel.actors import Actor
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.refusals import RefusalKind
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction.queries import actor_for
from fangxian.mechanisms.ledger.queries import PlaceFacts, facts_of, kinds, places


Thing = TypeVar("Thing")

THOUSAND = 1000

NAME_UNKNOWN = RefusalKind(
    code="replay.name_unknown",
    sentence="The scenario's world has no {what} called {name}.",
    remedy="Correct the name in the events, or add it to the world.",
)


@dataclass(slots=True)
class Stage:
    """Names to ids, posts to whoever holds them, and chances that come out the same.

    ``areas`` and ``posts`` go by the script's names; ``parents`` leads from an
    area to the one above; ``heads`` names each area's first post; ``holders`` says
    who holds a post; ``people`` are invented names that nobody bears yet.
    """

    script: Script
    areas: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    levels: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[str, int] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    holders: dict[int, UUID] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)
    ids: Random = field(default_factory=Random)
    people: Iterator[str] = field(default_factory=lambda: iter(()))

    def area(self, name: str) -> int:
        """Give the id of an area by its name."""
        return _known(self.areas, name, "area")

    def line(self, area: int) -> list[int]:
        """Give an area and those above it, upward."""
        line = [area]
        while (above := self.parents.get(line[-1])) is not None:
            line.append(above)
        return line

    def community_of(self, area: int) -> int:
        """Give the community that an area is or lies in."""
        communities = self.levels["community"]
        return next(one for one in self.line(area) if one in communities)

    def units(self, level: str) -> list[int]:
        """List the areas of a level in the scenario's own district."""
        district = self.area(self.script.world.district)
        return [area for area in self.levels[level] if district in self.line(area)]

    def post(self, name: str) -> int:
        """Give the id of a post by its name, ``area/title``."""
        return _known(self.posts, name, "post")

    def actor(self, name: str, at: dt.datetime) -> Actor:
        """Give whoever holds a post, as the actor they are at this moment."""
        return self.actor_in(self.post(name), at)

    def actor_in(self, post: int, at: dt.datetime) -> Actor:
        """Give whoever holds the post with this id."""
        if post not in self.actors:
            self.actors[post] = actor_for(self.holders[post], at=at, post=post)
        return self.actors[post]

    def keeper(self, area: int, at: dt.datetime) -> Actor:
        """Give whoever keeps the ledger of an area, or of the nearest one above it."""
        head = next(self.heads[one] for one in self.line(area) if one in self.heads)
        return self.actor(head, at)

    def take_over(self, post: int, person: UUID) -> None:
        """Let somebody hold a post from now on."""
        self.holders[post] = person
        self.actors.pop(post, None)

    def new_id(self, at: dt.datetime) -> UUID:
        """Make the next id, the same in every replay of this script."""
        return new_id(at, self.ids.randbytes(RANDOM_BYTES))

    def chance(self, *about: object) -> Random:
        """Give the chance of one matter: it does not depend on any other matter."""
        said = "/".join(str(part) for part in (self.script.world.seed, *about))
        return Random(said)  # noqa: S311 -- a scenario must come out the same, not secret

    def happens(self, share: int, *about: object) -> bool:
        """Whether a matter falls into a share of a thousand."""
        return self.chance(*about).randrange(THOUSAND) < share

    def time_between(
        self, day: dt.date, span: tuple[str, str], *about: object
    ) -> dt.datetime:
        """Give a moment of a span of a day."""
        first, last = (moment(day, time) for time in span)
        seconds = int((last - first).total_seconds())
        chosen = self.chance(day, span, *about).randrange(seconds + 1)
        return first + dt.timedelta(seconds=chosen)

    def select(self, wanted: Selection) -> list[PlaceFacts]:
        """List the places that a selection means today, in the order of their ids."""
        of_groups = kinds().filter(group__in=wanted.groups)
        meant = {*wanted.kinds, *of_groups.values_list("code", flat=True)}
        found = places(EVERYWHERE, area=self.area(wanted.area)).filter(kind__in=meant)
        if wanted.code:
            found = found.filter(venue_code=wanted.code)
        fitting = sorted(map(facts_of, found), key=attrgetter("id"))
        return fitting[:: wanted.one_in]


def _known(known: dict[str, int], name: str, what: str) -> int:
    if name not in known:
        raise NAME_UNKNOWN(what=what, name=name)
    return known[name]


def spread(
    things: Sequence[Thing], over: Sequence[dt.date], day: dt.date
) -> list[Thing]:
    """Give the share of things that falls on one of the days, as even as can be."""
    place = over.index(day)
    return list(things[place :: len(over)])
