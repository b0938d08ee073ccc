"""Six named duties about the house and two about people, each by keyboard alone.

Each is done from the log-in to the saved word.

They change things, so they are done in the installation that may be changed.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.keys import press, tab_to, type_into
from tests.browser.site import PASSWORD


pytestmark = pytest.mark.browser


@pytest.fixture
def log_in(chromium: Browser, own_site: Site):
    """``log_in("alice")`` is the first duty: a name and a password, by keyboard."""
    contexts = []

    def of(who: str) -> Page:
        context = chromium.new_context(base_url=own_site.url, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.goto("/account/login/")
        type_into(page, "#id_login", who)
        type_into(page, "#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/account/login/" not in url)
        return page

    yield of
    for context in contexts:
        context.close()


def _walk_to(page: Page, address: str) -> None:
    """Open a section from the navigation."""
    tab_to(page, f"nav.nav a[href='{address}']")
    with page.expect_navigation(url=f"**{address}"):
        page.keyboard.press("Enter")


def _follow(page: Page, selector: str) -> None:
    """Press Enter on a link, and wait for the page it leads to."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _saved(page: Page) -> None:
    expect(page.locator(".flash.success")).to_be_visible()


def test_1_log_in(log_in):
    page = log_in("alice")
    expect(page.locator("nav.nav a").first).to_be_visible()


def test_2_open_an_overdue_task(log_in):
    page = log_in("alice")
    _walk_to(page, "/today/")
    tab_to(page, "a.tile[href*='tasks']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("j")
    with page.expect_navigation(url="**/tasks/*/"):
        page.keyboard.press("Enter")
    expect(page.locator(".clock.late").first).to_be_visible()


def test_3_record_a_visit(log_in, own_site):
    page = log_in("community")
    place = own_site.made["place"]
    page.goto(f"/visits/new/?place={place}&form=six_haves")
    _answer_everything(page)
    press(page, "main form button.pri")
    page.wait_for_url(lambda url: "/visits/new/" not in url)
    _saved(page)


def test_4_rectify_a_finding(log_in, own_site):
    page = log_in("alice")
    page.goto(f"/findings/{own_site.made['finding']}/")
    press(page, "main a[href$='/rectify/']")
    page.wait_for_url("**/rectify/")
    type_into(page, "main textarea", "\u5df2\u8865\u9f50")
    press(page, "main form button.pri")
    page.wait_for_url(lambda url: "/rectify/" not in url)
    _saved(page)
    _is_offered_no_look_back(page)


def _is_offered_no_look_back(page: Page) -> None:
    """Where the keyboard leads, the rule still stands for whoever has rectified."""
    expect(page.locator("main a[href$='/look-back/']")).to_have_count(0)
    expect(page.locator(".refuse")).to_be_visible()


def test_5_look_back_and_confirm(log_in, own_site):
    page = log_in("bob")
    page.goto(f"/findings/{own_site.made['finding_rectified']}/")
    press(page, "main a[href$='/look-back/']")
    page.wait_for_url("**/look-back/")
    _answer_everything(page)
    press(page, "main form button.pri")
    page.wait_for_url(lambda url: "/look-back/" not in url)
    _saved(page)


def test_6_attest_a_daily_return(log_in):
    page = log_in("street")
    page.goto("/returns/sign/")
    press(page, "main form button.pri")
    page.wait_for_url(lambda url: "/sign/" not in url)
    _saved(page)


def test_7_record_a_daily_health_record(log_in, own_site):
    page = log_in("grid")
    _walk_to(page, "/home/")
    _follow(page, f"main a[href='/home/{own_site.made['watch']}/']")
    _follow(page, "main a[href$='/visit/health_record/']")
    press(page, "[name=q_reached]", "Space")  # yes
    type_into(page, "[name=q_temperature]", "365")
    press(page, "[name=q_left_home]", "ArrowDown")  # no
    press(page, "main form button.pri")
    page.wait_for_url(lambda url: "/visit/" not in url)
    _saved(page)


def test_8_sign_a_cohort(log_in, own_site):
    page = log_in("cdc")
    _walk_to(page, "/home/")
    _follow(page, "main a[href$='/cohorts/']")
    _follow(page, f"main a[href$='/cohorts/{own_site.made['cohort']}/']")
    press(page, "main form button.pri")
    _saved(page)
    expect(page.locator("main form button.pri")).to_have_count(0)


def _answer_everything(page: Page) -> None:
    """Answer each question of the form in the order the Tab key gives them."""
    for name in _unanswered(page):
        tab_to(page, f"main form [name='{name}']")
        kind = page.evaluate("() => document.activeElement.type")
        if kind == "radio":
            page.keyboard.press("Space")  # the first choice
        elif kind == "select-one":
            page.keyboard.press("ArrowDown")
        elif kind == "number":
            page.keyboard.type("14")
        elif kind in {"text", "textarea"}:
            page.keyboard.type("ok")


def _unanswered(page: Page) -> list[str]:
    """The names of the fields that are still empty, in their order."""
    return page.evaluate("""() => {
      const names = [];
      for (const one of document.querySelector("main form").elements) {
        if (!one.name || ["hidden", "file", "submit"].includes(one.type)) continue;
        const open = one.type === "radio"
          ? !document.querySelector(`main form [name="${one.name}"]:checked`)
          : !one.value;
        if (open && !names.includes(one.name)) names.push(one.name);
      }
      return names;
    }""")
