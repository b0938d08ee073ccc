"""The search box: places, areas and findings that the actor may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise

from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor


TEXT_CHARACTERS_MAX = 60
HITS_MAX = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: what it is, where it stands, where its page is."""

    word: str
    where: str
    href: str


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks for text among what the actor may see; at most ``most`` hits."""

    label: str | Promise
    icon: str
    find: Callable[[Actor, str, datetime, int], list[Hit]]


FINDERS: list[Finder] = []


@page("search")
def search(request: PageRequest) -> HttpResponse:
    """Show what was found, by kind."""
    text = request.GET.get("q", "").strip()[:TEXT_CHARACTERS_MAX]
    groups = [
        (finder, finder.find(request.actor, text, request.at, HITS_MAX))
        for finder in FINDERS
        if text
    ]
    context = {
        "search_text": text,
        "groups": [(finder, hits) for finder, hits in groups if hits],
        "most": HITS_MAX,
    }
    return render(request, "console/search/search.html", context)


urlpatterns: list[URLPattern] = [path("search/", search, name="search")]
