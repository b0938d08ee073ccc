"""Duties: the list behind the tiles of today, one duty, urging and waiving."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.capabilities.enrolment import queries as enrolment
from fangxian.capabilities.enrolment.states import WAITING
from fangxian.capabilities.enrolment.sweeps import queries as sweeps
from fangxian.interfaces.console import duties as shown
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of, start_of
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.task import actions, queries, rules
from fangxian.mechanisms.task.states import OPEN, State


ROWS_A_PAGE = 50
SOON = dt.timedelta(hours=2)
ONE_DAY = dt.timedelta(days=1)


STANDING = {
    "owed": (_("all but waived"), frozenset(State) - {State.WAIVED}),
    "open": (_("still owed"), OPEN),
    "done": (shown.STATES[State.COMPLETED][2], frozenset({State.COMPLETED})),
    "missed": (shown.STATES[State.LAPSED][2], frozenset({State.LAPSED})),
    "waived": (shown.STATES[State.WAIVED][2], frozenset({State.WAIVED})),
}


class Filter(forms.Form):
    """Which duties are listed; with ``own``, of the area itself and none below it."""

    which = forms.ChoiceField(
        required=False,
        label=_("Which"),
        choices=[
            ("day", _("due on the day")),
            ("overdue", _("overdue")),
            ("soon", _("due within two hours")),
            ("missed", _("missed on the day")),
        ],
    )
    day = DayField(required=False, label=_("Day"))
    last = DayField(required=False, label=_("To"))
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[
            ("", _("all")),
            *((key, said) for key, (said, _in) in STANDING.items()),
        ],
    )
    kind = forms.ChoiceField(required=False, label=_("Kind of place"))
    area = NumberField()
    form = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    own = forms.BooleanField(required=False, widget=forms.HiddenInput)
    places = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *said: Any, kinds: Mapping[str, str], **more: Any) -> None:
        super().__init__(*said, **more)
        self.fields["kind"].choices = [("", _("all")), *kinds.items()]  # type: ignore[attr-defined]  # declared above


@page("tasks")
def tasks(request: PageRequest) -> HttpResponse:
    """List duties in scope: of a day or some days, overdue, due soon, missed."""
    kinds = kind_names()
    form = Filter(request.GET, kinds=kinds)
    form.full_clean()
    given = form.cleaned_data
    first = given.get("day") or _today(request)
    days = {"day": first, "last": max(given.get("last") or first, first)}
    found = _found(request, given | days)
    page_ = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": form
        if form.errors
        else Filter(initial={**given, **days}, kinds=kinds),
        "area": given.get("area") and jurisdiction.path_name(given["area"]),
        "page": page_,
        "rows": shown.rows(list(page_.object_list), request.actor, request.at),
    }
    return render(request, "console/tasks/list.html", context)


def _today(request: PageRequest) -> dt.date:
    return day_of(request.at)


def _found(request: PageRequest, given: Mapping[str, Any]) -> Any:
    """Narrow the duties in scope to what is asked for."""
    area = given.get("area")
    if area is not None:
        jurisdiction.check_reaches_area(request.actor.scope, area, what="area")
    found = queries.tasks(
        request.actor.scope,
        area=area,
        kind=given.get("kind") or None,
        form=given.get("form") or None,
        **_which(given, request.at),
    )
    if given.get("own"):
        found = found.filter(area=area)
    return found.filter(subject__startswith="place:") if given.get("places") else found


def _which(given: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    """Say in which states and when due: at the moment, or on the days asked for."""
    if given.get("which") == "overdue":
        return {"states": OPEN, "until": at}
    if given.get("which") == "soon":
        return {"states": OPEN, "from_": at, "until": at + SOON}
    state = "missed" if given.get("which") == "missed" else given.get("state")
    _said, states = STANDING.get(state or "", ("", None))
    from_, until = start_of(given["day"]), start_of(given["last"] + ONE_DAY)
    return {"states": states, "from_": from_, "until": until}


@page("task")
def task(request: PageRequest, task_id: int) -> HttpResponse:
    """Show one duty: who owes it, why, until when, and what became of it."""
    found = queries.get_task(task_id, request.actor.scope)
    [row] = shown.rows([found], request.actor, request.at)
    entries = entries_of(f"task:{task_id}")
    names = jurisdiction.masked_names({one.person for one in entries})
    context = {
        "row": row,
        "basis": shown.basis_of(found),
        "history": [
            (one, shown.EVENTS.get(one.event, one.event), names.get(one.person, ""))
            for one in entries
        ],
        "may_waive": row.open and rules.can_waive(found, by=request.actor),
        "door": _form_at_the_door(found, request.actor) if row.open else "",
    }
    return render(request, "console/tasks/task.html", context)


def _form_at_the_door(owed: Any, actor: Actor) -> str:
    """Say where a duty at somebody's door is answered; empty where it is not."""
    target = sweeps.find_target(owed.pk)
    if target is not None:
        return reverse("sweep_visit", args=[target.sweep_id, owed.pk])
    if owed.form == enrolment.CALL:
        return reverse("screening_call", args=[owed.pk])
    if owed.form != enrolment.VISIT:
        return ""
    person = UUID(owed.subject.partition(":")[2])
    came = enrolment.arrivals(actor.scope, person=person, standing=WAITING).last()
    return "" if came is None else reverse("screening_visit", args=[came.pk])


@page("task_remind")
@require_POST
def remind(request: PageRequest, task_id: int) -> HttpResponse:
    """Urge the post that owes a duty, and go back to where one came from."""
    queries.get_task(task_id, request.actor.scope)
    actions.remind(task_id, by=request.actor, at=request.at)
    messages.success(request, gettext("The post has been urged; the journal says so."))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return redirect("task", task_id)


class WaiveForm(forms.Form):
    """Why a duty need not be done."""

    reason = forms.CharField(
        max_length=500, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3})
    )


@page("task_waive")
def waive(request: PageRequest, task_id: int) -> HttpResponse:
    """Say why a duty need not be done; it stays on record as waived."""
    found = queries.get_task(task_id, request.actor.scope)
    form = WaiveForm(request.POST or None)

    def let_off() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        actions.waive(task_id, reason=reason, by=request.actor, at=request.at)
        messages.success(request, gettext("The duty is waived."))
        return redirect("task", task_id)

    [row] = shown.rows([found], request.actor, request.at)
    context = {"row": row, "form": form}
    return take_form(request, "console/tasks/waive.html", context, form, do=let_off)


urlpatterns: list[URLPattern] = [
    path("tasks/", tasks, name="tasks"),
    path("tasks/<int:task_id>/", task, name="task"),
    path("tasks/<int:task_id>/remind/", remind, name="task_remind"),
    path("tasks/<int:task_id>/waive/", waive, name="task_waive"),
]
