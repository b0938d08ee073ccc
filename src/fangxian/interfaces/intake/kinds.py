"""The kinds of act that devices send, and what each becomes."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from fangxian.capabilities.daily_return.actions import attest_daily
from fangxian.capabilities.enrolment import actions as enrolment
from fangxian.capabilities.enrolment.states import Source
from fangxian.capabilities.enrolment.sweeps import actions as sweeps
from fangxian.capabilities.home_watch import actions as home_watch
from fangxian.capabilities.home_watch import queries as watches
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Part
from fangxian.capabilities.inspection.actions import (
    look_back,
    put_right,
    record_visit,
    self_check,
)
from fangxian.interfaces.intake.bodies import (
    Arrived,
    Came,
    Daily,
    Found,
    Heard,
    LookedBack,
    Rectified,
    Registered,
    Seen,
    SelfChecked,
    Swept,
    TeamNamed,
    Visit,
    Watched,
)
from fangxian.interfaces.intake.envelope import Envelope
from fangxian.interfaces.intake.photos import photos_of
from fangxian.kernel.actors import Actor
from fangxian.kernel.identifiers import tidy
from fangxian.kernel.moments import day_of
from fangxian.kernel.papers import NUMBER_LENGTH, Paper
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.ledger.people import queries as ledger
from fangxian.mechanisms.observation.actions import observe


Handler = Callable[[Envelope, Actor, dt.datetime], object]
Body = TypeVar("Body", bound=msgspec.Struct)


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


def _sweep(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Swept)
    return sweeps.record_visit(
        body.sweep,
        task=body.task,
        id=act.id,
        answers=body.answers,
        seen_at=act.seen_at,
        evidence=photos_of(act, body.answers),
        by=by,
        at=at,
    )


def _came(act: Envelope, by: Actor, at: dt.datetime) -> object:
    """Register that somebody of the ledger came, where the ledger has them now."""
    body = _body(act, Came)
    card = ledger.get_person(ledger.survivor(body.person), by.scope.unbound)
    return enrolment.enrol(
        card.id,
        id=act.id,
        source=Source.DOOR_SURVEY,
        **asdict(body.journey),
        area=card.area,
        by=by,
        at=at,
    )


def _daily_report(act: Envelope, by: Actor, at: dt.datetime) -> object:
    """Sign the figures as they are when the act is done, as on the console."""
    body = _body(act, Daily)
    stated = body.stated()
    return attest_daily(
        area=body.area,
        day=body.day,
        zero=stated.nothing_happened,
        happened=stated.what_happened,
        by=by,
        at=at,
    )


def _look_back(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, LookedBack)
    passed = body.answers.get("put_right") is True
    note = body.answers.get("remarks" if passed else "what_remains", "")
    return look_back(
        body.finding,
        passed=passed,
        note=str(note),
        answers=body.answers,
        id=act.id,
        seen_at=act.seen_at,
        evidence=photos_of(act, body.answers),
        by=by,
        at=at,
    )


def _rectification(act: Envelope, by: Actor, at: dt.datetime) -> object:
    body = _body(act, Rectified)
    return put_right(
        body.finding,
        how=body.answers.done,
        id=act.id,
        seen_at=act.seen_at,
        evidence=photos_of(act, {"photos": body.answers.photos}),
        by=by,
        at=at,
    )


def _team(act: Envelope, by: Actor, at: dt.datetime) -> object:
    """Name those who are new; whom nothing is said of, stay."""
    body = _body(act, TeamNamed)
    watch = watches.get_watch(body.watch, by.scope)
    now = watches.team_of(watch.pk)
    named = {part: _named(part, now.get(part), body.answers) for part in Part}
    team = {part: one for part, one in named.items() if one != Named()}
    return home_watch.name_team(watch.pk, team=team, id=act.id, by=by, at=at)


def _named(part: Part, now: Any, answers: Mapping[str, str]) -> Named:
    """Give who has a part from now on: whoever is named, else whoever has it."""
    name = answers.get(f"{part}_name", "").strip()
    telephone = answers.get(f"{part}_telephone", "").strip()
    if name:
        return Named(name=name, telephone=telephone)
    if now is None:
        return Named(telephone=telephone)
    if now.person is not None:
        return Named(person=now.person)
    return Named(name=now.name or "", telephone=telephone or now.telephone or "")


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
        "sweep": _sweep,
        "came": _came,
        "person": _person,
        "place": _place,
        "daily_report": _daily_report,
        "look_back": _look_back,
        "rectification": _rectification,
        "team": _team,
    }
)
