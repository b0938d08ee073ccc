"""What the units owe on a day: their areas are judged by the rules in force there."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from fangxian.kernel.actors import Role
from fangxian.kernel.moments import start_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction.queries import (
    AreaFacts,
    areas_below,
    find_post,
    get_area,
    posts_in,
    top_areas,
)
from fangxian.mechanisms.protocol.clauses import Clause
from fangxian.mechanisms.protocol.evaluation import Decision, judge
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import adoptions, packs_in_force
from fangxian.mechanisms.task.actions import IssueRequest, request_for


SUBJECT = "area"


def duties_on(day: dt.date) -> Iterator[IssueRequest]:
    """Give every duty that the rules ask of a unit itself on a day."""
    areas = {area.id: area for area in _standing(day)}
    packs = _Packs(areas, start_of(day))
    owed = [
        (area, decision)
        for area in areas.values()
        for pack in packs.of(area.id)
        for decision in _decisions(pack, area, day)
    ]
    posts = _Posts(areas)
    for area, decision in owed:
        post = posts.of(area.id, decision.roles)
        yield request_for(decision, area=area.id, post=post)


def _standing(day: dt.date) -> list[AreaFacts]:
    """List every area of the installation that stands on a day."""
    tops = top_areas(day)
    return [get_area(top) for top in tops] + [
        area for top in tops for area in areas_below(top, on=day)
    ]


def _decisions(pack: Pack, area: AreaFacts, day: dt.date) -> tuple[Decision, ...]:
    kind = area.level.value.partition("-")[2]
    if not any(_is_for(clause, kind) for clause in pack.clauses):
        return ()
    facts = Facts(subject=SUBJECT, number=area.id, kind=kind)
    return judge(pack, facts, start_of(day))


def _is_for(clause: Clause, kind: str) -> bool:
    return clause.is_about(SUBJECT, kind)


class _Packs:
    """Which rules hold where: looked up once for each area that adopted any."""

    def __init__(self, areas: Mapping[int, AreaFacts], at: dt.datetime) -> None:
        self.areas, self.at = areas, at
        self.adopting = set(adoptions(EVERYWHERE).values_list("area", flat=True))
        self.known: dict[int, list[Pack]] = {}

    def of(self, area: int) -> list[Pack]:
        nearest = self._nearest(area)
        if nearest is None:
            return []
        if nearest not in self.known:
            found = packs_in_force(nearest, self.at)
            self.known[nearest] = [edition.pack for edition in found]
        return self.known[nearest]

    def _nearest(self, area: int) -> int | None:
        """Find the area itself or the nearest above it that ever adopted rules."""
        here = self.areas.get(area)
        while here is not None and here.id not in self.adopting:
            here = None if here.parent is None else self.areas.get(here.parent)
        return None if here is None else here.id


class _Posts:
    """Which post owes a duty: one query for each set of roles, unless vacant."""

    def __init__(self, areas: Collection[int]) -> None:
        self.areas = areas
        self.known: dict[tuple[Role, ...], dict[int, int | None]] = {}

    def of(self, area: int, roles: tuple[Role, ...]) -> int | None:
        if roles not in self.known:
            own = posts_in(self.areas, roles)
            self.known[roles] = {key: post.id for key, post in own.items()}
        known = self.known[roles]
        if area not in known:
            found = find_post(area, roles)
            known[area] = None if found is None else found.id
        return known[area]
