"""Which report layout is in force where, and which one a return was made by."""

import datetime as dt
from dataclasses import dataclass

from fangxian.kernel.moments import start_of
from fangxian.mechanisms.protocol.layouts import Layout
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import loaded, packs_in_force
from fangxian.mechanisms.report import rules


@dataclass(frozen=True, slots=True)
class Stated:
    """A layout as an edition of a pack states it."""

    edition: int
    pack: Pack
    layout: Layout

    def cut_off(self, day: dt.date) -> dt.datetime:
        """Give the moment after which a return of this day is late."""
        return self.pack.moment(self.layout.cut_off, day)

    def freeze(self, day: dt.date) -> dt.datetime:
        """Give the moment at which this day is closed."""
        return self.pack.moment(self.layout.freeze, day)


def layout_in_force(code: str, area: int, *, day: dt.date, at: dt.datetime) -> Stated:
    """Give the layout in force for an area now, or as the day ended if that is past.

    Refuses if no adopted pack states it.
    """
    found = find_layout_in_force(code, area, day=day, at=at)
    if found is None:
        raise rules.NO_LAYOUT(layout=code)
    return found


def find_layout_in_force(
    code: str, area: int, *, day: dt.date, at: dt.datetime
) -> Stated | None:
    """Give the layout in force, or None if no adopted pack states it."""
    end = start_of(day + dt.timedelta(days=1)) - dt.timedelta.resolution
    for edition in packs_in_force(area, min(at, end)):
        layout = edition.pack.layouts.get(code)
        if layout is not None:
            return Stated(edition=edition.id, pack=edition.pack, layout=layout)
    return None


def layout_of(edition: int, code: str) -> Stated:
    """Give the layout that a return was made by."""
    pack = loaded(edition)
    return Stated(edition=edition, pack=pack, layout=pack.layouts[code])
