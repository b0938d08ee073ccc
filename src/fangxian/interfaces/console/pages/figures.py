"""A figure of a return, opened: its meaning, its lower units, its records."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from fangxian.interfaces.console import figures as shown
from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.report import queries
from fangxian.mechanisms.report.rows import rows_of
from fangxian.mechanisms.report.sources import is_added_up


ROWS_A_PAGE = 50


@page("return_figure")
def figure(request: PageRequest, return_id: int, name: str) -> HttpResponse:
    """Open one figure: what it means, what each lower unit returned, which records."""
    returned = queries.get_return(return_id, request.actor.scope)
    layout = queries.layout_for(returned)
    indicator = layout.indicator(name)
    if indicator is None:
        raise Http404
    pack = loaded(returned.edition_id)
    rows = rows_of(indicator.source, day=returned.day)
    asked = shown.Asked(request.actor.scope, returned.area_id, returned.day, request.at)
    found = shown.records_of(rows, asked)
    number = request.GET.get("page")
    records = None if found is None else Paginator(found, ROWS_A_PAGE).get_page(number)
    listed = (
        []
        if records is None
        else shown.shown(rows, list(records.object_list), pack, request.actor)
    )
    figures = queries.figures_of(returned)
    context = {
        "returned": returned,
        "title": word(layout.title),
        "path": jurisdiction.path_name(returned.area_id),
        "label": word(indicator.label),
        "definition": word(indicator.definition),
        "unit": word(indicator.unit),
        "n": figures.get(name, 0),
        "name": name,
        "page": records,
        "records": listed,
        "places": jurisdiction.path_names({one.area for one in listed}),
        "shares": shown.shares_of(returned, name, added=is_added_up(indicator.source))
        if rows.list != "indicators"
        else [],
        "parts": shown.parts_of(rows, layout, figures),
    }
    return render(request, "console/returns/figure.html", context)


urlpatterns: list[URLPattern] = [
    path("returns/<int:return_id>/figures/<slug:name>/", figure, name="return_figure")
]
