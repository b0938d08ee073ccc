"""The lifecycle table."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class State(StrEnum):
    """How far a version of a pack has come."""

    DRAFT = "draft"
    REVIEWED = "reviewed"  # a second pair of eyes has read it
    ADOPTED = "adopted"  # in force for an area and a period
    SUPERSEDED = "superseded"  # another version has taken its place


LIFECYCLE = Lifecycle(
    start=State.DRAFT,
    steps={
        State.DRAFT: frozenset({State.REVIEWED}),
        State.REVIEWED: frozenset({State.ADOPTED, State.DRAFT}),
        State.ADOPTED: frozenset({State.SUPERSEDED}),
        State.SUPERSEDED: frozenset(),
    },
)
