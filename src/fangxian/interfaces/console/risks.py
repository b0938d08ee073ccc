"""What the page of a pack shows of the areas at risk that it lists."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from fangxian.interfaces.console.questions import word
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.restrictions import Risk, RiskArea


LEVELS = {
    Risk.HIGH: ("late", "alert-triangle", pgettext_lazy("risk", "high risk")),
    Risk.MEDIUM: ("due", "alert-triangle", pgettext_lazy("risk", "medium risk")),
}
STANDINGS = {
    "now": ("done", "check", pgettext_lazy("listing", "listed")),
    "ahead": ("right", "calendar", pgettext_lazy("listing", "listed later")),
    "over": ("none", "clock", pgettext_lazy("listing", "no longer listed")),
}
ORDER = tuple(STANDINGS)


@dataclass(frozen=True, slots=True)
class Listed:
    """An area at risk in words; ``since`` is the first day in it that counts."""

    name: str
    code: str
    level: tuple[str, str, Any]
    from_: dt.date
    until: dt.date | None
    since: dt.date
    standing: tuple[str, str, Any]
    source: str
    gist: str
    overlay: str


def shown_risks(pack: Pack, day: dt.date) -> list[Listed]:
    """Show the areas that a pack lists: what is listed on the day first, high first."""
    listed = sorted(
        pack.risks,
        key=lambda one: (
            ORDER.index(_standing(one, day)),
            one.risk is not Risk.HIGH,
            one.from_,
            one.area,
        ),
    )
    return [_shown(one, day) for one in listed]


def _standing(one: RiskArea, day: dt.date) -> str:
    if day < one.from_:
        return "ahead"
    return "now" if one.until is None or day < one.until else "over"


def _shown(one: RiskArea, day: dt.date) -> Listed:
    return Listed(
        name=word(one.name),
        code=one.area,
        level=LEVELS[one.risk],
        from_=one.from_,
        until=one.until,
        since=one.from_ - dt.timedelta(days=one.look_back),
        standing=STANDINGS[_standing(one, day)],
        source=str(one.source),
        gist=word(one.source.gist),
        overlay=word(one.overlay) if one.overlay else "",
    )
