"""The day of a hospital: whose sample waits or is due, what came, who objects."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from fangxian.capabilities.home_watch import queries
from fangxian.interfaces.console import results as shown
from fangxian.interfaces.console.watching import Person, people_of, short_path
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.restriction import queries as restriction


ROWS_SHOWN = 8
LATEST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Objection:
    """Somebody who objects, until when a doctor has to answer."""

    number: int
    person: Person
    path: str
    due_at: dt.datetime


def hospital_today(actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """Gather a hospital's own day; every number of it opens its rows."""
    waiting = queries.awaited(actor.scope)
    today = queries.sampled_today(actor.scope, at)
    latest = list(queries.results(actor.scope)[:LATEST_SHOWN])
    return {
        "day": day_of(at),
        **shown.counts_of(actor, at),
        "rows": shown.waiting(list(waiting[:ROWS_SHOWN]), actor, at),
        "to_sample": shown.to_sample(list(today[:ROWS_SHOWN]), actor, at),
        "latest": shown.taken(latest, actor, at),
        "appeals": _objections(actor),
    }


def _objections(actor: Actor) -> list[Objection]:
    filed = list(restriction.appeals(actor.scope, open_only=True))
    people = people_of({one.decision.subject for one in filed}, actor)
    paths = jurisdiction.path_names({one.decision.area_id for one in filed})
    return [
        Objection(
            number=one.pk,
            person=people[one.decision.subject],
            path=short_path(paths[one.decision.area_id]),
            due_at=one.due_at,
        )
        for one in filed
    ]
