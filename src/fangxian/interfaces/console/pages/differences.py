"""Rows of a list that say otherwise than the ledger: accept one, or keep the ledger."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import places as shown
from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger import actions, queries
from fangxian.mechanisms.ledger.states import DifferenceState
from fangxian.privacy.masking import masked_name, masked_telephone


ACCEPT, KEEP = "accept", "keep"
MASKS = {"responsible": masked_name, "telephone": masked_telephone}


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """One row that says otherwise: each field with the ledger's word and the list's."""

    difference: Any
    fields: list[tuple[str, str, str]]
    is_open: bool
    accepted: bool


def shown_differences(batch: Any, scope: Scope, most: int) -> list[DifferenceShown]:
    """Put the differences of a list, and of earlier ones of its area, into words."""
    kinds = kind_names()
    found = queries.differences(batch, scope)[:most]
    return [_shown(one, kinds) for one in found]


def _shown(one: Any, kinds: dict[str, str]) -> DifferenceShown:
    state = DifferenceState(one.state)
    return DifferenceShown(
        difference=one,
        fields=[
            (
                str(shown.FIELD_NAMES[name]),
                _told(name, _held(one.place, name), kinds),
                _told(name, said, kinds),
            )
            for name, said in one.said.items()
        ],
        is_open=state is DifferenceState.OPEN,
        accepted=state is DifferenceState.ACCEPTED,
    )


def _held(place: Any, name: str) -> str:
    return str(getattr(place, "kind_id" if name == "kind" else name) or "")


def _told(name: str, value: str, kinds: dict[str, str]) -> str:
    if name == "kind":
        return kinds.get(value, value)
    return MASKS[name](value) if name in MASKS else value


@page("import_difference")
@require_POST
def settle(request: PageRequest, import_id: int, difference_id: int) -> HttpResponse:
    """Accept what the list says, or keep the ledger."""
    actor = request.actor
    batch = queries.get_import(import_id, actor.scope, by=actor.person)
    accept = request.POST.get("what") == ACCEPT
    actions.settle_difference(difference_id, accept=accept, by=actor, at=request.at)
    said = (
        gettext("The ledger says so now.") if accept else gettext("The ledger stands.")
    )
    messages.success(request, said)
    return redirect("import_one", batch.pk)


urlpatterns: list[URLPattern] = [
    path(
        "places/imports/<int:import_id>/differences/<int:difference_id>/",
        settle,
        name="import_difference",
    ),
]
