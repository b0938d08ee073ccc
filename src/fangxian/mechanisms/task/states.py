"""The lifecycle table."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class State(StrEnum):
    """How a duty stands."""

    ISSUED = "issued"  # owed by a post, nobody has taken it yet
    CLAIMED = "claimed"  # somebody in the post is on it
    COMPLETED = "completed"  # an observation proves it
    WAIVED = "waived"  # somebody with the right said why it need not be done
    LAPSED = "lapsed"  # its window closed with nothing done: a miss, and kept


LIFECYCLE = Lifecycle(
    start=State.ISSUED,
    steps={
        State.ISSUED: frozenset(
            {State.CLAIMED, State.COMPLETED, State.WAIVED, State.LAPSED}
        ),
        State.CLAIMED: frozenset(
            {State.ISSUED, State.COMPLETED, State.WAIVED, State.LAPSED}
        ),
        State.COMPLETED: frozenset(),
        State.WAIVED: frozenset(),
        State.LAPSED: frozenset({State.COMPLETED}),  # done in time, told of too late
    },
)

OPEN = frozenset({State.ISSUED, State.CLAIMED})
