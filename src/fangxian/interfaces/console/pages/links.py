"""Links for passwords that wait for a second person: the list, yes, and no."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import links
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.accounts import described
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


def _waiting(actor: Actor, at: dt.datetime) -> int:
    return len(links.waiting_for(actor, at)) if actor.role in links.AGREEING else 0


COUNTERS["accounts"] = _waiting


@page("accounts_links")
def waiting(request: PageRequest) -> HttpResponse:
    """List the links that wait for this post to agree."""
    found = links.waiting_for(request.actor, request.at)
    names = jurisdiction.masked_names({link.asked_by for link in found})
    rows = [
        {**about, "link": link, "asked_by": names.get(link.asked_by, "")}
        for link, about in zip(
            found,
            described([link.account for link in found], request),
            strict=True,
        )
    ]
    return render(request, "console/accounts/links.html", {"rows": rows})


@page("accounts_link_agree")
@require_POST
def agree(request: PageRequest, account_id: int) -> HttpResponse:
    """Agree to a link; it works from now on."""
    links.agree(account_id, by=request.actor, at=request.at)
    messages.success(request, gettext("Agreed. The link works now, once."))
    return redirect("accounts_links")


@page("accounts_link_refuse")
@require_POST
def refuse(request: PageRequest, account_id: int) -> HttpResponse:
    """Do not agree; the link never works."""
    links.refuse(account_id, by=request.actor, at=request.at)
    messages.success(request, gettext("Not agreed. The link will never work."))
    return redirect("accounts_links")


urlpatterns: list[URLPattern] = [
    path("accounts/links/", waiting, name="accounts_links"),
    path("accounts/<int:account_id>/link/yes/", agree, name="accounts_link_agree"),
    path("accounts/<int:account_id>/link/no/", refuse, name="accounts_link_refuse"),
]
