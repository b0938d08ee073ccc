"""Readers; every one takes a scope, or serves what is already in scope."""

from fangxian.capabilities.home_watch.queries.boards import (
    Board,
    Tally,
    board,
    duties_of,
    missed,
    overdue,
)
from fangxian.capabilities.home_watch.queries.figures import (
    released,
    restricted,
    tested_negative,
)
from fangxian.capabilities.home_watch.queries.timelines import (
    Day,
    Line,
    Slot,
    days_of,
    timeline,
)
from fangxian.capabilities.home_watch.queries.watches import (
    FIVE,
    edition_for,
    find_watch,
    get_watch,
    members_named,
    short_of_five,
    team_of,
    watches,
    watches_of,
    watches_on,
)


__all__ = [
    "FIVE",
    "Board",
    "Day",
    "Line",
    "Slot",
    "Tally",
    "board",
    "days_of",
    "duties_of",
    "edition_for",
    "find_watch",
    "get_watch",
    "members_named",
    "missed",
    "overdue",
    "released",
    "restricted",
    "short_of_five",
    "team_of",
    "tested_negative",
    "timeline",
    "watches",
    "watches_of",
    "watches_on",
]
