"""The lifecycle table."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class State(StrEnum):
    """How a problem stands."""

    OPEN = "open"  # told to the responsible party, with a deadline
    RECTIFIED = "rectified"  # the responsible party says it is done
    CONFIRMED = "confirmed"  # someone independent has looked back and closed it
    WITHDRAWN = "withdrawn"  # it should not have been raised


LIVE = (State.OPEN, State.RECTIFIED)
"""The states in which somebody still owes something."""


class Severity(StrEnum):
    """How grave a problem is; the pack gives each its hours to a deadline."""

    MINOR = "minor"
    MAJOR = "major"
    GRAVE = "grave"


class Column(StrEnum):
    """The four columns of the board; every live finding stands in exactly one."""

    TO_RECTIFY = "to_rectify"  # open for the first time, its deadline still ahead
    OVERDUE = "overdue"  # open for the first time, its deadline passed
    TO_LOOK_BACK = "to_look_back"  # said to be rectified
    SENT_BACK = "sent_back"  # a look-back found it still wrong


LIFECYCLE = Lifecycle(
    start=State.OPEN,
    steps={
        State.OPEN: frozenset({State.RECTIFIED, State.WITHDRAWN}),
        State.RECTIFIED: frozenset({State.CONFIRMED, State.OPEN}),
        State.CONFIRMED: frozenset(),
        State.WITHDRAWN: frozenset(),
    },
)
