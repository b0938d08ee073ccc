"""Duties: the list behind the tiles of today, one duty, urging and waiving."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import duties as shown
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.task import actions, queries, rules
from fangxian.mechanisms.task.states import OPEN, State


ROWS_A_PAGE = 50
SOON = dt.timedelta(hours=2)


class Filter(forms.Form):
    """Which duties are listed."""

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
    day = forms.DateField(
        required=False,
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    area = forms.IntegerField(required=False, widget=forms.HiddenInput)


@page("tasks")
def tasks(request: PageRequest) -> HttpResponse:
    """List duties in scope: of a day, overdue, due soon, missed."""
    form = Filter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = _found(request, given)
    page_ = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": Filter(initial={**given, "day": given.get("day") or _today(request)}),
        "page": page_,
        "rows": shown.rows(list(page_.object_list), request.actor, request.at),
    }
    return render(request, "console/tasks/list.html", context)


def _today(request: PageRequest) -> dt.date:
    return day_of(request.at)


def _found(request: PageRequest, given: dict[str, Any]) -> Any:
    scope, area = request.actor.scope, given.get("area")
    which = given.get("which")
    if which == "overdue":
        return queries.tasks(scope, states=OPEN, until=request.at, area=area)
    if which == "soon":
        until = request.at + SOON
        return queries.tasks(
            scope, states=OPEN, from_=request.at, until=until, area=area
        )
    from_, until = bounds_of(given.get("day") or _today(request))
    states = [State.LAPSED] if which == "missed" else None
    return queries.tasks(scope, states=states, from_=from_, until=until, area=area)


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
    }
    return render(request, "console/tasks/task.html", context)


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
    form, declined = WaiveForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.waive(task_id, reason=reason, by=request.actor, at=request.at)
        except Refusal as refusal:
            if refusal.kind.hidden:
                raise
            declined = refusal
        else:
            messages.success(request, gettext("The duty is waived."))
            return redirect("task", task_id)
    [row] = shown.rows([found], request.actor, request.at)
    context = {"row": row, "form": form, "refusal": declined}
    status = 409 if declined else 422 if form.errors else 200
    return render(request, "console/tasks/waive.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("tasks/", tasks, name="tasks"),
    path("tasks/<int:task_id>/", task, name="task"),
    path("tasks/<int:task_id>/remind/", remind, name="task_remind"),
    path("tasks/<int:task_id>/waive/", waive, name="task_waive"),
]
