"""Day fields in a browser that speaks another language than the page."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SMALL


pytestmark = pytest.mark.browser


@pytest.fixture
def english_browser(chromium, visitors, site):
    """``english_browser(script=True)``: of alice, whose pages are in Chinese."""
    opened = []
    state = visitors.page("alice").context.storage_state()

    def of(*, script: bool):
        context = chromium.new_context(
            base_url=site.url,
            storage_state=state,
            locale="en-US",
            viewport=SMALL,
            java_script_enabled=script,
        )
        opened.append(context)
        return context.new_page()

    yield of
    for context in opened:
        context.close()


def test_a_day_is_typed_read_and_picked_one_way(english_browser):
    page = english_browser(script=True)
    page.goto("/returns/?day=2020-11-08")
    day = page.get_by_label("日期")
    expect(day).to_have_value("2020-11-08")

    day.fill("2020年11月7日")
    day.press("Enter")
    page.wait_for_url("**day=2020-11-07**")
    expect(day).to_have_value("2020-11-07")

    page.get_by_role("button", name="打开日历").click()
    picker = page.locator(".dated .native")
    expect(picker).to_have_value("2020-11-07")  # the browser's own calendar is open
    picker.evaluate(
        """(one) => {
          one.value = "2020-11-06";
          one.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    expect(day).to_have_value("2020-11-06")

    day.fill("昨天")
    assert day.evaluate("(one) => (one.reportValidity(), one.validationMessage)") == (
        "例如 2020-11-21"
    )


def test_without_a_script_a_day_is_plain_text(english_browser):
    page = english_browser(script=False)
    page.goto("/returns/?day=昨天")

    expect(page.get_by_text("请按 2020-11-21 的样子填写")).to_be_visible()
    expect(page.get_by_role("button", name="打开日历")).to_be_hidden()
    page.get_by_label("日期").fill("2020/11/8")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_label("日期")).to_have_value("2020-11-08")


def test_files_are_asked_for_in_the_language_of_the_page(english_browser):
    page = english_browser(script=True)
    page.goto("/places/imports/new/")
    expect(page.get_by_text("选择文件")).to_be_visible()
    file = {"name": "台账.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    page.get_by_label("文件", exact=True).set_input_files(file)

    expect(page.get_by_text("台账.csv")).to_be_visible()
