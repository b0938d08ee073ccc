"""Papers about one person at home, as .docx and PDF: masked, or with an approved export."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from fangxian.capabilities.home_watch import queries
from fangxian.interfaces.console.exports import mark_of
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.bulletins import DOCX
from fangxian.interfaces.console.papers import pdf, word
from fangxian.interfaces.console.papers.content import Kind, Paper, compose, offered
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.exports import queries as ready
from fangxian.mechanisms.ledger.people.actions import Identity
from fangxian.mechanisms.ledger.people.queries import survivor
from fangxian.mechanisms.ledger.states import ExportForm
from fangxian.mechanisms.restriction.rules import check_can_read


Writer = Callable[[Paper], bytes]
WRITERS: Mapping[str, tuple[Writer, str]] = {
    "docx": (word.write, DOCX),
    "pdf": (pdf.write, "application/pdf"),
}


@page("home_watch_paper")
def paper(request: PageRequest, watch_id: int, kind: str, form: str) -> HttpResponse:
    """Give a paper: masked on a GET; on a POST in clear, by an approved export."""
    actor, at = request.actor, request.at
    check_can_read(by=actor)
    watch = queries.get_watch(watch_id, actor.scope)
    if form not in WRITERS or kind not in dict(offered(watch, at)):
        raise Http404
    identity, mark = None, gettext("Masked: this paper names nobody in full")
    if request.method == "POST":
        identity, mark = _opened(request, watch)
    composed = compose(Kind(kind), watch, identity=identity, mark=mark, by=actor, at=at)
    write, content_type = WRITERS[form]
    name = f"{kind}-{watch_id}.{form}"
    return HttpResponse(
        write(composed),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _opened(request: PageRequest, watch: Any) -> tuple[Identity, str]:
    """Open the person through the gate; it is written down who reads it and why."""
    actor, at = request.actor, request.at
    person = survivor(watch.person)
    export = ready.find_ready([person], form=ExportForm.DOCUMENTS, by=actor, at=at)
    if export is None:
        raise Http404
    [identity] = exports.open_export(export, only=[person], by=actor, at=at)
    return identity, mark_of(ready.get_export(export, by=actor), at=at)


urlpatterns: list[URLPattern] = [
    path(
        "home/<int:watch_id>/papers/<slug:kind>.<slug:form>",
        paper,
        name="home_watch_paper",
    ),
]
