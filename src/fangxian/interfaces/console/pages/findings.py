"""Findings: the board, the list, one finding, and the acts upon it."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection import queries as inspection
from fangxian.interfaces.console import findings as shown
from fangxian.interfaces.console.about_people import found_by_words
from fangxian.interfaces.console.acts import (
    Act,
    LookBackForm,
    ReasonForm,
    RectifyForm,
)
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.interfaces.console.matrix import can_write
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.search import FINDERS, Finder, Hit
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.moments import bounds_of, day_of
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import actions as finding_actions
from fangxian.mechanisms.finding import queries
from fangxian.mechanisms.finding.states import LIVE, Column, State
from fangxian.mechanisms.journal.queries import counts_by_measure
from fangxian.mechanisms.jurisdiction.queries import areas_of


CARDS_A_COLUMN = 4
ROWS_A_PAGE = 50
NOT_CLOSED = "live"
WEEK = dt.timedelta(days=7)
TURNS = ("finding_rectify", "finding_look_back")
FLOW = (
    "finding.raised",
    "finding.rectified",
    "finding.confirmed",
    "finding.reopened",
)


# --------------------------------------------------------------------- the board
@page("inspection")
def board(request: PageRequest) -> HttpResponse:
    """Show the four columns, the week's flow, and one finding in the drawer."""
    scope, kind = request.actor.scope, request.GET.get("kind") or None
    columns = queries.board(scope, request.at, kind=kind, most=CARDS_A_COLUMN)
    rows = [finding for column in columns for finding in column.findings]
    made = {card.finding.pk: card for card in shown.cards(rows, request.actor)}
    chosen = _chosen(request, rows)
    context = {
        "columns": [_column(column, made) for column in columns],
        "live": sum(column.count for column in columns),
        "overdue": queries.overdue(scope, request.at).count(),
        "flow": _flow(scope, request.at, kind),
        "kind": kind or "",
        "kinds": shown.kind_names(),
        "chosen": chosen and shown.details(chosen, request.actor, request.at),
    }
    return render(request, "console/findings/board.html", context)


def _chosen(request: PageRequest, rows: list[Any]) -> Any:
    """Give the finding of the drawer: the one asked for, else the first to look at."""
    asked = request.GET.get("finding", "")
    if asked.isascii() and asked.isdigit():
        return queries.get_finding(int(asked), request.actor.scope)
    to_look_back = [row for row in rows if row.state == State.RECTIFIED]
    return next(iter(to_look_back or rows), None)


def _column(
    column: queries.BoardColumn, made: Mapping[int, shown.Card]
) -> dict[str, Any]:
    look, label = shown.COLUMNS[column.column]
    return {
        "name": column.column.value,
        "look": look,
        "label": label,
        "count": column.count,
        "more": column.count - len(column.findings),
        "cards": [made[finding.pk] for finding in column.findings],
    }


def _flow(scope: Scope, at: dt.datetime, kind: str | None) -> dict[str, int]:
    """Count the acts of the last seven days, from the tallies."""
    until = day_of(at) + dt.timedelta(days=1)
    kinds = scope.kinds
    if kind is not None:
        kinds = frozenset({kind}) if scope.reaches_kind(kind) else frozenset()
    counted = counts_by_measure(
        FLOW, areas=areas_of(scope), from_=until - WEEK, until=until, kinds=kinds
    )
    return {name.removeprefix("finding."): n for name, n in counted.items()}


def _overdue(actor: Actor, at: dt.datetime) -> int:
    """Count what is overdue for whoever puts it right or looks back; others read."""
    if not any(can_write(act, actor.role) for act in TURNS):
        return 0
    return queries.overdue(actor.scope, at).count()


COUNTERS["inspection"] = _overdue


# ---------------------------------------------------------------------- the list
class Filter(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(required=False, label=_("Words or number"), max_length=60)
    column = forms.ChoiceField(
        required=False,
        label=_("Column"),
        choices=[("", _("all")), *((c.value, w[1]) for c, w in shown.COLUMNS.items())],
    )
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[
            *(("", _("all")), (NOT_CLOSED, _("not closed"))),
            *((s.value, w[2]) for s, w in shown.STATES.items()),
        ],
    )
    severity = forms.ChoiceField(
        required=False,
        label=_("Severity"),
        choices=[("", _("all")), *((s.value, w) for s, w in shown.SEVERITIES.items())],
    )
    raised = DayField(required=False, label=_("Found"))
    confirmed = DayField(required=False, label=_("Problems confirmed"))
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    about = forms.RegexField("[a-z]+", required=False, widget=forms.HiddenInput)
    area = NumberField()

    def narrowed(self) -> dict[str, Any]:
        """What the asked state, kind of subject and days admit."""
        wanted: dict[str, Any] = dict(self.on_days())
        if state := self.cleaned_data["state"]:
            wanted["state__in"] = LIVE if state == NOT_CLOSED else [state]
        if about := self.cleaned_data["about"]:
            wanted["subject__startswith"] = f"{about}:"
        return wanted

    def on_days(self) -> dict[str, dt.datetime]:
        """Within which moments problems were found, and confirmed, if days are asked."""
        within: dict[str, dt.datetime] = {}
        for name in ("raised", "confirmed"):
            if day := self.cleaned_data.get(name):
                from_, until = bounds_of(day)
                within |= {f"{name}_at__gte": from_, f"{name}_at__lt": until}
        return within


@page("findings")
def findings(request: PageRequest) -> HttpResponse:
    """List the findings in scope that fit."""
    asked = Filter(request.GET)
    wanted = asked.cleaned_data if asked.is_valid() else {}
    rows = queries.findings(
        request.actor.scope,
        text=wanted.get("q", ""),
        severity=wanted.get("severity") or None,
        kind=wanted.get("kind") or None,
        area=wanted.get("area"),
    ).filter(found_by_words(request.actor, wanted.get("q", "")))
    if wanted:
        rows = rows.filter(**asked.narrowed())
    if wanted.get("column"):
        column = queries.standing_in(Column(wanted["column"]), request.at)
        rows = rows.filter(column).order_by("deadline_at", "id")
    shown_page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": asked,
        "page": shown_page,
        "cards": shown.cards(list(shown_page), request.actor),
    }
    return render(request, "console/findings/list.html", context)


def _find(actor: Actor, text: str, at: dt.datetime, most: int) -> list[Hit]:
    del at
    told = found_by_words(actor, text)
    found = list(queries.findings(actor.scope, text=text).filter(told)[:most])
    return [
        Hit(
            word=f"№ {card.finding.pk} {card.text}",
            where=f"{card.area} · {card.place} · {card.state}",
            href=reverse("finding", args=[card.finding.pk]),
        )
        for card in shown.cards(found, actor)
    ]


FINDERS.append(Finder(_("Findings"), "flag", _find))


@page("finding")
def finding(request: PageRequest, finding_id: int) -> HttpResponse:
    """Show one finding in full."""
    found = queries.get_finding(finding_id, request.actor.scope)
    context = {"it": shown.details(found, request.actor, request.at)}
    return render(request, "console/findings/finding.html", context)


# ---------------------------------------------------------------------- the acts
Do = Callable[[dict[str, Any]], object]


def _act(
    request: PageRequest, finding_id: int, form_class: type[Act], title: str, do: Do
) -> HttpResponse:
    """Show the form of an act, or carry it out; what was typed stays.

    Where somebody was faster, the refusal stands beside what they did meanwhile.
    """
    form = form_class(
        request.POST or None,
        request.FILES or None,
        found=queries.get_finding(finding_id, request.actor.scope),
        initial=_fresh(request),
    )

    def carry_out() -> HttpResponse:
        do(form.cleaned_data)
        messages.success(request, gettext("Saved."))
        return redirect("finding", finding_id)

    def about(refusal: Refusal | None) -> dict[str, Any]:
        now = queries.get_finding(finding_id, request.actor.scope)
        it = shown.details(now, request.actor, request.at)
        return {
            "it": it,
            "form": form,
            "title": title,
            "blocked": it.refusal if form_class is LookBackForm else None,
            "changed": _changed(it, form) if refusal else [],
        }

    return take_form(request, "console/findings/act.html", about, form, do=carry_out)


def _fresh(request: PageRequest) -> dict[str, object]:
    opened = request.at.strftime("%Y-%m-%dT%H:%M:%S.%f%z")
    return {"id": fresh_id(request.at), "opened": opened}


def fresh_id(at: dt.datetime) -> UUID:
    """Make the id of a record that is about to be written."""
    return new_id(at, secrets.token_bytes(RANDOM_BYTES))


def _changed(it: shown.Details, form: Act) -> list[shown.Step]:
    """Give what others did since the form was opened."""
    opened = form.cleaned_data.get("opened")
    if opened is None:
        return []
    return [step for step in it.history if step.moment and step.moment > opened]


@page("finding_rectify")
def rectify(request: PageRequest, finding_id: int) -> HttpResponse:
    """Report that a finding has been put right."""

    def do(said: dict[str, Any]) -> None:
        actions.put_right(
            finding_id,
            how=said["how"],
            id=said["id"],
            by_person_in_charge=said["by_person_in_charge"],
            evidence=said["evidence"],
            by=request.actor,
            at=request.at,
        )

    return _act(request, finding_id, RectifyForm, gettext("Report as put right"), do)


@page("finding_look_back")
def look_back(request: PageRequest, finding_id: int) -> HttpResponse:
    """Look back on a finding: close it, or send it back."""

    def do(said: dict[str, Any]) -> None:
        actions.look_back(
            finding_id,
            passed=said["passed"],
            note=said["note"],
            answers={},
            id=said["id"],
            evidence=said["evidence"],
            by=request.actor,
            at=request.at,
        )

    return _act(request, finding_id, LookBackForm, gettext("Look back"), do)


@page("finding_withdraw")
def withdraw(request: PageRequest, finding_id: int) -> HttpResponse:
    """Withdraw a finding that should not have been raised."""

    def do(said: dict[str, Any]) -> None:
        finding_actions.withdraw(
            finding_id, reason=said["reason"], by=request.actor, at=request.at
        )

    return _act(request, finding_id, ReasonForm, gettext("Withdraw"), do)


@page("finding_suspend")
def suspend(request: PageRequest, finding_id: int) -> HttpResponse:
    """Close the place of a grave finding to the public."""

    def do(said: dict[str, Any]) -> None:
        actions.suspend_place(
            finding_id, reason=said["reason"], by=request.actor, at=request.at
        )

    return _act(request, finding_id, ReasonForm, gettext("Close the place"), do)


@page("finding_link")
@require_POST
def link(request: PageRequest, finding_id: int) -> HttpResponse:
    """Issue the link by which the person in charge puts it right; shown once."""
    token = actions.issue_link(finding_id, by=request.actor, at=request.at)
    found = queries.get_finding(finding_id, request.actor.scope)
    address = request.build_absolute_uri(reverse("rectify", args=[token]))
    context = {
        "it": shown.details(found, request.actor, request.at),
        "address": address,
        "holder": inspection.person_in_charge(found, request.actor.scope),
        "qr": segno.make(address, error="m").svg_data_uri(border=2),
    }
    return render(request, "console/findings/link.html", context)


urlpatterns: list[URLPattern] = [
    path("inspection/", board, name="inspection"),
    path("findings/", findings, name="findings"),
    path("findings/<int:finding_id>/", finding, name="finding"),
    path("findings/<int:finding_id>/rectify/", rectify, name="finding_rectify"),
    path("findings/<int:finding_id>/look-back/", look_back, name="finding_look_back"),
    path("findings/<int:finding_id>/withdraw/", withdraw, name="finding_withdraw"),
    path("findings/<int:finding_id>/suspend/", suspend, name="finding_suspend"),
    path("findings/<int:finding_id>/link/", link, name="finding_link"),
]
