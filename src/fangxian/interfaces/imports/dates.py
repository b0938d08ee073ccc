"""Days in the many ways people and spreadsheets write them. Pure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator


SERIAL_ZERO = dt.date(1899, 12, 30)  # day 0 of the 1900 system after its leap error
SERIALS = range(20_000, 60_000)  # 1954 to 2064

_YEAR_FIRST = re.compile(
    r"(?P<y>[0-9]{4})[-/.\u5e74](?P<m>[0-9]{1,2})[-/.\u6708](?P<d>[0-9]{1,2})\u65e5?"
)
_PACKED = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_TIME_OF_DAY = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$")


def parse_day(text: str) -> dt.date | None:
    """Read a day; None for what is no day, and for what could be two.

    Years come first, as is written in China; a year that comes last is read when
    only one order of day and month gives a day. Bare numbers are the serials of
    a spreadsheet.
    """
    tidy = _tidy(text)
    if tidy.isdecimal() and int(tidy) in SERIALS:
        return SERIAL_ZERO + dt.timedelta(days=int(tidy))
    return written_day(text)


def written_day(text: str) -> dt.date | None:
    """Read a day that somebody typed: as above, without the serials."""
    days = set(_readings(_tidy(text)))
    return days.pop() if len(days) == 1 else None


def _tidy(text: str) -> str:
    tidy = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text).strip())
    return tidy.replace(" ", "")


def _readings(text: str) -> Iterator[dt.date]:
    for pattern in (_YEAR_FIRST, _PACKED):
        if found := pattern.fullmatch(text):
            yield from _day(*found.group("y", "m", "d"))
    if found := _YEAR_LAST.fullmatch(text):
        one, other, year = found.groups()
        yield from _day(year, one, other)
        yield from _day(year, other, one)


def _day(year: str, month: str, day: str) -> Iterator[dt.date]:
    try:
        yield dt.date(int(year), int(month), int(day))
    except ValueError:
        return
