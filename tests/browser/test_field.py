"""A phone does its round without network, dies on the way, and each visit stands once.

What the tutorial of the phone tells, done as it is told there; it makes its pictures.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.pocket import (
    PATIENCE,
    House,
    Pocket,
    acts_of,
    code_for,
    enrol,
    fill_in,
    go_to,
    save,
    standing,
    unlock,
)
from tests.browser.steps import picture


pytestmark = pytest.mark.browser
TURNS = 60
DONE = "已办"
ORIGIN = "四川省成都市郫都区"


@pytest.fixture
def house(built: Path, tmp_path: Path, monkeypatch) -> Iterator[House]:
    """An installation with ten places to visit."""
    with standing(built, tmp_path, monkeypatch, "tests.browser.visits") as served:
        yield served


@pytest.fixture
def pocket(chromium: Browser, house: House, tmp_path: Path) -> Iterator[Pocket]:
    phone = Pocket(chromium, tmp_path / "phone", house.url)
    yield phone
    phone.close()


def photo(number: int) -> dict[str, object]:
    """A picture as large as a camera's, of a shutter that is down; each another one."""
    content = io.BytesIO()
    seen = Image.new("RGB", (1600, 1200), (176, 168, 150))
    drawn = ImageDraw.Draw(seen)
    for slat in range(160, 1100, 40):
        drawn.rectangle((240, slat, 1360, slat + 30), fill=(118, 126 + number, 134))
    seen.save(content, "JPEG")
    return {
        "name": f"{number}.jpg",
        "mimeType": "image/jpeg",
        "buffer": content.getvalue(),
    }


def visit(app: Page, place: str, number: int, *, shown: str = "") -> None:
    """Go to a place, answer, take a picture, save."""
    app.locator(f"main a[href*='place'][href*='{place}']").first.click()
    check = app.locator("section", has_text="停业场所核查")
    for question in ("确已停业", "张贴停业告知"):
        asked = check.locator("fieldset", has_text=question)
        asked.get_by_role("button", name="是").click()
    check.locator("input[type=file]").set_input_files(photo(number))
    expect(app.get_by_text("已拍 1 张")).to_be_visible()
    if shown:
        picture(app, shown)
    save(app)


def wait_until_done(console: Page, task: int) -> None:
    """Look at a task until the worker has taken what did it."""
    console.goto(f"/tasks/{task}/")
    done = console.get_by_role("main").get_by_text(DONE).first
    for _ in range(TURNS):
        if done.is_visible():
            break
        console.wait_for_timeout(500)
        console.reload()
    expect(done).to_be_visible()


def set_out(app: Page, console: Page) -> None:
    """Enrol the grid worker's phone by a code from the console."""
    code = code_for(console, "第一网格", "网格员")
    picture(console, "field-code-zh")
    fill_in(app, code, "网格员的手机")
    picture(app, "field-enrol-zh")
    enrol(app)
    expect(app.locator("main .card").first).to_be_visible()
    picture(app, "field-tasks-zh")


def do_the_round(app: Page, places: Iterable[str]) -> None:
    """Visit the places one after the other, without network."""
    for number, place in enumerate(places):
        visit(app, place, number, shown="" if number else "field-visit-zh")
        if number == 0:
            picture(app, "field-saved-zh")
        app.get_by_text("回到任务").click()
    expect(app.get_by_text("离线").first).to_be_visible()
    picture(app, "field-offline-zh")


def register_who_came(app: Page) -> None:
    """Register somebody at the door who came from elsewhere, without network."""
    app.get_by_role("navigation").get_by_text("台账").click()
    app.get_by_role("link", name="登记人员").click()
    app.get_by_label("姓名").fill("郫小川")
    app.locator("fieldset[name=came]").get_by_role("button", name="是").click()
    app.locator("footer button").last.click()
    whence = app.locator("fieldset[name=origin]")
    expect(whence.get_by_role("alert")).to_be_visible()  # it asks for what is missing
    app.locator("fieldset[name=is_abroad]").get_by_role("button", name="否").click()
    whence.locator("textarea").fill(ORIGIN)
    app.locator("footer button").last.click()
    expect(app.get_by_text("已保存 2 项")).to_be_visible()


def come_back(app: Page, acts: int) -> None:
    """Open the phone again: it has every act, and the server gets them."""
    unlock(app)
    assert [one["seq"] for one in acts_of(app)] == list(range(1, acts + 1))
    go_to(app, "sent")
    expect(app.locator(".chip.done")).to_have_count(acts, timeout=PATIENCE)
    expect(app.get_by_text("张照片待上传")).to_have_count(0, timeout=PATIENCE)
    picture(app, "field-sent-zh")


def test_ten_visits_without_network_stand_once_though_the_phone_dies(
    house, pocket, chromium
):
    visits = house.site.made["visits"]
    console = Visitors(chromium, house.site).page("community")
    app = pocket.open()
    set_out(app, console)
    pocket.context.set_offline(True)
    do_the_round(app, visits)
    register_who_came(app)
    pocket.kill()
    come_back(pocket.open(), len(visits) + 2)

    for task in visits.values():
        wait_until_done(console, task)
    console.goto("/visits/")
    rows = console.get_by_role("main").locator("table.rows tbody tr")
    for number in range(11, 21):
        expect(rows.filter(has_text=f"福华街 {number} 号")).to_have_count(1)
    picture(console, "field-done-zh")
    console.goto("/screening/")
    expect(console.get_by_role("main").get_by_text(ORIGIN)).to_be_visible()
