"""Lists of people: send a file, look how its columns are understood, take it in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.imports import (
    CSV,
    ROWS_A_PAGE,
    SAMPLE_ROWS,
    XLSX,
    ColumnsForm,
)
from fangxian.interfaces.console.pages.people import offer
from fangxian.interfaces.console.pages.places import LISTED, area_choices
from fangxian.interfaces.console.people import FIELD_NAMES
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.arrivals import ARRIVALS
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.interfaces.imports.people import FIELDS, open_list, take_people
from fangxian.interfaces.imports.refused import (
    Explained,
    as_csv,
    as_xlsx,
    explain,
    to_correct,
)
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction.queries import masked_names, path_names
from fangxian.mechanisms.ledger.people import queries, rules
from fangxian.mechanisms.ledger.rules import IMPORT_UNKNOWN


@page("people_imports")
def files(request: PageRequest) -> HttpResponse:
    """List the lists of people taken in for areas in scope."""
    found = queries.lists(request.actor.scope)
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    batches = list(shown_page)
    context = {
        "page": shown_page,
        "me": request.actor.person,
        "paths": path_names({batch.area_id for batch in batches}),
        "names": masked_names({batch.by for batch in batches}),
    }
    return render(request, "console/people/imports/list.html", context)


# ------------------------------------------------------------------------ sending
class UploadForm(forms.Form):
    """A list of people, and what area it is about."""

    file = forms.FileField(
        label=_("List of people"), help_text=_("CSV or Excel; 10 MB at most.")
    )
    area = forms.ChoiceField(
        label=_("What area it is about"),
        help_text=_("Streets and communities in the list are looked for below it."),
    )

    def __init__(self, *args: Any, actor: Actor) -> None:
        super().__init__(*args)
        offer(self, area=area_choices(actor, LISTED))

    def upload(self) -> Upload:
        """What was sent."""
        given = self.cleaned_data
        return Upload(
            name=given["file"].name,
            content=given["file"].read(),
            area=int(given["area"]),
        )


@page("people_import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a file; one that cannot be read at all is refused here."""
    form = UploadForm(request.POST or None, request.FILES or None, actor=request.actor)
    refusal = None
    if request.method == "POST" and form.is_valid():
        upload = form.upload()
        try:
            rules.check_can_import(by=request.actor)
            open_list(upload.content)
        except Refusal as declined:
            refusal = declined
        else:
            token = uploads.keep(upload, by=request.actor, at=request.at)
            return redirect("people_import_columns", token)
    context = {"form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "console/people/imports/new.html", context, status=status)


# ------------------------------------------------------------------------ columns
@page("people_import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent list is understood, and take it in as confirmed.

    The first rows are shown as they stand: the reader has just sent them.
    """
    upload = uploads.get(token, by=request.actor, at=request.at)
    sheet = open_list(upload.content)
    asked = {name: FIELD_NAMES[name] for name in FIELDS}
    form = ColumnsForm(request.POST or None, sheet=sheet, fields=asked)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            batch = _take(sheet.with_columns(form.columns()), upload, request)
        except Refusal as declined:
            if declined.kind.hidden:
                raise
            refusal = declined
        else:
            uploads.drop(token)
            return redirect("people_import_one", batch)
    context = {
        "form": form,
        "sheet": sheet,
        "upload": upload,
        "area": path_names([upload.area])[upload.area],
        "rows": len(sheet.rows),
        "sample": list(sheet.numbered())[:SAMPLE_ROWS],
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(
        request, "console/people/imports/columns.html", context, status=status
    )


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


# ------------------------------------------------------------------------- result
@page("people_import_one")
def taken(request: PageRequest, list_id: int) -> HttpResponse:
    """Show what became of a list; its bad rows only to who sent it."""
    actor = request.actor
    batch = queries.get_list(list_id, actor.scope)
    refused = _explained(list_id, actor)
    shown_page = Paginator(refused, ROWS_A_PAGE).get_page(request.GET.get("page"))
    may_read = rules.can_read(by=actor)
    context = {
        "batch": batch,
        "is_mine": batch.by == actor.person,
        "area": path_names([batch.area_id])[batch.area_id],
        "who": masked_names([batch.by]).get(batch.by, ""),
        "page": shown_page,
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


def _explained(list_id: int, actor: Actor) -> list[Explained]:
    rows = queries.refused_rows(list_id, actor.scope, by=actor.person)
    return list(explain(rows, translate=gettext))


@page("people_import_refused")
def corrections(request: PageRequest, list_id: int, form: str) -> HttpResponse:
    """Give the bad rows to who sent them, as a file to correct and send again."""
    actor = request.actor
    batch = queries.get_list(list_id, actor.scope)
    if batch.by != actor.person:
        raise IMPORT_UNKNOWN()
    headings = batch.layout.headings if batch.layout else []
    lines = to_correct(headings, _explained(list_id, actor), translate=gettext)
    spell, kind = (as_xlsx, XLSX) if form == "xlsx" else (as_csv, CSV)
    answer = HttpResponse(spell(lines), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="rows-{list_id}.{form}"'
    return answer


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
