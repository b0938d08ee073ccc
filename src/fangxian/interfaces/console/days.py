"""Fields for days, minutes and times: written one way, whatever the browser speaks.

A browser draws its own date fields in its own language, which need not be the page's.
These are plain text, read as people here write days; where there is a script, a button
beside them opens the browser's calendar (web/console/src/days.js).
"""

import datetime as dt
import re
import unicodedata
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.imports.dates import written_day
from fangxian.kernel.moments import SHANGHAI


YEARS = range(1900, 2100)  # beyond them somebody has mistyped
_NUMBER = "[0-9\uff10-\uff19]"
_A_DAY = (
    rf"\s*{_NUMBER}{{4}}\s*[\-\/.\u5e74]?\s*{_NUMBER}{{1,2}}"
    rf"\s*[\-\/.\u6708]?\s*{_NUMBER}{{1,2}}\s*\u65e5?\s*"
)
_A_TIME = rf"\s*{_NUMBER}{{1,2}}\s*[:\uff1a\u65f6]\s*{_NUMBER}{{1,2}}\s*\u5206?\s*"
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})\s*[:\u65f6]\s*(?P<minute>[0-9]{1,2})\s*(?:\u5206|:[0-9]{2})?"
)
_MOMENT = re.compile(rf"(?P<day>.*?)[T\s]*(?P<clock>{_CLOCK.pattern})")


class Dated(forms.DateTimeInput):
    """Text with a calendar or a clock beside it; ``picks`` is the browser's type."""

    template_name = "console/parts/dated.html"
    supports_microseconds = False

    def __init__(
        self, picks: str, shape: str, pattern: str, **told: str | Promise
    ) -> None:
        self.picks = picks
        attrs = {"autocomplete": "off", "pattern": pattern, **told}
        super().__init__(attrs=attrs, format=shape)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Tell the template which of the browser's pickers fills the field in."""
        context = super().get_context(name, value, attrs)
        context["widget"]["picks"] = self.picks
        return context


class _Written(forms.Field):
    """A field that reads what people write."""

    reads: "staticmethod[[str], Any]"

    def to_python(self, value: Any) -> Any:
        """Read what was typed, or say how it is written."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        read = self.reads(value)
        if read is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return read


def _day(text: str) -> dt.date | None:
    day = written_day(text)
    return day if day is not None and day.year in YEARS else None


class DayField(_Written, forms.DateField):
    """A day, as in 2020-11-21."""

    reads = staticmethod(_day)
    widget = Dated(
        *("date", "%Y-%m-%d", _A_DAY),
        title=_("For example 2020-11-21"),
        placeholder=_("YYYY-MM-DD"),
    )
    default_error_messages: ClassVar = {
        "invalid": _("This is not a day. Write it as 2020-11-21.")
    }


def written_time(text: str) -> dt.time | None:
    """Read a time of day; None for what is none."""
    found = _CLOCK.fullmatch(_tidy(text))
    return None if found is None else _time(found)


def _time(found: re.Match[str]) -> dt.time | None:
    try:
        return dt.time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        return None


def written_minute(text: str) -> dt.datetime | None:
    """Read a day with a time of it, in Shanghai; None for what is none."""
    found = _MOMENT.fullmatch(_tidy(text))
    if found is None:
        return None
    day, time = _day(found["day"]), written_time(found["clock"])
    if day is None or time is None:
        return None
    return dt.datetime.combine(day, time, tzinfo=SHANGHAI)


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


class MinuteField(_Written, forms.DateTimeField):
    """A minute of a day, as in 2020-11-21 18:05."""

    reads = staticmethod(written_minute)
    widget = Dated(
        *("datetime-local", "%Y-%m-%d %H:%M", _A_DAY + "[T]?" + _A_TIME),
        title=_("For example 2020-11-21 18:05"),
        placeholder=_("YYYY-MM-DD HH:MM"),
    )
    default_error_messages: ClassVar = {
        "invalid": _("This is not a day with a time. Write it as 2020-11-21 18:05.")
    }


class TimeField(_Written, forms.TimeField):
    """A time of day, as in 18:05."""

    reads = staticmethod(written_time)
    widget = Dated(
        *("time", "%H:%M", _A_TIME),
        title=_("For example 18:05"),
        placeholder=_("HH:MM"),
    )
    default_error_messages: ClassVar = {
        "invalid": _("This is not a time of day. Write it as 18:05.")
    }


class Period(forms.Form):
    """The first and the last day of what is shown."""

    first = DayField(required=False, label=_("From"))
    last = DayField(required=False, label=_("To"))
