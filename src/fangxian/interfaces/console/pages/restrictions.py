"""Restrictions: cohorts to be signed, one decision and why, its end, objections."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.capabilities.home_watch import actions as watching_acts
from fangxian.capabilities.home_watch import queries as watches
from fangxian.interfaces.console import restrictions as shown
from fangxian.interfaces.console import watching
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.queries import reaches_area
from fangxian.mechanisms.ledger.people.queries import entries_of
from fangxian.mechanisms.protocol.queries import loaded, packs_in_force
from fangxian.mechanisms.restriction import actions, notices, queries, rules
from fangxian.mechanisms.restriction.states import Channel, Standing


ROWS_A_PAGE = 50
ANSWERS_SHOWN = 20


class ReasonForm(forms.Form):
    """Why, in a sentence; it is sealed and shown to those who decide."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


# ------------------------------------------------------------------------- cohorts
@page("cohorts")
def cohorts(request: PageRequest) -> HttpResponse:
    """List the proposals that wait for a doctor, and how the latest were answered."""
    rules.check_can_read_evidence(by=request.actor)
    scope = request.actor.scope
    waiting = list(queries.waiting(scope))
    answered = list(queries.answers(scope)[:ANSWERS_SHOWN])
    both = [*waiting, *(one.cohort for one in answered)]
    context = {
        "waiting": waiting,
        "answered": answered,
        "titles": {one.pk: _rule_title(one) for one in both},
        "paths": jurisdiction.path_names({one.area_id for one in both}),
        "names": jurisdiction.masked_names({one.by for one in answered}),
        "appeals": queries.appeals(scope, open_only=True).count(),
    }
    return render(request, "console/restrictions/cohorts.html", context)


def _rule_title(of: Any) -> str:
    return word(loaded(of.edition_id).restrictions[of.rule].title)


@page("cohorts_propose")
@require_POST
def propose(request: PageRequest) -> HttpResponse:
    """Have the evidence about everybody of the unit's area evaluated."""
    area = request.actor.unit or 0
    made = 0
    for held in packs_in_force(area, request.at):
        if held.pack.restrictions:
            proposed = actions.propose(
                pack=held.pack.id, area=area, by=request.actor, at=request.at
            )
            made += len(proposed)
    said = ngettext(
        "{count} new proposal waits for a signature.",
        "{count} new proposals wait for a signature.",
        made,
    )
    nothing = gettext("Nothing new follows from the evidence.")
    messages.success(request, said.format(count=made) if made else nothing)
    return redirect("cohorts")


@page("cohort")
def cohort(request: PageRequest, cohort_id: int) -> HttpResponse:
    """Show a proposal whole: the rule, everybody it concerns, on what; sign or refuse."""
    actor = request.actor
    rules.check_can_read_evidence(by=actor)
    found = queries.get_cohort(cohort_id, actor.scope)
    refuses = request.POST.get("act") == "refuse"
    form = ReasonForm(request.POST if refuses else None)

    def answer() -> HttpResponse:
        _answer(request, cohort_id, form, refuses=refuses)
        return redirect("cohort", cohort_id)

    def about(_refusal: Refusal | None) -> dict[str, Any]:
        return _cohort_context(found, actor) | {"form": form}

    asked = [form] if refuses else []  # a signature says nothing but itself
    return take_form(
        request, "console/restrictions/cohort.html", about, *asked, do=answer
    )


def _answer(
    request: PageRequest, cohort_id: int, form: ReasonForm, *, refuses: bool
) -> None:
    if refuses:
        reason = form.cleaned_data["reason"]
        actions.refuse(cohort_id, reason=reason, by=request.actor, at=request.at)
        messages.success(
            request, gettext("The proposal is refused; nobody is restricted.")
        )
        return
    signed = actions.sign(cohort_id, by=request.actor, at=request.at)
    said = ngettext(
        "Signed: {count} person is under the measure.",
        "Signed: {count} people are under the measure.",
        len(signed),
    )
    messages.success(request, said.format(count=len(signed)))


def _cohort_context(found: Any, actor: Actor) -> dict[str, Any]:
    pack = loaded(found.edition_id)
    rule = pack.restrictions[found.rule]
    proposals = list(queries.proposals_of(found))
    people = watching.people_of({one.subject for one in proposals}, actor)
    paths = jurisdiction.path_names(
        {found.area_id, *(one.area_id for one in proposals)}
    )
    answer = getattr(found, "answer", None)
    return {
        "cohort": found,
        "title": word(rule.title),
        "rule": rule,
        "explanation": word(rule.explanation),
        "overlay": word(rule.overlay),
        "measure": word(pack.measures[rule.measure].name),
        "pack": f"{pack.id}@{pack.version}",
        "path": paths[found.area_id],
        "answer": answer,
        "answered_by": jurisdiction.masked_name(answer.by) if answer else "",
        "rows": [
            (
                one,
                people[one.subject],
                watching.short_path(paths[one.area_id]),
                shown.pieces([g.evidence for g in one.grounds.all()], pack, actor),
                watching.ends_at(one.until),
            )
            for one in proposals
        ],
        "may_sign": answer is None and rules.can_sign(by=actor),
    }


# ----------------------------------------------------------------------- decisions
@page("decision")
def decision(request: PageRequest, decision_id: int) -> HttpResponse:
    """Show one restriction: why until then, the notice, its end, objections to it."""
    actor, at = request.actor, request.at
    rules.check_can_read(by=actor)
    found = decision_in_reach(decision_id, actor)
    standing = queries.standing_of(found, at)
    filed = queries.appeals(EVERYWHERE).filter(decision=found)
    appeals = list(filed.select_related("ruling"))
    context = {
        **decision_head(found, actor),
        "why": shown.why(found, actor),
        "notice": notices.notice(found, shown.language()),
        "standing": standing,
        "state": watching.STANDINGS[standing],
        "end": queries.end_of(found),
        "ending": shown.ENDINGS[queries.end_of(found).reason],
        "signer": jurisdiction.masked_name(found.signed_by),
        "objections": shown.objections(appeals, at),
        "may_appeal": standing is not Standing.OVER
        and not any(not hasattr(one, "ruling") for one in appeals),
        "may_release": standing is not Standing.OVER and rules.can_sign(by=actor),
    }
    return render(request, "console/restrictions/decision.html", context)


def decision_in_reach(decision_id: int, actor: Actor) -> Any:
    """Give a decision in reach, or one whose person is looked after in reach."""
    watch = _watch(decision_id, actor)
    if watch is not None:
        return watch.decision
    return queries.get_decision(decision_id, actor.scope)


def _watch(decision_id: int, actor: Actor) -> Any:
    watch = watches.find_watch(decision_id)
    is_here = watch is not None and reaches_area(actor.scope, watch.area_id)
    return watch if is_here else None


def decision_head(found: Any, actor: Actor) -> dict[str, Any]:
    """What stands on top of every page about one decision."""
    return {
        "decision": found,
        "watch": _watch(found.pk, actor),
        "person": watching.people_of([found.subject], actor)[found.subject],
        "path": jurisdiction.path_name(found.area_id),
        "measure": watching.measure_name(found),
        "until": watching.ends_at(found.until),
    }


class AppealForm(forms.Form):
    """What the person says against the measure, and how they said it."""

    said = forms.CharField(
        label=_("What is said against it"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )
    channel = forms.ChoiceField(
        label=_("How it was said"),
        choices=list(shown.CHANNELS.items()),
        initial=Channel.WORKER.value,
        widget=forms.RadioSelect,
    )


@page("decision_appeal")
def file_appeal(request: PageRequest, decision_id: int) -> HttpResponse:
    """Take an objection to a restriction, for the person or on their word."""
    rules.check_can_read(by=request.actor)
    found = decision_in_reach(decision_id, request.actor)
    is_here = _watch(decision_id, request.actor) is not None
    take = watching_acts.take_objection if is_here else actions.file_appeal
    form = AppealForm(request.POST or None)

    def file() -> HttpResponse:
        filed = take(
            decision_id,
            said=form.cleaned_data["said"],
            channel=Channel(form.cleaned_data["channel"]),
            by=request.actor,
            at=request.at,
        )
        due = watching.ends_at(filed.due_at)
        said = gettext("Taken. Unanswered by {due}, the measure lapses.")
        messages.success(request, said.format(due=due))
        return redirect("decision", decision_id)

    hours = rules.APPEAL_HOURS
    context = {**decision_head(found, request.actor), "form": form, "hours": hours}
    return take_form(
        request, "console/restrictions/appeal_new.html", context, form, do=file
    )


class ReleaseForm(ReasonForm):
    """Why a measure ends, and which other one says the same, if one does."""

    instead = forms.TypedChoiceField(
        label=_("Another measure says the same"),
        help_text=_("One person, registered twice: the other one goes on."),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(self, others: list[tuple[int, str]], *said: Any) -> None:
        super().__init__(*said)
        if others:
            self.fields["instead"].choices = [("", "—"), *others]  # type: ignore[attr-defined]  # declared above
        else:
            del self.fields["instead"]


@page("decision_release")
def release(request: PageRequest, decision_id: int) -> HttpResponse:
    """End a restriction early, by a doctor's signature that says why."""
    actor = request.actor
    found = queries.get_decision(decision_id, actor.scope)
    rules.check_can_sign(by=actor)
    entries = entries_of(found.subject)
    alike = queries.standing_in_for(found, entries, actor.scope, request.at)
    others = [
        (one.pk, f"№ {one.pk} · {watching.ends_at(one.until)}")
        for one in alike.order_by("pk")
    ]
    form = ReleaseForm(others, request.POST or None)

    def end() -> HttpResponse:
        actions.release(
            decision_id,
            note=form.cleaned_data["reason"],
            instead=form.cleaned_data.get("instead"),
            entries=entries,
            by=actor,
            at=request.at,
        )
        messages.success(request, gettext("The measure is over."))
        return redirect("decision", decision_id)

    context = {**decision_head(found, actor), "form": form}
    return take_form(
        request, "console/restrictions/release.html", context, form, do=end
    )


urlpatterns: list[URLPattern] = [
    path("cohorts/", cohorts, name="cohorts"),
    path("cohorts/propose/", propose, name="cohorts_propose"),
    path("cohorts/<int:cohort_id>/", cohort, name="cohort"),
    path("decisions/<int:decision_id>/", decision, name="decision"),
    path("decisions/<int:decision_id>/appeal/", file_appeal, name="decision_appeal"),
    path("decisions/<int:decision_id>/release/", release, name="decision_release"),
]
