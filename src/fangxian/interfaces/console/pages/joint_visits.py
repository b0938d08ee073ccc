"""Joint visits: departments called to one place, a section each, one record."""

from collections.abc import Mapping
from types import MappingProxyType
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
from django.views.decorators.http import require_POST

from fangxian.capabilities.inspection import actions, rules
from fangxian.capabilities.inspection import queries as inspection
from fangxian.interfaces.console import findings as shown
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.pages.visits import VisitForm, fresh_visit
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor, Role
from fangxian.mechanisms.finding.queries import of_observations
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger import queries as ledger


ONE = "console/visits/joint.html"
ROWS_A_PAGE = 50
CALLED = "post_"
NOTHING_TYPED: Mapping[str, str] = MappingProxyType({})
STATES = {
    "awaited": ("due", "clock", _("awaited")),
    "recorded": ("done", "check", _("recorded")),
    "excused": ("none", "ban", _("excused")),
}


@page("visit_joints")
def joint_visits(request: PageRequest) -> HttpResponse:
    """List the joint visits in scope."""
    rows = inspection.joint_visits(request.actor.scope).select_related("place")
    shown_page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown_page,
        "paths": jurisdiction.path_names({one.area_id for one in shown_page}),
    }
    return render(request, "console/visits/joints.html", context)


# ------------------------------------------------------------------------ opening
class CallForm(forms.Form):
    """Which department comes by which post, and which of them leads."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, called: list[Any], posts: list[Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("does not come"))]
        choices += [(str(post.id), post.title) for post in posts]
        for form in called:
            self.fields[CALLED + form.department] = forms.ChoiceField(
                label=word(form.title), required=False, choices=choices
            )
        self.fields["lead"] = forms.ChoiceField(
            label=gettext("Who leads"),
            choices=[(form.department, word(form.title)) for form in called],
            widget=forms.RadioSelect,
        )

    @property
    def departments(self) -> dict[str, int]:
        """Each department that comes, with the post that writes its section."""
        return {
            name.removeprefix(CALLED): int(post)
            for name, post in self.cleaned_data.items()
            if name.startswith(CALLED) and post
        }


@page("visit_joint_new")
def call(request: PageRequest, place_id: int) -> HttpResponse:
    """Call departments to one place."""
    place = ledger.get_place(place_id, request.actor.scope)
    edition = inspection.edition_for(place.area_id, request.at)
    form = CallForm(
        list(inspection.departments(edition)),
        _sector_posts(place.area_id, place.kind_id),
        request.POST or None,
        initial={"id": fresh_id(request.at)},
    )

    def open_visit() -> HttpResponse:
        visit = actions.open_joint_visit(
            place=place.pk,
            departments=form.departments,
            lead=form.cleaned_data["lead"],
            id=form.cleaned_data["id"],
            by=request.actor,
            at=request.at,
        )
        return redirect("visit_joint", visit.pk)

    context = {"place": place, "form": form}
    return take_form(
        request, "console/visits/joint_new.html", context, form, do=open_visit
    )


def _sector_posts(area: int, kind: str) -> list[Any]:
    """The posts of departments that answer for this kind of place here."""
    line = [area, *(above.id for above in jurisdiction.ancestors(area))]
    posts = [
        post
        for one in line
        for post in jurisdiction.posts_of(one, Role.SECTOR_DEPARTMENT)
    ]
    return [post for post in posts if post.kinds is None or kind in post.kinds]


# ---------------------------------------------------------------------- one visit
@page("visit_joint")
def joint_visit(request: PageRequest, visit_id: UUID) -> HttpResponse:
    """Show a joint visit: every department's section, and what they found."""
    visit = inspection.get_joint_visit(visit_id, request.actor.scope)
    return render(request, ONE, _about(request, visit))


def _about(
    request: PageRequest, visit: Any, typed: Mapping[str, str] = NOTHING_TYPED
) -> dict[str, Any]:
    """What the page shows; ``typed`` are reasons by department, which stay."""
    sections = sorted(visit.sections.all(), key=lambda one: one.department)
    titles = _titles(visit, request)
    recorded = [one.observation for one in sections if one.observation]
    problems = list(of_observations(recorded, request.actor.scope))
    lead_post = inspection.lead_post(visit)
    return {
        "visit": visit,
        "place": ledger.get_place(visit.place_id, request.actor.scope),
        "path": jurisdiction.path_name(visit.area_id),
        "sections": [
            _section(one, visit, titles, lead_post, request.actor)
            | {"typed": typed.get(one.department, "")}
            for one in sections
        ],
        "cards": shown.cards(problems, request.actor),
        "leads": rules.leads(lead_post=lead_post, by=request.actor),
    }


def _titles(visit: Any, request: PageRequest) -> dict[str, str]:
    edition = inspection.edition_for(visit.area_id, request.at)
    return {
        form.department: word(form.title) for form in inspection.departments(edition)
    }


def _section(
    section: Any, visit: Any, titles: dict[str, str], lead_post: int, by: Actor
) -> dict[str, Any]:
    look, icon, state = STATES[section.state]
    return {
        "row": section,
        "title": titles.get(section.department, section.department),
        "look": look,
        "icon": icon,
        "state": state,
        "leads": section.department == visit.lead,
        "mine": rules.can_write(section, by=by),
        "excusable": rules.can_excuse(visit, section, lead_post=lead_post, by=by),
    }


@page("visit_section")
def section(request: PageRequest, visit_id: UUID, department: str) -> HttpResponse:
    """Write one department's section on its checklist."""
    visit = inspection.get_joint_visit(visit_id, request.actor.scope)
    edition = inspection.edition_for(visit.area_id, request.at)
    asked = inspection.form_of(edition, f"{inspection.JOINT}{department}")
    form = VisitForm(
        asked,
        request.POST or None,
        request.FILES or None,
        initial=fresh_visit(request),
    )

    def save() -> HttpResponse:
        actions.record_section(
            visit.pk,
            department,
            answers=form.answers,
            seen_at=form.cleaned_data["seen_at"],
            id=form.cleaned_data["id"],
            evidence=form.cleaned_data["evidence"],
            by=request.actor,
            at=request.at,
        )
        messages.success(request, gettext("Saved."))
        return redirect("visit_joint", visit.pk)

    place = ledger.get_place(visit.place_id, request.actor.scope)
    context = {
        "place": place,
        "asked": asked,
        "form": form,
        "visit": visit,
    }
    return take_form(request, "console/visits/form.html", context, form, do=save)


@page("visit_excuse")
@require_POST
def excuse(request: PageRequest, visit_id: UUID, department: str) -> HttpResponse:
    """Excuse a department, with the reason; one that is refused stays typed."""
    visit = inspection.get_joint_visit(visit_id, request.actor.scope)
    reason = request.POST.get("reason", "")

    def let_off() -> HttpResponse:
        actions.excuse_department(
            visit_id, department, reason=reason, by=request.actor, at=request.at
        )
        messages.success(request, gettext("Saved."))
        return redirect("visit_joint", visit_id)

    context = _about(request, visit, {department: reason})
    return take_form(request, ONE, context, do=let_off)


@page("visit_close")
@require_POST
def close(request: PageRequest, visit_id: UUID) -> HttpResponse:
    """Close the visit; who is still awaited is named beside the button."""
    visit = inspection.get_joint_visit(visit_id, request.actor.scope)

    def end() -> HttpResponse:
        actions.close_joint_visit(visit_id, by=request.actor, at=request.at)
        messages.success(request, gettext("The joint visit is closed."))
        return redirect("visit_joint", visit_id)

    return take_form(request, ONE, _about(request, visit), do=end)


urlpatterns: list[URLPattern] = [
    path("visits/joint/", joint_visits, name="visit_joints"),
    path("places/<int:place_id>/joint-visit/", call, name="visit_joint_new"),
    path("visits/joint/<uuid:visit_id>/", joint_visit, name="visit_joint"),
    path(
        "visits/joint/<uuid:visit_id>/<slug:department>/",
        section,
        name="visit_section",
    ),
    path(
        "visits/joint/<uuid:visit_id>/<slug:department>/excuse/",
        excuse,
        name="visit_excuse",
    ),
    path("visits/joint-close/<uuid:visit_id>/", close, name="visit_close"),
]
