"""Laboratory results: samples that wait, one result taken down, one taken back.

Whom a paper names is a number or a name, so it is posted: addresses stand in histories.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.capabilities.home_watch import actions, queries, rules
from fangxian.capabilities.home_watch.states import Outcome
from fangxian.interfaces.console import results as shown
from fangxian.interfaces.console.days import DayField, MinuteField
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.pages.home_watch import head
from fangxian.interfaces.console.pages.people import PRIVATE
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI, day_of
from fangxian.mechanisms.ledger.people.queries import entries_of, find_people


ROWS_A_PAGE = 50
FOUND_MAX = 20
SHOWS = ("waiting", "today", "taken")


def _awaited(actor: Actor, at: dt.datetime) -> int:
    del at  # a sample waits until its result comes
    return queries.awaited(actor.scope).count()


COUNTERS["results"] = _awaited


class FindForm(forms.Form):
    """Whom a laboratory's paper names."""

    q = forms.CharField(
        label=_("Number, or name and telephone's last four"),
        max_length=60,
        widget=forms.TextInput(attrs=PRIVATE),
    )


# ---------------------------------------------------------------------- the list
@page("results")
def results(request: PageRequest) -> HttpResponse:
    """Show the samples that wait for a result, who is to be sampled, and what came."""
    rules.check_can_take(by=request.actor)
    show = request.GET.get("show", "")
    return _listed(request, show if show in SHOWS else SHOWS[0])


@page("results_find")
@require_POST
def find(request: PageRequest) -> HttpResponse:
    """Find whom a paper names among those at home whom this post may read."""
    actor = request.actor
    rules.check_can_take(by=actor)
    form = FindForm(request.POST)
    if not form.is_valid():
        return redirect("results")
    cards = find_people(actor.scope, text=form.cleaned_data["q"], most=FOUND_MAX).cards
    watches = [
        watch
        for card in cards
        for watch in queries.watches_of(entries_of(card.id), actor.scope)[:1]
    ]
    rows = shown.waiting(
        [_Nothing(watch, day_of(request.at)) for watch in watches], actor, request.at
    )
    return _listed(request, "", found=rows, form=form)


class _Nothing:
    """Somebody who was looked for, as a row of the same table."""

    def __init__(self, watch: Any, on: dt.date) -> None:
        self.watch, self.on = watch, on


def _listed(
    request: PageRequest,
    show: str,
    *,
    found: list[shown.Waiting] | None = None,
    form: FindForm | None = None,
) -> HttpResponse:
    actor, at = request.actor, request.at
    listed: dict[str, Any] = {
        "waiting": queries.awaited(actor.scope),
        "today": queries.sampled_today(actor.scope, at),
        "taken": queries.results(actor.scope),
    }
    shown_page = None
    rows: list[Any] = [] if found is None else found
    if show:
        shown_page = Paginator(listed[show], ROWS_A_PAGE).get_page(
            request.GET.get("page")
        )
        rows = _rows(show, list(shown_page), actor, at)
    context = {
        "show": show,
        "page": shown_page,
        "rows": rows,
        "form": form or FindForm(),
        "was_found": found is not None,
        **shown.counts_of(actor, at),
    }
    return render(request, "console/results/list.html", context)


def _rows(show: str, listed: list[Any], actor: Actor, at: dt.datetime) -> list[Any]:
    if show == "taken":
        return list(shown.taken(listed, actor, at))
    if show == "today":
        return list(shown.to_sample(listed, actor, at))
    return list(shown.waiting(listed, actor, at))


# ------------------------------------------------------------------------ one result
class ResultForm(forms.Form):
    """What the laboratory's report says. ``id`` was made with the form."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    sampled_on = DayField(
        label=_("Day of the sample"),
    )
    outcome = forms.ChoiceField(
        label=pgettext_lazy("evidence", "Result"),
        choices=[(one.value, words[2]) for one, words in shown.OUTCOMES.items()],
        widget=forms.RadioSelect,
    )
    laboratory = forms.CharField(label=_("Laboratory"), max_length=60)
    received_at = MinuteField(label=_("Received at"))
    taken_here = forms.BooleanField(
        label=_("Our house took the sample itself"),
        required=False,
        help_text=_("Only where no visit to the door took it."),
    )


@page("result_new")
def take(request: PageRequest, watch_id: int) -> HttpResponse:
    """Take down what a laboratory found in a sample of somebody at home."""
    actor = request.actor
    rules.check_can_take(by=actor)
    watch = queries.get_watch(watch_id, actor.scope)
    form = ResultForm(request.POST or None, initial=_fresh(watch, request))

    def record() -> HttpResponse:
        said = form.cleaned_data
        actions.take_result(
            watch_id,
            **{**said, "outcome": Outcome(said["outcome"])},
            by=actor,
            at=request.at,
        )
        messages.success(request, _followed(Outcome(said["outcome"])))
        return redirect("results")

    context = {
        **head(watch, actor, request.at),
        "form": form,
        "samples": samples_of(watch),
    }
    return take_form(request, "console/results/new.html", context, form, do=record)


def _fresh(watch: Any, request: PageRequest) -> dict[str, Any]:
    """Begin with the oldest sample that waits, this minute, and the last laboratory."""
    waiting = queries.awaited(request.actor.scope).filter(watch=watch).first()
    mine = queries.results(request.actor.scope).filter(post=request.actor.post)
    last = mine.first()
    minute = request.at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    return {
        "id": fresh_id(request.at),
        "sampled_on": day_of(request.at) if waiting is None else waiting.on,
        "laboratory": "" if last is None else last.laboratory,
        "received_at": minute,
    }


def samples_of(watch: Any) -> list[tuple[dt.date, tuple[str, str, Any] | None]]:
    """Show the samples of one person, each with what stands of it."""
    samples = list(queries.samples_of(watch))
    standing = {one.pk: queries.standing_result(one) for one in samples}
    known = [one.evidence_id for one in standing.values() if one is not None]
    found = queries.outcomes_of(known)
    return [
        (one.on, None if result is None else shown.OUTCOMES[found[result.evidence_id]])
        for one in samples
        for result in (standing[one.pk],)
    ]


def _followed(outcome: Outcome) -> str:
    """Say what follows of a result: nothing, a doctor's word, or another sample."""
    if outcome is Outcome.POSITIVE:
        return gettext(
            "Saved. It restricts nobody by itself: a doctor of the CDC has been told."
        )
    if outcome is Outcome.INCONCLUSIVE:
        return gettext("Saved. Another sample is owed; the grid has been told.")
    return gettext("Saved. It stands in the person's timeline.")


class WithdrawForm(forms.Form):
    """Why a result is wrong."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


@page("result_withdraw")
def withdraw(request: PageRequest, result_id: UUID) -> HttpResponse:
    """Take a wrong result back; what rested on it ends at once."""
    actor = request.actor
    rules.check_can_take(by=actor)
    result = queries.get_result(result_id, actor.scope)
    form = WithdrawForm(request.POST or None)

    def take_back() -> HttpResponse:
        ended = actions.withdraw_result(
            result_id, reason=form.cleaned_data["reason"], by=actor, at=request.at
        )
        messages.success(request, _taken_back(len(ended)))
        return redirect("results")

    [row] = shown.taken([result], actor, request.at)
    context = {"row": row, "form": form}
    return take_form(
        request, "console/results/withdraw.html", context, form, do=take_back
    )


def _taken_back(ended: int) -> str:
    if not ended:
        return gettext("Taken back. The sample waits for its result again.")
    said = ngettext(
        "Taken back. {count} measure that rested on it has ended.",
        "Taken back. {count} measures that rested on it have ended.",
        ended,
    )
    return said.format(count=ended)


urlpatterns: list[URLPattern] = [
    path("results/", results, name="results"),
    path("results/find/", find, name="results_find"),
    path("results/of/<int:watch_id>/", take, name="result_new"),
    path("results/<uuid:result_id>/withdraw/", withdraw, name="result_withdraw"),
]
