"""The words for how deep an area stands."""

from enum import StrEnum


class Level(StrEnum):
    """How deep an area stands; values sort from the top."""

    CITY = "1-city"
    DISTRICT = "2-district"
    STREET = "3-street"
    COMMUNITY = "4-community"
    GRID = "5-grid"
    COURTYARD = "6-courtyard"
    BUILDING = "7-building"
