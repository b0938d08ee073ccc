"""Which address is which page; one line a module of pages."""

from importlib import import_module

from django.urls import URLPattern, URLResolver


MODULES = (
    "login",
    "profile",
    "factors",
    "search",
    "accounts",
    "links",
    "load",
    "jurisdiction",
    "reforms",
    "posts",
    "devices",
    "places",
    "place_acts",
    "imports",
    "differences",
    "people",
    "person_acts",
    "person_pairs",
    "people_imports",
    "doors",
    "exports",
    "findings",
    "joint_visits",
    "visits",
    "corrections",
    "patrols",
    "rectification",
    "protocols",
    "screening",
    "screening_acts",
    "screening_lists",
    "sweeps",
    "sweep_acts",
    "home_watch",
    "results",
    "result_lists",
    "papers",
    "restrictions",
    "appeals",
    "today",
    "tasks",
    "returns",
    "journal",
    "quarantine",
    "figures",
    "bulletins",
)

urlpatterns: list[URLPattern | URLResolver] = [
    pattern
    for module in MODULES
    for pattern in import_module(
        f"fangxian.interfaces.console.pages.{module}"
    ).urlpatterns
]
