"""A journey as it is told: from where, when, and how. Pure.

Sources are faulty: dates are typed wrong by a day or two, places are named in many
ways, half of the cells are empty. Nothing is guessed beyond what is written here.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from fangxian.mechanisms.protocol.restrictions import RiskArea


DAYS_APART_MAX = 3  # by which two sources may date one journey differently
DAYS = ("arrived_on", "entered_on", "left_on")

# What people leave out of the name of a place: the words for a new district,
# a province, a city, a district, a county, and the second half of a sub-district.
_LEFT_OUT = re.compile("\u65b0\u533a|[\u7701\u5e02\u533a\u53bf\u9053]|[^\\w]")


@dataclass(frozen=True, slots=True)
class Journey:
    """What is told of one journey; what was not told is empty.

    ``listing`` is the code of an area at risk, as the pack in force has it.
    """

    origin: str = ""
    listing: str = ""
    is_abroad: bool = False
    left_on: dt.date | None = None
    entered_on: dt.date | None = None
    arrived_on: dt.date | None = None
    transport: str = ""

    def as_data(self) -> dict[str, object]:
        """Spell the journey as JSON can."""
        return {
            "origin": self.origin,
            "listing": self.listing,
            "is_abroad": self.is_abroad,
            "left_on": _spelt(self.left_on),
            "entered_on": _spelt(self.entered_on),
            "arrived_on": _spelt(self.arrived_on),
            "transport": self.transport,
        }

    @property
    def last_day(self) -> dt.date | None:
        """The day from which this person is watched: the latest that is known of."""
        return self.left_on or self.entered_on or self.arrived_on


def _spelt(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def journey_from(data: Mapping[str, object]) -> Journey:
    """Read a journey that was spelt."""
    return Journey(
        origin=str(data.get("origin") or ""),
        listing=str(data.get("listing") or ""),
        is_abroad=bool(data.get("is_abroad")),
        left_on=_read(data.get("left_on")),
        entered_on=_read(data.get("entered_on")),
        arrived_on=_read(data.get("arrived_on")),
        transport=str(data.get("transport") or ""),
    )


def _read(spelt: object) -> dt.date | None:
    return dt.date.fromisoformat(spelt) if isinstance(spelt, str) else None


# ------------------------------------------------------------------------- joining
def is_same_journey(one: Journey, other: Journey) -> bool:
    """Whether two reports about one person can tell of one journey.

    They do if a day that both give is about the same, or if no day is given by both.
    """
    apart = [
        abs((mine - theirs).days)
        for name in DAYS
        if (mine := getattr(one, name)) is not None
        and (theirs := getattr(other, name)) is not None
    ]
    return not apart or min(apart) <= DAYS_APART_MAX


def joined(one: Journey, other: Journey, *, believed: bool) -> Journey:
    """Join what another source tells of the same journey.

    ``believed`` is a document, whose word stands over what was told; else it only fills
    what was empty. That somebody was abroad is dropped by a visit, never by a list.
    """
    first, second = (other, one) if believed else (one, other)
    said = {
        field.name: getattr(first, field.name) or getattr(second, field.name)
        for field in fields(Journey)
    }
    return Journey(**said)


# ------------------------------------------------------------------------ listings
def find_listing(risks: Iterable[RiskArea], origin: str) -> str:
    """Find the listed area whose whole name stands in what was told, or nothing.

    The longest name wins. To name a city of which one estate is listed is not enough.
    """
    told = _key(origin)
    found = [
        (len(key), risk.area)
        for risk in risks
        for name in (risk.name.zh, risk.name.en)
        if (key := _key_of_listed(name)) and key in told
    ]
    return max(found, default=(0, ""))[1]


@lru_cache(maxsize=1024)
def _key_of_listed(name: str) -> str:
    """Remembered for names of public lists only, never for what somebody told."""
    return _key(name)


def _key(name: str) -> str:
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", name).casefold())


def with_listing(journey: Journey, risks: Iterable[RiskArea]) -> Journey:
    """Give the journey with the listed area that its origin names, if none is chosen."""
    if journey.listing or not journey.origin:
        return journey
    return replace(journey, listing=find_listing(risks, journey.origin))
