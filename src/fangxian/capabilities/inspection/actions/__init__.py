"""What inspectors do; every verb is one transaction and writes the journal."""

from fangxian.capabilities.inspection.actions.joint_visits import (
    close_joint_visit,
    excuse_department,
    open_joint_visit,
    record_section,
)
from fangxian.capabilities.inspection.actions.links import (
    end_link,
    issue_link,
    rectify_by_link,
)
from fangxian.capabilities.inspection.actions.look_backs import look_back, owe_look_back
from fangxian.capabilities.inspection.actions.patrols import (
    order_self_checks,
    plan_patrols,
)
from fangxian.capabilities.inspection.actions.rebuilding import rebuild
from fangxian.capabilities.inspection.actions.rectifications import put_right
from fangxian.capabilities.inspection.actions.suspensions import (
    reopen_place,
    suspend_place,
)
from fangxian.capabilities.inspection.actions.visits import (
    correct_visit,
    note_problem,
    record_visit,
    self_check,
)


__all__ = [
    "close_joint_visit",
    "correct_visit",
    "end_link",
    "excuse_department",
    "issue_link",
    "look_back",
    "note_problem",
    "open_joint_visit",
    "order_self_checks",
    "owe_look_back",
    "plan_patrols",
    "put_right",
    "rebuild",
    "record_section",
    "record_visit",
    "rectify_by_link",
    "reopen_place",
    "self_check",
    "suspend_place",
]
