"""Duties as a phone is told them: where, about whom, by which form, as which act.

The phone sends ``send`` back with the answers in its body; so the server alone knows
which act a duty asks for. A duty that no act of a phone answers, such as a look-back,
stays on the console.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from fangxian.capabilities.enrolment import queries as enrolment
from fangxian.capabilities.enrolment.states import WAITING
from fangxian.capabilities.home_watch.states import Form as WatchForm
from fangxian.capabilities.inspection.actions.visits import SELF_CHECK
from fangxian.capabilities.inspection.queries import PACK as ROUTINE
from fangxian.capabilities.inspection.queries import visit_forms
from fangxian.interfaces.field.asking import Asker
from fangxian.interfaces.field.sheets import Item, both, form_id, form_of
from fangxian.kernel.moments import day_of, start_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.queries import PersonCard
from fangxian.mechanisms.ledger.people.rules import can_read
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force
from fangxian.mechanisms.restriction import rules as restriction
from fangxian.mechanisms.restriction.queries import decisions
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN, State


WATCHED = frozenset(WatchForm) - {WatchForm.TEAM, WatchForm.ANSWER}
Send = tuple[str, dict[str, Any]]


def own_tasks(asker: Asker) -> QuerySet[Any]:
    """Select what the phone's post owes or owed, in no order."""
    return tasks(asker.actor.scope, post=asker.device.post).order_by()


def shown(asker: Asker) -> QuerySet[Any]:
    """Select what is still owed, and what was done today."""
    today = start_of(day_of(asker.at))
    done = Q(state=State.COMPLETED, ended_at__gte=today)
    return own_tasks(asker).filter(Q(state__in=OPEN) | done)


def tell_tasks(asker: Asker, found: Iterable[Any]) -> list[Item]:
    """Tell duties, and the forms they need, each once."""
    listed = list(found)
    sheaf = _Sheaf(asker, _Folk.about(asker, [one.subject for one in listed]))
    told = [item for one in listed if (item := sheaf.tell(one)) is not None]
    return [*sheaf.forms.values(), *told]


# ---------------------------------------------------------------- whom it is about
@dataclass(frozen=True, slots=True)
class _Folk:
    """The people whom duties are about, by subject; and where visits are owed."""

    cards: Mapping[str, PersonCard]
    arrivals: Mapping[str, UUID]

    @classmethod
    def about(cls, asker: Asker, subjects: Collection[str]) -> "_Folk":
        persons = {one: UUID(key) for one, key in _keyed(subjects, "person")}
        came = enrolment.arrivals(asker.actor.scope, standing=WAITING)
        rows = came.filter(person__in=persons.values()).order_by("registered_at", "pk")
        arrivals = {
            f"person:{person}": arrival
            for person, arrival in rows.values_list("person", "pk")
        }
        return cls(_cards(asker, persons | _restricted(asker, subjects)), arrivals)


def _keyed(subjects: Iterable[str], kind: str) -> list[tuple[str, str]]:
    split = ((one, *one.partition(":")) for one in subjects)
    return [(one, key) for one, what, _, key in split if what == kind]


def _restricted(asker: Asker, subjects: Collection[str]) -> dict[str, UUID]:
    """Say who stays at home under these restrictions, to whom reads of them."""
    numbers = [int(key) for _, key in _keyed(subjects, "restriction")]
    if not numbers or not _reads_measures(asker):
        return {}
    found = decisions(asker.actor.scope).filter(pk__in=numbers).order_by()
    rows = found.values_list("pk", "subject")
    return {f"restriction:{pk}": person for pk, person in rows}


def _reads_measures(asker: Asker) -> bool:
    try:
        restriction.check_can_read(by=asker.actor)
    except Refusal:
        return False
    return True


def _cards(asker: Asker, persons: Mapping[str, UUID]) -> dict[str, PersonCard]:
    """Show people, masked, to who reads them; who was merged, as who stands for them."""
    if not persons or not can_read(by=asker.actor):
        return {}
    seen = people.visible(asker.actor.scope).filter(pk__in=set(persons.values()))
    standing = {
        one: people.survivor(one) if merged else one
        for one, merged in seen.values_list("pk", "merged_into")
    }
    cards = people.cards_of(set(standing.values()))
    return {
        subject: cards[standing[person]]
        for subject, person in persons.items()
        if person in standing
    }


# ------------------------------------------------------------------- telling it
@dataclass(slots=True)
class _Sheaf:
    """Duties of one answer; editions and forms are looked up once."""

    asker: Asker
    folk: _Folk
    forms: dict[str, Item] = field(default_factory=dict)
    _editions: dict[tuple[str, int], LoadedEdition | None] = field(default_factory=dict)

    def tell(self, task: Any) -> Item | None:
        """Tell one duty with the act that answers it; None where no act does."""
        edition = self._edition(task)
        form = None if edition is None else edition.pack.form(task.form)
        if edition is None or form is None:
            return None
        send = _send(task, edition, form, self.folk)
        if send is None:
            return None
        self.forms.setdefault(form_id(edition, form.code), form_of(edition, form))
        return self._item(task, edition, form, send)

    def _edition(self, task: Any) -> LoadedEdition | None:
        key = (str(task.decision.get("pack", "")), task.area_id)
        if key not in self._editions:
            self._editions[key] = in_force(*key, self.asker.at)
        return self._editions[key]

    def _item(self, task: Any, edition: LoadedEdition, form: Form, send: Send) -> Item:
        clause = edition.pack.clause(task.duty)
        card = self.folk.cards.get(task.subject)
        is_done = task.state == State.COMPLETED
        return {
            "t": "task",
            "id": task.pk,
            "title": both(form.title if clause is None else clause.title),
            "why": None if clause is None else both(clause.source.gist),
            "form": form_id(edition, form.code),
            "where": _where(task, card),
            "about": f"person:{card.id}" if card else task.subject,
            "who": card.name if card else None,
            "opens_at": task.opens_at,
            "due_at": task.due_at,
            "closes_at": task.closes_at,
            "level": task.level,
            "state": "done" if is_done else "open",
            "done_at": task.ended_at if is_done else None,
            "send": {"kind": send[0], "body": send[1]},
        }


def _where(task: Any, card: PersonCard | None) -> str:
    if task.subject.startswith("place:"):
        return str(task.subject)
    if card is not None and card.door is not None:
        return f"door:{card.door.id}"
    return f"area:{task.area_id}"


# ------------------------------------------------------------- which act answers it
def _send(task: Any, edition: LoadedEdition, form: Form, folk: _Folk) -> Send | None:
    """Choose the act by what the duty is about."""
    what, _, key = task.subject.partition(":")
    choose = ACTS.get(what)
    return None if choose is None else choose(task, key, edition, form, folk)


def _visit(
    task: Any, key: str, edition: LoadedEdition, form: Form, folk: _Folk
) -> Send | None:
    del folk
    if edition.pack.id != ROUTINE:
        return None
    if form.code == SELF_CHECK:
        return "self_check", {"place": int(key), "task": task.pk}
    if form not in visit_forms(edition):
        return None
    return "visit", {"place": int(key), "form": form.code, "task": task.pk}


def _observation(
    task: Any, key: str, edition: LoadedEdition, form: Form, folk: _Folk
) -> Send | None:
    """Answer about an area as a record; figures of a day are signed on the console."""
    del key, folk
    if form.code == "daily_report":
        return None
    told = {"form": form.code, "edition": edition.id, "subject": task.subject}
    return "observation", {**told, "area": task.area_id, "task": task.pk}


def _person(
    task: Any, key: str, edition: LoadedEdition, form: Form, folk: _Folk
) -> Send | None:
    del edition
    if form.code == enrolment.CALL:
        return "hearsay", {"person": key, "task": task.pk}
    arrival = folk.arrivals.get(task.subject)
    if form.code != enrolment.VISIT or arrival is None:
        return None
    return "arrival", {"arrival": str(arrival), "task": task.pk}


def _watch(
    task: Any, key: str, edition: LoadedEdition, form: Form, folk: _Folk
) -> Send | None:
    del edition, folk
    if form.code not in WATCHED:
        return None
    return "watch", {"watch": int(key), "form": form.code, "task": task.pk}


ACTS: Mapping[str, Callable[[Any, str, LoadedEdition, Form, _Folk], Send | None]] = {
    "place": _visit,
    "area": _observation,
    "person": _person,
    "restriction": _watch,
}
