"""Lists of places: send a file, look how its columns are understood, take it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console import places as shown
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.differences import shown_differences
from fangxian.interfaces.console.pages.places import (
    LISTED,
    area_choices,
    kind_choices,
)
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.mapping import FIELDS, Sheet
from fangxian.interfaces.imports.places import open_list, take_places
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
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import masked_names, path_names
from fangxian.mechanisms.ledger import queries
from fangxian.mechanisms.ledger.rows import Taken


ROWS_A_PAGE = 50
SAMPLE_ROWS = 5
COLUMN = "column_"
NOT_THERE = ""
FIELD_LABELS = {
    **shown.FIELD_NAMES,
    "street": _("street"),
    "community": _("community"),
    "grid": _("grid"),
}
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("places_imports")
def files(request: PageRequest) -> HttpResponse:
    """List the files taken in for areas in scope."""
    found = queries.imports(request.actor.scope, by=request.actor.person)
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    batches = list(shown_page)
    context = {
        "page": shown_page,
        "paths": path_names({batch.area_id for batch in batches}),
        "names": masked_names({batch.by for batch in batches}),
    }
    return render(request, "console/imports/list.html", context)


# ------------------------------------------------------------------------ sending
class UploadForm(forms.Form):
    """A file, and what it is about."""

    file = forms.FileField(
        label=_("List of places"), help_text=_("CSV or Excel; 10 MB at most.")
    )
    area = forms.ChoiceField(
        label=_("What area it is about"),
        help_text=_("Streets and communities in the list are looked for below it."),
    )
    kind = forms.ChoiceField(label=_("Kind for rows that name none"), required=False)

    def __init__(self, *args: Any, actor: Actor) -> None:
        super().__init__(*args)
        none: list[Any] = [("", "—")]
        for name, choices in (
            ("area", area_choices(actor, LISTED)),
            ("kind", [*none, *kind_choices(actor.scope)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = choices

    def upload(self) -> Upload:
        """What was sent."""
        given = self.cleaned_data
        return Upload(
            name=given["file"].name,
            content=given["file"].read(),
            area=int(given["area"]),
            kind=given["kind"] or None,
        )


@page("import_new")
def send(request: PageRequest) -> HttpResponse:
    """Send a file; one that cannot be read at all is refused here."""
    form = UploadForm(request.POST or None, request.FILES or None, actor=request.actor)
    refusal = None
    if request.method == "POST" and form.is_valid():
        upload = form.upload()
        try:
            open_list(upload.content)
        except Refusal as declined:
            refusal = declined
        else:
            token = uploads.keep(upload, by=request.actor, at=request.at)
            return redirect("import_columns", token)
    context = {"form": form, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "console/imports/new.html", context, status=status)


# ------------------------------------------------------------------------ columns
class ColumnsForm(forms.Form):
    """Which column of a sheet says what; ``fields`` are named by their labels."""

    def __init__(self, *args: Any, sheet: Sheet, fields: Mapping[str, Any]) -> None:
        super().__init__(*args)
        self.named = tuple(fields)
        columns = [
            (str(place), f"{place + 1}. {heading or '—'}")
            for place, heading in enumerate(sheet.headings)
        ]
        for name, label in fields.items():
            self.fields[COLUMN + name] = forms.ChoiceField(
                label=str(label),
                choices=[(NOT_THERE, gettext("not in the list")), *columns],
                required=False,
                initial=str(sheet.columns.get(name, NOT_THERE)),
            )

    def columns(self) -> dict[str, int]:
        """The mapping that was confirmed."""
        said = {name: self.cleaned_data[COLUMN + name] for name in self.named}
        return {name: int(column) for name, column in said.items() if column}


@page("import_columns")
def columns(request: PageRequest, token: str) -> HttpResponse:
    """Show how a sent file is understood, and take it in as confirmed."""
    upload = uploads.get(token, by=request.actor, at=request.at)
    sheet = open_list(upload.content)
    asked = {name: FIELD_LABELS[name] for name in FIELDS}
    form = ColumnsForm(request.POST or None, sheet=sheet, fields=asked)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            taken = _take(sheet.with_columns(form.columns()), upload, request)
        except Refusal as declined:
            if declined.kind.hidden:
                raise
            refusal = declined
        else:
            uploads.drop(token)
            _tell_differing(request, taken)
            return redirect("import_one", taken.batch)
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
    return render(request, "console/imports/columns.html", context, status=status)


def _take(sheet: Sheet, upload: Upload, request: PageRequest) -> Taken:
    return take_places(
        sheet,
        content=upload.content,
        file_name=upload.name,
        area=upload.area,
        kind=upload.kind,
        by=request.actor,
        at=request.at,
    )


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


# ------------------------------------------------------------------------- result
@page("import_one")
def taken(request: PageRequest, import_id: int) -> HttpResponse:
    """Show what became of a file: counts, refused rows, places that look like one."""
    actor = request.actor
    batch = queries.get_import(import_id, actor.scope, by=actor.person)
    refused = _explained(import_id, actor)
    shown_page = Paginator(refused, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "area": path_names([batch.area_id])[batch.area_id],
        "who": masked_names([batch.by]).get(batch.by, ""),
        "page": shown_page,
        "pairs": _look_like_others(batch, actor.scope),
        "differences": shown_differences(batch, actor.scope, ROWS_A_PAGE),
        "added_url": f"{reverse('places')}?list={batch.pk}" if batch.added else "",
    }
    return render(request, "console/imports/one.html", context)


def _explained(import_id: int, actor: Actor) -> list[Explained]:
    rows = queries.refused_rows(import_id, actor.scope, by=actor.person)
    return list(explain(rows, translate=gettext))


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
    headings = batch.layout.headings if batch.layout else []
    lines = to_correct(headings, _explained(import_id, actor), translate=gettext)
    spell, kind = (as_xlsx, XLSX) if form == "xlsx" else (as_csv, CSV)
    answer = HttpResponse(spell(lines), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="rows-{import_id}.{form}"'
    return answer


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
