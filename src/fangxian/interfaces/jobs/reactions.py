"""What follows from what was done: one map from event to functions."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from fangxian.capabilities.enrolment import actions as enrolment
from fangxian.capabilities.home_watch.actions import (
    close_watch,
    note_gaps,
    open_watch,
    put_to_a_doctor,
)
from fangxian.capabilities.inspection.actions import owe_look_back
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal.actions import react
from fangxian.mechanisms.journal.queries import JournalEntry
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction.actions import end_repealed


Reaction = Callable[[JournalEntry, dt.datetime], object]

READER = "reactions"
AT_ONCE = 500


def _owe_look_back(entry: JournalEntry, at: dt.datetime) -> object:
    return owe_look_back(entry.payload["finding"], by=SYSTEM, at=at)


def _end_what_was_repealed(_entry: JournalEntry, at: dt.datetime) -> object:
    return end_repealed(at=at)


def _open_watch(entry: JournalEntry, at: dt.datetime) -> object:
    return open_watch(entry.payload["decision"], by=SYSTEM, at=at)


def _close_watch(entry: JournalEntry, at: dt.datetime) -> object:
    return close_watch(entry.payload["decision"], by=SYSTEM, at=at)


def _note_gaps(entry: JournalEntry, at: dt.datetime) -> object:
    return note_gaps(entry.payload["task"], by=SYSTEM, at=at)


def _put_to_a_doctor(entry: JournalEntry, at: dt.datetime) -> object:
    return put_to_a_doctor(UUID(entry.payload["evidence"]), at=at)


def _screen_again(entry: JournalEntry, at: dt.datetime) -> object:
    area = entry.area
    edition = entry.payload["edition"]
    return None if area is None else enrolment.screen_after(edition, area, at=at)


def _follow_hearsay(entry: JournalEntry, at: dt.datetime) -> object:
    return enrolment.follow_hearsay(UUID(entry.payload["evidence"]), at=at)


def _close_released(entry: JournalEntry, at: dt.datetime) -> object:
    person, reason = UUID(entry.payload["person"]), Ending(entry.payload["reason"])
    return enrolment.close_released(person, reason, at=at)


def _take_up(entry: JournalEntry, at: dt.datetime) -> object:
    return enrolment.take_up(UUID(entry.payload["person"]), at=at)


def _join_arrivals(entry: JournalEntry, at: dt.datetime) -> object:
    return enrolment.join_arrivals(UUID(entry.payload["person"]), at=at)


REACTIONS: Mapping[str, tuple[Reaction, ...]] = MappingProxyType(
    {
        "finding.rectified": (_owe_look_back,),
        "home_watch.result_taken": (_put_to_a_doctor,),
        "person.merged": (_join_arrivals,),
        "protocol.adopted": (_end_what_was_repealed, _screen_again),
        "restriction.ended": (_close_watch, _close_released),
        "restriction.evidence_recorded": (_follow_hearsay,),
        "restriction.imposed": (_open_watch, _take_up),
        "task.escalated": (_note_gaps,),
    }
)


def run_reactions(*, at: dt.datetime) -> int:
    """Do what follows from the entries that are new, exactly once; how many there were."""

    def handle(entry: JournalEntry) -> None:
        for reaction in REACTIONS[entry.event]:
            reaction(entry, at)

    return react(READER, handle, events=REACTIONS.keys(), most=AT_ONCE)
