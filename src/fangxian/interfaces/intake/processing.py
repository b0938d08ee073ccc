"""Turns the inbox's acts into acts of the domain: in order per device, each once.

The effect and the mark that it happened stand in one transaction of the main
database, so a crash at any point repeats nothing. What cannot be done is put in
quarantine with its reason, noted in the journal, and holds nobody up.
"""

import datetime as dt
import logging
from dataclasses import dataclass, replace
from functools import partial

import msgspec
from django.db import OperationalError

from fangxian.interfaces.intake.envelope import ENVELOPES, Envelope
from fangxian.interfaces.intake.events import Quarantined
from fangxian.interfaces.intake.inbox import (
    DONE,
    QUARANTINED,
    WAITING,
    Device,
    Inbox,
    Kept,
)
from fangxian.interfaces.intake.kinds import KINDS
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.journal.actions import once, record
from fangxian.mechanisms.jurisdiction.queries import actor_for


LOG = logging.getLogger("fangxian.intake")

UNKNOWN_KIND = RefusalKind(
    "intake.unknown_kind",
    "Acts of the kind {kind} are not known here.",
    "Update the installation; the act is kept.",
)
WRONG_SHAPE = RefusalKind(
    "intake.wrong_shape",
    "The body of the act does not have the shape of its kind: {problem}.",
    "Update the device; the act is kept.",
)
FAILED = RefusalKind(
    "intake.failed",
    "The act could not be processed: {problem}.",
    "Report this with the act's id; the act is kept.",
)


@dataclass(frozen=True, slots=True)
class Processed:
    """How many acts were done, how many quarantined, how many wait for another turn."""

    done: int
    quarantined: int
    postponed: int


def process(inbox: Inbox, *, at: dt.datetime, most: int = 500) -> Processed:
    """Process the oldest acts; a device whose act must wait waits as a whole."""
    outcomes: list[str] = []
    halted: set[str] = set()
    for act in inbox.waiting(most):
        if act.device in halted:
            continue
        try:
            outcomes.append(_process(inbox, act, at=at))
        except OperationalError:
            LOG.warning("the database is busy; %s waits", act.device)
            halted.add(act.device)
    done = outcomes.count(DONE)
    return Processed(done, len(outcomes) - done, len(halted))


def _process(inbox: Inbox, kept: Kept, *, at: dt.datetime) -> str:
    envelope = ENVELOPES.decode(kept.raw)
    device = inbox.get_device(kept.device)
    mark = partial(once, f"inbox:{inbox.id}:{kept.device}", kept.number)
    try:
        performed = mark(partial(_perform, envelope, device, at=at))
    except OperationalError:
        raise
    except Exception as problem:  # noqa: BLE001 -- whatever an act does wrong, it must not hold up the next
        reason = _reason(problem, envelope)
        inbox.finish(kept.number, state=WAITING, reason=reason)
        mark(partial(_note, envelope, device, reason, at=at))
        return _finish(inbox, kept, reason)
    return _finish(inbox, kept, "" if performed else kept.reason)


def _finish(inbox: Inbox, kept: Kept, reason: str) -> str:
    """Say in the inbox what the main database knows; a reason means quarantine."""
    state = QUARANTINED if reason else DONE
    inbox.finish(kept.number, state=state, reason=reason)
    return state


def _perform(act: Envelope, device: Device, *, at: dt.datetime) -> None:
    handle = KINDS.get(act.kind)
    if handle is None:
        raise UNKNOWN_KIND(kind=act.kind)
    handle(act, _actor(device, at), at)


def _actor(device: Device, at: dt.datetime) -> Actor:
    by = actor_for(device.person, at=at, post=device.post)
    return replace(by, device=device.name)


def _reason(problem: Exception, act: Envelope) -> str:
    if isinstance(problem, msgspec.ValidationError):
        problem = WRONG_SHAPE(problem=problem)
    if not isinstance(problem, Refusal):
        LOG.error("act %s failed", act.id, exc_info=problem)
        problem = FAILED(problem=type(problem).__name__)
    return str(problem)


def _note(act: Envelope, device: Device, reason: str, *, at: dt.datetime) -> None:
    event = Quarantined(act=act.id, kind=act.kind, device=device.name, reason=reason)
    record(event, by=SYSTEM, at=at, subject=f"act:{act.id}", area=None)
