"""Acts upon people: where they live, who speaks for them, reading who they are."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import people as shown
from fangxian.interfaces.console.days import DayField
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.doors import DoorForm
from fangxian.interfaces.console.pages.people import PRIVATE, choices_of, offer
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.subjects import titles_of_clauses
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.ledger.people import actions, queries, rules
from fangxian.mechanisms.ledger.people.actions import Identity
from fangxian.mechanisms.ledger.people.queries import PersonCard
from fangxian.mechanisms.ledger.states import Purpose, Relation


SOMEBODY_ELSE = ""


def take_act(
    request: PageRequest,
    card: PersonCard,
    form: forms.Form,
    *,
    title: str,
    note: str,
    do: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show the form of an act upon a person, and take it."""
    row = shown.rows([card])[0]
    context = {"person": card, "form": form, "row": row, "act": title, "note": note}
    return take_form(request, "console/people/act.html", context, form, do=do)


# --------------------------------------------------------------------- where they live
class MoveInForm(DoorForm):
    """A door, and since when somebody lives behind it."""

    since = DayField(label=_("Lives there since"))


@page("person_move_in")
def move_in(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Write down behind which door somebody lives; the former door ends then."""
    card = queries.get_person(person_id, request.actor.scope)
    initial = {"area": str(card.area), "since": day_of(request.at)}
    form = MoveInForm(request.POST or None, actor=request.actor, initial=initial)

    def write_down() -> HttpResponse:
        _move_in(request, card.id, form.cleaned_data)
        messages.success(request, gettext("The door is written down."))
        return redirect("person", card.id)

    title = gettext("Where they live")
    note = gettext(
        "A door that is known already is found again. The room is kept sealed."
    )
    return take_act(request, card, form, title=title, note=note, do=write_down)


def _move_in(request: PageRequest, person_id: UUID, said: dict[str, Any]) -> None:
    by, at = request.actor, request.at
    door = actions.register_door(
        area=int(said["area"]),
        building=said["building"],
        unit=said["unit"],
        room=said["room"],
        by=by,
        at=at,
    )
    actions.move_in(person_id, door=door, since=said["since"], by=by, at=at)


class MoveOutForm(forms.Form):
    """From which day on somebody does not live there."""

    until = DayField(label=_("The first day they do not live there"))


@page("person_move_out")
def move_out(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Write down that somebody has left their door."""
    card = queries.get_person(person_id, request.actor.scope)
    form = MoveOutForm(request.POST or None, initial={"until": day_of(request.at)})

    def write_down() -> HttpResponse:
        actions.move_out(card.id, **form.cleaned_data, by=request.actor, at=request.at)
        messages.success(request, gettext("It is written down that they left."))
        return redirect("person", card.id)

    title = gettext("They do not live there any more")
    note = gettext("The area answers for them until another does.")
    return take_act(request, card, form, title=title, note=note, do=write_down)


# ------------------------------------------------------------------ who speaks for them
class ProxyForm(forms.Form):
    """Who speaks for somebody: one of the same door, or a name with a telephone."""

    proxy = forms.ChoiceField(label=_("Whom to call instead"), required=False)
    name = forms.CharField(
        label=_("Their name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=PRIVATE),
        help_text=_("Only for somebody who is not on the ledger."),
    )
    telephone = forms.CharField(
        label=_("Their telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}),
    )
    relation = forms.ChoiceField(
        label=_("What they are to the person"), choices=choices_of(shown.RELATIONS)
    )

    def __init__(self, *args: Any, housemates: list[PersonCard]) -> None:
        super().__init__(*args)
        others: list[tuple[str, Any]] = [(SOMEBODY_ELSE, _("somebody else"))]
        names = [(str(mate.id), mate.name) for mate in housemates]
        offer(self, proxy=[*others, *names])

    def said(self) -> dict[str, Any]:
        """What the ledger is told."""
        given = self.cleaned_data
        proxy = UUID(given["proxy"]) if given["proxy"] else None
        return {
            "relation": Relation(given["relation"]),
            "proxy": proxy,
            "name": None if proxy else given["name"],
            "telephone": None if proxy else given["telephone"],
        }


@page("person_proxy")
def name_proxy(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Name who speaks for somebody that cannot be called."""
    card = queries.get_person(person_id, request.actor.scope)
    form = ProxyForm(request.POST or None, housemates=_housemates(card, request.actor))

    def name() -> HttpResponse:
        actions.name_proxy(card.id, **form.said(), by=request.actor, at=request.at)
        messages.success(request, gettext("Who speaks for them is written down."))
        return redirect("person", card.id)

    title = gettext("Who speaks for them")
    note = gettext("For a child, or somebody very old: who is called instead.")
    return take_act(request, card, form, title=title, note=note, do=name)


def _housemates(card: PersonCard, actor: Actor) -> list[PersonCard]:
    if card.door is None:
        return []
    behind = queries.find_people(actor.scope, door=card.door.id).cards
    return [mate for mate in behind if mate.id != card.id]


@page("person_proxy_release")
@require_POST
def release_proxy(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Write down that nobody speaks for a person any more."""
    actions.release_proxy(person_id, by=request.actor, at=request.at)
    messages.success(request, gettext("Nobody speaks for them any more."))
    return redirect("person", person_id)


# --------------------------------------------------------------------- reading in clear
class OpenForm(forms.Form):
    """What an identity is read for."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=[(p.value, shown.PURPOSES[p]) for p in shown.CHOSEN_PURPOSES],
    )
    task = forms.TypedChoiceField(
        label=_("For which duty"), coerce=int, required=False, empty_value=None
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is kept, and shown to those who oversee."),
    )

    def __init__(self, *args: Any, duties: list[Any] | None) -> None:
        super().__init__(*args)
        if duties is None:
            del self.fields["task"]
            return
        titles = titles_of_clauses() if duties else {}
        named = [(str(one.pk), titles.get(one.duty, one.duty)) for one in duties]
        offer(self, task=[("", "—"), *named])


@page("person_open")
def open_identity(request: PageRequest, person_id: UUID) -> HttpResponse:
    """Read who somebody is, once; that it was read is written down first."""
    actor = request.actor
    card = queries.get_person(person_id, actor.scope)
    needs_duty = actor.role in rules.OPENERS_FOR_A_TASK
    duties = shown.duties_about(card.id, actor) if needs_duty else None
    form = OpenForm(request.POST or None, duties=duties)

    def read() -> HttpResponse:
        identity = _opened(request, card.id, form.cleaned_data)
        return in_clear(request, card, identity)

    title = gettext("Read who this is")
    note = gettext("Who read it, when and why stays on the person's page for good.")
    return take_act(request, card, form, title=title, note=note, do=read)


def _opened(request: PageRequest, person_id: UUID, said: dict[str, Any]) -> Identity:
    return actions.open_identity(
        person_id,
        purpose=Purpose(said["purpose"]),
        why=said["why"],
        task=said.get("task"),
        by=request.actor,
        at=request.at,
    )


def in_clear(
    request: PageRequest, card: PersonCard, identity: Identity
) -> HttpResponse:
    """Show an identity that was just opened; the page is kept by nobody."""
    said = {
        "person": card,
        "row": shown.rows([card])[0],
        "clear": shown.clear(identity),
    }
    return render(request, "console/people/clear.html", said)


urlpatterns: list[URLPattern] = [
    path("people/<uuid:person_id>/door/", move_in, name="person_move_in"),
    path("people/<uuid:person_id>/left/", move_out, name="person_move_out"),
    path("people/<uuid:person_id>/proxy/", name_proxy, name="person_proxy"),
    path(
        "people/<uuid:person_id>/proxy/release/",
        release_proxy,
        name="person_proxy_release",
    ),
    path("people/<uuid:person_id>/open/", open_identity, name="person_open"),
]
