"""The lifecycle table, and the words for why figures changed by themselves."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class State(StrEnum):
    """How far a day's return has come. A missing one is no row at all, never zero."""

    COMPUTED = "computed"  # nobody has signed it; it counts as missing
    ATTESTED = "attested"  # a person signed it
    FROZEN = "frozen"  # the day is closed; only a restatement may change it


class Because(StrEnum):
    """Why the system restated a return; a person gives a sentence instead."""

    LATE_BELOW = "late_below"  # a lower unit signed after this return was made
    RESTATED_BELOW = "restated_below"  # a lower unit's figures changed
    CLOSING = "closing"  # acts of the same day came after the signature


LIFECYCLE = Lifecycle(
    start=State.COMPUTED,
    steps={
        State.COMPUTED: frozenset({State.ATTESTED}),
        State.ATTESTED: frozenset({State.FROZEN}),
        State.FROZEN: frozenset(),
    },
)
