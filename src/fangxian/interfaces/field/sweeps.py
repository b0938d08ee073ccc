"""Sweeps as a phone is told them: its own post's share, and what was tried at a door."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from fangxian.capabilities.enrolment.states import About, Sweeping
from fangxian.capabilities.enrolment.sweeps import queries, rules
from fangxian.capabilities.enrolment.sweeps.queries import Tally
from fangxian.interfaces.field.asking import Asker
from fangxian.interfaces.field.sheets import Item, both, form_id
from fangxian.interfaces.field.wire import Reason, SweepItem, TaskItem
from fangxian.mechanisms.ledger.people.queries import rooms_of
from fangxian.mechanisms.protocol.queries import LoadedEdition, loaded
from fangxian.mechanisms.task.states import OPEN


KEPT = dt.timedelta(days=1)  # how long the figures of an ended sweep stay on a phone
FORGOTTEN = dt.timedelta(days=7)  # a phone that was away longer pulls everything anew


# ------------------------------------------------------------------------- sweeps
def sweeps_in(asker: Asker) -> QuerySet[Any]:
    """Select the sweeps of which the phone's post has a share, and that are not long over."""
    lately = Q(state=Sweeping.RUNNING) | Q(ended_at__gte=asker.at - KEPT)
    return _own(asker).filter(lately)


def sweeps_over(asker: Asker) -> list[str]:
    """Name the sweeps that a phone may still hold, and should no longer."""
    over = {"ended_at__lt": asker.at - KEPT, "ended_at__gte": asker.at - FORGOTTEN}
    return [str(one) for one in _own(asker).filter(**over).values_list("pk", flat=True)]


def known(asker: Asker, keys: Collection[str]) -> list[str]:
    """Of these sweeps, name those of which the post has a share."""
    found = _own(asker).filter(pk__in=list(keys))
    return [str(one) for one in found.values_list("pk", flat=True)]


def _own(asker: Asker) -> QuerySet[Any]:
    return queries.of_post(asker.device.post, asker.actor.scope).order_by("pk")


def tell_sweeps(asker: Asker, found: Iterable[Any]) -> list[Item]:
    """Tell sweeps with the counts of the post's own doors or places."""
    listed = list(found)
    counted = queries.tallies(
        [one.pk for one in listed], asker.actor.scope, post=asker.device.post
    )
    return [_sweep(one, counted[one.pk]) for one in listed]


def _sweep(sweep: Any, tally: Tally) -> SweepItem:
    edition = _edition(sweep)
    clause = edition.pack.clause(sweep.clause)
    form = edition.pack.forms[sweep.form]
    return {
        "t": "sweep",
        "id": str(sweep.pk),
        "title": both(form.title if clause is None else clause.title),
        "why": sweep.why,
        "about": sweep.about,
        "area": sweep.area_id,
        "form": form_id(edition, sweep.form),
        "opens_at": sweep.opens_at,
        "until": sweep.until,
        "state": "running" if sweep.state == Sweeping.RUNNING else "ended",
        "should": tally.should,
        "seen": tally.seen,
        "empty": tally.empty,
        "open": tally.open,
        "missed": tally.missed,
        "reasons": _reasons(edition, sweep, tally),
    }


def _edition(sweep: Any) -> LoadedEdition:
    """Give the edition that a sweep was ordered by: its form stays till the end."""
    return LoadedEdition(sweep.edition_id, loaded(sweep.edition_id), sweep.area_id)


def _reasons(edition: LoadedEdition, sweep: Any, tally: Tally) -> list[Reason]:
    question = edition.pack.forms[sweep.form].question(rules.OUTCOME)
    labels = dict(question.choices) if question else {}
    return [
        {"outcome": outcome, "label": both(labels[outcome]), "count": count}
        for outcome, count in tally.reasons.most_common()
        if outcome in labels
    ]


# ------------------------------------------------------------------------- duties
@dataclass(frozen=True, slots=True)
class Swept:
    """Which of some duties belong to sweeps, and what was tried at their doors."""

    targets: Mapping[int, Any] = field(default_factory=dict)
    rooms: Mapping[int, str] = field(default_factory=dict)
    editions: Mapping[UUID, LoadedEdition] = field(default_factory=dict)

    @classmethod
    def among(cls, asker: Asker, tasks: Collection[Any]) -> "Swept":
        """Look the duties up; rooms are told of doors to which somebody has to go."""
        targets = queries.targets_of([one.pk for one in tasks])
        owed = [one.pk for one in tasks if one.state in OPEN and one.pk in targets]
        doors = [
            targets[one].number
            for one in owed
            if targets[one].sweep.about == About.DOOR
        ]
        rooms = rooms_of(doors, by=asker.actor) if doors else {}
        told = {one: rooms.get(targets[one].number, "") for one in owed}
        sweeps = {one.sweep_id: one.sweep for one in targets.values()}
        editions = {key: _edition(sweep) for key, sweep in sweeps.items()}
        return cls(targets, told, editions)

    def edition(self, task: Any) -> LoadedEdition | None:
        """Give the edition that the sweep of a duty was ordered by."""
        target = self.targets.get(task.pk)
        return None if target is None else self.editions[target.sweep_id]

    def send(self, task: Any) -> tuple[str, dict[str, Any]] | None:
        """Give the act that answers a duty of a sweep."""
        target = self.targets.get(task.pk)
        if target is None:
            return None
        return "sweep", {"sweep": str(target.sweep_id), "task": task.pk}

    def tell(self, told: TaskItem, task: Any) -> None:
        """Add to which sweep a duty belongs, its room, and what was tried there."""
        target = self.targets.get(task.pk)
        if target is None:
            return
        told["sweep"], told["tried"] = str(target.sweep_id), None
        if target.times and target.outcome not in rules.SETTLING:
            told["tried"] = {
                "times": target.times,
                "outcome": target.outcome,
                "at": target.seen_at,
            }
        if room := self.rooms.get(task.pk):
            told["room"] = room
