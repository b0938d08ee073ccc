"""Lists that were taken in: which there are, what became of one, its rows to correct."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext

from fangxian.interfaces.console.pages.sending import corrected_file
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.imports.refused import explain
from fangxian.mechanisms.jurisdiction.queries import masked_names, path_names


ROWS_A_PAGE = 50


def listed(found: Any, request: PageRequest) -> dict[str, Any]:
    """A page of lists: who took each in, and for which area."""
    shown_page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    batches = list(shown_page)
    return {
        "page": shown_page,
        "me": request.actor.person,
        "paths": path_names({batch.area_id for batch in batches}),
        "names": masked_names({batch.by for batch in batches}),
    }


def shown_one(
    batch: Any, refused: Iterable[Any], request: PageRequest
) -> dict[str, Any]:
    """One list, and a page of its refused rows with what is wrong in each."""
    explained = list(explain(refused, translate=gettext))
    return {
        "batch": batch,
        "is_mine": batch.by == request.actor.person,
        "area": path_names([batch.area_id])[batch.area_id],
        "who": masked_names([batch.by]).get(batch.by, ""),
        "page": Paginator(explained, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }


def to_correct(
    batch: Any, refused: Iterable[Any], *, name: str, form: str
) -> HttpResponse:
    """The refused rows of a list as a file, under the headings it came with."""
    headings = batch.layout.headings if batch.layout else []
    explained = list(explain(refused, translate=gettext))
    return corrected_file(headings, explained, name=name, form=form)
