"""Turns the inbox's acts into acts of the domain: in order per device, each once.

The effect and the mark that it happened stand in one transaction of the main
database, so a crash at any point repeats nothing. What cannot be done is put in
quarantine with its reason, noted in the journal, and holds nobody up.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from traceback import format_tb

import msgspec
from django.db import OperationalError

from fangxian.interfaces.intake.at_rest import UNREADABLE
from fangxian.interfaces.intake.bodies import LOST_BY_PHONE, Lost
from fangxian.interfaces.intake.envelope import Envelope
from fangxian.interfaces.intake.events import (
    UNKNOWN,
    DoneLater,
    Quarantined,
    SetAside,
)
from fangxian.interfaces.intake.inbox import (
    DONE,
    PICTURES,
    QUARANTINED,
    WAITING,
    Device,
    Inbox,
    Kept,
)
from fangxian.interfaces.intake.kinds import KINDS
from fangxian.interfaces.intake.opening import open_act
from fangxian.interfaces.intake.photos import is_kept, photos_in
from fangxian.interfaces.intake.pictures import (
    await_pictures,
    note_pictures,
    release_waiting,
)
from fangxian.interfaces.intake.reasons import (
    FAILED,
    PICTURES_MISSING,
    UNKNOWN_KIND,
    UNOPENED,
    WRONG_SHAPE,
    reason_of,
)
from fangxian.interfaces.intake.rows import PATIENCE, close_gap, release_early
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.actions import once, record
from fangxian.mechanisms.journal.queries import said_of
from fangxian.mechanisms.jurisdiction.queries import actor_for


LOG = logging.getLogger("fangxian.intake")


@dataclass(frozen=True, slots=True)
class Processed:
    """How many acts were done, how many quarantined, how many wait for another turn."""

    done: int
    quarantined: int
    postponed: int


def process(inbox: Inbox, *, at: dt.datetime, most: int = 500) -> Processed:
    """Process the oldest acts; a device whose act must wait waits as a whole."""
    release_early(inbox, at=at)
    release_waiting(inbox, at=at)
    outcomes: list[str] = []
    halted: set[str] = set()
    for act in inbox.waiting(most):
        if act.device in halted:
            continue
        try:
            became = _process(inbox, act, at=at)
        except OperationalError:
            LOG.warning("the database is busy; %s waits", act.device)
            became = PICTURES
        if became == PICTURES:
            halted.add(act.device)
        else:
            outcomes.append(became)
    done = outcomes.count(DONE)
    return Processed(done, len(outcomes) - done, len(halted))


def _process(inbox: Inbox, kept: Kept, *, at: dt.datetime) -> str:
    envelope = open_act(kept.raw, behind=kept.behind)
    pictures = [] if kept.seq is None else photos_in(envelope)
    missing = sum(not is_kept(digest) for digest in pictures)
    if missing and _is_fresh(kept, at):
        await_pictures(inbox, kept.number, pictures)
        return PICTURES
    device = inbox.get_device(kept.device)
    mark = _mark_of(inbox, kept)
    try:
        if envelope.kind == LOST_BY_PHONE and kept.seq is not None:
            _close_gap(inbox, kept, envelope, at=at)
            return _finish(inbox, kept, "")
        performed = mark(partial(_perform, envelope, device, missing, at=at))
    except OperationalError:
        raise
    except Exception as problem:  # noqa: BLE001 -- whatever an act does wrong, it must not hold up the next
        reason = reason_of(refusal_of(problem, envelope))
        note_pictures(inbox, kept.number, pictures)
        inbox.finish(kept.number, state=WAITING, reason=reason.to_text())
        mark(partial(_note, envelope, device, reason.code, at=at))
        return _finish(inbox, kept, reason.to_text())
    before = kept.reason if kept.seq is None else kept.reason or _said_before(envelope)
    return _finish(inbox, kept, "" if performed else before)


def _is_fresh(kept: Kept, at: dt.datetime) -> bool:
    """Whether an act came so lately that its pictures may still come."""
    return abs(at - dt.datetime.fromisoformat(kept.received_at)) < PATIENCE


def _mark_of(inbox: Inbox, kept: Kept) -> Callable[[Callable[[], object]], bool]:
    """Give what does an act once: by its number, or by its place in a phone's row.

    A row is the phone's own. It holds also when an older inbox was put back, and the
    phone offers again what had been done.
    """
    if kept.seq is None:
        return partial(once, f"inbox:{inbox.id}:{kept.device}", kept.number)
    return partial(once, f"phone:{kept.device}:{kept.seq}", 1)


def _said_before(act: Envelope) -> str:
    """Why an act was put into quarantine that an older inbox knows nothing of."""
    events = said_of(f"act:{act.id}")
    if DoneLater.name in events or SetAside.name in events:
        return ""
    return str(events.get(Quarantined.name, {}).get("reason", ""))


def _close_gap(inbox: Inbox, kept: Kept, act: Envelope, *, at: dt.datetime) -> None:
    lost = msgspec.json.decode(act.body, type=Lost)
    close_gap(inbox, kept.device, first=lost.first, last=lost.last, at=at)


def _finish(inbox: Inbox, kept: Kept, reason: str) -> str:
    """Say in the inbox what the main database knows; a reason means quarantine."""
    state = QUARANTINED if reason else DONE
    inbox.finish(kept.number, state=state, reason=reason)
    return state


def _perform(act: Envelope, device: Device, missing: int, *, at: dt.datetime) -> None:
    if missing:
        raise PICTURES_MISSING(count=missing)
    perform(act, device, at=at)


def perform(act: Envelope, device: Device, *, at: dt.datetime) -> None:
    """Do an act as the person whose device sent it; refuse a kind that is not known."""
    if act.kind == UNREADABLE:
        raise UNOPENED()
    handle = KINDS.get(act.kind)
    if handle is None:
        raise UNKNOWN_KIND(kind=act.kind)
    handle(act, _actor(device, at), at)


def _actor(device: Device, at: dt.datetime) -> Actor:
    by = actor_for(device.person, at=at, post=device.post)
    return replace(by, device=device.name)


def refusal_of(problem: Exception, act: Envelope) -> Refusal:
    """Say as a refusal why an act could not be done; what is a bug is also logged."""
    if isinstance(problem, msgspec.ValidationError):
        return WRONG_SHAPE(problem=str(problem))
    if isinstance(problem, Refusal):
        return problem
    LOG.error("act %s failed\n%s", act.id, where(problem))
    return FAILED(problem=type(problem).__name__)


def where(problem: Exception) -> str:
    """Say where a fault is; its own words could repeat what somebody sent or is called.

    What the disk or the database does not do is said as they say it.
    """
    is_of_the_store = isinstance(problem, (OSError, OperationalError))
    said = f": {problem}" if is_of_the_store else ""
    lines = [*format_tb(problem.__traceback__), type(problem).__name__, said]
    return "".join(lines)


def word_of(kind: str) -> str:
    """Name a kind of act as the journal may keep it, beside nothing that is sealed."""
    return kind if kind in {*KINDS, UNREADABLE, LOST_BY_PHONE} else UNKNOWN


def _note(act: Envelope, device: Device, reason: str, *, at: dt.datetime) -> None:
    kind = word_of(act.kind)
    event = Quarantined(act=act.id, kind=kind, device=device.name, reason=reason)
    record(event, by=SYSTEM, at=at, subject=f"act:{act.id}", area=None)
