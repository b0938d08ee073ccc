"""Patrols and findings: a hotel with problems in every column, a care home visited."""

import datetime as dt

from fangxian.capabilities.inspection import actions
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.ids import new_id
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.observation.evidence import keep
from fangxian.mechanisms.protocol.actions import adopt, draft, review
from fangxian.mechanisms.protocol.queries import in_force
from tests.examples import Example, Made
from tests.packs import pack_of
from tests.people import PEOPLE
from tests.worlds import FOUNDED, NOON, TODAY, World, fill_post


HOME = "福华银发公寓"
NURSES = frozenset({"elderly_flat"})
HOUR = dt.timedelta(hours=1)
GOOD = {
    "disinfection_record": True,
    "code_scanning": True,
    "temperature_check": True,
    "emergency_plan": True,
    "mask_days": 14,
    "supervision_record": True,
}
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8ffff3f0005fe02fea735810000000049454e44ae426082"
)


def _finding(made: Made) -> list[int]:
    return [made["finding"]]


def _rectified(made: Made) -> list[int]:
    return [made["finding_rectified"]]


def _hotel(made: Made) -> list[str]:
    return [made["place_name"]]


def _home(made: Made) -> list[str]:
    del made
    return [HOME]


def _joint(made: Made) -> list[object]:
    return [made["joint_visit"]]


def _section(made: Made) -> list[object]:
    return [made["joint_visit"], "fire"]


ONE = {"args": _finding, "canaries": _hotel}
IMAGE = "answers with a picture, which the tests of visits open"
KINDS = "asks for a bulletin and kinds of place, which are public"

EXAMPLES = {
    "inspection": Example(canaries=_hotel),
    "findings": Example(canaries=_hotel),
    "finding": Example(who="bob", args=_rectified, canaries=_hotel),
    "finding_rectify": Example(**ONE),
    "finding_look_back": Example(who="bob", args=_rectified, canaries=_hotel),
    "finding_withdraw": Example(**ONE),
    "finding_suspend": Example(
        who="district",
        args=lambda made: [made["finding_grave"]],
        canaries=_hotel,
        strangers=("district_next_door",),
    ),
    "finding_link": Example(args=_finding, post_only=True, same_for_all="has no page"),
    "finding_new": Example(args=lambda made: [made["place"]], canaries=_hotel),
    "visits": Example(canaries=_hotel),
    "visit_new": Example(canaries=_hotel),
    "visit": Example(args=lambda made: [made["visit"]], canaries=_hotel),
    "visit_correct": Example(args=lambda made: [made["visit"]], canaries=_hotel),
    "visit_photo": Example(
        args=lambda made: [made["visit"], made["photo"]],
        post_only=True,
        same_for_all=IMAGE,
    ),
    "visit_joints": Example(canaries=_home),
    "visit_joint_new": Example(args=lambda made: [made["home"]], canaries=_home),
    "visit_joint": Example(args=_joint, canaries=_home),
    "visit_section": Example(args=_section, canaries=_home),
    "visit_excuse": Example(args=_section, post_only=True, same_for_all="has no page"),
    "visit_close": Example(args=_joint, post_only=True, same_for_all="has no page"),
    "patrols": Example(
        query="first=2020-11-01&last=2020-11-09", canaries=lambda _made: ["福华社区"]
    ),
    "patrols_plan": Example(post_only=True, same_for_all="has no page"),
    "patrols_self_check": Example(same_for_all=KINDS),
    "rectify": Example(
        args=lambda made: [made["token"]],
        same_for_all="a link shows its one finding to whoever holds it",
    ),
}


def make(world: World, made: Made) -> None:
    """Adopt the rules, plan the day, visit the hotel, put one thing right."""
    _adopt(world)
    alice = world.actor("alice")
    for days in range(7):  # a key venue is looked at once a week
        day = TODAY - dt.timedelta(days=days)
        actions.plan_patrols(area=world["street"], day=day, by=alice, at=NOON)
    _visit(world, made)
    _put_right(world, made)
    _call_departments(world, made)


def _adopt(world: World) -> None:
    if in_force("routine", world["street"], NOON) is not None:
        return
    dana = world.actor("dana")
    edition = draft(pack_of("routine"), by=world.actor("cdc"), at=FOUNDED).pk
    review(edition, by=dana, at=FOUNDED)
    adopt(edition, area=world["city"], from_=FOUNDED, by=dana, at=FOUNDED)


def _id(number: int) -> object:
    return new_id(NOON, number.to_bytes(10))


def _visit(world: World, made: Made) -> None:
    photo = keep(PICTURE, on_site=False)
    wrong = {
        "disinfection_record": False,
        "code_scanning": False,
        "mask_days": 3,
        "supervision_record": False,
        "photos": [photo.digest],
    }
    seen = actions.record_visit(
        place=made["place"],
        form="six_haves",
        answers={**GOOD, **wrong},
        seen_at=NOON - 20 * HOUR,
        id=_id(1),  # type: ignore[arg-type] -- a UUID
        evidence=[photo],
        by=world.actor("community"),
        at=NOON - 20 * HOUR,
    )
    made["visit"], made["photo"] = seen.pk, photo.digest
    made["finding_grave"] = actions.note_problem(
        place=made["place"],
        text="疏散通道堆放杂物",
        severity="grave",
        by=world.actor("bob"),
        at=NOON - 5 * HOUR,
    ).pk


def _put_right(world: World, made: Made) -> None:
    """One rectified, one sent back, one with a link, one left as it is."""
    by_item = {one.item.partition("/")[2]: one.pk for one in Finding.objects.all()}
    made["finding"] = by_item["mask_days"]
    made["finding_rectified"] = by_item["disinfection_record"]
    for number, item in ((2, "disinfection_record"), (3, "code_scanning")):
        actions.put_right(
            by_item[item],
            how="已补齐并签字",
            id=_id(number),  # type: ignore[arg-type] -- a UUID
            by=world.actor("alice"),
            at=NOON - 10 * HOUR,
        )
    actions.look_back(
        by_item["code_scanning"],
        passed=False,
        note="后门无人查验",
        answers={},
        id=_id(4),  # type: ignore[arg-type] -- a UUID
        by=world.actor("bob"),
        at=NOON - 9 * HOUR,
    )
    made["token"] = actions.issue_link(
        by_item["supervision_record"], by=world.actor("alice"), at=NOON
    )


def _call_departments(world: World, made: Made) -> None:
    made["home"] = register_place(
        kind="elderly_flat",
        name=HOME,
        area=world["community"],
        source="examples",
        by=SYSTEM,
        at=FOUNDED,
    ).pk
    posts = {
        department: fill_post(
            world["district"],
            Role.SECTOR_DEPARTMENT,
            title,
            holder=PEOPLE["joiner"],
            kinds=NURSES,
        )
        for department, title in (("fire", "消防大队"), ("health", "卫健委"))
    }
    made["joint_visit"] = actions.open_joint_visit(
        place=made["home"],
        departments=posts,
        lead="health",
        id=_id(5),  # type: ignore[arg-type] -- a UUID
        by=world.actor("alice"),
        at=NOON,
    ).pk
