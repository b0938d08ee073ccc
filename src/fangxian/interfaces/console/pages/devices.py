"""Phones: which speak for whom, how far their acts have come, codes, and their end."""

from dataclasses import dataclass
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

from fangxian.interfaces.console import areas as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.inbox import open_inbox
from fangxian.interfaces.intake.phones import Contact, contacts, quarantined_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.jurisdiction import queries as posts
from fangxian.mechanisms.jurisdiction.devices import actions, queries, rules
from fangxian.mechanisms.jurisdiction.devices.codes import as_shown
from fangxian.mechanisms.jurisdiction.devices.queries import DeviceFacts


CODE = "console/jurisdiction/device_code.html"
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A phone as a row: for whom it speaks, and what the inbox knows of it."""

    device: DeviceFacts
    holder: str
    issuer: str
    post: str
    unit: str
    contact: Contact | None
    quarantined: int


@page("devices")
def devices(request: PageRequest) -> HttpResponse:
    """List the phones in scope, or those that were revoked."""
    ended = request.GET.get("ended") == "1"
    rows = queries.devices(request.actor.scope, ended=ended)
    listed = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    found = [queries.facts_of_device(device) for device in listed]
    context = {"page": listed, "rows": _shown(found), "ended": ended}
    return render(request, "console/jurisdiction/devices.html", context)


def _shown(found: list[DeviceFacts]) -> list[ShownDevice]:
    persons = {one for device in found for one in (device.person, device.enrolled_by)}
    names = posts.masked_names(persons)
    titles = posts.posts_by_id({device.post for device in found})
    units = posts.path_names({device.area for device in found})
    keys = [str(device.id) for device in found]
    with open_inbox() as inbox:
        heard, held = contacts(inbox, keys), quarantined_of(inbox, keys)
    return [
        ShownDevice(
            device=device,
            holder=names.get(device.person, ""),
            issuer=names.get(device.enrolled_by, ""),
            post=titles[device.post].title,
            unit=units[device.area],
            contact=heard.get(key),
            quarantined=held.get(key, 0),
        )
        for device, key in zip(found, keys, strict=True)
    ]


@page("device_code")
def issue_code(request: PageRequest, post_id: int) -> HttpResponse:
    """Make a code by which who holds a post enrols a phone; it is shown once."""
    post = posts.get_post(post_id)
    posts.check_reaches_area(request.actor.scope, post.area, what="post")
    [row] = shown.shown_posts([post], request.at)
    minutes = int(rules.CODE_VALID.total_seconds() // 60)
    holder = posts.holder_of(post_id, request.at)
    known = [] if holder is None else queries.devices_of(holder)
    context = {"row": row, "minutes": minutes, "known": _shown(known)}

    def make() -> HttpResponse:
        code = actions.issue_code(post_id, by=request.actor, at=request.at)
        return render(request, CODE, context | _shown_once(code, request))

    return take_form(request, CODE, context, do=make)


def _shown_once(code: str, request: PageRequest) -> dict[str, str]:
    address = request.build_absolute_uri(f"{reverse('field')}#/enrol?code={code}")
    picture = segno.make(address, error="m").svg_data_uri(border=2)
    return {"code": as_shown(code), "address": address, "qr": picture}


class RevokeForm(forms.Form):
    """Why a phone may speak no longer."""

    reason = forms.CharField(
        label=_("Why it is revoked"),
        max_length=200,
        help_text=_("For example: lost, broken, handed on."),
    )


@page("device_revoke")
def revoke(request: PageRequest, device_id: UUID) -> HttpResponse:
    """Let a phone speak no longer; what it sent stays."""
    device = queries.get_device(device_id, request.actor.scope)

    def do(said: dict[str, Any]) -> str:
        by, at = request.actor, request.at
        actions.revoke_device(device_id, reason=said["reason"], by=by, at=at)
        with open_inbox() as inbox:
            follow(inbox, queries.get_device(device_id, by.scope))
        return reverse("devices")

    form = RevokeForm(request.POST or None)
    note = gettext("{name}: what it has not sent yet stays on it.")
    return shown.act(
        request,
        form,
        gettext("Revoke the phone"),
        posts.get_area(device.area),
        do,
        post=posts.get_post(device.post),
        note=note.format(name=device.name),
    )


@page("device_disown")
@require_POST
def disown(request: PageRequest, device_id: UUID) -> HttpResponse:
    """Revoke a phone that speaks in my name and is not mine."""
    reason = gettext("Its holder says that it is not theirs.")
    actions.disown_device(device_id, reason=reason, by=request.actor, at=request.at)
    with open_inbox() as inbox:
        follow(inbox, queries.get_device(device_id, EVERYWHERE))
    messages.success(request, gettext("The phone speaks for you no longer."))
    return redirect("today")


urlpatterns: list[URLPattern] = [
    path("devices/", devices, name="devices"),
    path("posts/<int:post_id>/device-code/", issue_code, name="device_code"),
    path("devices/<uuid:device_id>/revoke/", revoke, name="device_revoke"),
    path("devices/<uuid:device_id>/not-mine/", disown, name="device_disown"),
]
