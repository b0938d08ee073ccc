"""Take the guides' pictures from the demo, or from the browser tests.

Build the demo once, then let this serve it and look at it::

    SERVE=0 fangxian demo
    FANGXIAN_DATA=var/demo python tools/pictures.py            all of docs/images
    FANGXIAN_DATA=var/demo python tools/pictures.py today-zh   only these

``PICTURES`` says who looks at what. Those of the chapters about people are made by the
tests that do what the chapters tell; ``make pictures`` has them made, and brings them::

    python tools/pictures.py --from-tests

Nothing is written to the demo but sessions and,
for a picture in English or dark, the look of the account while it is taken.
"""

import os
import pathlib
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
from typing import Any

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright


ROOT = pathlib.Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
TAKEN = ROOT / "var" / "pictures"  # by the browser tests
HOST = "127.0.0.1"
START_SECONDS_MAX = 60
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
COLOURS = 64  # enough for the console, and a quarter of the size
LARGE = (1366, 768)
SMALL = (390, 844)


@dataclass(frozen=True)
class Picture:
    """Who looks at which address, and what is followed from there.

    ``follow`` names links by CSS, one click after another; ``part`` is the piece of
    the page that is shown, its upper ``height`` pixels, or the whole window.
    """

    who: str
    address: str
    follow: tuple[str, ...] = ()
    size: tuple[int, int] = LARGE
    part: str = ""
    height: int = 0
    language: str = "zh-hans"
    theme: str = "light"


ROW = "table.rows tbody td a"
PICTURES = {
    "accounts-zh": Picture("admin", "/accounts/"),
    "bulletin-zh": Picture(
        "district", "/bulletins/", (ROW,), (900, 1100), ".papers .sheet", 1100
    ),
    "checkpoints-zh": Picture("auditor", "/journal/checkpoints/"),
    "findings-zh": Picture("district", "/inspection/"),
    "grid-tasks-zh": Picture("grid", "/tasks/", size=SMALL),
    "joint-visit-zh": Picture("civil", "/visits/joint/", (ROW,)),
    "return-zh": Picture("community", "/returns/sign/"),
    "returns-zh": Picture("street", "/returns/"),
    "today-zh": Picture("district", "/today/"),
}
# What tests.browser.steps.picture keeps, in the order of the tutorials.
FROM_TESTS = (
    *("arrival-visit-zh", "health-record-zh", "timeline-zh"),
    *("refused-rows-zh", "alike-zh", "five-zh", "papers-zh"),
    *("cohort-zh", "decision-zh", "objection-zh"),
    *("hospital-today-zh", "result-zh", "results-list-zh"),
    *("at-home-today-zh", "second-person-zh"),
    *("field-code-zh", "field-enrol-zh", "field-tasks-zh", "field-visit-zh"),
    *("field-saved-zh", "field-offline-zh", "field-sent-zh", "field-done-zh"),
    *("field-boat-zh", "field-scan-zh", "field-sweep-zh"),
)


def bring() -> None:
    """Keep what the browser tests have taken, made small, beside the other pictures."""
    missing = [name for name in FROM_TESTS if not (TAKEN / f"{name}.png").exists()]
    if missing:
        sys.exit(f"no test has taken {', '.join(missing)}. Run: make pictures")
    for name in FROM_TESTS:
        seen = Image.open(TAKEN / f"{name}.png").convert("RGB")
        drawn = seen.quantize(COLOURS, dither=Image.Dither.NONE)
        drawn.save(IMAGES / f"{name}.png", optimize=True)
        print(f"{name}.png")


def sessions(names: set[str]) -> dict[str, dict[str, str]]:
    """Log each account in, as the console does once it knows who somebody is."""
    from django.conf import settings  # noqa: PLC0415 -- after django.setup
    from django.test import Client  # noqa: PLC0415 -- after django.setup

    from fangxian.interfaces.console.models import Account  # noqa: PLC0415 -- after django.setup

    cookies = {}
    for account in Account.objects.filter(username__in=names):
        client = Client()
        client.force_login(account, settings.AUTHENTICATION_BACKENDS[-1])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies[account.username] = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": value,
        }
    missing = names - cookies.keys()
    if missing:
        sys.exit(f"no such account: {', '.join(sorted(missing))}. Run: fangxian demo")
    return cookies


@contextmanager
def serving() -> Iterator[str]:
    """Serve the demo's pages on a free port; end the server afterwards."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = str(probe.getsockname()[1])
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi"]
    options = ["--host", HOST, "--port", port, "--log-level", "warning"]
    server = subprocess.Popen([*granian, *options, "fangxian.wsgi:application"])
    try:
        address = f"http://{HOST}:{port}"
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < ends and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/account/login/", timeout=2).close()  # noqa: S310 -- our own server
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    sys.exit("the server does not answer")


@contextmanager
def looking(
    browser: Browser, address: str, picture: Picture, cookie: dict[str, str]
) -> Iterator[Page]:
    """Open a picture's page in a browser of its own, and go where it is taken."""
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        reduced_motion="reduce",
    )
    context.add_cookies([{**cookie, "url": address}])
    page = context.new_page()
    page.goto(picture.address)
    for link in picture.follow:
        page.locator(link).first.click()
        page.wait_for_load_state()
    yield page
    context.close()


def take(
    browser: Browser, address: str, name: str, cookie: dict[str, str]
) -> pathlib.Path:
    """Take one picture and write it down."""
    picture, path = PICTURES[name], IMAGES / f"{name}.png"
    dress(picture.who, picture.language, picture.theme)
    with looking(browser, address, picture, cookie) as page:
        page.screenshot(path=path, clip=_clip(page, picture), full_page=True)
    dress(picture.who, Picture.language, "system")
    return path


def _clip(page: Page, picture: Picture) -> dict[str, float]:
    """Say which part of the page is shown."""
    width, height = picture.size
    if not picture.part:
        return {"x": 0, "y": 0, "width": width, "height": height}
    box: Any = page.locator(picture.part).first.bounding_box()
    return {**box, "height": min(box["height"], picture.height)}


def dress(who: str, language: str, theme: str) -> None:
    """Give an account a language and a theme."""
    from fangxian.interfaces.console.models import Account  # noqa: PLC0415 -- after django.setup

    Account.objects.filter(username=who).update(language=language, theme=theme)


def main(names: list[str]) -> None:
    """Take the pictures that are named, else all."""
    unknown = set(names) - PICTURES.keys()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if unknown:
        sys.exit(f"no such picture: {', '.join(sorted(unknown))}")
    if chromium is None:
        sys.exit("Chromium is not here. Run: make system")
    wanted = names or list(PICTURES)
    cookies = sessions({PICTURES[name].who for name in wanted})
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name in wanted:
            path = take(browser, address, name, cookies[PICTURES[name].who])
            print(path.relative_to(ROOT))


if __name__ == "__main__" and sys.argv[1:] == ["--from-tests"]:
    bring()
elif __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    # The pages are looked at by one browser, and Playwright runs a loop of its own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    main(sys.argv[1:])
