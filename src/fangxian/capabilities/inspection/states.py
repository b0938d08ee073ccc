"""The lifecycle tables."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class VisitState(StrEnum):
    """How a joint visit stands."""

    OPEN = "open"  # departments are still to write their sections
    CLOSED = "closed"  # every named department has written, or is excused


class SectionState(StrEnum):
    """How one department's section of a joint visit stands."""

    AWAITED = "awaited"
    RECORDED = "recorded"  # its own post has filled in its own checklist
    EXCUSED = "excused"  # it did not come, and somebody said why


VISIT = Lifecycle(
    start=VisitState.OPEN,
    steps={
        VisitState.OPEN: frozenset({VisitState.CLOSED}),
        VisitState.CLOSED: frozenset(),
    },
)

SECTION = Lifecycle(
    start=SectionState.AWAITED,
    steps={
        SectionState.AWAITED: frozenset({SectionState.RECORDED, SectionState.EXCUSED}),
        SectionState.RECORDED: frozenset(),
        SectionState.EXCUSED: frozenset({SectionState.RECORDED}),
    },
)
"""A department that was excused may still come while the visit is open."""
