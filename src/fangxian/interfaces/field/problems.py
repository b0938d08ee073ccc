"""Open problems of a small unit, told as duties: whoever sees it right says so there."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from fangxian.capabilities.inspection.queries import PACK as ROUTINE
from fangxian.interfaces.field.asking import Asker
from fangxian.interfaces.field.folk import Folk, what_is_wrong
from fangxian.interfaces.field.sheets import Item, both, form_id, form_of
from fangxian.interfaces.field.wire import TaskItem
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.finding.rules import can_rectify
from fangxian.mechanisms.finding.states import State
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force


FORM = "rectification"


def open_problems(asker: Asker) -> QuerySet[Any]:
    """Select what is to be put right, in no order."""
    found = findings(asker.actor.scope, state=State.OPEN).order_by()
    return found if can_rectify(by=asker.actor) else found.none()


def tell_problems(asker: Asker, found: Iterable[Any]) -> list[Item]:
    """Tell problems by the form that says what was done; where no rules hold, none."""
    listed = list(found)
    folk = Folk.about(asker, [f"finding:{one.pk}" for one in listed])
    editions = {
        area: in_force(ROUTINE, area, asker.at)
        for area in sorted({one.area_id for one in listed})
    }
    told: dict[str, Item] = {}
    for one in listed:
        edition = editions[one.area_id]
        form = None if edition is None else edition.pack.form(FORM)
        if edition is not None and form is not None:
            told.setdefault(form_id(edition, FORM), form_of(edition, form))
            item = _told(asker, one, edition, form, folk)
            told[str(item["id"])] = item
    return list(told.values())


def _told(
    asker: Asker, problem: Any, edition: LoadedEdition, form: Form, folk: Folk
) -> TaskItem:
    name = f"finding:{problem.pk}"
    card = folk.card_of(name)
    return {
        "t": "task",
        "id": name,
        "title": both(form.title),
        "why": None,
        "what": what_is_wrong(asker, problem),
        "form": form_id(edition, form.code),
        "where": folk.where(name, area=problem.area_id),
        "about": name,
        "who": card.name if card else None,
        "opens_at": problem.raised_at,
        "due_at": problem.deadline_at,
        "closes_at": None,
        "level": 0,
        "state": "open",
        "done_at": None,
        "send": {"kind": FORM, "body": {"finding": problem.pk}},
    }
