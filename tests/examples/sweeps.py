"""Two sweeps of the first street: one under way, one over with doors that were missed."""

import datetime as dt
from uuid import UUID, uuid5

from fangxian.capabilities.enrolment.sweeps import actions
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger.people.actions import register_door
from fangxian.mechanisms.task.actions import lapse_due
from tests.examples import Example, Made
from tests.worlds import NOON, World


NAMESPACE = UUID(int=0x5EE9)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WHY = "中高风险地区增加，逐户摸排返郑人员"
BUILDING = "金水湾排查楼"
SEEN = {
    "outcome": "seen",
    "people": 3,
    "unlisted": 1,
    "came": 1,
    "unwell": False,
    "told_the_rules": True,
}
# Where, how many doors, and what was found at the first of them.
BUILDINGS = (
    ("grid", BUILDING, 12, "seen seen seen nobody_home nobody_home refused vacant"),
    ("grid", "6号楼", 10, "seen seen seen seen seen seen seen seen seen not_reached"),
    ("second_grid", "9号楼", 8, "seen seen demolished nobody_home"),
    ("grid_of_second_community", "2号楼", 9, "seen seen seen seen nobody_home"),
)


def _sweep(made: Made) -> list[UUID]:
    return [made["sweep"]]


def _target(made: Made) -> list[object]:
    return [made["sweep"], made["sweep_task"]]


def _why(_made: Made) -> list[str]:
    return [WHY]


def _building(_made: Made) -> list[str]:
    return [BUILDING]


EXAMPLES = {
    "sweeps": Example(canaries=_why),
    "sweep": Example(args=_sweep, canaries=_building),
    "sweep_rows": Example(args=_sweep, canaries=_building),
    "sweep_new": Example(canaries=lambda _made: ["福华街街道"]),
    "sweep_call_off": Example(args=_sweep, canaries=_why),
    "sweep_visit": Example(who="grid", args=_target, canaries=_building),
    "sweep_found": Example(who="grid", args=_target, canaries=_building),
}


def make(world: World, made: Made) -> None:
    """Put doors on the ledger, sweep the street, and let an earlier sweep be over."""
    for area, building, count, _found in BUILDINGS:
        for number in range(count):
            register_door(
                area=world[area],
                building=building,
                unit=f"{number % 2 + 1}单元",
                room=f"{number // 2 + 1}0{number % 2 + 1}",
                by=SYSTEM,
                at=NOON - 4 * DAY,
            )
    _over(world)
    sweep = _order(world, "now", at=NOON - 20 * HOUR, until=NOON + 28 * HOUR)
    made["sweep"] = sweep.pk
    for _area, building, _count, found in BUILDINGS:
        _visit(world, sweep, building, found)
    left = sweep.targets.filter(building=BUILDING, times=0).order_by("number")
    made["sweep_task"] = left.first().task_id


def _order(world: World, name: str, *, at: dt.datetime, until: dt.datetime) -> object:
    return actions.order_sweep(
        id=uuid5(NAMESPACE, name),
        clause="door_sweep",
        area=world["street"],
        opens_at=at,
        until=until,
        why=WHY,
        by=world.actor("alice", at=at),
        at=at,
    )


def _over(world: World) -> None:
    """A short one of one community, which ended with most doors missed."""
    at = NOON - 3 * DAY
    sweep = actions.order_sweep(
        id=uuid5(NAMESPACE, "over"),
        clause="door_sweep",
        area=world["second_community"],
        opens_at=at,
        until=at + 8 * HOUR,
        why="人口普查反馈核实",
        by=world.actor("alice", at=at),
        at=at,
    )
    _visit(world, sweep, "2号楼", "seen nobody_home", at=at + HOUR)
    lapse_due(at=at + 8 * HOUR)
    actions.end_due(at=at + 8 * HOUR)


def _visit(
    world: World,
    sweep: object,
    building: str,
    found: str,
    *,
    at: dt.datetime = NOON - 2 * HOUR,
) -> None:
    targets = sweep.targets.filter(building=building).order_by("number")
    for outcome, target in zip(found.split(), targets, strict=False):
        actions.record_visit(
            sweep.pk,
            task=target.task_id,
            id=uuid5(sweep.pk, f"visit {target.number}"),
            answers=SEEN if outcome == "seen" else {"outcome": outcome},
            seen_at=at,
            by=world.actor("alice", at=at),
            at=at,
        )
