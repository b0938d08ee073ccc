"""The lifecycle table."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class State(StrEnum):
    """How far a day's return has come. A missing one is no row at all, never zero."""

    COMPUTED = "computed"
    ATTESTED = "attested"  # a person signed it
    FROZEN = "frozen"  # the day is closed; only a restatement may change it


LIFECYCLE = Lifecycle(
    start=State.COMPUTED,
    steps={
        State.COMPUTED: frozenset({State.ATTESTED}),
        State.ATTESTED: frozenset({State.FROZEN}),
        State.FROZEN: frozenset(),
    },
)
