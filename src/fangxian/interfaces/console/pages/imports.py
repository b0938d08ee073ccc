"""Lists of places: send a file, look how its columns are understood, take it in."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from fangxian.interfaces.console import places as shown
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages import batches
from fangxian.interfaces.console.pages.differences import shown_differences
from fangxian.interfaces.console.pages.people import offer
from fangxian.interfaces.console.pages.places import kind_choices
from fangxian.interfaces.console.pages.sending import (
    Pages,
    UploadForm,
    Way,
    confirm_columns,
    send_file,
)
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports.mapping import FIELDS, Sheet
from fangxian.interfaces.imports.places import open_list, take_places
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import Actor
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger import queries, rules
from fangxian.mechanisms.ledger.rows import Taken


ROWS_A_PAGE = 50
FIELD_LABELS = {
    **shown.FIELD_NAMES,
    "street": _("street"),
    "community": _("community"),
    "grid": _("grid"),
}


@page("places_imports")
def files(request: PageRequest) -> HttpResponse:
    """List the files taken in for areas in scope."""
    found = queries.imports(request.actor.scope, by=request.actor.person)
    return render(request, "console/imports/list.html", batches.listed(found, request))


# ------------------------------------------------------------------------ sending
class PlacesForm(UploadForm):
    """A list of places, and a kind for rows that name none."""

    kind = forms.ChoiceField(label=_("Kind for rows that name none"), required=False)

    def __init__(self, *args: Any, actor: Actor) -> None:
        super().__init__(*args, actor=actor)
        offer(self, kind=[("", "—"), *kind_choices(actor.scope)])

    def upload(self) -> Upload:
        """What was sent, with the kind."""
        return replace(super().upload(), kind=self.cleaned_data["kind"] or None)


def _take(sheet: Sheet, upload: Upload, request: PageRequest) -> int:
    taken = take_places(
        sheet,
        content=upload.content,
        file_name=upload.name,
        area=upload.area,
        kind=upload.kind,
        by=request.actor,
        at=request.at,
    )
    _tell_differing(request, taken)
    return taken.batch


def _tell_differing(request: PageRequest, taken: Taken) -> None:
    """Say which rows speak otherwise than the ledger; they changed nothing."""
    differing = [str(known.row) for known in taken.known if known.differs]
    if differing:
        said = ngettext(
            "Row {rows} says something else than the ledger: accept it, or keep it.",
            "Rows {rows} say something else than the ledger: accept or keep each.",
            len(differing),
        )
        messages.warning(request, said.format(rows=", ".join(differing[:20])))


PLACES = Way(
    pages=Pages(
        send="import_new",
        columns="import_columns",
        taken="import_one",
        back="places",
        folder="console/imports",
    ),
    asks=PlacesForm,
    check=lambda by: rules.check_can_keep(by=by),
    read=open_list,
    labels={name: FIELD_LABELS[name] for name in FIELDS},
    take=_take,
)


@page("import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a list of places."""
    return send_file(request, PLACES)


@page("import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent list is understood, and take it in as confirmed."""
    return confirm_columns(request, token, PLACES)


# ------------------------------------------------------------------------- result
@page("import_one")
def taken(request: PageRequest, import_id: int) -> HttpResponse:
    """Show what became of a file: counts, refused rows, places that look like one."""
    actor = request.actor
    batch = queries.get_import(import_id, actor.scope, by=actor.person)
    refused = queries.refused_rows(import_id, actor.scope, by=actor.person)
    context = batches.shown_one(batch, refused, request) | {
        "pairs": _look_like_others(batch, actor.scope),
        "differences": shown_differences(batch, actor.scope, ROWS_A_PAGE),
        "added_url": f"{reverse('places')}?list={batch.pk}" if batch.added else "",
    }
    return render(request, "console/imports/one.html", context)


def _look_like_others(batch: Any, scope: Scope) -> list[Any]:
    added = set(
        queries.places(scope, source=f"import:{batch.pk}").values_list("pk", flat=True)
    )
    if not added:
        return []
    found = queries.possible_duplicates(scope, area=batch.area_id)
    alike = [candidate for candidate in found if candidate.place in added]
    return shown.pairs(alike[:ROWS_A_PAGE], scope)


@page("import_refused")
def corrections(request: PageRequest, import_id: int, form: str) -> HttpResponse:
    """Give the refused rows as a file to correct and send again."""
    actor = request.actor
    batch = queries.get_import(import_id, actor.scope, by=actor.person)
    refused = queries.refused_rows(import_id, actor.scope, by=actor.person)
    return batches.to_correct(batch, refused, name=f"rows-{import_id}", form=form)


urlpatterns: list[URLPattern] = [
    path("places/imports/", files, name="places_imports"),
    path("places/imports/new/", send, name="import_new"),
    path("places/imports/columns/<slug:token>/", columns, name="import_columns"),
    path("places/imports/<int:import_id>/", taken, name="import_one"),
    path(
        "places/imports/<int:import_id>/rows.<str:form>",
        corrections,
        name="import_refused",
    ),
]
