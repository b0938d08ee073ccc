"""A served installation, and Chromium browsers of its people."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import FOUND
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    sync_playwright,
)

from tests.browser.site import PASSWORD


REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = REPOSITORY / "var" / "contact-sheet"
START_SECONDS_MAX = 60
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LARGE: ViewportSize = {"width": 1366, "height": 768}
SMALL: ViewportSize = {"width": 390, "height": 844}
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Site:
    """A running installation: where it answers, and what was made in it."""

    url: str
    made: dict[str, Any]
    data: Path


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_it_answers(url: str, server: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < ends:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}")
        try:
            urllib.request.urlopen(f"{url}/account/login/", timeout=2).close()  # noqa: S310 -- our own server
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server does not answer")


def environment_of(data: Path) -> dict[str, str]:
    """Give what a process of the installation in ``data`` finds around it."""
    return os.environ | {
        "FANGXIAN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "fangxian.settings",
        "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}",
    }


def build(data: Path, module: str, *arguments: str) -> None:
    """Let a module of these tests build an installation, in a process of its own."""
    command = [sys.executable, "-m", module, *arguments]
    environment = environment_of(data)
    subprocess.run(command, env=environment, cwd=REPOSITORY, check=True)


@contextmanager
def running(
    data: Path, name: str, *command: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Keep a process of an installation running; what it says is kept beside it."""
    with (data / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=environment_of(data),
            cwd=REPOSITORY,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def answering(data: Path) -> Iterator[str]:
    """Put granian before an installation, and give its address."""
    port = str(_free_port())
    serve = ("granian", "--interface", "wsgi", "--workers", "1")
    where = ("--host", "127.0.0.1", "--port", port, "fangxian.wsgi:application")
    with running(data, "server", *serve, *where) as server:
        url = f"http://localhost:{port}"
        _wait_until_it_answers(url, server)
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the phone's shift: it takes two minutes, in which others go on."""
    items.sort(key=lambda one: one.path.name != "test_shift.py")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation of ``tests.browser.site``, built once for all processes."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    data, ready = shared / "built", shared / "built.ready"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the others wait for the first
        if not ready.exists():
            shutil.rmtree(data, ignore_errors=True)
            build(data, "tests.browser.site")
            ready.touch()
    return data


@contextmanager
def serving(built: Path, data: Path) -> Iterator[Site]:
    """Serve a copy of an installation."""
    shutil.copytree(built, data)
    with answering(data) as url:
        made = json.loads((data / "made.json").read_text())
        yield Site(url=url, made=made, data=data)


@pytest.fixture(scope="session")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The installation that tests only look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving(built, tmp_path_factory.mktemp("site") / "data") as looked_at:
        yield looked_at


@pytest.fixture(scope="session")
def own_site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation that tests may change; each leaves to others what they need."""
    with serving(built, tmp_path_factory.mktemp("own") / "data") as changed:
        yield changed


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


class Visitors:
    """Logged-in browsers, one log-in a person, one context a person and size."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._states: dict[str, Any] = {}
        self._contexts: dict[tuple[str, int], BrowserContext] = {}
        self._tabs: dict[str, Page] = {}
        self._spoken: dict[tuple[str, int], str] = {}

    def context(self, who: str, *, size: ViewportSize = LARGE) -> BrowserContext:
        """A new browser of this person ("anyone": not logged in)."""
        return self._browser.new_context(
            base_url=self._site.url,
            viewport=size,
            locale="zh-CN",
            storage_state=self._state(who),
            reduced_motion="reduce",
        )

    def page(
        self, who: str, *, size: ViewportSize = LARGE, language: str = "zh"
    ) -> Page:
        """A new tab of this person's browser, in one of the languages."""
        return self._speaking(who, size, language).new_page()

    @contextmanager
    def tab(self, who: str, *, language: str) -> Iterator[Page]:
        """The one tab in which a person looks at page after page, with axe in it.

        A browser that stays opens a page in half the time of a new one. A tab in
        which something failed is closed, so that the next page does not suffer.
        """
        context = self._speaking(who, LARGE, language)
        if who not in self._tabs:
            self._tabs[who] = context.new_page()
            self._tabs[who].add_init_script(AXE_SCRIPT)
        try:
            yield self._tabs[who]
        except BaseException:
            self._tabs.pop(who).close()
            raise

    def _speaking(self, who: str, size: ViewportSize, language: str) -> BrowserContext:
        key = (who, size["width"])
        if key not in self._contexts:
            self._contexts[key] = self.context(who, size=size)
        # An account has one language; a visitor who is not logged in has a cookie's.
        speaker = key if who == "anyone" else (who, 0)
        if self._spoken.get(speaker) != language:
            chosen = {"language": LANGUAGES[language]}
            send(self._contexts[key], "/account/language/", chosen)
            self._spoken[speaker] = language
        return self._contexts[key]

    def _state(self, who: str) -> Any:
        if who == "anyone":
            return None
        if who not in self._states:
            context = self._browser.new_context(base_url=self._site.url)
            send(context, "/account/login/", {"login": who, "password": PASSWORD})
            # Once more, so that the pages of the second factor open.
            send(context, "/account/again/", {"password": PASSWORD})
            self._states[who] = context.storage_state()
            context.close()
        return self._states[who]


def send(context: BrowserContext, address: str, answers: dict[str, str]) -> None:
    """Send a form of the console as its page does, but do not draw the page."""
    if not context.cookies():
        context.request.get("/account/login/")
    token = {one["name"]: one["value"] for one in context.cookies()}["csrftoken"]
    form = answers | {"csrfmiddlewaretoken": token}
    answer = context.request.post(address, form=form, max_redirects=0)
    assert answer.status == FOUND, (address, answer.status)  # another form: it refused


def log_in(page: Page, who: str, password: str = PASSWORD) -> None:
    """Log in by the form, and wait until the console stands."""
    page.goto("/account/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)


@pytest.fixture(scope="session")
def visitors(chromium: Browser, site: Site) -> Visitors:
    """Browsers of the site's people."""
    return Visitors(chromium, site)
