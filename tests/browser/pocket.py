"""A phone's own Chromium, which can be killed, and a house that can go away.

The house serves pages and intake at ports that stay, so that a phone finds it again.
The browser has a profile of its own: what it kept there is all that it has when it is
opened again.
"""

import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from fangxian.kernel.situation import clock_of, start_situation
from tests.browser.conftest import (
    CHROMIUM_ARGUMENTS,
    SMALL,
    Site,
    _free_port,
    _wait_until_it_answers,
    build,
    running,
)


HOST = "127.0.0.1"
WORK = ("fangxian.interfaces.commands.main", "work")
PIN = "314159"
PATIENCE = 60_000  # the app tries again by itself, and later each time
DEATH_SECONDS = 10
ACTS = """() => new Promise((done, failed) => {
  const asked = indexedDB.open("fangxian");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const found = asked.result.transaction("acts").objectStore("acts").getAll();
    found.onsuccess = () => {
      asked.result.close();
      done(found.result.map(({ id, seq, state }) => ({ id, seq, state })));
    };
  };
})"""


class House:
    """An installation that is served, or is not."""

    def __init__(self, built: Path, data: Path, *more: str) -> None:
        shutil.copytree(built, data)
        for module in more:
            build(data, module)
        self.data = data
        self.pages, self.intake = str(_free_port()), str(_free_port())
        self._running = ExitStack()

    @property
    def url(self) -> str:
        """Where the console and the app are."""
        return f"http://localhost:{self.pages}"

    @property
    def site(self) -> Site:
        """The same, for visitors of the console."""
        made = json.loads((self.data / "made.json").read_text())
        return Site(url=self.url, made=made, data=self.data)

    def open(self) -> None:
        """Serve pages and intake, and work."""
        pages = self._serve("pages", "wsgi", self.pages)
        self._serve("intake", "asgi", self.intake)
        self._running.enter_context(running(self.data, "worker", *WORK))
        _wait_until_it_answers(self.url, pages)

    def _serve(self, name: str, interface: str, port: str) -> Any:
        serve = ("granian", "--interface", interface, "--workers", "1")
        where = ("--host", HOST, "--port", port, f"fangxian.{interface}:application")
        return self._running.enter_context(running(self.data, name, *serve, *where))

    def close(self) -> None:
        """Be gone: nobody answers."""
        self._running.close()

    def leap(self, by: dt.timedelta) -> None:
        """Go on after so much time has passed."""
        self.close()
        at = clock_of(self.data).now() + by
        start_situation(self.data, scenario="tests", at=at)
        self.open()


@contextmanager
def standing(
    built: Path, folder: Path, monkeypatch: Any, *more: str
) -> Iterator[House]:
    """Serve a copy of an installation with an intake at another port."""
    house = House(built, folder / "data", *more)
    monkeypatch.setenv("FANGXIAN_INTAKE", f":{house.intake}")
    house.open()
    try:
        yield house
    finally:
        house.close()


class Pocket:
    """A phone: opened, and killed in whatever it does."""

    def __init__(self, chromium: Browser, profile: Path, url: str) -> None:
        self._kind = chromium.browser_type
        self._profile = profile
        self.url = url
        self.context: BrowserContext | None = None

    def open(self, program: str = "") -> Page:
        """Start the browser on its profile."""
        self.context = self._kind.launch_persistent_context(
            self._profile,
            executable_path=program or chromium_program(),
            args=CHROMIUM_ARGUMENTS,
            base_url=self.url,
            viewport=SMALL,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        return self.context.pages[0]

    def kill(self) -> None:
        """End the browser as an empty battery does, all its processes at once."""
        group = os.getpgid(self._number())
        assert group != os.getpgid(0)
        os.killpg(group, signal.SIGKILL)
        ends = time.monotonic() + DEATH_SECONDS
        while self._find() is not None and time.monotonic() < ends:
            time.sleep(0.01)
        self.close()

    def damage(self) -> None:
        """Turn a bit in the log of the app's tables, as a write that was cut off may.

        Chromium goes on behind half a line (google/leveldb issue 1287); at the next
        start the line does not add up, and it throws all tables of the log away.
        """
        [folder] = self._profile.glob("Default/IndexedDB/*.leveldb")
        log = max(folder.glob("*.log"))
        content = bytearray(log.read_bytes())
        content[len(content) // 2] ^= 1
        log.write_bytes(content)

    def close(self) -> None:
        """Close the browser, if it still stands."""
        with contextlib.suppress(Error):
            self.context.close()

    def _number(self) -> int:
        number = self._find()
        assert number is not None, "the browser is not there"
        return number

    def _find(self) -> int | None:
        """Find the browser's first process by the profile that it was given."""
        asked = f"--user-data-dir={self._profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                said = (folder / "cmdline").read_bytes().split(b"\0")
                is_first = not any(one.startswith(b"--type=") for one in said)
                if asked in said and is_first and b"chrom" in said[0]:
                    return int(folder.name)
        return None


def chromium_program() -> str:
    """Give Debian's Chromium; whoever has ``chromium`` has it."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


# ----------------------------------------------------------------------- its screen
def code_for(console: Page, unit: str, title: str) -> str:
    """Have a code made for a post of a unit, from the list of posts."""
    console.goto("/posts/")
    main = console.get_by_role("main")
    rows = main.locator("tbody tr").filter(has_text=unit)
    rows.get_by_role("link", name=title, exact=True).first.click()
    main.get_by_role("link", name="登记手机").click()
    console.get_by_role("button", name="生成登记码").click()
    return main.locator("p.mono.b").inner_text()


def fill_in(app: Page, code: str, name: str) -> None:
    """Fill in what enrolment asks."""
    app.goto(f"/field/#/enrol?code={code}")
    app.fill("input[name=name]", name)
    app.fill("input[name=pin]", PIN)
    app.fill("input[name=again]", PIN)


def enrol(app: Page) -> tuple[str, list[dict[str, Any]]]:
    """Enrol with what was filled in; give the device, and the duties it was told."""
    with app.expect_response(lambda one: "/field/api/bundle" in one.url) as pulled:
        app.get_by_role("button", name="登记").click()
    items = pulled.value.json()["items"]
    app.wait_for_function("navigator.serviceWorker.controller !== null")
    expect(app.locator("nav.tabbar")).to_be_visible()
    device = pulled.value.request.headers["fangxian-device"]
    return device, [one for one in items if one["t"] == "task"]


def unlock(app: Page) -> None:
    """Come back to the app with the PIN."""
    app.goto("/field/")
    app.fill("input[name=pin]", PIN)
    app.get_by_role("button", name="打开").click()
    expect(app.locator("nav.tabbar")).to_be_visible()


def go_to(app: Page, screen: str) -> None:
    """Go to a screen of the app without loading it anew."""
    app.evaluate("(screen) => { location.hash = screen }", f"#/{screen}")


def save(app: Page) -> None:
    """Press the one button below, and see that it is saved."""
    app.locator("footer button.main").click()
    expect(app.get_by_text("已保存 1 项")).to_be_visible()


def acts_of(app: Page) -> list[dict[str, Any]]:
    """Read what the phone's own tables hold, screens aside."""
    try:
        kept: list[dict[str, Any]] = app.evaluate(ACTS)
    except Error:  # the app began anew, with a new version
        app.wait_for_load_state()
        kept = app.evaluate(ACTS)
    return sorted(kept, key=lambda one: one["seq"])
