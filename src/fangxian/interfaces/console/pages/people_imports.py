"""Lists of people: send a file, look how its columns are understood, take it in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import ngettext

from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages import batches
from fangxian.interfaces.console.pages.sending import (
    Pages,
    UploadForm,
    Way,
    confirm_columns,
    send_file,
)
from fangxian.interfaces.console.people import FIELD_NAMES
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports.arrivals import ARRIVALS
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.interfaces.imports.people import FIELDS, open_list, take_people
from fangxian.interfaces.imports.uploads import Upload
from fangxian.mechanisms.ledger.people import queries, rules
from fangxian.mechanisms.ledger.rules import IMPORT_UNKNOWN


@page("people_imports")
def files(request: PageRequest) -> HttpResponse:
    """List the lists of people taken in for areas in scope."""
    found = queries.lists(request.actor.scope)
    context = batches.listed(found, request)
    return render(request, "console/people/imports/list.html", context)


# ------------------------------------------------------------------------ sending
def _take(sheet: Sheet, upload: Upload, request: PageRequest) -> int:
    taken = take_people(
        sheet,
        content=upload.content,
        file_name=upload.name,
        area=upload.area,
        by=request.actor,
        at=request.at,
    )
    tell_alike(request, len(taken.alike))
    return taken.batch


def tell_alike(request: PageRequest, pairs: int) -> None:
    """Say how many pairs of people of a list look like one."""
    if pairs:
        said = ngettext(
            "{count} pair of people looks like one: see who may be the same.",
            "{count} pairs of people look like one: see who may be the same.",
            pairs,
        )
        messages.warning(request, said.format(count=pairs))


PEOPLE = Way(
    pages=Pages(
        send="people_import_new",
        columns="people_import_columns",
        taken="people_import_one",
        back="people_imports",
        folder="console/people/imports",
    ),
    asks=UploadForm,
    check=lambda by: rules.check_can_import(by=by),
    read=open_list,
    labels={name: FIELD_NAMES[name] for name in FIELDS},
    take=_take,
)


@page("people_import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a list of people."""
    return send_file(request, PEOPLE)


@page("people_import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent list is understood, and take it in as confirmed."""
    return confirm_columns(request, token, PEOPLE)


# ------------------------------------------------------------------------- result
@page("people_import_one")
def taken(request: PageRequest, list_id: int) -> HttpResponse:
    """Show what became of a list; its bad rows only to who sent it."""
    actor = request.actor
    batch = queries.get_list(list_id, actor.scope)
    refused = queries.refused_rows(list_id, actor.scope, by=actor.person)
    may_read = rules.can_read(by=actor)
    context = batches.shown_one(batch, refused, request) | {
        "added_url": f"{reverse('people')}?list={batch.pk}"
        if batch.added and may_read
        else "",
        "again_url": reverse(_sent_from(batch.layout)),
    }
    return render(request, "console/people/imports/one.html", context)


def _sent_from(layout: Any) -> str:
    """Name the page that took a list in; that of arrivals reads the journeys too."""
    if layout and layout.fingerprint == ARRIVALS.layout_of(layout.headings):
        return "screening_import_new"
    return "people_import_new"


@page("people_import_refused")
def corrections(request: PageRequest, list_id: int, form: str) -> HttpResponse:
    """Give the bad rows to who sent them, as a file to correct and send again."""
    actor = request.actor
    batch = queries.get_list(list_id, actor.scope)
    if batch.by != actor.person:
        raise IMPORT_UNKNOWN()
    refused = queries.refused_rows(list_id, actor.scope, by=actor.person)
    return batches.to_correct(batch, refused, name=f"rows-{list_id}", form=form)


urlpatterns: list[URLPattern] = [
    path("people/lists/", files, name="people_imports"),
    path("people/lists/new/", send, name="people_import_new"),
    path("people/lists/columns/<slug:token>/", columns, name="people_import_columns"),
    path("people/lists/<int:list_id>/", taken, name="people_import_one"),
    path(
        "people/lists/<int:list_id>/rows.<str:form>",
        corrections,
        name="people_import_refused",
    ),
]
