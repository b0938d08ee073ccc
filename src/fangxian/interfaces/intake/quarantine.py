"""What a person makes of an act that could not be done: try again, or set aside.

An act belongs to the unit of the post that its device acts in. Nothing is ever
deleted: what was done later and what was set aside stay listed. The main database
says which of the two it was; an inbox that was not told so, since a process died
between them, is told when somebody next settles the act.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import overload
from uuid import UUID

from django.db import OperationalError

from fangxian.interfaces.intake.envelope import Envelope
from fangxian.interfaces.intake.events import DoneLater, SetAside, TriedAgain
from fangxian.interfaces.intake.inbox import (
    DONE_LATER,
    PICTURES,
    QUARANTINED,
    SET_ASIDE,
    WAITING,
    Device,
    Held,
    Inbox,
)
from fangxian.interfaces.intake.opening import open_act
from fangxian.interfaces.intake.pictures import complete_acts, have_come
from fangxian.interfaces.intake.processing import perform, refusal_of, word_of
from fangxian.interfaces.intake.reasons import Reason, read_reason
from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.journal.actions import once, record
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.journal.queries import done_once
from fangxian.mechanisms.jurisdiction.queries import (
    posts_by_id,
    posts_held_by,
    reached_among,
)


NO_SUCH_ACT = RefusalKind(
    code="intake.no_such_act",
    sentence="There is no such act in quarantine.",
    remedy="Go back to the list.",
    hidden=True,
)
NOT_YOURS = RefusalKind(
    code="intake.not_yours",
    sentence="Acts in quarantine are settled by the district or the administrator.",
    remedy="Ask the district headquarters.",
)
SETTLED = RefusalKind(
    code="intake.settled",
    sentence="This act is no longer in quarantine.",
    remedy="Reload the list to see what became of it.",
)
REASON_MISSING = RefusalKind(
    code="intake.reason_missing",
    sentence="An act is not set aside without a reason.",
    remedy="Say in a sentence why it will not be done.",
)

LEFT = ":left"
SETTLERS = frozenset({Role.DISTRICT, Role.ADMINISTRATOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class HeldAct:
    """An act that was in quarantine, without what it says."""

    number: int
    id: UUID
    kind: str
    device: str
    seen_at: dt.datetime
    received_at: dt.datetime
    state: str
    reason: Reason


class HeldActs(Sequence[HeldAct]):
    """The acts in one state that somebody may see, the latest first, page by page."""

    def __init__(self, inbox: Inbox, state: str, *, by: Actor, at: dt.datetime) -> None:
        self._inbox = inbox
        self._state = state
        self._devices = _visible(inbox, by=by, at=at)

    def __len__(self) -> int:
        return self._inbox.count_held(self._state, self._devices)

    @overload
    def __getitem__(self, rows: int) -> HeldAct: ...
    @overload
    def __getitem__(self, rows: slice) -> list[HeldAct]: ...
    def __getitem__(self, rows: int | slice) -> HeldAct | list[HeldAct]:
        if isinstance(rows, int):
            return self[rows : rows + 1][0]
        first, last, _ = rows.indices(len(self))
        found = self._inbox.held(
            self._state, self._devices, most=max(last - first, 0), after=first
        )
        return [_shown(one) for one in found]


def can_settle(*, by: Actor) -> bool:
    """Whether the buttons of the list are worth showing."""
    return by.role in SETTLERS


def process_again(
    inbox: Inbox, number: int, *, by: Actor, at: dt.datetime
) -> Refusal | None:
    """Try an act once more, in the name of its device; give why it still fails.

    The effect and the mark that it happened stand in one transaction, so that two
    who try at once do it once.
    """
    held = _to_settle(inbox, number, by=by, at=at)
    return _try(inbox, held, by=by, at=at)


def take_up_late(inbox: Inbox, *, at: dt.datetime) -> None:
    """Do acts whose pictures came after they had gone to quarantine for want of them."""
    for number in complete_acts(inbox):
        held = inbox.find_held(number)
        if held is not None and held.state in (WAITING, PICTURES):
            continue  # processing sees to it
        if held is not None and held.state == QUARANTINED == _tell(inbox, held):
            with suppress(Refusal):  # somebody was faster
                _try(inbox, held, by=SYSTEM, at=at)
        have_come(inbox, number)


def _try(inbox: Inbox, held: Held, *, by: Actor, at: dt.datetime) -> Refusal | None:
    number = held.number
    act = open_act(held.raw, behind=held.behind)
    device = inbox.get_device(held.device)
    reason = read_reason(held.reason)
    mark = _mark_of(inbox, number)
    try:
        once(mark, 1, partial(_do, act, device, by=by, at=at))
    except OperationalError:
        raise
    except Exception as problem:  # noqa: BLE001 -- whatever it is, it is the act's reason, as at first
        refusal = refusal_of(problem, act)
        still = reason.again(refusal)
        event = TriedAgain(act.id, word_of(act.kind), device.name, still.code)
        once(f"{mark}:tried", still.tries, partial(_note, event, act, by=by, at=at))
        inbox.note(number, still.to_text())
        return refusal
    if _tell(inbox, held) != DONE_LATER:
        raise SETTLED()
    return None


def set_aside(
    inbox: Inbox, number: int, *, reason: str, by: Actor, at: dt.datetime
) -> None:
    """Leave an act undone for good, and say why; it stays listed.

    The words may name somebody, so they rest in the inbox, sealed, and not in the journal.
    """
    held = _to_settle(inbox, number, by=by, at=at)
    if not reason.strip():
        raise REASON_MISSING()
    act = open_act(held.raw, behind=held.behind)
    event = SetAside(act.id, word_of(act.kind), held.device)
    said = read_reason(held.reason).noted(reason.strip())
    noted = replace(held, reason=said.to_text())
    mark = _mark_of(inbox, number)

    def leave() -> None:
        inbox.note(number, noted.reason)  # of two who do it at once, the first one's
        once(f"{mark}{LEFT}", 1, partial(_note, event, act, by=by, at=at))

    is_first = once(mark, 1, leave)
    _tell(inbox, inbox.find_held(number) or noted)
    if not is_first:
        raise SETTLED()


def _mark_of(inbox: Inbox, number: int) -> str:
    """Name the mark that an act was settled; beside it stands whether it was left."""
    return f"inbox:{inbox.id}:act:{number}"


def _tell(inbox: Inbox, held: Held) -> str:
    """Tell the inbox what the main database knows became of an act, and give it."""
    mark = _mark_of(inbox, held.number)
    if not done_once(mark):
        return held.state
    if done_once(f"{mark}{LEFT}"):
        inbox.finish(held.number, state=SET_ASIDE, reason=held.reason)
        return SET_ASIDE
    reason = read_reason(held.reason).noted("")  # of one who would have set it aside
    inbox.finish(held.number, state=DONE_LATER, reason=reason.to_text())
    return DONE_LATER


def _do(act: Envelope, device: Device, *, by: Actor, at: dt.datetime) -> None:
    perform(act, device, at=at)
    _note(DoneLater(act.id, word_of(act.kind), device.name), act, by=by, at=at)


def _note(event: Event, act: Envelope, *, by: Actor, at: dt.datetime) -> None:
    record(event, by=by, at=at, subject=f"act:{act.id}", area=by.unit)


def _to_settle(inbox: Inbox, number: int, *, by: Actor, at: dt.datetime) -> Held:
    held = inbox.find_held(number)
    if held is None or held.device not in _visible(inbox, by=by, at=at):
        raise NO_SUCH_ACT()
    if not can_settle(by=by):
        raise NOT_YOURS()
    if held.state != QUARANTINED or _tell(inbox, held) != QUARANTINED:
        raise SETTLED()
    return held


def _visible(inbox: Inbox, *, by: Actor, at: dt.datetime) -> list[str]:
    """Name the devices whose acts this actor may see."""
    devices = inbox.devices()
    if by.scope.everywhere or by.role is Role.ADMINISTRATOR:
        return [device.name for device in devices]
    posts = posts_by_id({device.post for device in devices if device.post})
    held = posts_held_by({one.person for one in devices if not one.post}, at=at)
    areas = {
        device.name: [posts[device.post]]
        if device.post in posts
        else held.get(device.person, [])
        for device in devices
    }
    reached = reached_among(
        by.scope, {post.area for each in areas.values() for post in each}
    )
    return [
        name
        for name, each in areas.items()
        if any(post.area in reached for post in each)
    ]


def _shown(held: Held) -> HeldAct:
    act = open_act(held.raw, behind=held.behind)
    return HeldAct(
        number=held.number,
        id=act.id,
        kind=act.kind,
        device=held.device,
        seen_at=act.seen_at,
        received_at=held.received_at,
        state=held.state,
        reason=read_reason(held.reason),
    )
