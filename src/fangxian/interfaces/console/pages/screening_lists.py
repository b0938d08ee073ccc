"""Lists of those who came: send a file, look how it is understood, take it in."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment import rules
from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.console import arrivals as shown
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.imports import SAMPLE_ROWS, ColumnsForm
from fangxian.interfaces.console.pages.people_imports import UploadForm, tell_alike
from fangxian.interfaces.console.people import FIELD_NAMES
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.arrivals import FIELDS, open_list, take_arrivals
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.interfaces.imports.rules import UPLOAD_GONE
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction.queries import path_names


LABELS = {
    **FIELD_NAMES,
    "origin": _("where they came from"),
    "left_on": _("left on"),
    "entered_on": _("entered the country on"),
    "transport": _("train, flight or car"),
    "is_abroad": _("whether from abroad"),
    "source": _("who told of it"),
}


class SourceForm(UploadForm):
    """A list, what area it is about, and who told of all in it."""

    source = forms.ChoiceField(
        label=_("Who told of them"),
        choices=[(s.value, said) for s, said in shown.SOURCES.items()],
        help_text=_("A row that names another source keeps its own."),
    )

    def upload(self) -> Upload:
        """What was sent; the source travels in the place of a kind."""
        return replace(super().upload(), kind=self.cleaned_data["source"])


@page("screening_import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a list; one that cannot be read at all is refused here."""
    form = SourceForm(request.POST or None, request.FILES or None, actor=request.actor)
    refusal = None
    if request.method == "POST" and form.is_valid():
        upload = form.upload()
        try:
            rules.check_can_list(by=request.actor)
            open_list(upload.content)
        except Refusal as declined:
            refusal = declined
        else:
            token = uploads.keep(upload, by=request.actor, at=request.at)
            return redirect("screening_import_columns", token)
    context = {"form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "console/screening/send.html", context, status=status)


@page("screening_import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent list is understood, and take it in as confirmed.

    The first rows are shown as they stand: the reader has just sent them.
    """
    upload = uploads.get(token, by=request.actor, at=request.at)
    source = _source_of(upload)
    sheet = open_list(upload.content)
    asked = {name: LABELS[name] for name in FIELDS}
    form = ColumnsForm(request.POST or None, sheet=sheet, fields=asked)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            mapped = sheet.with_columns(form.columns())
            batch = _take(mapped, upload, source, request)
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
        "source": shown.SOURCES[source],
        "area": path_names([upload.area])[upload.area],
        "rows": len(sheet.rows),
        "sample": list(sheet.numbered())[:SAMPLE_ROWS],
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "console/screening/columns.html", context, status=status)


def _source_of(upload: Upload) -> Source:
    """Say who told; a list that was sent elsewhere is none of these."""
    if upload.kind not in set(Source):
        raise UPLOAD_GONE()
    return Source(upload.kind)


def _take(sheet: Sheet, upload: Upload, source: Source, request: PageRequest) -> int:
    """Take the rows in, and say what became of the journeys."""
    listed = take_arrivals(
        sheet,
        content=upload.content,
        file_name=upload.name,
        source=source,
        area=upload.area,
        by=request.actor,
        at=request.at,
    )
    told = gettext(
        "{registered} arrivals registered, {joined} joined to known ones, "
        "{repeated} known already."
    )
    messages.success(
        request,
        told.format(
            registered=listed.registered,
            joined=listed.joined,
            repeated=listed.repeated,
        ),
    )
    tell_alike(request, len(listed.taken.alike))
    return listed.taken.batch


urlpatterns: list[URLPattern] = [
    path("screening/lists/new/", send, name="screening_import_new"),
    path(
        "screening/lists/columns/<slug:token>/",
        columns,
        name="screening_import_columns",
    ),
]
