"""At home: the day at a glance, one person's time, the visits, the five."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.home_watch import actions, queries, rules
from fangxian.capabilities.home_watch.facts import subject_of
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Form, Part
from fangxian.capabilities.home_watch.words import PARTS
from fangxian.interfaces.console import findings as problems
from fangxian.interfaces.console import restrictions, timelines
from fangxian.interfaces.console import watching as shown
from fangxian.interfaces.console.about_people import may_read_health
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.pages.people import offer
from fangxian.interfaces.console.pages.places import LISTED, area_choices
from fangxian.interfaces.console.pages.visits import VisitForm, fresh_visit
from fangxian.interfaces.console.papers.content import offered
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.results import known_result
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.finding.queries import findings, of_observations
from fangxian.mechanisms.finding.states import LIVE
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger.exports import queries as exports
from fangxian.mechanisms.ledger.exports.rules import can_request
from fangxian.mechanisms.ledger.people.queries import survivor
from fangxian.mechanisms.ledger.states import ExportForm
from fangxian.mechanisms.restriction import queries as restriction
from fangxian.mechanisms.restriction.rules import can_read, can_sign, check_can_read
from fangxian.mechanisms.restriction.states import Standing


Team = Mapping[Part, Any]

ROWS_A_PAGE = 50
PAPER_FORMS = (("docx", "Word"), ("pdf", "PDF"))
LINES_SHOWN = 60


def _waiting(actor: Actor, at: dt.datetime) -> int:
    """Count what waits in the section: a doctor's signatures, else what is late.

    Of a hospital nothing here is owed but the answer to an objection.
    """
    if queries.is_by_task(actor.scope):
        return restriction.appeals(actor.scope, open_only=True).count()
    if can_sign(by=actor):
        return restriction.waiting(actor.scope).count()
    return queries.overdue(actor.scope, at).count()


COUNTERS["home_watch"] = _waiting


# ---------------------------------------------------------------------- the list
class Narrow(forms.Form):
    """What the list is narrowed to; what was never offered is none."""

    area = forms.ChoiceField(required=False, label=_("Area"))

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        offer(self, area=[("", _("all")), *area_choices(actor, LISTED)])

    def wanted(self) -> int | None:
        """The area that was asked for."""
        said = self.cleaned_data.get("area") if self.is_valid() else None
        return int(said) if said else None


@page("home_watch")
def home_watch(request: PageRequest) -> HttpResponse:
    """Show how those at home stand, and list them; above the street, counts only."""
    actor, at = request.actor, request.at
    standing = _standing(request.GET.get("standing", ""))
    narrow = Narrow(request.GET, actor=actor)
    area = narrow.wanted()
    context: dict[str, Any] = {
        **shown.board(actor, at, reads=can_read(by=actor)),
        "standing": standing,
        "form": narrow,
        "tabs": [(one.value, said, _tab(one, area)) for one, (*_, said) in _TABS],
        "reads": can_read(by=actor),
        "done_at": shown.done_at(actor),
        "appeals": restriction.appeals(actor.scope, open_only=True).count(),
    }
    if context["reads"]:
        found = queries.watches(actor.scope, at, standing=standing, area=area)
        if request.GET.get("short"):
            found = found.filter(pk__in=queries.short_of_five(actor.scope, at))
        if request.GET.get("tonight"):
            found = found.filter(pk__in=queries.free_tonight(actor.scope, at))
        shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": shown_page, "rows": shown.rows(list(shown_page), actor, at)}
    return render(request, "console/home_watch/list.html", context)


_TABS = tuple(shown.STANDINGS.items())


def _tab(standing: Standing, area: int | None) -> str:
    """The address of a tab; it stays in the area that the list is narrowed to."""
    kept = {} if area is None else {"area": area}
    return f"?{urlencode({'standing': standing.value, **kept})}"


def _standing(given: str) -> Standing:
    return Standing(given) if given in set(Standing) else Standing.IN_FORCE


# --------------------------------------------------------------------- one person
@page("home_watch_one")
def one_person(request: PageRequest, watch_id: int) -> HttpResponse:
    """Show one person's time at home: why until when, what was done, who answers."""
    actor, at = request.actor, request.at
    check_can_read(by=actor)
    watch = queries.get_watch(watch_id, actor.scope)
    told = queries.timeline(watch, by=actor, at=at)
    show = request.GET.get("show", "")
    lines = [line for line in told if not show or _is_shown(line, show)]
    standing = restriction.standing_of(watch.decision, at)
    is_told = may_read_health(subject_of(watch.pk), by=actor)
    days = queries.days_of(watch, at)
    context = {
        **head(watch, actor, at),
        "boxes": timelines.strip(days, _pack(watch, at), at, is_told=is_told),
        "why": restrictions.why(watch.decision, actor),
        "lines": timelines.lines(watch, lines[:LINES_SHOWN], at, is_told=is_told),
        "counted": len(told),
        "show": show,
        "duties": _duties(watch, actor, at),
        "five": shown.five(queries.team_of(watch_id)),
        "forms": shown.forms_now(watch, at) if _may_visit(actor, standing) else [],
        "may_name": rules.can_name(by=actor) and standing is not Standing.OVER,
        "cards": _problems_of(watch, actor),
        **_papers(watch, actor, at),
        "end": restriction.end_of(watch.decision),
        "appeal": _open_appeal(watch, actor),
    }
    return render(request, "console/home_watch/one.html", context)


def head(watch: Any, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """What stands on top of every page about one person at home."""
    standing = restriction.standing_of(watch.decision, at)
    return {
        "watch": watch,
        "person": shown.people_of([watch.person], actor)[watch.person],
        "path": jurisdiction.path_name(watch.area_id),
        "measure": shown.measure_name(watch.decision),
        "standing": standing,
        "state": shown.STANDINGS[standing],
    }


def _pack(watch: Any, at: dt.datetime) -> Any:
    return queries.edition_for(watch, at).pack


def _is_shown(line: Any, show: str) -> bool:
    return (line.what in timelines.HEALTH_LINES) == (show == "health")


def _may_visit(actor: Actor, standing: Standing) -> bool:
    return rules.can_watch(by=actor) and standing is Standing.IN_FORCE


def _duties(watch: Any, actor: Actor, at: dt.datetime) -> list[tuple[str, Any]]:
    pack = _pack(watch, at)
    return [
        (word(form.title), tally)
        for code, tally in queries.duties_of(watch.pk, actor.scope, at).items()
        if (form := pack.form(code)) is not None
    ]


def _problems_of(watch: Any, actor: Actor) -> list[Any]:
    live = findings(actor.scope, subject=subject_of(watch.pk)).filter(state__in=LIVE)
    return problems.cards(list(live), actor)


def _papers(watch: Any, actor: Actor, at: dt.datetime) -> dict[str, Any]:
    """Which papers there are, and whether an approved export lets the name stand."""
    person, form = survivor(watch.person), ExportForm.DOCUMENTS
    found = exports.find_ready([person], form=form, by=actor, at=at)
    ask = ""
    if found is None and can_request(form, by=actor):
        asked = urlencode({"form": form.value, "person": person})
        ask = f"{reverse('people_exports_new')}?{asked}"
    return {
        "papers": offered(watch, at),
        "forms_of_paper": PAPER_FORMS,
        "ready": found is not None,
        "ask": ask,
    }


def _open_appeal(watch: Any, actor: Actor) -> Any:
    waiting = restriction.appeals(actor.scope, open_only=True)
    return waiting.filter(decision=watch.decision).first()


# ---------------------------------------------------------------------- one visit
@page("home_watch_record")
def record(request: PageRequest, watch_id: int, form: str) -> HttpResponse:
    """Record a visit to the door on one of the pack's forms."""
    actor = request.actor
    check_can_read(by=actor)
    watch = queries.get_watch(watch_id, actor.scope)
    rules.check_can_watch(by=actor)
    asked = _pack(watch, request.at).form(form)
    if asked is None or form not in set(Form) - {Form.TEAM}:
        raise Http404
    answered = VisitForm(
        asked,
        request.POST or None,
        request.FILES or None,
        initial={**fresh_visit(request), **known_result(watch, form, actor)},
    )
    answered.fields["seen_at"].label = pgettext("at home", "Seen at")

    def save() -> HttpResponse:
        seen = actions.record_visit(
            watch_id,
            Form(form),
            id=answered.cleaned_data["id"],
            answers=answered.answers,
            seen_at=answered.cleaned_data["seen_at"],
            evidence=answered.cleaned_data.get("evidence", ()),
            by=actor,
            at=request.at,
        )
        _say_what_followed(request, seen)
        return redirect("home_watch_one", watch_id)

    context = {
        **head(watch, actor, request.at),
        "asked": asked,
        "form": answered,
        "samples": queries.count_samples(watch) if form == Form.RELEASE else None,
    }
    return take_form(
        request, "console/home_watch/record.html", context, answered, do=save
    )


def _say_what_followed(request: PageRequest, seen: Any) -> None:
    raised = of_observations([seen.pk], request.actor.scope).count()
    said = ngettext(
        "Saved. {count} problem was found.",
        "Saved. {count} problems were found.",
        raised,
    )
    messages.success(
        request,
        said.format(count=raised) if raised else gettext("Saved. All in order."),
    )


# ------------------------------------------------------------------------ the five
class TeamForm(forms.Form):
    """Who has each part: somebody of the staff, or a name and a telephone."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, staff: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in Part:
            said = PARTS[part]
            self.fields[f"{part}_person"] = forms.ChoiceField(
                label=said,
                required=False,
                choices=[("", _("nobody of the staff")), *staff],
            )
            self.fields[f"{part}_name"] = forms.CharField(
                label=_("Or a name"), required=False, max_length=40
            )
            self.fields[f"{part}_telephone"] = forms.CharField(
                label=_("and a telephone"), required=False, max_length=20
            )

    def parts(self) -> list[tuple[Any, Any, Any]]:
        """Give the three fields of each part together."""
        return [
            (self[f"{part}_person"], self[f"{part}_name"], self[f"{part}_telephone"])
            for part in Part
        ]

    def team(self) -> dict[Part, Named]:
        """Give the team as it was filled in; parts that nobody has are left out."""
        named = {part: self._named(part) for part in Part}
        return {part: one for part, one in named.items() if one != Named()}

    def _named(self, part: Part) -> Named:
        person, name, telephone = (
            self.cleaned_data[f"{part}_{what}"]
            for what in ("person", "name", "telephone")
        )
        if person:
            return Named(person=forms.UUIDField().clean(person))
        return Named(name=name, telephone=telephone)


@page("home_watch_team")
def team(request: PageRequest, watch_id: int) -> HttpResponse:
    """Name the five who answer for one person."""
    actor = request.actor
    check_can_read(by=actor)
    watch = queries.get_watch(watch_id, actor.scope)
    rules.check_can_name(by=actor)
    now = queries.team_of(watch_id)
    form = TeamForm(
        _staff(now, actor, request.at),
        request.POST or None,
        initial=_filled(now, request.at),
    )

    def name() -> HttpResponse:
        named = actions.name_team(
            watch_id,
            team=form.team(),
            id=form.cleaned_data["id"],
            by=actor,
            at=request.at,
        )
        said = gettext("{named} of five are named.").format(named=named)
        messages.success(request, said)
        return redirect("home_watch_one", watch_id)

    context = {**head(watch, actor, request.at), "form": form}
    return take_form(request, "console/home_watch/team.html", context, form, do=name)


def _staff(now: Team, actor: Actor, at: dt.datetime) -> list[tuple[str, str]]:
    """Who holds a post here or is of the five now, masked, each with the post."""
    known = {one.person for one in now.values() if one.person is not None}
    persons = [*{*jurisdiction.persons_within(actor.scope, at), *known}]
    names = jurisdiction.masked_names(persons)
    held = jurisdiction.posts_held_by(persons, at=at)
    return sorted(
        (
            (str(person), " · ".join([names[person], *_titles(held[person])]))
            for person in persons
            if person in names
        ),
        key=lambda one: one[1],
    )


def _titles(held: list[jurisdiction.PostFacts]) -> list[str]:
    return [post.title for post in held[:1]]


def _filled(now: Team, at: dt.datetime) -> dict[str, Any]:
    filled: dict[str, Any] = {"id": fresh_id(at)}
    for part, member in now.items():
        filled[f"{part}_person"] = member.person or ""
        filled[f"{part}_name"] = member.name or ""
        filled[f"{part}_telephone"] = member.telephone or ""
    return filled


urlpatterns: list[URLPattern] = [
    path("home/", home_watch, name="home_watch"),
    path("home/<int:watch_id>/", one_person, name="home_watch_one"),
    path("home/<int:watch_id>/visit/<slug:form>/", record, name="home_watch_record"),
    path("home/<int:watch_id>/team/", team, name="home_watch_team"),
]
