"""Moments, days and clocks: UTC inside, Shanghai days at the edge."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo


SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time. Only interfaces hold one; everything below is told ``at``."""

    def now(self) -> dt.datetime:
        """Return the present moment in UTC."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The wall clock."""

    def now(self) -> dt.datetime:
        """Return the present moment in UTC."""
        return dt.datetime.now(tz=dt.UTC)  # noqa: TID251 -- the one place that reads it


@dataclass(frozen=True, slots=True)
class SituationClock:
    """A clock that starts where a scenario ends and then runs at wall speed.

    ``offset`` is what is added to the wall clock (decisions.md 1).
    """

    offset: dt.timedelta

    def now(self) -> dt.datetime:
        """Return the situation's present moment in UTC."""
        return SystemClock().now() + self.offset


def day_of(moment: dt.datetime) -> dt.date:
    """Name the Shanghai calendar day that holds this moment."""
    return moment.astimezone(SHANGHAI).date()


def at_time(day: dt.date, time: dt.time) -> dt.datetime:
    """Give the UTC moment of a Shanghai wall time on a Shanghai day."""
    return dt.datetime.combine(day, time, tzinfo=SHANGHAI).astimezone(dt.UTC)


def start_of(day: dt.date) -> dt.datetime:
    """Give the UTC moment of 00:00 of a Shanghai day."""
    return at_time(day, dt.time())


def bounds_of(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Give the half-open UTC period ``[from_, until)`` of a Shanghai day."""
    return start_of(day), start_of(day + dt.timedelta(days=1))


def end_of_day_number(day_zero: dt.date, days: int) -> dt.datetime:
    """Give 24:00 of day N, where day 0 is the last exposure (decisions.md 2)."""
    return start_of(day_zero + dt.timedelta(days=days + 1))
