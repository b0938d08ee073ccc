"""A passkey is added and then replaces the password (virtual authenticator)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitors, log_in
from tests.browser.site import PASSWORD


pytestmark = pytest.mark.browser
# From then on the account wants a second factor: no other test logs in with it.
OWNER = "hospital"


def _give_authenticator(page: Page) -> None:
    """Plug in a virtual authenticator that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_logs_in_without_a_password(chromium, site):
    context = chromium.new_context(base_url=site.url, locale="zh-CN")
    page = context.new_page()
    _give_authenticator(page)
    log_in(page, OWNER)
    page.goto("/account/factors/passkeys/add/")
    assert "/account/again/" in page.url  # a change of the log-in asks once more
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/passkeys/add/")
    page.fill("#id_name", "办公电脑")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/account/factors/passkeys/")
    expect(page.locator(".lines li")).to_contain_text("办公电脑")
    context.clear_cookies()
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    page.goto("/account/")
    expect(page.locator("h1")).to_contain_text(OWNER)
    context.close()


def test_the_log_in_page_offers_it(visitors: Visitors):
    page = visitors.page("anyone")
    page.goto("/account/login/")
    expect(page.locator("#passkey_login")).to_be_visible()
