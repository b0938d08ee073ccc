"""People who may be one: look, merge, keep apart, undo. And who looked at whom."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import people as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.people import ROWS_A_PAGE
from fangxian.interfaces.console.pages.person_acts import take_act
from fangxian.interfaces.console.pages.place_acts import ReasonForm
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.jurisdiction.queries import path_names
from fangxian.mechanisms.ledger.people import actions, queries, rules


class PairForm(forms.Form):
    """By what somebody knows that two entries are one person, or two."""

    evidence = forms.CharField(
        label=_("What shows that they are one person, or two"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The paper, a call, the family: what was seen and by whom. It is kept sealed."
        ),
    )


@page("people_alike")
def alike(request: PageRequest) -> HttpResponse:
    """List people in scope who may be one, the likeliest first, and why."""
    rules.check_can_read(by=request.actor)
    pairs = shown.likenesses(queries.alike(request.actor.scope, most=ROWS_A_PAGE))
    return render(request, "console/people/alike.html", {"pairs": pairs})


@page("person_merge")
def merge(request: PageRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Say that two entries are one person, or that they are two; nothing is deleted."""
    scope = request.actor.scope
    cards = [queries.get_person(one, scope) for one in (person_id, other_id)]
    form = PairForm(request.POST or None)

    def settle() -> HttpResponse:
        return _settle(request, person_id, other_id, form.cleaned_data["evidence"])

    pairs = shown.likenesses(queries.alike_to(person_id, scope))
    context = {
        "rows": shown.rows(cards),
        "form": form,
        "like": next((p for p in pairs if _holds(p, other_id)), None),
    }
    return take_form(request, "console/people/merge.html", context, form, do=settle)


def _holds(pair: shown.Likeness, person_id: UUID) -> bool:
    return person_id in {pair.one.card.id, pair.other.card.id}


def _settle(
    request: PageRequest, person_id: UUID, other_id: UUID, evidence: str
) -> HttpResponse:
    by, at = request.actor, request.at
    if request.POST.get("apart"):
        actions.keep_people_apart(
            person_id, other=other_id, reason=evidence, by=by, at=at
        )
        messages.success(request, gettext("They stay two people."))
        return redirect("person", person_id)
    actions.merge_people(person_id, into=other_id, evidence=evidence, by=by, at=at)
    messages.success(request, gettext("They are one person now."))
    return redirect("person", other_id)


@page("person_unmerge")
def unmerge(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Take a merge back: the entry stands for itself again."""
    card = queries.get_person(person_id, request.actor.scope)
    form = ReasonForm(request.POST or None)

    def part() -> HttpResponse:
        reason = form.cleaned_data["reason"]
        actions.unmerge_person(card.id, reason=reason, by=request.actor, at=request.at)
        messages.success(request, gettext("The merge is undone."))
        return redirect("person", card.id)

    title = gettext("Undo the merge")
    note = gettext("The entry stands for itself again.")
    return take_act(request, card, form, title=title, note=note, do=part)


# ------------------------------------------------------------------------ who looked
@page("people_openings")
def openings(request: PageRequest) -> HttpResponse:
    """List who read whose identity in scope, for those who oversee it.

    The person stands there by a short code, not by a name: overseers watch those who
    look, not those who are looked at.
    """
    rules.check_can_oversee(by=request.actor)
    found = queries.openings(request.actor.scope)
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    listed = shown.looked(shown_page)
    areas = queries.areas_of([one.person for one in listed])
    paths = path_names(set(areas.values()))
    rows: list[dict[str, Any]] = [
        {
            "one": one,
            "code": one.person.hex[-8:],
            "area": paths.get(areas.get(one.person, 0), ""),
        }
        for one in listed
    ]
    context = {"page": shown_page, "rows": rows}
    return render(request, "console/people/openings.html", context)


urlpatterns: list[URLPattern] = [
    path("people/alike/", alike, name="people_alike"),
    path("people/openings/", openings, name="people_openings"),
    path("people/<uuid:person_id>/merge/<uuid:other_id>/", merge, name="person_merge"),
    path("people/<uuid:person_id>/unmerge/", unmerge, name="person_unmerge"),
]
