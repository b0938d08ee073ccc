"""One way to take any list in: send a file, look how it is understood, confirm it.

Every kind of list has pages of its own, because who may send it and what it is about
differ; what they do is the same and stands here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.page import take_form
from fangxian.interfaces.console.pages.people import offer
from fangxian.interfaces.console.pages.places import LISTED, area_choices
from fangxian.interfaces.console.photos import Chooser
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.mapping import Sheet
from fangxian.interfaces.imports.refused import Explained, as_csv, as_xlsx, to_correct
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.jurisdiction.queries import path_names


SAMPLE_ROWS = 5
COLUMN = "column_"
NOT_THERE = ""
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    """A file, and what area it is about."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV or Excel; 10 MB at most."), widget=Chooser
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


@dataclass(frozen=True, slots=True)
class Pages:
    """Names of the addresses that a list passes through, and the templates' folder."""

    send: str
    columns: str
    taken: str
    back: str
    folder: str


def nothing_more(_upload: Upload) -> str:
    """Say nothing of an upload but its name and its area."""
    return ""


@dataclass(frozen=True, slots=True)
class Way:
    """How lists of one kind come in.

    ``check`` refuses a reader who brings no such list; ``read`` opens a file;
    ``labels`` name what a column may say; ``take`` takes the rows in and gives the
    list's id; ``about`` says what else was said of an upload, and refuses one that
    was sent as something else.
    """

    pages: Pages
    asks: type[UploadForm]
    check: Callable[[Actor], None]
    read: Callable[[bytes], Sheet]
    labels: Mapping[str, Any]
    take: Callable[[Sheet, Upload, PageRequest], int]
    about: Callable[[Upload], Any] = nothing_more


def send_file(request: PageRequest, way: Way) -> HttpResponse:
    """Send a file; one that cannot be read at all is refused here."""
    form = way.asks(request.POST or None, request.FILES or None, actor=request.actor)

    def keep() -> HttpResponse:
        upload = form.upload()
        way.check(request.actor)
        way.read(upload.content)
        token = uploads.keep(upload, by=request.actor, at=request.at)
        return redirect(way.pages.columns, token)

    context = {"form": form, "back": reverse(way.pages.back)}
    return take_form(request, f"{way.pages.folder}/send.html", context, form, do=keep)


def confirm_columns(request: PageRequest, token: str, way: Way) -> HttpResponse:
    """Show how a sent file is understood, and take it in as confirmed.

    The first rows are shown as they stand: the reader has just sent them.
    """
    upload = uploads.get(token, by=request.actor, at=request.at)
    about = way.about(upload)
    sheet = way.read(upload.content)
    form = ColumnsForm(request.POST or None, sheet=sheet, fields=way.labels)

    def take_in() -> HttpResponse:
        batch = way.take(sheet.with_columns(form.columns()), upload, request)
        uploads.drop(token)
        return redirect(way.pages.taken, batch)

    context = {
        "form": form,
        "sheet": sheet,
        "upload": upload,
        "about": about,
        "area": path_names([upload.area])[upload.area],
        "rows": len(sheet.rows),
        "sample": list(sheet.numbered())[:SAMPLE_ROWS],
        "again": reverse(way.pages.send),
    }
    return take_form(
        request, f"{way.pages.folder}/columns.html", context, form, do=take_in
    )


def corrected_file(
    headings: Sequence[str], refused: Sequence[Explained], *, name: str, form: str
) -> HttpResponse:
    """Give refused rows as a file to correct and send again; ``form`` is csv or xlsx."""
    lines = to_correct(headings, refused, translate=gettext)
    spell, kind = (as_xlsx, XLSX) if form == "xlsx" else (as_csv, CSV)
    answer = HttpResponse(spell(lines), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
