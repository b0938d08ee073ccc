"""A small world, built through the actions.

::

    郑州市
    ├── 二七区
    │   ├── 福华街街道        (the first street: Alice, Bob)
    │   │   ├── 福华社区 ── 第一网格 ── 一号院, 第二网格
    │   │   └── 建中社区 ── 第一网格
    │   └── 解放路街道
    │       ├── 民主路社区 ── 第一网格
    │       └── 西陈庄社区 ── 第一网格
    └── 管城回族区
        ├── 南关街街道        (Charlie)
        │   ├── 南关社区 ── 第一网格
        │   └── 熊儿河社区 ── 第一网格
        └── 东大街街道
            ├── 仓巷社区 ── 第一网格
            └── 唐子巷社区 ── 第一网格
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.moments import at_time
from fangxian.mechanisms.jurisdiction import actions, queries
from fangxian.mechanisms.jurisdiction.states import Level
from tests.people import NAMES, PEOPLE, ROLES


SINCE = dt.date(2017, 10, 31)
TODAY = dt.date(2020, 11, 9)
FOUNDED = at_time(dt.date(2020, 1, 1), dt.time(8))  # when posts were filled
NOON = at_time(TODAY, dt.time(12))  # the present of the tests
SOURCE = "虚构的区划名单"

CIVIL_AFFAIRS_KINDS = frozenset({"care_home", "shelter"})
MARKET_SUPERVISION_KINDS = frozenset({"supermarket", "restaurant"})

# By the name that tests use: its own name, its parent, its code.
DISTRICTS = {
    "district": ("二七区", "city", "410103"),
    "next_district": ("管城回族区", "city", "410104"),
}
STREETS = {
    "street": ("福华街街道", "district", "410103009"),
    "other_street": ("解放路街道", "district", "410103002"),
    "next_street": ("南关街街道", "next_district", "410104003"),
    "far_street": ("东大街街道", "next_district", "410104005"),
}
COMMUNITIES = {
    "community": ("福华社区", "street", "410103009001"),
    "second_community": ("建中社区", "street", "410103009002"),
    "other_community": ("民主路社区", "other_street", "410103002001"),
    "second_other_community": ("西陈庄社区", "other_street", "410103002002"),
    "next_community": ("南关社区", "next_street", "410104003001"),
    "second_next_community": ("熊儿河社区", "next_street", "410104003002"),
    "far_community": ("仓巷社区", "far_street", "410104005001"),
    "second_far_community": ("唐子巷社区", "far_street", "410104005002"),
}
GRIDS = {
    "grid": ("第一网格", "community", None),
    "second_grid": ("第二网格", "community", None),
    **{
        community.replace("community", "grid"): ("第一网格", community, None)
        for community in COMMUNITIES
        if community not in {"community", "second_community"}
    },
    "grid_of_second_community": ("第一网格", "second_community", None),
}
COURTYARDS = {"courtyard": ("一号院", "grid", None)}

# By whom it is held: its area, its title, and the kinds it is bound to.
POSTS = {
    "alice": ("street", "街道防控专员", None),
    "bob": ("street", "街道巡查员", None),
    "street": ("street", "街道办事处主任", None),
    "charlie": ("next_street", "街道防控专员", None),
    "dana": ("city", "市指挥部", None),
    "grid": ("grid", "网格员", None),
    "community": ("community", "社区书记", None),
    "community_next_door": ("next_community", "社区书记", None),
    "district": ("district", "区指挥部", None),
    "district_next_door": ("next_district", "区指挥部", None),
    "supervision": ("district", "督查组", None),
    "auditor": ("city", "审计员", None),
    "administrator": ("city", "系统管理员", None),
    "civil_affairs": ("city", "民政局", CIVIL_AFFAIRS_KINDS),
    "market_supervision": ("district", "市场监督管理局", MARKET_SUPERVISION_KINDS),
    "venue_manager": ("grid", "场所负责人", None),
    "hospital": ("district", "发热门诊", None),
    "cdc": ("district", "疾控中心", None),
    "police": ("district", "派出所", None),
    "checkpoint": ("community", "卡点值守", None),
}


@dataclass(frozen=True, slots=True)
class World:
    """The ids of the world, by the names that tests use."""

    areas: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        """The id of an area."""
        return self.areas[name]

    def actor(self, who: str, *, at: dt.datetime = NOON) -> Actor:
        """Somebody of ``tests.people``, in their post of this world."""
        return queries.actor_for(PEOPLE[who], at=at, post=self.posts[who])


def make_world() -> World:
    """Build the world above, with everybody in their post."""
    world = World()
    city = actions.establish_area(
        name="郑州市",
        level=Level.CITY,
        parent=None,
        code="4101",
        on=SINCE,
        source=SOURCE,
        by=SYSTEM,
        at=FOUNDED,
    )
    world.areas["city"] = city.pk
    _establish(world, Level.DISTRICT, DISTRICTS)
    _establish(world, Level.STREET, STREETS)
    _establish(world, Level.COMMUNITY, COMMUNITIES)
    _establish(world, Level.GRID, GRIDS)
    _establish(world, Level.COURTYARD, COURTYARDS)
    for who, name in NAMES.items():
        register(PEOPLE[who], name)
    for who, (area, title, kinds) in POSTS.items():
        world.posts[who] = fill_post(
            world[area], ROLES[who], title, holder=PEOPLE[who], kinds=kinds
        )
    return world


def _establish(
    world: World, level: Level, areas: Mapping[str, tuple[str, str, str | None]]
) -> None:
    for key, (name, parent, code) in areas.items():
        world.areas[key] = add_area(name, level, parent=world[parent], code=code)


def add_area(name: str, level: Level, *, parent: int, code: str | None = None) -> int:
    """Establish one more area and give its id."""
    return actions.establish_area(
        name=name,
        level=level,
        parent=parent,
        code=code,
        on=SINCE,
        source=SOURCE,
        by=SYSTEM,
        at=FOUNDED,
    ).pk


def register(person: UUID, name: str) -> UUID:
    """Register one more person as staff."""
    actions.register_staff(person=person, name=name, by=SYSTEM, at=FOUNDED)
    return person


def fill_post(
    area: int,
    role: Role,
    title: str,
    *,
    holder: UUID | None = None,
    kinds: frozenset[str] | None = None,
) -> int:
    """Make one more post and give its id; without a holder it is vacant."""
    post = actions.create_post(
        area=area, role=role, title=title, kinds=kinds, by=SYSTEM, at=FOUNDED
    )
    if holder is not None:
        actions.appoint(post.pk, staff=holder, by=SYSTEM, at=FOUNDED)
    return post.pk
