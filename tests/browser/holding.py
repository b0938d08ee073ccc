"""A phone with its app in a browser of its own, and the first things done with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import SMALL, Visitors
from tests.browser.pocket import code_for, enrol, fill_in


SECRETARY = ("福华社区", "社区书记")


@contextmanager
def phone_at(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=address,
        viewport=SMALL,
        locale="zh-CN",
        reduced_motion="reduce",
        permissions=["camera"],
    )
    yield context
    context.close()


def begin(
    app: Page, visitors: Visitors, name: str, post: tuple[str, str] = SECRETARY
) -> None:
    """Enrol with a code of the console, and wait until the tasks are there."""
    fill_in(app, code_for(visitors.page("street"), *post), name)
    enrol(app)
    expect(app.locator(".door").first).to_be_visible()


def register(app: Page, *names: str) -> None:
    """Register people one after another."""
    app.goto("/field/#/register/person")
    for name in names:
        app.get_by_label("姓名").fill(name)
        app.locator("footer button").last.click()
        expect(app.get_by_text("已保存 1 项")).to_be_visible()
        app.get_by_role("button", name="再登记一个").click()
