"""The frame by keyboard alone: log-in, search, menus, rows, the ring of the focus."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SMALL, Visitors
from tests.browser.keys import tab_to
from tests.browser.site import PASSWORD


pytestmark = pytest.mark.browser


def test_log_in_and_out(visitors: Visitors):
    page = visitors.page("anyone")
    page.goto("/account/login/")
    tab_to(page, "#id_login")
    page.keyboard.type("bob")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    tab_to(page, "details.account summary")
    page.keyboard.press("Enter")
    tab_to(page, "form[action='/account/logout/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/")


def test_the_first_tab_leads_past_the_frame(visitors: Visitors):
    page = visitors.page("alice")
    page.goto("/account/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_slash_leads_to_the_search_box_and_escape_closes_menus(visitors: Visitors):
    page = visitors.page("alice")
    page.goto("/account/")
    page.keyboard.press("/")
    expect(page.locator("#search-box")).to_be_focused()
    page.keyboard.type("/")  # inside a field it is only a character
    expect(page.locator("#search-box")).to_have_value("/")
    tab_to(page, "details.account summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.account")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator("details.account")).not_to_have_attribute("open", "")
    expect(page.locator("details.account summary")).to_be_focused()


def test_j_and_k_walk_the_rows(visitors: Visitors):
    page = visitors.page("administrator")
    page.goto("/accounts/")
    links = page.locator("table.rows tbody a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*/")


def test_the_page_says_where_the_focus_is(visitors: Visitors):
    """A ring of two pixels or more, in both themes, on links, buttons and fields."""
    for scheme in ("light", "dark"):
        page = visitors.page("alice", size=SMALL)
        page.emulate_media(color_scheme=scheme)
        page.goto("/account/")
        for selector in ("a.skip", "main .btn", "main select", ".top summary"):
            tab_to(page, selector)
            width = page.evaluate(
                "() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
            )
            assert width >= 2, (scheme, selector)


def test_filters_on_a_phone_are_folded_and_unfold_by_keyboard(visitors: Visitors):
    """Rows stand first; without script, and with nothing folded on a desk."""
    page = visitors.page("alice", size=SMALL)
    page.goto("/screening/")
    risk = page.locator("#id_risk")
    expect(risk).to_be_hidden()
    expect(page.locator("table.rows")).to_be_in_viewport()

    tab_to(page, "#fold")
    page.keyboard.press("Space")

    expect(risk).to_be_visible()
    desk = visitors.page("alice")
    desk.goto("/screening/")
    expect(desk.locator("#id_risk")).to_be_visible()
    expect(desk.locator("#fold")).to_be_hidden()


def test_what_was_typed_comes_back_after_a_new_log_in(visitors: Visitors):
    """The session ends while somebody types; the form is sent, and nothing is lost."""
    context = visitors.context("grid")
    page = context.new_page()
    page.goto("/account/password/")
    page.fill("#id_new_password1", "what I had typed")
    context.clear_cookies(name="sessionid")
    page.fill("#id_old_password", "x")
    page.fill("#id_new_password2", "what I had typed")
    page.press("#id_new_password2", "Enter")
    page.wait_for_url("**/account/login/**")
    page.fill("#id_login", "grid")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/account/password/")
    expect(page.locator(".flash.warning")).to_be_visible()
    expect(page.locator("#id_new_password1")).to_have_value("what I had typed")
