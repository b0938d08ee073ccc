"""Posts: the list, one post and everybody who held it, appointing and relieving."""

import datetime as dt
import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import areas as shown
from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.numbers import NumberField
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.words import ROLE_NAMES
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.mechanisms.jurisdiction import actions, queries, rules
from fangxian.mechanisms.jurisdiction.devices.rules import can_speak_for
from fangxian.mechanisms.jurisdiction.queries import PostFacts


ROWS_A_PAGE = 50
HOLDABLE = [
    role for role in Role if role not in {Role.RESIDENT, Role.SYSTEM}
]  # a resident answers for nobody, the system holds no post


# ---------------------------------------------------------------------- the posts
class Filter(forms.Form):
    """What the list of posts is narrowed to."""

    q = forms.CharField(required=False, label=_("Title or unit"), max_length=40)
    role = forms.ChoiceField(
        required=False,
        label=_("Role"),
        choices=[("", _("all")), *((r.value, ROLE_NAMES[r]) for r in HOLDABLE)],
    )
    vacant = forms.BooleanField(required=False, label=_("vacant only"))
    area = NumberField()


@page("posts")
def posts(request: PageRequest) -> HttpResponse:
    """List the posts in scope, with who holds them."""
    asked = Filter(request.GET)
    wanted = asked.cleaned_data if asked.is_valid() else {}
    rows = queries.posts_within(
        request.actor.scope,
        request.at,
        area=wanted.get("area"),
        role=Role(wanted["role"]) if wanted.get("role") else None,
        text=wanted.get("q", ""),
        vacant=wanted.get("vacant", False),
    )
    listed = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": asked,
        "page": listed,
        "rows": shown.shown_posts(map(queries.facts_of_post, listed), request.at),
    }
    return render(request, "console/jurisdiction/posts.html", context)


def _reached_post(request: PageRequest, post_id: int) -> PostFacts:
    facts = queries.get_post(post_id)
    queries.check_reaches_area(request.actor.scope, facts.area, what="post")
    return facts


@page("post")
def post(request: PageRequest, post_id: int) -> HttpResponse:
    """Show a post and everybody who held it."""
    facts = _reached_post(request, post_id)
    history = queries.holdings(post_id)
    named = queries.named_for(post_id, request.at)
    names = queries.masked_names({holding.staff for holding in history})
    context = {
        "post": facts,
        "kinds": sorted(facts.kinds or ()),
        "unit": queries.path_name(facts.area),
        "may_arrange": rules.can_arrange_role(facts.role, by=request.actor),
        "named": _takes_two(named) if named else "",
        "may_speak": facts.valid_until is None
        and can_speak_for(facts.role, by=request.actor),
        "held": any(holding.until is None for holding in history),
        "history": [(holding, names.get(holding.staff, "")) for holding in history],
    }
    return render(request, "console/jurisdiction/post.html", context)


class AppointForm(forms.Form):
    """Somebody who holds a post in scope, or somebody new to the line."""

    staff = forms.TypedChoiceField(
        label=_("Somebody who is known"),
        required=False,
        help_text=_("Names are masked; the post behind each tells who is meant."),
        coerce=UUID,
        empty_value=None,
    )
    name = forms.CharField(
        label=_("Or somebody new: name"),
        required=False,
        max_length=40,
        help_text=_("Registered with the appointment; the name is stored sealed."),
    )
    telephone = forms.CharField(label=_("Telephone"), required=False, max_length=20)
    person = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = [("", "—"), *known]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        said = super().clean() or {}
        if bool(said.get("staff")) == bool(said.get("name", "").strip()):
            self.add_error("staff", _("Choose somebody, or write one new name."))
        return said


@page("post_appoint")
def appoint(request: PageRequest, post_id: int) -> HttpResponse:
    """Appoint somebody to a post; who held it is relieved at the same moment."""
    facts = _reached_post(request, post_id)
    named = queries.named_for(post_id, request.at)
    form = AppointForm(
        request.POST or None,
        known=_known(named, request.actor, request.at),
        initial={
            "person": new_id(request.at, secrets.token_bytes(RANDOM_BYTES)),
            "staff": None if named is None else named.staff,
        },
    )

    def do(said: dict[str, Any]) -> str:
        by, at = request.actor, request.at
        by_another = named is not None and named.by != by.person
        is_second = by_another and named is not None and named.staff == said["staff"]
        is_alone = rules.needs_second(facts.role, by=by) and not is_second
        if said["staff"]:
            act = actions.nominate if is_alone else actions.appoint
            act(post_id, staff=said["staff"], by=by, at=at)
        else:
            actions.appoint_new(
                post_id,
                person=said["person"],
                name=said["name"].strip(),
                telephone=said["telephone"].strip() or None,
                only_named=is_alone,
                by=by,
                at=at,
            )
        return reverse("post", args=[post_id])

    unit = queries.get_area(facts.area)
    note = _holds_now(facts, request.at)
    if rules.needs_second(facts.role, by=request.actor):
        note = f"{note} {_takes_two(named)}"
    return shown.act(request, form, gettext("Appoint"), unit, do, post=facts, note=note)


def _holds_now(post: PostFacts, at: dt.datetime) -> str:
    """Who is relieved by an appointment, or that nobody is."""
    [row] = shown.shown_posts([post], at)
    if row.since is None:
        return gettext("Nobody holds the post now.")
    said = gettext("{name} holds the post now and is relieved at the same moment.")
    return said.format(name=row.holder)


def _takes_two(named: queries.Named | None) -> str:
    """Say that two persons appoint, and whom the first of them has named."""
    if named is None:
        return gettext(
            "Two persons appoint to this post: you name somebody, another one appoints them."
        )
    said = gettext("{who} has named {name}; another person appoints them here.")
    names = queries.masked_names([named.by, named.staff])
    return said.format(who=names[named.by], name=names[named.staff])


def _known(
    named: queries.Named | None, actor: Actor, at: dt.datetime
) -> list[tuple[str, str]]:
    known = _others_known(actor, at)
    if named is None or str(named.staff) in {one for one, _ in known}:
        return known
    return [(str(named.staff), queries.masked_name(named.staff)), *known]


def _others_known(actor: Actor, at: dt.datetime) -> list[tuple[str, str]]:
    known = shown.known_staff(actor.scope, at)
    return [one for one in known if one[0] != str(actor.person)]


class RelieveForm(forms.Form):
    """Nothing to say: the button is the act."""


@page("post_relieve")
def relieve(request: PageRequest, post_id: int) -> HttpResponse:
    """Leave a post without a holder, and let it be listed as vacant."""
    facts = _reached_post(request, post_id)

    def do(_said: dict[str, Any]) -> str:
        actions.relieve(post_id, by=request.actor, at=request.at)
        return reverse("post", args=[post_id])

    form = RelieveForm(request.POST if request.method == "POST" else None)
    unit = queries.get_area(facts.area)
    return shown.act(request, form, gettext("Relieve"), unit, do, post=facts)


class PostForm(forms.Form):
    """A new post of an area."""

    title = forms.CharField(
        label=_("Title of the post"),
        max_length=40,
        help_text=_("In the words of the unit."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, ROLE_NAMES[role]) for role in HOLDABLE]
    )
    kinds = forms.CharField(
        label=_("Kinds of place"),
        required=False,
        max_length=300,
        help_text=_("For a sector department: the codes of its kinds, with commas."),
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if named := kind_names():  # before a pack is in force there are only codes
            self.fields["kinds"] = forms.MultipleChoiceField(
                label=_("Kinds of place"),
                required=False,
                choices=list(named.items()),
                widget=forms.CheckboxSelectMultiple,
                help_text=_("For a sector department: which kinds it answers for."),
            )

    def clean_kinds(self) -> list[str] | None:
        """Read what was chosen, or the codes; none is None."""
        given = self.cleaned_data["kinds"]
        codes = given.split(",") if isinstance(given, str) else given
        return [code.strip() for code in codes if code.strip()] or None


@page("post_new")
def new_post(request: PageRequest, area_id: int) -> HttpResponse:
    """Make a post of this area; it is vacant until somebody is appointed."""
    unit = shown.reached_area(request, area_id)

    def do(said: dict[str, Any]) -> str:
        made = actions.create_post(
            area=unit.id,
            role=Role(said["role"]),
            title=said["title"].strip(),
            kinds=said["kinds"],
            by=request.actor,
            at=request.at,
        )
        return reverse("post_appoint", args=[made.pk])

    form = PostForm(request.POST or None)
    return shown.act(request, form, gettext("Add a post"), unit, do)


urlpatterns: list[URLPattern] = [
    path("areas/<int:area_id>/posts/new/", new_post, name="post_new"),
    path("posts/", posts, name="posts"),
    path("posts/<int:post_id>/", post, name="post"),
    path("posts/<int:post_id>/appoint/", appoint, name="post_appoint"),
    path("posts/<int:post_id>/relieve/", relieve, name="post_relieve"),
]
