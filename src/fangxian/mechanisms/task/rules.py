"""Pure judgements: check_* refuses, can_* asks."""

from typing import TYPE_CHECKING

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal, RefusalKind


if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from fangxian.kernel.actors import Actor
    from fangxian.mechanisms.task.models import Task


# A unit answers for what its lower units owe, and may do it in their place.
LEADING = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})
WAIVING = LEADING | {Role.SYSTEM}
URGING = LEADING | {Role.SUPERVISION, Role.SECTOR_DEPARTMENT}

UNKNOWN = RefusalKind(
    code="task.unknown",
    sentence="There is no task {task}.",
    remedy="Look for it in the list of tasks of your area.",
    hidden=True,
)
NOT_YOUR_DUTY = RefusalKind(
    code="task.not_your_duty",
    sentence="Task {task} is owed by another post.",
    remedy="Ask the post that owes it, or the unit above, to do it.",
)
NOT_YET_OPEN = RefusalKind(
    code="task.not_yet_open",
    sentence="Task {task} does not open before {opens_at}.",
    remedy="Come back when its window has opened.",
)
WINDOW_CLOSED = RefusalKind(
    code="task.window_closed",
    sentence="The window of task {task} closed at {closes_at}.",
    remedy="What was missed stays missed; record what you saw without the task.",
)
NOT_YOURS_TO_HAND_BACK = RefusalKind(
    code="task.not_yours_to_hand_back",
    sentence="Somebody else has taken task {task}.",
    remedy="Ask whoever took it, or the unit above, to hand it back.",
)
MAY_NOT_WAIVE = RefusalKind(
    code="task.may_not_waive",
    sentence="Only a community, street or district post may waive task {task}.",
    remedy="Ask your community, street or district to waive it.",
)
OWN_DUTY = RefusalKind(
    code="task.own_duty",
    sentence="Task {task} is owed by your own post, which may not waive it.",
    remedy="Ask the unit above to waive it.",
)
REASON_NEEDED = RefusalKind(
    code="task.reason_needed",
    sentence="Task {task} is not changed without a reason.",
    remedy="Say why, in a few words.",
)
MAY_NOT_REMIND = RefusalKind(
    code="task.may_not_remind",
    sentence="Your post does not urge others about task {task}.",
    remedy="Tell your community; it can send the reminder.",
)
ALREADY_ENDED = RefusalKind(
    code="task.already_ended",
    sentence="Task {task} has ended.",
    remedy="Reload: someone may have acted before you.",
)


def check_can_do(task: "Task", *, by: "Actor", at: "dt.datetime") -> None:
    """Refuse unless this post owes the duty, or leads who does, and the window is open.

    Late is allowed until the window closes; what closes is decided by the pack.
    """
    if not _owes_or_leads(task, by=by):
        raise NOT_YOUR_DUTY(task=task.pk)
    check_window(task, at=at)


def check_window(task: "Task", *, at: "dt.datetime") -> None:
    """Refuse before the window opens, and after it has closed."""
    if at < task.opens_at:
        raise NOT_YET_OPEN(task=task.pk, opens_at=task.opens_at)
    if task.closes_at is not None and at >= task.closes_at:
        raise WINDOW_CLOSED(task=task.pk, closes_at=task.closes_at)


def can_do(task: "Task", *, by: "Actor", at: "dt.datetime") -> bool:
    """Whether the claim and record buttons are worth showing."""
    return _passes(lambda: check_can_do(task, by=by, at=at))


def is_in_window(task: "Task", *, at: "dt.datetime") -> bool:
    """Whether the duty can still be fulfilled, by whomever."""
    return _passes(lambda: check_window(task, at=at))


def check_can_hand_back(task: "Task", *, by: "Actor", reason: str) -> None:
    """Refuse unless this person took the duty, or leads who did, and says why."""
    if by.person != task.claimed_by and by.role not in LEADING:
        raise NOT_YOURS_TO_HAND_BACK(task=task.pk)
    check_reason(task, reason)


def can_hand_back(task: "Task", *, by: "Actor") -> bool:
    """Whether the hand-back button is worth showing."""
    return _passes(lambda: check_can_hand_back(task, by=by, reason="asked"))


def check_can_waive(task: "Task", *, by: "Actor", reason: str) -> None:
    """Refuse unless a leading post other than the one that owes it says why.

    The system waives what has lost its subject, as when a restriction is over.
    """
    if by.role not in WAIVING:
        raise MAY_NOT_WAIVE(task=task.pk)
    if by.post is not None and by.post == task.post_id:
        raise OWN_DUTY(task=task.pk)
    check_reason(task, reason)


def can_waive(task: "Task", *, by: "Actor") -> bool:
    """Whether the waive button is worth showing."""
    return _passes(lambda: check_can_waive(task, by=by, reason="asked"))


def check_can_remind(task: "Task", *, by: "Actor", at: "dt.datetime") -> None:
    """Refuse unless a leading or supervising post urges about an open duty."""
    if by.role not in URGING:
        raise MAY_NOT_REMIND(task=task.pk)
    if task.ended_at is not None:
        raise ALREADY_ENDED(task=task.pk)
    if at < task.opens_at:
        raise NOT_YET_OPEN(task=task.pk, opens_at=task.opens_at)


def can_remind(task: "Task", *, by: "Actor", at: "dt.datetime") -> bool:
    """Whether the remind button is worth showing."""
    return _passes(lambda: check_can_remind(task, by=by, at=at))


def check_reason(task: "Task", reason: str) -> None:
    """Refuse an empty reason."""
    if not reason.strip():
        raise REASON_NEEDED(task=task.pk)


def _owes_or_leads(task: "Task", *, by: "Actor") -> bool:
    if by.role in LEADING:
        return True
    if task.post_id is not None:
        return by.post == task.post_id
    return task.claimed_by in (None, by.person)


def _passes(check: "Callable[[], None]") -> bool:
    try:
        check()
    except Refusal:
        return False
    return True
