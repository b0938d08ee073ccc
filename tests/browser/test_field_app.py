"""What the phone's app does by itself: codes, photos, and a new version that waits."""

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from PIL import Image, TiffImagePlugin
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Visitors
from tests.browser.holding import begin, phone_at
from tests.browser.steps import picture


pytestmark = pytest.mark.browser
GRID_WORKER = ("第一网格", "网格员")
VERSION = re.compile(rb'"[0-9a-f]{16}"')
GPS_OF_EXIF = 0x8825
ARTIST = 0x013B
VENUE_CODE = {"场所码情况": "使用中", "入口张贴": "是", "有人引导扫码": "是"}
NEWER_WAITS = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  return registration.waiting !== null;
}"""
STILL_WAITS = "async () => !!(await navigator.serviceWorker.getRegistration()).waiting"
WATCH_WHAT_IS_SEALED = """(() => {
  window.sealed = [];
  const { encrypt } = crypto.subtle;
  crypto.subtle.encrypt = function (how, key, data) {
    const bytes = new Uint8Array(data.buffer ?? data);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) window.sealed.push(Array.from(bytes));
    return encrypt.call(this, how, key, data);
  };
})()"""


@pytest.fixture(scope="module")
def visitors(chromium: Browser, own_site: Site) -> Visitors:
    return Visitors(chromium, own_site)


# ------------------------------------------------------------------- a new version
class _Between(BaseHTTPRequestHandler):
    """Stands before a server, and can say that the app has a newer version."""

    behind = ""
    is_newer = False

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

    def _pass_on(self, body: bytes | None) -> None:
        headers = {k: v for k, v in self.headers.items() if k != "Accept-Encoding"}
        asked = urllib.request.Request(  # noqa: S310 -- our own server
            f"{self.behind}{self.path}", body, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 -- our own server
                self._answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            self._answer(refused.code, refused.headers, refused.read())

    def _answer(self, status: int, headers: object, body: bytes) -> None:
        if self.path.endswith("/sw.js") and type(self).is_newer:
            body = VERSION.sub(b'"newer"', body)
        self.send_response(status)
        for name in ("Content-Type", "Content-Security-Policy", "Cache-Control"):
            if value := headers.get(name):  # type: ignore[attr-defined] -- a message
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def between(own_site: Site) -> Iterator[tuple[type[_Between], str]]:
    handler = type("Between", (_Between,), {"behind": own_site.url})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_new_version_waits_until_no_form_is_open(chromium, visitors, between):
    handler, address = between
    with phone_at(chromium, address) as phone:
        app = phone.new_page()
        begin(app, visitors, "换版本的手机")
        app.wait_for_function("navigator.serviceWorker.controller !== null")
        app.goto("/field/#/register/person")
        app.get_by_label("姓名").fill("方小禾")
        app.evaluate("window.isSamePage = true")

        handler.is_newer = True
        app.wait_for_function(NEWER_WAITS)
        app.wait_for_timeout(2500)  # it would take over one second after it came
        assert app.evaluate(STILL_WAITS)
        assert app.evaluate("window.isSamePage")
        expect(app.get_by_label("姓名")).to_have_value("方小禾")

        app.locator("footer button").last.click()
        expect(app.get_by_text("已保存 1 项")).to_be_visible()
        app.get_by_role("button", name="返回").last.click()
        expect(app.get_by_role("button", name="打开")).to_be_visible(timeout=20_000)
        expect(app.get_by_text("1 条待上传")).to_be_visible()
        assert not app.evaluate("!!window.isSamePage")
        assert app.evaluate("caches.keys()") == ["fangxian-field-newer"]


# --------------------------------------------------------------------------- photos
def _photo() -> bytes:
    """A large photo that says where and by whom it was taken."""
    exif = Image.Exif()
    exif[ARTIST] = "Alice of the grid"
    north = tuple(TiffImagePlugin.IFDRational(one) for one in (34, 45, 0))
    exif[GPS_OF_EXIF] = {1: "N", 2: north}
    made = BytesIO()
    Image.effect_noise((2400, 1800), 40).convert("RGB").save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_a_photo_is_made_small_and_tells_no_place(chromium, visitors, own_site):
    told = _photo()
    assert b"Exif" in told
    assert b"Alice of the grid" in told
    with phone_at(chromium, own_site.url) as phone:
        app = phone.new_page()
        app.add_init_script(WATCH_WHAT_IS_SEALED)
        begin(app, visitors, "拍照的手机")
        app.locator(".door", has_text="福华招待所").locator("a[href*='visit']").click()
        section = app.locator(".fs", has_text="场所码推进")
        for question, given in VENUE_CODE.items():
            asked = section.locator("fieldset", has_text=question)
            asked.get_by_role("button", name=given, exact=True).click()
        file = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": told}
        section.locator("input[type=file]").set_input_files(file)
        expect(section.locator(".th img")).to_be_visible()
        app.locator("footer button").click()
        expect(app.get_by_text("已保存 1 项")).to_be_visible()
        (kept,) = [bytes(one) for one in app.evaluate("window.sealed")]

    assert b"Exif" not in kept
    assert b"Alice" not in kept
    assert len(kept) <= 560_000
    assert max(Image.open(BytesIO(kept)).size) <= 1600


# -------------------------------------------------------------------------- a sweep
def test_a_sweep_goes_from_door_to_door_by_one_tap(chromium, visitors, own_site):
    with phone_at(chromium, own_site.url) as phone:
        app = phone.new_page()
        begin(app, visitors, "网格员的手机", GRID_WORKER)
        app.locator("a.sweep").first.click()
        again = app.locator(".rooms .due")
        expect(again.first).to_be_visible()
        picture(app, "field-sweep-zh")
        tried = again.count()

        app.locator("footer a", has_text="下一户").click()
        for outcome in ("家中无人", "已见到住户"):
            app.get_by_role("button", name=outcome).click()
            _answer_the_rest(app)
            app.locator("footer button").click()
            expect(app.get_by_text("已保存 1 项")).to_be_visible()
            app.locator("footer button", has_text="下一户").click()
        app.locator("header button").first.click()
        expect(again).to_have_count(tried + 1)


def _answer_the_rest(app: Page) -> None:
    """Say no, or one, to what else a door is asked."""
    asked = app.locator(".fs fieldset")
    for no in asked.get_by_role("button", name="否", exact=True).all():
        no.click()
    for count in asked.locator("input[inputmode=decimal]").all():
        count.fill("1")
        count.blur()
