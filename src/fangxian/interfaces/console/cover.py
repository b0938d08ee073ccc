"""Gaps in cover as Today shows them: posts nobody holds, areas nobody answers for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from fangxian.interfaces.console.matrix import can_open
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


SHOWN = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """A post without a holder, or an area without anybody who answers for it."""

    url: str
    key: int
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Cover:
    """How many gaps there are, and the first of them."""

    vacant: int
    uncovered: int
    gaps: tuple[Gap, ...]


def cover_of(actor: Actor, at: dt.datetime) -> Cover | None:
    """Count the gaps in scope; departments bound to kinds of place hold no areas."""
    if actor.scope.kinds is not None or not can_open("posts", actor.role):
        return None
    vacant = jurisdiction.vacant_posts(actor.scope, at)
    uncovered = jurisdiction.uncovered_areas(actor.scope, at)
    posts, areas = list(vacant[:SHOWN]), list(uncovered[:SHOWN])
    paths = jurisdiction.path_names(
        {*(one.area_id for one in posts), *(one.pk for one in areas)}
    )
    return Cover(
        vacant=vacant.count(),
        uncovered=uncovered.count(),
        gaps=(
            *(
                Gap("post", one.pk, one.title, _last(paths[one.area_id]))
                for one in posts
            ),
            *(_area(one, paths[one.pk]) for one in areas),
        ),
    )


def _area(one: Any, path: str) -> Gap:
    *above, _name = path.split(jurisdiction.PATH_SEPARATOR)
    return Gap("area", one.pk, one.name, above[-1] if above else "")


def _last(path: str) -> str:
    return path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1]
