"""The people of the tests. Each is the same person in every test.

Alice holds a post of the first street and Bob another post of the same street;
Charlie holds the same post as Alice in the next district; Dana sits in the city.
The others are named after what they do. ``tests.worlds`` gives them their posts;
``world.actor("alice")`` is the actor that Alice is there.
"""

from uuid import UUID

from fangxian.kernel.actors import Role


NAMES = {
    "alice": "艾丽丝",
    "bob": "鲍勃",
    "charlie": "查理",
    "dana": "戴娜",
    "grid": "耿小网",
    "community": "佘书记",
    "community_next_door": "佘邻居",
    "street": "阚街道",
    "district": "瞿指挥",
    "district_next_door": "邻区长",
    "supervision": "杜督查",
    "auditor": "申审计",
    "administrator": "关理员",
    "civil_affairs": "闵政",
    "market_supervision": "史监管",
    "venue_manager": "常场所",
    "hospital": "易院长",
    "cdc": "纪疾控",
    "police": "景察",
    "checkpoint": "康卡点",
    "joiner": "新来人",
}
PEOPLE = {who: UUID(int=number) for number, who in enumerate(NAMES, start=1001)}

ALICE, BOB, CHARLIE, DANA = (PEOPLE[who] for who in ("alice", "bob", "charlie", "dana"))
JOINER = PEOPLE["joiner"]  # registered as staff, but without a post

ROLES = {
    "alice": Role.STREET,
    "bob": Role.STREET,
    "charlie": Role.STREET,
    "dana": Role.DISTRICT,
    "grid": Role.GRID_WORKER,
    "community": Role.COMMUNITY,
    "community_next_door": Role.COMMUNITY,
    "street": Role.STREET,
    "district": Role.DISTRICT,
    "district_next_door": Role.DISTRICT,
    "supervision": Role.SUPERVISION,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
    "civil_affairs": Role.SECTOR_DEPARTMENT,
    "market_supervision": Role.SECTOR_DEPARTMENT,
    "venue_manager": Role.VENUE_MANAGER,
    "hospital": Role.HOSPITAL,
    "cdc": Role.CDC,
    "police": Role.POLICE,
    "checkpoint": Role.CHECKPOINT_STAFF,
}
