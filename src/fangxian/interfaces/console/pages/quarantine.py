"""Acts from devices that could not be done: try again, or set aside with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.words import say
from fangxian.interfaces.intake import quarantine as intake
from fangxian.interfaces.intake.inbox import (
    DONE_LATER,
    QUARANTINED,
    SET_ASIDE,
    open_inbox,
)
from fangxian.interfaces.intake.quarantine import HeldAct, HeldActs
from fangxian.interfaces.intake.reasons import OWN
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction.devices.queries import device_names


LIST = "console/journal/quarantine.html"
ROWS_A_PAGE = 50
STATES = {
    QUARANTINED: _("In quarantine"),
    DONE_LATER: _("Done later"),
    SET_ASIDE: _("Set aside"),
}
KINDS = {
    "visit": pgettext_lazy("act", "visit"),
    "observation": pgettext_lazy("act", "record"),
    "daily_report": pgettext_lazy("act", "daily report"),
    "self_check": pgettext_lazy("act", "self-check"),
    "watch": pgettext_lazy("act", "visit to somebody at home"),
    "arrival": pgettext_lazy("act", "visit to somebody who came"),
    "hearsay": pgettext_lazy("act", "answer to hearsay"),
    "sweep": pgettext_lazy("act", "visit of a sweep"),
    "came": pgettext_lazy("act", "somebody who came, found at a door"),
    "person": pgettext_lazy("act", "new person"),
    "place": pgettext_lazy("act", "new place"),
    "look_back": pgettext_lazy("act", "look-back"),
    "rectification": pgettext_lazy("act", "rectification"),
    "team": pgettext_lazy("act", "the five"),
}


@page("quarantine")
def quarantine(request: PageRequest) -> HttpResponse:
    """List the acts of devices in scope that could not be done at first."""
    return render(request, LIST, _about(request, {}))


def _about(request: PageRequest, typed: Mapping[int, str]) -> dict[str, Any]:
    """What the list shows; ``typed`` are refused reasons by act, which stay."""
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else QUARANTINED
    with open_inbox() as inbox:
        acts = HeldActs(inbox, state, by=request.actor, at=request.at)
        shown = Paginator(acts, ROWS_A_PAGE).get_page(request.GET.get("page"))
        rows = _rows(list(shown.object_list), typed)
    return {
        "page": shown,
        "rows": rows,
        "state": state,
        "states": STATES,
        "may_settle": state == QUARANTINED and intake.can_settle(by=request.actor),
    }


def _rows(acts: Sequence[HeldAct], typed: Mapping[int, str]) -> list[dict[str, Any]]:
    """Spell the rows; a phone is called by its name, another device by its own."""
    ids = {id_ for act in acts for id_ in _ids_of(act.device)}
    names = {str(id_): name for id_, name in device_names(ids).items()}
    return [
        {**_row(act, typed), "device": names.get(act.device, act.device)}
        for act in acts
    ]


def _ids_of(device: str) -> list[UUID]:
    """Read the id by which the inbox calls a phone; other devices have names."""
    try:
        return [UUID(device)]
    except ValueError:
        return []


def _row(act: HeldAct, typed: Mapping[int, str]) -> dict[str, Any]:
    refusal = act.reason.refusal
    return {
        "act": act,
        "kind": KINDS.get(act.kind, act.kind),
        "known": act.kind in KINDS,
        "why": refusal and _why(refusal),
        "remedy": say(refusal).remedy if refusal else "",
        "typed": typed.get(act.number, ""),
    }


def _why(refusal: Refusal) -> str:
    """Say why; what only a programmer understands of it is marked as code."""
    if refusal.kind not in OWN or not refusal.facts:
        return say(refusal).sentence
    codes = {
        name: format_html('<code translate="no">{}</code>', fact)
        for name, fact in refusal.facts.items()
    }
    return format_html(gettext(refusal.kind.sentence), **codes)


@page("quarantine_again")
@require_POST
def again(request: PageRequest, number: int) -> HttpResponse:
    """Try an act once more; what still stands against it is said."""
    with open_inbox() as inbox:
        refusal = intake.process_again(inbox, number, by=request.actor, at=request.at)
    if refusal is None:
        messages.success(request, gettext("The act is done now."))
    else:
        said = gettext("It still cannot be done: {reason}")
        messages.warning(request, said.format(reason=say(refusal).sentence))
    return redirect("quarantine")


@page("quarantine_aside")
@require_POST
def aside(request: PageRequest, number: int) -> HttpResponse:
    """Leave an act undone for good, with the reason."""
    reason = request.POST.get("reason", "")

    def leave() -> HttpResponse:
        with open_inbox() as inbox:
            intake.set_aside(
                inbox, number, reason=reason, by=request.actor, at=request.at
            )
        messages.success(request, gettext("The act is set aside; it stays listed."))
        return redirect("quarantine")

    def again(_refusal: Refusal | None) -> dict[str, Any]:
        return _about(request, {number: reason})

    return take_form(request, LIST, again, do=leave)


urlpatterns: list[URLPattern] = [
    path("journal/quarantine/", quarantine, name="quarantine"),
    path("journal/quarantine/<int:number>/again/", again, name="quarantine_again"),
    path("journal/quarantine/<int:number>/aside/", aside, name="quarantine_aside"),
]
