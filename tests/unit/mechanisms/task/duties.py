"""The duties of these tests: a patrol of one place of the first community's grid."""

import datetime as dt

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.task import actions
from fangxian.mechanisms.task.actions import IssueRequest
from fangxian.mechanisms.task.escalation import Rung
from tests.worlds import NOON


OPENS = NOON - dt.timedelta(hours=4)
DUE = NOON + dt.timedelta(hours=4)
CLOSES = NOON + dt.timedelta(hours=12)
LADDER = (
    Rung(after_minutes=30, role="community"),
    Rung(after_minutes=120, role="street"),
)


def request(world, **changes):
    """Ask for a patrol of a hotel, owed by the grid worker's post."""
    asked = {
        "key": "routine/patrol/place:12/2020-11-09",
        "duty": "patrol",
        "form": "six_haves",
        "subject": "place:12",
        "kind": "hotel",
        "area": world["grid"],
        "post": world.posts["grid"],
        "opens_at": OPENS,
        "due_at": DUE,
        "closes_at": CLOSES,
        "ladder": LADDER,
        "decision": {"pack": "routine", "version": "1", "clause": "patrol"},
    }
    return IssueRequest(**{**asked, **changes})


def issued(world, **changes):
    """Issue such a duty and give it."""
    task = actions.issue(request(world, **changes), by=SYSTEM, at=OPENS)
    assert task is not None
    return task
