"""Bulletins: the list, one on its sheet, as .docx, composing and correcting."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.capabilities.daily_return import actions
from fangxian.capabilities.daily_return.queries import get_paper
from fangxian.capabilities.daily_return.rendering import html, word
from fangxian.capabilities.daily_return.rendering.document import document_of
from fangxian.capabilities.daily_return.rules import BULLETIN
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.report import queries, rules


ROWS_A_PAGE = 50
ONE_DAY = dt.timedelta(days=1)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class ComposeForm(forms.Form):
    """The day that a bulletin is about."""

    day = DayField(
        label=_("Day"),
    )


@page("bulletins")
def bulletins(request: PageRequest) -> HttpResponse:
    """List the bulletins of areas in scope, and offer to compose the next."""
    rows = queries.bulletins(request.actor.scope).select_related("area", "corrects")
    shown = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    yesterday = day_of(request.at) - ONE_DAY
    context = {
        "page": shown,
        "form": ComposeForm(initial={"day": yesterday}),
        "may_issue": rules.can_issue(request.actor.unit or 0, by=request.actor),
    }
    return render(request, "console/bulletins/list.html", context)


@page("bulletin")
def bulletin(request: PageRequest, bulletin_id: int) -> HttpResponse:
    """Show one bulletin on its sheet, in Chinese unless English is asked for."""
    found = queries.get_bulletin(bulletin_id, request.actor.scope)
    language = request.GET.get("language") or get_language() or "zh"
    document = document_of(get_paper(bulletin_id, request.actor.scope), language)
    context = {
        "bulletin": found,
        "sheet": mark_safe(html.sheet(document)),  # noqa: S308 -- a template escaped every word of it
        "corrections": list(found.corrections.order_by("number")),
        "may_correct": found.corrects_id is None
        and rules.can_issue(found.area_id, by=request.actor),
    }
    return render(request, "console/bulletins/bulletin.html", context)


@page("bulletin_docx")
def as_docx(request: PageRequest, bulletin_id: int) -> HttpResponse:
    """Give one bulletin as .docx."""
    paper = get_paper(bulletin_id, request.actor.scope)
    document = document_of(paper, request.GET.get("language") or "zh")
    name = f"bulletin-{paper.content['day']}-{paper.number}.docx"
    return HttpResponse(
        word.write(document),
        content_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page("bulletin_new")
@require_POST
def compose(request: PageRequest) -> HttpResponse:
    """Compose the unit's bulletin of a day, or lead to the one that is out."""
    form = ComposeForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["day"][0]))
        return redirect("bulletins")
    unit, day = request.actor.unit or 0, form.cleaned_data["day"]
    try:
        issued = actions.compose_bulletin(
            area=unit, day=day, by=request.actor, at=request.at
        )
    except Refusal as declined:
        known = queries.find_bulletin(unit, BULLETIN, day)
        if declined.kind is not rules.ALREADY_ISSUED or known is None:
            raise
        messages.info(request, gettext("That day's bulletin is out already."))
        return redirect("bulletin", known.pk)
    messages.success(request, gettext("The bulletin is issued."))
    return redirect("bulletin", issued.pk)


@page("bulletin_correct")
@require_POST
def correct(request: PageRequest, bulletin_id: int) -> HttpResponse:
    """Issue a correction: another bulletin that says what this one should have."""
    issued = actions.correct_bulletin(bulletin_id, by=request.actor, at=request.at)
    messages.success(request, gettext("The correction is issued."))
    return redirect("bulletin", issued.pk)


urlpatterns: list[URLPattern] = [
    path("bulletins/", bulletins, name="bulletins"),
    path("bulletins/new/", compose, name="bulletin_new"),
    path("bulletins/<int:bulletin_id>/", bulletin, name="bulletin"),
    path("bulletins/<int:bulletin_id>/docx/", as_docx, name="bulletin_docx"),
    path("bulletins/<int:bulletin_id>/correct/", correct, name="bulletin_correct"),
]
