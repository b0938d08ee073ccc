"""How an arrival stands, who told of it, why it is closed; how a sweep stands."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class Standing(StrEnum):
    """How far an arrival has come."""

    REGISTERED = "registered"  # a source has told of it; nobody has looked yet
    VERIFIED = "verified"  # a visit or a document says so; a day is missing
    CLASSIFIED = "classified"  # it is known what the rules make of it
    CLOSED = "closed"


class Source(StrEnum):
    """Who told of an arrival."""

    SELF_REPORT = "self_report"
    CHECKPOINT = "checkpoint"
    EXIT_ENTRY = "exit_entry"  # the list of the exit-entry administration
    BIG_DATA = "big_data"
    OVERSEAS_FAMILIES = "overseas_families"  # relatives tell before somebody comes
    DOOR_SURVEY = "door_survey"


FROM_ABROAD = frozenset({Source.EXIT_ENTRY, Source.OVERSEAS_FAMILIES})
"""Who tells of people from abroad only."""


class Risk(StrEnum):
    """How the area that somebody came from was listed on the day they left it."""

    UNKNOWN = ""
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Closing(StrEnum):
    """Why an arrival is closed."""

    NO_MEASURE = "no_measure"  # the rules asked nothing, and the days are over
    RELEASED = "released"  # every measure has ended
    MISTAKEN = "mistaken"  # the person was never away
    MOVED_ON = "moved_on"  # the person does not stay here
    JOINED = "joined"  # another entry tells of the same journey


LIFECYCLE = Lifecycle(
    start=Standing.REGISTERED,
    steps={
        Standing.REGISTERED: frozenset({Standing.VERIFIED, Standing.CLOSED}),
        Standing.VERIFIED: frozenset(
            {Standing.REGISTERED, Standing.CLASSIFIED, Standing.CLOSED}
        ),
        Standing.CLASSIFIED: frozenset({Standing.REGISTERED, Standing.CLOSED}),
        Standing.CLOSED: frozenset({Standing.REGISTERED, Standing.CLASSIFIED}),
    },
)
"""What a source adds, or a new list of areas at risk, can ask for another visit."""

WAITING = frozenset({Standing.REGISTERED, Standing.VERIFIED})
"""Somebody still has to go there."""


class About(StrEnum):
    """What a sweep goes to."""

    DOOR = "door"
    PLACE = "place"


class Sweeping(StrEnum):
    """How a sweep stands."""

    RUNNING = "running"  # doors are visited, and visited again, until its end
    ENDED = "ended"  # its window is over; what was not reached stays missed
    CALLED_OFF = "called_off"  # somebody with the right said why it stops


class Met(StrEnum):
    """What became of one door or place of a sweep."""

    SEEN = "seen"  # somebody was spoken to there
    EMPTY = "empty"  # nobody lives or works there; nobody has to go again
    OPEN = "open"  # nobody was there yet, or it must be tried again
    MISSED = "missed"  # the sweep ended before anybody was spoken to
    EXCUSED = "excused"  # the duty was waived; it does not count


SWEEP = Lifecycle(
    start=Sweeping.RUNNING,
    steps={
        Sweeping.RUNNING: frozenset({Sweeping.ENDED, Sweeping.CALLED_OFF}),
        Sweeping.ENDED: frozenset(),
        Sweeping.CALLED_OFF: frozenset(),
    },
)
