"""Lists of laboratory results: send a file, look how it is understood, take it in."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.home_watch import rules
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
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.interfaces.imports.results import FIELDS, open_list, take_results
from fangxian.interfaces.imports.rules import UPLOAD_GONE
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.ledger.people import queries
from fangxian.mechanisms.ledger.rules import IMPORT_UNKNOWN
from fangxian.mechanisms.ledger.states import About


MARK = "laboratory:"  # before the name that an upload carries, so that none is mistaken
LABELS = {
    **FIELD_NAMES,
    "sampled_on": _("day of the sample"),
    "result": _("result"),
    "laboratory": _("laboratory"),
    "received_at": _("when it was reported"),
}


class LaboratoryForm(UploadForm):
    """A list, and the laboratory of all rows that name none."""

    laboratory = forms.CharField(
        label=_("Laboratory"),
        required=False,
        max_length=60,
        help_text=_("A row that names another laboratory keeps its own."),
    )

    def __init__(self, *args: Any, actor: Actor) -> None:
        super().__init__(*args, actor=actor)
        self.fields["area"].help_text = _("People in the list are looked for in it.")

    def upload(self) -> Upload:
        """What was sent; the laboratory travels in the place of a kind."""
        return replace(super().upload(), kind=MARK + self.cleaned_data["laboratory"])


def _laboratory_of(upload: Upload) -> str:
    """Say which laboratory it is from; a list that was sent elsewhere is from none."""
    if not (upload.kind or "").startswith(MARK):
        raise UPLOAD_GONE()
    return str(upload.kind).removeprefix(MARK)


def _take(sheet: Sheet, upload: Upload, request: PageRequest) -> int:
    listed = take_results(
        sheet,
        content=upload.content,
        file_name=upload.name,
        laboratory=_laboratory_of(upload),
        area=upload.area,
        by=request.actor,
        at=request.at,
    )
    told = gettext("{added} results taken down, {known} known already.")
    messages.success(
        request, told.format(added=len(listed.added), known=len(listed.known))
    )
    return listed.batch


RESULTS = Way(
    pages=Pages(
        send="results_import_new",
        columns="results_import_columns",
        taken="results_import_one",
        back="results",
        folder="console/results",
    ),
    asks=LaboratoryForm,
    check=lambda by: rules.check_can_take(by=by),
    read=open_list,
    labels={name: LABELS[name] for name in FIELDS},
    take=_take,
    about=_laboratory_of,
)


@page("results_import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a list of results."""
    return send_file(request, RESULTS)


@page("results_import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent list is understood, and take it in as confirmed."""
    return confirm_columns(request, token, RESULTS)


@page("results_imports")
def files(request: PageRequest) -> HttpResponse:
    """List the lists of results taken in for areas in scope."""
    found = queries.lists(request.actor.scope, about=About.RESULTS)
    context = batches.listed(found, request)
    return render(request, "console/results/lists.html", context)


@page("results_import_one")
def taken(request: PageRequest, list_id: int) -> HttpResponse:
    """Show what became of a list; its bad rows only to who sent it."""
    actor = request.actor
    batch = queries.get_list(list_id, actor.scope, about=About.RESULTS)
    context = batches.shown_one(batch, _refused(list_id, actor), request)
    context["added_url"] = f"{reverse('results')}?show=taken" if batch.added else ""
    return render(request, "console/results/one_list.html", context)


def _refused(list_id: int, actor: Actor) -> Any:
    return queries.refused_rows(
        list_id, actor.scope, by=actor.person, about=About.RESULTS
    )


@page("results_import_refused")
def corrections(request: PageRequest, list_id: int, form: str) -> HttpResponse:
    """Give the bad rows to who sent them, as a file to correct and send again."""
    actor = request.actor
    batch = queries.get_list(list_id, actor.scope, about=About.RESULTS)
    if batch.by != actor.person:
        raise IMPORT_UNKNOWN()
    refused = _refused(list_id, actor)
    return batches.to_correct(batch, refused, name=f"results-{list_id}", form=form)


urlpatterns: list[URLPattern] = [
    path("results/lists/", files, name="results_imports"),
    path("results/lists/new/", send, name="results_import_new"),
    path("results/lists/columns/<slug:token>/", columns, name="results_import_columns"),
    path("results/lists/<int:list_id>/", taken, name="results_import_one"),
    path(
        "results/lists/<int:list_id>/rows.<str:form>",
        corrections,
        name="results_import_refused",
    ),
]
