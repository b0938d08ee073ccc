"""Codes that a phone shows, and reads by whichever decoder its browser runs."""

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHROMIUM_ARGUMENTS, Site, Visitors
from tests.browser.holding import begin, phone_at, register
from tests.browser.pocket import chromium_program
from tests.browser.steps import picture


pytestmark = pytest.mark.browser
FRAMES = 11  # of a code, so that looking is never in step with the film
PHOTO = (1200, 900)
GREY = "#9a9a92"
BAR = 4  # pixels
CHOCOLATE = "6901234567892"
# GS1 General Specifications, EAN-13: widths of space and bar of each digit of set A; the
# left half also takes them backwards (set B), in an order that spells the first digit.
WIDTHS = [
    "3211",
    "2221",
    "2122",
    "1411",
    "1132",
    "1231",
    "1114",
    "1312",
    "1213",
    "3112",
]
SETS_OF_SIX = "ABBBAA"
WITHOUT_WEBASSEMBLY = "delete globalThis.WebAssembly"


# ---------------------------------------------------------------------- the lifeboat
def _film(frames: list[bytes], path: Path) -> None:
    """What a camera sees that is held before another phone's screen."""
    with path.open("wb") as film:
        for frame in frames:
            code = Image.open(BytesIO(frame)).convert("RGB")
            for turn in range(FRAMES):  # a hand comes nearer, and goes back
                side = 620 + turn * 7
                field = Image.new("RGB", (1280, 720), GREY)
                field.paste(code.resize((side, side)), (300 - turn, 10))
                field.save(film, "JPEG", quality=80)


def _next_code(app: Page, count: int) -> bytes:
    """Turn to the next code, and look at it."""
    before = int(re.findall("[0-9]+", app.locator(".steps b").inner_text())[0])
    app.get_by_role("button", name="下一码").click()
    code = app.locator(f"canvas[aria-label='第 {before % count + 1} / {count} 码']")
    expect(code).to_be_visible()
    return code.screenshot()


def test_a_colleagues_phone_reads_the_codes_of_one_without_network(
    chromium: Browser, own_site: Site, tmp_path: Path
):
    film = tmp_path / "codes.mjpeg"
    visitors = Visitors(chromium, own_site)
    with phone_at(chromium, own_site.url) as dead:
        app = dead.new_page()
        begin(app, visitors, "没有网的手机")
        dead.set_offline(True)
        register(app, "方小禾", "苗穗儿", "谷立秋")
        app.goto("/field/#/boat")
        picture(app, "field-boat-zh")
        app.get_by_role("button", name="停在这一码").click()
        told = app.locator(".steps b").inner_text()
        count = int(re.findall("[0-9]+", told)[1])
        _film([_next_code(app, count) for _ in range(count)], film)

    camera = chromium.browser_type.launch(
        executable_path=chromium_program(),
        args=[
            *CHROMIUM_ARGUMENTS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    try:
        with phone_at(camera, own_site.url) as other:
            app = other.new_page()
            begin(app, visitors, "同事的手机")
            app.get_by_role("navigation").get_by_text("扫码").click()
            expect(app.get_by_text("收下 3 条")).to_be_visible(timeout=60_000)
            picture(app, "field-scan-zh")
    finally:
        camera.close()


# ------------------------------------------------------------------ a photo of a code
def _bars(digits: str) -> list[bool]:
    """Draw the thirteen digits of an article: dark or light, module by module."""
    left = [
        WIDTHS[int(digit)][:: 1 if of == "A" else -1]
        for digit, of in zip(digits[1:7], SETS_OF_SIX, strict=True)
    ]
    right = [WIDTHS[int(digit)] for digit in digits[7:]]
    widths = ["111", *left, "11111", *right, "111"]
    edges = [0]
    for width in "".join(widths):
        edges.append(edges[-1] + int(width))
    lines = [[n % 2 == 0] * (b - a) for n, (a, b) in enumerate(pairwise(edges))]
    return [dark for line in lines for dark in line]


def _barcode(digits: str) -> Image.Image:
    row = Image.new("L", (95, 1), 255)
    row.putdata([0 if dark else 255 for dark in _bars(digits)])
    return row.resize((95 * BAR, 200), Image.Resampling.NEAREST)


def _qr_code(text: str) -> Image.Image:
    drawn = BytesIO()
    segno.make(text).save(drawn, kind="png", scale=6, border=4)
    return Image.open(drawn).convert("L")


def _photo(code: Image.Image) -> bytes:
    """A code on white paper, as a hand with a phone sees it: a little turned."""
    paper = Image.new("L", (code.width + 160, code.height + 160), 255)
    paper.paste(code, (80, 80))
    field = Image.new("L", PHOTO, GREY)
    field.paste(paper, ((PHOTO[0] - paper.width) // 2, (PHOTO[1] - paper.height) // 2))
    taken = BytesIO()
    turned = field.rotate(3, Image.Resampling.BICUBIC, fillcolor=GREY)
    turned.convert("RGB").save(taken, "JPEG", quality=85)
    return taken.getvalue()


@pytest.mark.parametrize("lacks", ["", WITHOUT_WEBASSEMBLY], ids=["compiled", "plain"])
def test_a_photo_of_a_code_is_read(chromium: Browser, site: Site, lacks: str):
    with phone_at(chromium, site.url) as phone:
        phone.add_init_script(lacks)
        app = phone.new_page()
        asked: list[str] = []
        app.on("request", lambda request: asked.append(request.url))
        app.goto("/field/#/scan")
        box = app.locator("input[type=file]")

        box.set_input_files(_file(_photo(_barcode(CHOCOLATE))))
        expect(app.locator("main code")).to_have_text(CHOCOLATE)
        assert any("/decoding-" in one for one in asked) == bool(lacks)

        code = _qr_code(f"{site.url}/field/#/enrol?code=ABCD-2345")
        box.set_input_files(_file(_photo(code)))
        expect(app).to_have_url(re.compile("/enrol[?]code=ABCD-2345"))


def _file(content: bytes) -> dict[str, str | bytes]:
    return {"name": "code.jpg", "mimeType": "image/jpeg", "buffer": content}
