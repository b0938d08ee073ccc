"""The kinds of act that devices send, and what each becomes."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from fangxian.capabilities.daily_return.actions import attest_daily
from fangxian.capabilities.enrolment import actions as enrolment
from fangxian.capabilities.home_watch import actions as home_watch
from fangxian.capabilities.home_watch.states import Form
from fangxian.capabilities.inspection.actions import record_visit, self_check
from fangxian.interfaces.intake.envelope import Envelope
from fangxian.interfaces.intake.photos import photos_of
from fangxian.kernel.actors import Actor
from fangxian.kernel.identifiers import tidy
from fangxian.kernel.moments import day_of
from fangxian.kernel.papers import NUMBER_LENGTH, Paper
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.ledger.people import actions as people
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


class SelfChecked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place was checked by itself, or with somebody who visits it."""

    place: int
    answers: dict[str, Any]
    task: int | None = None


class Watched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who stays at home was visited, by one of the forms for it."""

    watch: int
    form: Form
    answers: dict[str, Any]
    task: int | None = None


class Arrived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who came from elsewhere was visited."""

    arrival: UUID
    answers: dict[str, Any]
    task: int | None = None


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of whom nobody is sure was asked."""

    person: UUID
    answers: dict[str, Any]
    task: int


class Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is new was found at a door; ``note`` says more of where they live."""

    area: int
    name: str
    phone: str = ""
    id_number: str = ""
    door: int | str = ""
    note: str = ""


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place was found that is new."""

    area: int
    name: str
    kind: str
    address: str = ""
    phone: str = ""
    note: str = ""


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
        evidence=photos_of(act, body.answers),
        by=by,
        at=at,
    )


def _self_check(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, SelfChecked)
    return self_check(
        id=act.id,
        place=body.place,
        answers=body.answers,
        seen_at=act.seen_at,
        task=body.task,
        evidence=photos_of(act, body.answers),
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
        evidence=photos_of(act, body.answers),
        by=by,
        at=at,
    )


def _watch(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Watched)
    return home_watch.record_visit(
        body.watch,
        body.form,
        id=act.id,
        answers=body.answers,
        seen_at=act.seen_at,
        task=body.task,
        evidence=photos_of(act, body.answers),
        by=by,
        at=at,
    )


def _arrival(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Arrived)
    return enrolment.verify(
        body.arrival,
        id=act.id,
        answers=body.answers,
        seen_at=act.seen_at,
        task=body.task,
        by=by,
        at=at,
    )


def _hearsay(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Heard)
    return enrolment.answer_hearsay(
        body.person,
        id=act.id,
        answers=body.answers,
        seen_at=act.seen_at,
        task=body.task,
        by=by,
        at=at,
    )


def _person(act: Envelope, by: Actor, at: dt.datetime) -> object:
    """Put somebody on the ledger, and behind the door at which they were found.

    Eighteen signs are a citizen's number, others a passport's.
    """
    body = _body(act, Registered)
    number = tidy(body.id_number)
    shown = Paper.CITIZEN if len(number) == NUMBER_LENGTH else Paper.PASSPORT
    registered = people.register_person(
        id=act.id,
        name=body.name,
        area=body.area,
        source=f"post:{by.post}",
        paper=shown if number else Paper.UNKNOWN,
        number=number or None,
        no_paper_why=None if number else _not_shown(),
        telephone=body.phone or None,
        address=body.note or None,
        by=by,
        at=at,
    )
    if body.door:
        day = day_of(min(act.seen_at, at))
        people.move_in(registered.person, door=int(body.door), since=day, by=by, at=at)
    return registered


def _not_shown() -> str:
    """Say why there is no number, in the language that the ledger is kept in."""
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("No paper was shown at the door.")


def _place(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Found)
    said = (body.address.strip(), body.note.strip())
    return register_place(
        kind=body.kind,
        name=body.name,
        area=body.area,
        source="field",
        address=" ".join(part for part in said if part),
        telephone=body.phone or None,
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
        "self_check": _self_check,
        "observation": _observation,
        "watch": _watch,
        "arrival": _arrival,
        "hearsay": _hearsay,
        "person": _person,
        "place": _place,
        "daily_report": _daily_report,
    }
)
