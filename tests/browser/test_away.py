"""A phone that was away for too long, and the one that follows a phone that lost all.

What the server told is gone after its hours, also without network; what can be done
without it goes on. A browser that threw everything away is told what the server has.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import pocket
from tests.browser.conftest import Visitors
from tests.browser.holding import begin, phone_at
from tests.browser.pocket import House, go_to


pytestmark = pytest.mark.browser
HOURS_AWAY = 13
TURNS = 60
LOST, NEXT = "丢了资料的手机", "接着用的手机"
PLACE, ADDRESS = "福华路七号便利店", "福华路 7 号"


@pytest.fixture
def house(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    with pocket.standing(built, tmp_path / "house", monkeypatch) as served:
        yield served


@pytest.fixture
def visitors(chromium: Browser, house: House) -> Visitors:
    return Visitors(chromium, house.site)


def stay_away(app: Page) -> None:
    """Be without network until everything that the server told has expired."""
    app.context.set_offline(True)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=HOURS_AWAY)
    app.clock.set_fixed_time(later)
    pocket.unlock(app)


def register_place(app: Page) -> None:
    """Register a place, of which nothing need be known but the own area."""
    go_to(app, "register/place")
    app.get_by_label("名称").fill(PLACE)
    app.get_by_label("地址").fill(ADDRESS)
    app.locator("form fieldset .opt button").first.click()  # of the kinds it kept
    pocket.save(app)


def come_back(app: Page) -> None:
    """Have network again, and wait until the server signed for everything."""
    app.context.set_offline(False)
    go_to(app, "sent")
    expect(app.locator(".chip.done")).to_have_count(1, timeout=pocket.PATIENCE)
    assert [one["state"] for one in pocket.acts_of(app)] == ["received"]


def test_what_was_known_expires_and_registering_goes_on(
    chromium: Browser, house: House, visitors: Visitors
):
    with phone_at(chromium, house.url) as phone:
        app = phone.new_page()
        begin(app, visitors, LOST)
        stay_away(app)
        expect(app.get_by_text("任务资料已过期或未取")).to_be_visible()
        expect(app.locator(".door")).to_have_count(0)
        register_place(app)
        come_back(app)
    stands_in_its_community(visitors)

    with phone_at(chromium, house.url) as phone:
        app = phone.new_page()
        begin(app, visitors, NEXT)
        says_what_the_server_has(app)


def stands_in_its_community(visitors: Visitors) -> None:
    """Find the place on the console of who answers for the community."""
    console = visitors.page("community")
    found = console.get_by_role("main").get_by_role("link", name=PLACE)
    for _ in range(TURNS):
        console.goto(f"/places/?q={PLACE}")
        if found.count():
            break
        console.wait_for_timeout(500)
    expect(found).to_have_count(1)


def says_what_the_server_has(app: Page) -> None:
    """Read the notice on the tasks once; it stays with what was sent."""
    notice = app.get_by_text(f"这个岗位以前登记过手机「{LOST}」")
    expect(notice).to_be_visible()
    expect(app.get_by_text("服务器收到它的第 1 到 1 条")).to_be_visible()
    app.get_by_role("button", name="知道了").click()
    expect(notice).to_have_count(0)
    go_to(app, "sent")
    expect(notice).to_be_visible()
