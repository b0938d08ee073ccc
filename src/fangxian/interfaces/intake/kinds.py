"""The kinds of act that devices send, and what each becomes."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from fangxian.capabilities.daily_return.actions import attest_daily
from fangxian.capabilities.inspection.actions import record_visit
from fangxian.interfaces.intake.envelope import Envelope
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.observation.actions import observe


Handler = Callable[[Envelope, Actor, dt.datetime], object]
Body = TypeVar("Body", bound=msgspec.Struct)


class Visit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place was visited: the form's answers, and who else was there."""

    place: int
    form: str
    answers: dict[str, Any]
    task: int | None = None
    participants: tuple[UUID, ...] = ()


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something was seen or done; the edition is the one the form was shown from."""

    form: str
    edition: int
    subject: str
    area: int
    answers: dict[str, Any]
    kind: str = ""
    task: int | None = None


class Daily(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit signs its figures of a day; ``zero`` states that nothing happened."""

    area: int
    day: dt.date
    zero: bool
    happened: str = ""


def _visit(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Visit)
    return record_visit(
        id=act.id,
        place=body.place,
        form=body.form,
        answers=body.answers,
        seen_at=act.seen_at,
        task=body.task,
        participants=body.participants,
        by=by,
        at=at,
    )


def _observation(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Seen)
    return observe(
        id=act.id,
        form=body.form,
        edition=body.edition,
        subject=body.subject,
        kind=body.kind,
        area=body.area,
        answers=body.answers,
        seen_at=act.seen_at,
        task=body.task,
        by=by,
        at=at,
    )


def _daily_report(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Daily)
    return attest_daily(
        area=body.area,
        day=body.day,
        zero=body.zero,
        happened=body.happened,
        by=by,
        at=at,
    )


def _body(act: Envelope, shape: type[Body]) -> Body:
    return msgspec.json.decode(act.body, type=shape)


KINDS: Mapping[str, Handler] = MappingProxyType(
    {
        "visit": _visit,
        "observation": _observation,
        "daily_report": _daily_report,
    }
)
