"""Lists of those who came: send a file, look how it is understood, take it in."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment import rules
from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.console import arrivals as shown
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.people_imports import tell_alike
from fangxian.interfaces.console.pages.sending import (
    Pages,
    UploadForm,
    Way,
    confirm_columns,
    send_file,
)
from fangxian.interfaces.console.people import FIELD_NAMES
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports.arrivals import FIELDS, open_list, take_arrivals
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.interfaces.imports.rules import UPLOAD_GONE
from fangxian.interfaces.imports.uploads import Upload


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


def _source_of(upload: Upload) -> Source:
    """Say who told; a list that was sent elsewhere is none of these."""
    if upload.kind not in set(Source):
        raise UPLOAD_GONE()
    return Source(upload.kind)


def _take(sheet: Sheet, upload: Upload, request: PageRequest) -> int:
    """Take the rows in, and say what became of the journeys."""
    listed = take_arrivals(
        sheet,
        content=upload.content,
        file_name=upload.name,
        source=_source_of(upload),
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


ARRIVALS = Way(
    pages=Pages(
        send="screening_import_new",
        columns="screening_import_columns",
        taken="people_import_one",
        back="screening",
        folder="console/screening",
    ),
    asks=SourceForm,
    check=lambda by: rules.check_can_list(by=by),
    read=open_list,
    labels={name: LABELS[name] for name in FIELDS},
    take=_take,
    about=lambda upload: shown.SOURCES[_source_of(upload)],
)


@page("screening_import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a list of those who came."""
    return send_file(request, ARRIVALS)


@page("screening_import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent list is understood, and take it in as confirmed."""
    return confirm_columns(request, token, ARRIVALS)


urlpatterns: list[URLPattern] = [
    path("screening/lists/new/", send, name="screening_import_new"),
    path(
        "screening/lists/columns/<slug:token>/",
        columns,
        name="screening_import_columns",
    ),
]
