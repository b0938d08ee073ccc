"""Pure judgements: check_* refuses, can_* asks."""

import datetime as dt
from typing import TYPE_CHECKING

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal, RefusalKind


if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from fangxian.kernel.actors import Actor
    from fangxian.mechanisms.observation.models import Observation
    from fangxian.mechanisms.protocol.forms import Form
    from fangxian.mechanisms.task.models import Task


# A telephone's clock may run this far ahead of the server's.
CLOCK_AHEAD_MAX = dt.timedelta(minutes=5)

# A unit answers for what its people wrote down, and may put it right.
LEADING = frozenset({Role.COMMUNITY, Role.STREET, Role.DISTRICT})

PHOTO = "photo"  # the type of a question whose answer is a list of digests

UNKNOWN = RefusalKind(
    code="observation.unknown",
    sentence="There is no record {observation}.",
    remedy="Look for it in the records of your area.",
    hidden=True,
)
OTHER_BODY = RefusalKind(
    code="observation.other_body",
    sentence="Record {observation} is already known with another content.",
    remedy="Nothing was overwritten. Write what you saw down as a new record.",
)
SEEN_IN_FUTURE = RefusalKind(
    code="observation.seen_in_future",
    sentence="{seen_at} has not come yet.",
    remedy="Check the clock of the device and the time that was typed in.",
)
OTHER_TASK = RefusalKind(
    code="observation.other_task",
    sentence="Task {task} asks for another form or another subject.",
    remedy="Open the task again and fill in the form that it names.",
)
PHOTO_NOT_SENT = RefusalKind(
    code="observation.photo_not_sent",
    sentence="The answer to {question} names a photo that is not with the record.",
    remedy="Send the photo first, and name it among the evidence.",
)
REASON_NEEDED = RefusalKind(
    code="observation.reason_needed",
    sentence="Record {observation} is not corrected without a reason.",
    remedy="Say what was wrong, in a few words.",
)
ALREADY_CORRECTED = RefusalKind(
    code="observation.already_corrected",
    sentence="Record {observation} has been corrected before.",
    remedy="Correct the correction instead: it is what counts now.",
)
NOTHING_CHANGES = RefusalKind(
    code="observation.nothing_changes",
    sentence="The correction says the same as record {observation}.",
    remedy="Change what was wrong, or leave the record as it is.",
)
DECIDED = RefusalKind(
    code="observation.decided",
    sentence="What the record answers to {question} has decided what followed, and is not corrected.",
    remedy="Correct the rest. For this, record another visit, or file an objection where a measure rests on it.",
)
NOT_YOURS = RefusalKind(
    code="observation.not_yours",
    sentence="Record {observation} was written by somebody else.",
    remedy="Ask whoever wrote it, or the unit above, to correct it.",
)


def check_same_body(observation: "UUID", *, known: str, sent: str) -> None:
    """Refuse a second body under one id. The same body again is no fault."""
    if known != sent:
        raise OTHER_BODY(observation=observation)


def check_has_been_seen(*, seen_at: dt.datetime, at: dt.datetime) -> None:
    """Refuse what was seen later than now, beyond what clocks differ by."""
    if seen_at > at + CLOCK_AHEAD_MAX:
        raise SEEN_IN_FUTURE(seen_at=seen_at)


def check_answers_task(task: "Task", *, form: str, subject: str) -> None:
    """Refuse to end a duty with a record of something else."""
    if task.subject != subject or task.form not in ("", form):
        raise OTHER_TASK(task=task.pk)


def check_photos(
    form: "Form", answers: "Mapping[str, object]", digests: "Collection[str]"
) -> None:
    """Refuse an answer by a photo that is not among the evidence."""
    for question in form.questions:
        named = answers.get(question.name) if question.type == PHOTO else None
        if isinstance(named, list) and not set(named) <= set(digests):
            raise PHOTO_NOT_SENT(question=question.name)


def check_can_correct(
    observation: "Observation", *, answers: "Mapping[str, object]", by: "Actor"
) -> None:
    """Refuse unless its writer, or a leading post, changes what counts now."""
    if by.person != observation.by and by.role not in LEADING:
        raise NOT_YOURS(observation=observation.pk)
    if observation.is_corrected:
        raise ALREADY_CORRECTED(observation=observation.pk)
    if dict(answers) == observation.answers:
        raise NOTHING_CHANGES(observation=observation.pk)


def can_correct(observation: "Observation", *, by: "Actor") -> bool:
    """Whether the correct button is worth showing."""
    try:
        check_can_correct(observation, answers={"": "asked"}, by=by)
    except Refusal:
        return False
    return True


def check_keeps(
    observation: "Observation",
    *,
    answers: "Mapping[str, object]",
    decided: "Collection[str]",
) -> None:
    """Refuse a correction of answers that acts rest on which nobody can undo."""
    for question in decided:
        if answers.get(question) != observation.answers.get(question):
            raise DECIDED(question=question)


def check_reason(observation: "UUID", reason: str) -> None:
    """Refuse an empty reason."""
    if not reason.strip():
        raise REASON_NEEDED(observation=observation)
