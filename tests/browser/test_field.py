"""A phone is enrolled from the console, loses the network, and what it did stands once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import SMALL, Site, Visitors, _free_port, running, serving


pytestmark = pytest.mark.browser
WORK = ("fangxian.interfaces.commands.main", "work")
PIN = "314159"
TODAY = "2020-11-09"
TURNS = 40
PATIENCE = 60_000  # the app tries again by itself, and later each time


@pytest.fixture(scope="module")
def house(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with an intake at another port, and a worker."""
    port = str(_free_port())
    intake = ("granian", "--interface", "asgi", "--workers", "1")
    where = ("--host", "127.0.0.1", "--port", port, "fangxian.asgi:application")
    data = tmp_path_factory.mktemp("field") / "data"
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("FANGXIAN_INTAKE", f":{port}")
        with (
            serving(built, data) as site,
            running(data, "intake", *intake, *where),
            running(data, "worker", *WORK),
        ):
            yield site


@pytest.fixture
def visitors(chromium: Browser, house: Site) -> Visitors:
    return Visitors(chromium, house)


@pytest.fixture
def phone(chromium: Browser, house: Site) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=house.url, viewport=SMALL, locale="zh-CN", reduced_motion="reduce"
    )
    yield context
    context.close()


def code_for(console: Page, unit: str, title: str) -> str:
    """Have a code made for a post of a unit, from the list of posts."""
    console.goto("/posts/")
    main = console.get_by_role("main")
    rows = main.locator("tbody tr").filter(has_text=unit)
    rows.get_by_role("link", name=title, exact=True).first.click()
    main.get_by_role("link", name="登记手机").click()
    console.get_by_role("button", name="生成登记码").click()
    return main.locator("p.mono.b").inner_text()


def enrol(app: Page, code: str) -> dict:
    """Enrol, and give a patrol of today as the phone was told it."""
    app.goto(f"/field/#/enrol?code={code}")
    app.fill("input[name=name]", "社区书记的手机")
    app.fill("input[name=pin]", PIN)
    app.fill("input[name=again]", PIN)
    with app.expect_response(re.compile("/field/api/bundle")) as pulled:
        app.get_by_role("button", name="登记").click()
    duties = [one for one in pulled.value.json()["items"] if one["t"] == "task"]
    return next(
        one
        for one in duties
        if one["form"].endswith(":patrol") and one["opens_at"] >= TODAY
    )


def unlock(app: Page) -> None:
    app.fill("input[name=pin]", PIN)
    app.get_by_role("button", name="打开").click()


def visits_listed(console: Page) -> int:
    """Count the visits that the console lists."""
    console.goto("/visits/")
    rows = console.get_by_role("main").locator("table.rows tbody tr")
    return rows.count()


def patrol_closed_place(app: Page, place: int) -> None:
    """Open what is due at a place, say that it is closed today, and save."""
    app.locator(f"a[href*='place'][href*='{place}']").first.click()
    question = app.locator("fieldset", has_text="今日营业").first
    question.get_by_role("button", name="否").click()
    app.locator("footer button").click()
    expect(app.get_by_text("已保存 1 项")).to_be_visible()


def test_a_visit_made_without_network_stands_once(phone, visitors):
    console, app = visitors.page("street"), phone.new_page()
    duty = enrol(app, code_for(console, "福华社区", "社区书记"))
    before = visits_listed(console)
    app.wait_for_function("navigator.serviceWorker.controller !== null")

    phone.set_offline(True)
    app.reload()
    unlock(app)
    patrol_closed_place(app, duty["send"]["body"]["place"])
    assert visits_listed(console) == before

    phone.set_offline(False)
    app.get_by_text("回到任务").click()
    app.get_by_role("navigation").get_by_text("已发送").click()
    expect(app.locator(".chip.done").first).to_be_visible(timeout=PATIENCE)
    console.goto(f"/tasks/{duty['id']}/")
    for _ in range(TURNS):  # the worker takes one a second
        if console.get_by_role("main").get_by_text("已办").count():
            break
        console.wait_for_timeout(500)
        console.reload()
    expect(console.get_by_role("main").get_by_text("已办").first).to_be_visible()
    assert visits_listed(console) == before + 1
