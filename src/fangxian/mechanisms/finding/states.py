"""The lifecycle table."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class State(StrEnum):
    """How a problem stands."""

    OPEN = "open"  # told to the responsible party, with a deadline
    RECTIFIED = "rectified"  # the responsible party says it is done
    CONFIRMED = "confirmed"  # someone independent has looked back and closed it
    WITHDRAWN = "withdrawn"  # it should not have been raised


class Severity(StrEnum):
    """How grave a problem is; the pack gives each its hours to a deadline."""

    MINOR = "minor"
    MAJOR = "major"
    GRAVE = "grave"


LIFECYCLE = Lifecycle(
    start=State.OPEN,
    steps={
        State.OPEN: frozenset({State.RECTIFIED, State.WITHDRAWN}),
        State.RECTIFIED: frozenset({State.CONFIRMED, State.OPEN}),
        State.CONFIRMED: frozenset(),
        State.WITHDRAWN: frozenset(),
    },
)
