"""What stands round every page: the unit, the posts, the sections, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import pgettext_lazy

from fangxian.interfaces.console.matrix import can_open
from fangxian.interfaces.console.notices import PAGES, Notice, notices_of
from fangxian.kernel.actors import Actor, Role
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.queries import PostFacts


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation. ``url`` is the URL name of its first page.

    ``group`` 0 stands above the line, 1 below it. A page belongs to the section
    whose ``url`` its own URL name begins with, or that ``also`` names. Who may not
    open the first page is led to the first of ``instead`` that they may.
    """

    url: str
    icon: str
    label: str | Promise
    group: int = 0
    also: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()

    def holds(self, url_name: str) -> bool:
        """Whether a page belongs to this section."""
        return any(
            url_name == start or url_name.startswith(f"{start}_")
            for start in (self.url, *self.also)
        )


SECTIONS = (
    Section("today", "home", pgettext_lazy("section", "Today"), also=("task", "tasks")),
    Section(
        "places",
        "books",
        pgettext_lazy("section", "Ledger"),
        also=("place", "import", "people", "person"),
        instead=("people", "people_exports"),
    ),
    Section(
        "screening",
        "user-check",
        pgettext_lazy("section", "Screening"),
        also=("sweeps", "sweep"),
    ),
    Section(
        "home_watch",
        "door",
        pgettext_lazy("section", "At home"),
        also=("cohorts", "cohort", "decision", "appeals", "appeal"),
    ),
    Section(
        "results", "test-pipe", pgettext_lazy("section", "Results"), also=("result",)
    ),
    Section(
        "inspection",
        "clipboard-check",
        pgettext_lazy("section", "Inspection"),
        also=("findings", "finding", "visit", "visits", "patrols"),
    ),
    Section(
        "returns",
        "report",
        pgettext_lazy("section", "Returns"),
        also=("return", "bulletins", "bulletin"),
    ),
    Section(
        "protocols",
        "gavel",
        pgettext_lazy("section", "Protocols"),
        group=1,
        also=("protocol",),
    ),
    Section(
        "jurisdiction",
        "sitemap",
        pgettext_lazy("section", "Areas & posts"),
        group=1,
        also=("area", "areas", "post", "posts", "device", "devices"),
    ),
    Section(
        "journal",
        "history",
        pgettext_lazy("section", "Journal & proof"),
        group=1,
        also=("quarantine",),
    ),
    Section(
        "accounts",
        "users",
        pgettext_lazy("section", "Accounts"),
        group=1,
        also=("account_of", "load"),
        instead=("accounts_links",),
    ),
)

Counter = Callable[[Actor, datetime], int]
COUNTERS: dict[str, Counter] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A section as shown: where it leads, whether we are in it, what waits there."""

    section: Section
    href: str
    on: bool
    waiting: int


class Frame:
    """The frame of one request; each part is looked up when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.actor: Actor | None = getattr(request, "actor", None)
        self.url_name: str = getattr(request, "url_name", "")

    @cached_property
    def posts(self) -> list[PostFacts]:
        """The posts this person holds now."""
        person = getattr(self._request.user, "person", None)
        if person is None:
            return []
        return jurisdiction.posts_held(person, at=self._request.at)  # type: ignore[attr-defined]  # PageRequest declares it

    @cached_property
    def post(self) -> PostFacts | None:
        """The post the person acts in."""
        held = [
            post for post in self.posts if self.actor and post.id == self.actor.post
        ]
        return held[0] if held else None

    @cached_property
    def units(self) -> dict[int, str]:
        """The names of the units of all held posts."""
        return jurisdiction.path_names({post.area for post in self.posts})

    @cached_property
    def unit(self) -> str:
        """The unit's own name, without its path."""
        path = self.units.get(self.post.area, "") if self.post else ""
        return path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1]

    @cached_property
    def name(self) -> str:
        """The masked name of who acts, else the account's name."""
        if self.actor is None:
            return self._request.user.get_username()
        return jurisdiction.masked_name(self.actor.person)

    @cached_property
    def notices(self) -> list[Notice]:
        """What was done to this account lately, where its holder is told of it."""
        account = getattr(self._request, "account", None)
        if account is None or self.url_name not in PAGES:
            return []
        return notices_of(account, self._request.at)  # type: ignore[attr-defined]  # PageRequest declares it

    @cached_property
    def sections(self) -> list[list[Entry]]:
        """The sections that stand and that this role may open, above and below."""
        groups: list[list[Entry]] = [[], []]
        role = self.actor.role if self.actor else None
        for section in SECTIONS:
            first = _first_page(section, role)
            if href := first and _find_href(first):
                on = section.holds(self.url_name)
                entry = Entry(section, href, on, self._waiting(section))
                groups[section.group].append(entry)
        return [group for group in groups if group]

    def _waiting(self, section: Section) -> int:
        counter = COUNTERS.get(section.url)
        if counter is None or self.actor is None:
            return 0
        return counter(self.actor, self._request.at)  # type: ignore[attr-defined]  # PageRequest declares it


def _first_page(section: Section, role: Role | None) -> str:
    pages = (section.url, *section.instead)
    return next((page for page in pages if can_open(page, role)), "")


def _find_href(url: str) -> str:
    try:
        return reverse(url)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: the frame, and what the base template needs of settings."""
    return {
        "frame": Frame(request),
        "at": getattr(request, "at", None),
        "situation": getattr(request, "situation", None),
        "languages": settings.LANGUAGES,
        "theme": getattr(getattr(request, "user", None), "theme", "system"),
        "typed_before": getattr(request, "typed_before", None),
    }
