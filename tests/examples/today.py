"""Today and its duties: what the units owe, one duty overdue at a named place."""

import datetime as dt

from fangxian.capabilities.daily_return.actions import issue_duties
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.protocol.actions import adopt
from fangxian.mechanisms.protocol.queries import packs_in_force
from fangxian.mechanisms.task.actions import IssueRequest, issue
from fangxian.mechanisms.task.escalation import Rung
from tests.examples import Example, Made
from tests.worlds import FOUNDED, NOON, TODAY, World


HOUR = dt.timedelta(hours=1)
LONG_AGO = NOON - dt.timedelta(days=5)  # nothing else has been overdue for longer


def _task(made: Made) -> list[int]:
    return [made["task"]]


def _place(made: Made) -> list[str]:
    return [made["place_name"]]


EXAMPLES = {
    "today": Example(canaries=_place),
    "tasks": Example(query="which=overdue", canaries=_place),
    "task": Example(args=_task, canaries=_place),
    "task_remind": Example(args=_task, canaries=_place, post_only=True),
    "task_waive": Example(args=_task, canaries=lambda made: [made["task_unit"]]),
}


def _adopt(world: World) -> None:
    for held in packs_in_force(world["street"], NOON):
        adopt(
            held.id,
            area=world["city"],
            from_=FOUNDED,
            by=world.actor("dana"),
            at=FOUNDED,
        )


def make(world: World, made: Made) -> None:
    """Put the rules in force for the whole city, and leave one patrol overdue."""
    _adopt(world)
    issue_duties(day=TODAY, at=NOON - 12 * HOUR)
    overdue = issue(
        IssueRequest(
            key="example/key_patrol/overdue",
            duty="key_patrol",
            form="patrol",
            subject=f"place:{made['place']}",
            kind="hotel",
            area=world["grid"],
            post=world.posts["grid"],
            opens_at=LONG_AGO,
            due_at=LONG_AGO + 8 * HOUR,
            decision={"pack": "routine", "version": "1", "clause": "key_patrol"},
            ladder=(Rung(0, "community"), Rung(120, "street")),
        ),
        by=SYSTEM,
        at=LONG_AGO,
    )
    assert overdue is not None
    made["task"] = overdue.pk
    made["task_unit"] = "第一网格"
