"""Duties as a phone is told them: where, about whom, by which form, as which act.

The phone sends ``send`` back with the answers in its body; so the server alone knows
which act a duty asks for. A duty that no act of a phone answers, such as what a doctor
makes of a result, stays on the console.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from fangxian.capabilities.daily_return.rules import DAILY
from fangxian.capabilities.enrolment import queries as enrolment
from fangxian.capabilities.home_watch.states import Form as WatchForm
from fangxian.capabilities.inspection.actions.visits import SELF_CHECK
from fangxian.capabilities.inspection.queries import PACK as ROUTINE
from fangxian.capabilities.inspection.queries import visit_forms
from fangxian.interfaces.field.asking import Asker
from fangxian.interfaces.field.folk import Folk, what_is_wrong
from fangxian.interfaces.field.sheets import Item, both, form_id, form_of
from fangxian.interfaces.field.sweeps import Swept
from fangxian.interfaces.field.teams import team_form
from fangxian.interfaces.field.wire import Figure, FormItem, TaskItem
from fangxian.kernel.moments import day_of, start_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.people.queries import PersonCard
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force
from fangxian.mechanisms.report.queries import draft
from fangxian.mechanisms.report.rules import can_sign
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN, State


WATCHED = frozenset(WatchForm) - {WatchForm.TEAM, WatchForm.ANSWER}
LOOK_BACK = "look_back"
Send = tuple[str, dict[str, Any]]


def own_tasks(asker: Asker) -> QuerySet[Any]:
    """Select what the phone's post owes or owed, in no order."""
    return tasks(asker.actor.scope, post=asker.device.post).order_by()


def shown(asker: Asker) -> QuerySet[Any]:
    """Select what is still owed, and what was done today."""
    today = start_of(day_of(asker.at))
    done = Q(state=State.COMPLETED, ended_at__gte=today)
    return own_tasks(asker).filter(Q(state__in=OPEN) | done)


def to_sign(asker: Asker) -> QuerySet[Any]:
    """Select the days that are to be signed: their figures change untold."""
    return own_tasks(asker).filter(state__in=OPEN, form=DAILY.form)


def over_since(asker: Asker, told_at: dt.datetime) -> list[int]:
    """Give what was told as done on an earlier day, and is over now."""
    first, today = start_of(day_of(told_at)), start_of(day_of(asker.at))
    done = own_tasks(asker).filter(state=State.COMPLETED, ended_at__lt=today)
    return sorted(done.filter(ended_at__gte=first).values_list("pk", flat=True))


def tell_tasks(asker: Asker, found: Iterable[Any]) -> list[Item]:
    """Tell duties, and the forms they need, each once."""
    listed = list(found)
    folk = Folk.about(asker, [one.subject for one in listed])
    sheaf = _Sheaf(asker, folk, Swept.among(asker, listed))
    told = [item for one in listed if (item := sheaf.tell(one)) is not None]
    return [*sheaf.forms.values(), *told]


# ------------------------------------------------------------------- telling it
@dataclass(slots=True)
class _Sheaf:
    """Duties of one answer; editions and forms are looked up once."""

    asker: Asker
    folk: Folk
    swept: Swept
    forms: dict[str, FormItem] = field(default_factory=dict)
    _editions: dict[tuple[str, int], LoadedEdition | None] = field(default_factory=dict)

    def tell(self, task: Any) -> TaskItem | None:
        """Tell one duty with the act that answers it; None where no act does."""
        edition = self.swept.edition(task) or self._edition(task)
        form = None if edition is None else edition.pack.form(task.form)
        if edition is None or form is None:
            return None
        send = self.swept.send(task) or _send(task, edition, form, self)
        if send is None:
            return None
        self.forms.setdefault(form_id(edition, form.code), _sheet(edition, form))
        return self._item(task, edition, form, send)

    def _edition(self, task: Any) -> LoadedEdition | None:
        key = (str(task.decision.get("pack", "")), task.area_id)
        if key not in self._editions:
            self._editions[key] = in_force(*key, self.asker.at)
        return self._editions[key]

    def _item(
        self, task: Any, edition: LoadedEdition, form: Form, send: Send
    ) -> TaskItem:
        clause = edition.pack.clause(task.duty)
        card = self.folk.card_of(task.subject)
        is_done = task.state == State.COMPLETED
        told: TaskItem = {
            "t": "task",
            "id": task.pk,
            "title": both(form.title if clause is None else clause.title),
            "why": None if clause is None else both(clause.source.gist),
            "form": form_id(edition, form.code),
            "where": self.folk.where(task.subject, area=task.area_id),
            "about": self._about(task, card),
            "who": card.name if card else None,
            "opens_at": task.opens_at,
            "due_at": task.due_at,
            "closes_at": task.closes_at,
            "level": task.level,
            "state": "done" if is_done else "open",
            "done_at": task.ended_at if is_done else None,
            "send": {"kind": send[0], "body": send[1]},
        }
        self.swept.tell(told, task)
        if spot := self.folk.spot(told["where"]):
            told["spot"] = spot
        if problem := self.folk.problems.get(task.subject):
            told["what"] = what_is_wrong(self.asker, problem)
        if task.form == DAILY.form and not is_done:
            told["figures"] = _figures(task, self.asker.at)
        return told

    def _about(self, task: Any, card: PersonCard | None) -> str:
        """Say what is alike in duties at one door; each problem is its own."""
        if card is None or task.subject in self.folk.problems:
            return str(task.subject)
        return f"person:{card.id}"


def _sheet(edition: LoadedEdition, form: Form) -> FormItem:
    return (
        team_form(edition, form)
        if form.code == WatchForm.TEAM
        else form_of(edition, form)
    )


def _figures(task: Any, at: dt.datetime) -> list[Figure]:
    """Work out what whoever signs the day would sign now."""
    try:
        drafted = draft(task.area_id, DAILY.layout, day_of(task.opens_at), at=at)
    except Refusal:
        return []
    return [
        {"label": both(line.indicator.label), "value": line.did}
        for line in drafted.lines
    ]


# ------------------------------------------------------------- which act answers it
def _send(task: Any, edition: LoadedEdition, form: Form, sheaf: _Sheaf) -> Send | None:
    """Choose the act by what the duty is about."""
    what, _, key = task.subject.partition(":")
    choose = ACTS.get(what)
    return None if choose is None else choose(task, key, edition, form, sheaf)


def _visit(
    task: Any, key: str, edition: LoadedEdition, form: Form, sheaf: _Sheaf
) -> Send | None:
    del sheaf
    if edition.pack.id != ROUTINE:
        return None
    if form.code == SELF_CHECK:
        return "self_check", {"place": int(key), "task": task.pk}
    if form not in visit_forms(edition):
        return None
    return "visit", {"place": int(key), "form": form.code, "task": task.pk}


def _observation(
    task: Any, key: str, edition: LoadedEdition, form: Form, sheaf: _Sheaf
) -> Send | None:
    """Answer about an area as a record; the figures of a day by a signature."""
    if form.code == DAILY.form:
        day = day_of(task.opens_at).isoformat()
        may = can_sign(int(key), by=sheaf.asker.actor)
        return ("daily_report", {"area": int(key), "day": day}) if may else None
    told = {"form": form.code, "edition": edition.id, "subject": task.subject}
    return "observation", {**told, "area": task.area_id, "task": task.pk}


def _person(
    task: Any, key: str, edition: LoadedEdition, form: Form, sheaf: _Sheaf
) -> Send | None:
    del edition
    if form.code == enrolment.CALL:
        return "hearsay", {"person": key, "task": task.pk}
    arrival = sheaf.folk.arrivals.get(task.subject)
    if form.code != enrolment.VISIT or arrival is None:
        return None
    return "arrival", {"arrival": str(arrival), "task": task.pk}


def _watch(
    task: Any, key: str, edition: LoadedEdition, form: Form, sheaf: _Sheaf
) -> Send | None:
    del edition, sheaf
    if form.code == WatchForm.TEAM:
        return "team", {"watch": int(key)}
    if form.code not in WATCHED:
        return None
    return "watch", {"watch": int(key), "form": form.code, "task": task.pk}


def _problem(
    task: Any, key: str, edition: LoadedEdition, form: Form, sheaf: _Sheaf
) -> Send | None:
    """Look back on a problem that this post may see."""
    del edition
    if form.code != LOOK_BACK or task.subject not in sheaf.folk.problems:
        return None
    return "look_back", {"finding": int(key)}


Choose = Callable[[Any, str, LoadedEdition, Form, _Sheaf], Send | None]
ACTS: Mapping[str, Choose] = {
    "place": _visit,
    "area": _observation,
    "person": _person,
    "restriction": _watch,
    "finding": _problem,
}
