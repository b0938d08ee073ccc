"""Areas and posts: a street with a vacant post, a renamed and a merged community."""

import datetime as dt
from typing import Any
from uuid import UUID

from fangxian.kernel.actors import Role
from fangxian.mechanisms.jurisdiction import actions
from fangxian.mechanisms.jurisdiction.devices import actions as devices
from fangxian.mechanisms.jurisdiction.states import Level
from tests.examples import Example, Made
from tests.people import BOB, JOINER
from tests.unit.mechanisms.jurisdiction.phones import public_of
from tests.worlds import NOON, World, add_area, fill_post


VACANT = "金丝雀宣传员"
COMMUNITY = "金丝雀社区"
PHONE = "金丝雀的手机"
REFORM = dt.date(2020, 11, 2)
DOCUMENT = "二七区关于调整部分社区的批复（2020 年 11 月 2 日）"


def _community(made: Made) -> list[int]:
    return [made["community"]]


def _post(made: Made) -> list[int]:
    return [made["post"]]


def _named(_made: Made) -> list[str]:
    return [COMMUNITY]


def _phone(_made: Made) -> list[str]:
    return [PHONE]


def _vacant(_made: Made) -> list[str]:
    return [VACANT]


DISTRICT: dict[str, Any] = {"who": "district", "strangers": ("district_next_door",)}

EXAMPLES = {
    "jurisdiction": Example(canaries=_vacant),
    "area": Example(args=_community, canaries=_named),
    "areas": Example(canaries=_named),
    "areas_uncovered": Example(canaries=_named),
    "posts": Example(canaries=_vacant),
    "post": Example(args=lambda made: [made["post_held"]], canaries=_named),
    **{
        f"area_{reform}": Example(args=_community, canaries=_named, **DISTRICT)
        for reform in ("rename", "recode", "move", "merge", "split", "abolish")
    },
    "area_new": Example(args=_community, canaries=_named, **DISTRICT),
    "post_new": Example(args=_community, canaries=_named, **DISTRICT),
    "post_appoint": Example(args=_post, canaries=_vacant, **DISTRICT),
    "post_relieve": Example(
        args=lambda made: [made["post_held"]], canaries=_named, **DISTRICT
    ),
    "devices": Example(canaries=_phone),
    "device_code": Example(args=lambda made: [made["post_held"]], canaries=_named),
    "device_disown": Example(
        args=lambda made: [made["device"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "device_revoke": Example(
        args=lambda made: [made["device"]],
        canaries=_phone,
    ),
    "area_answerer": Example(args=lambda made: [made["grid"]], canaries=_named),
}


def make(world: World, made: Made) -> None:
    """Rename a community, merge another into it, and leave one of its posts vacant."""
    district = world.actor("district")
    changed: dict[str, Any] = {
        "on": REFORM,
        "source": DOCUMENT,
        "by": district,
        "at": NOON,
    }
    community = add_area("苗圃花园社区", Level.COMMUNITY, parent=world["street"])
    lower = add_area("苗圃东社区", Level.COMMUNITY, parent=world["street"])
    made["community"] = community
    made["grid"] = add_area("第一网格", Level.GRID, parent=community)
    add_area("第二网格", Level.GRID, parent=lower)
    made["post"] = fill_post(community, Role.COMMUNITY, VACANT)
    made["post_held"] = fill_post(community, Role.COMMUNITY, "社区书记", holder=BOB)
    actions.appoint(
        made["post_held"], staff=JOINER, by=district, at=NOON - dt.timedelta(days=3)
    )
    actions.rename(community, name=COMMUNITY, **changed)
    actions.merge_areas([lower], into=community, **changed)
    code = devices.issue_code(made["post_held"], by=world.actor("alice"), at=NOON)
    made["device"] = devices.enrol_device(
        code,
        device=UUID("0175aac1-6d80-7000-8000-00000000d001"),
        name=PHONE,
        public_key=public_of(4242),
        asked_from="192.0.2.1",
        at=NOON,
    )
