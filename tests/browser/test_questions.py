"""Questions come and go with the answers that ask for them, before anything is sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Site, Visitors


pytestmark = pytest.mark.browser

Opened = Callable[[str], Page]


@pytest.fixture
def opened(visitors: Visitors, site: Site) -> Opened:
    """``opened("venue_code")`` is that checklist, open at the example's place."""

    def of(form: str) -> Page:
        page = visitors.page("community")
        page.goto(f"/visits/new/?place={site.made['place']}&form={form}")
        return page

    return of


def _around(page: Page, question: str):
    return page.locator(f"[data-question={question}]")


def _sent(page: Page) -> dict[str, list[str]]:
    """Press Save, and give what the browser would have sent; it is held back."""
    held: list[Request] = []

    def hold(route, request: Request) -> None:
        if request.method == "POST":
            held.append(request)
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/visits/new/**", hold)
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("main form button.pri").click()
    body = held[0].post_data_buffer.decode()
    names = [part.split('"')[1] for part in body.split("form-data; name=")[1:]]
    values = [
        part.split("\r\n\r\n")[1].split("\r\n")[0]
        for part in body.split("form-data;")[1:]
    ]
    sent: dict[str, list[str]] = {}
    for name, value in zip(names, values, strict=True):
        sent.setdefault(name, []).append(value)
    return sent


def test_a_question_appears_when_an_earlier_answer_asks_for_it(opened):
    page = opened("patrol")
    expect(_around(page, "is_open")).to_be_visible()
    expect(_around(page, "code_scanned")).to_be_hidden()

    page.locator("[name=q_is_open][value=yes]").check()
    expect(_around(page, "code_scanned")).to_be_visible()
    expect(_around(page, "code_scanned").locator(".opt")).to_be_hidden()

    page.locator("[name=q_is_open][value=no]").check()
    expect(_around(page, "code_scanned")).to_be_hidden()


def test_what_is_hidden_is_not_sent_and_comes_back_as_it_was(opened):
    page = opened("venue_code")
    page.locator("[name=q_status][value=applied]").check()
    page.locator("[name=q_reason]").fill("waiting for the sign")
    page.locator("[name=q_status][value=in_use]").check()
    expect(_around(page, "reason")).to_be_hidden()
    page.locator("[name=q_posted][value=yes]").check()
    page.locator("[name=q_status][value=issued]").check()
    expect(page.locator("[name=q_reason]")).to_have_value("waiting for the sign")
    page.locator("[name=q_status][value=in_use]").check()

    sent = _sent(page)

    assert sent["q_status"] == ["in_use"]
    assert sent["q_posted"] == ["yes"]
    assert "q_reason" not in sent


def test_without_a_script_every_question_is_there(chromium, visitors, site):
    state = visitors.page("community").context.storage_state()
    context = chromium.new_context(
        base_url=site.url, storage_state=state, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"/visits/new/?place={site.made['place']}&form=patrol")

    expect(_around(page, "code_scanned")).to_be_visible()
    expect(_around(page, "code_scanned").locator("[data-unscripted]")).to_be_visible()
    context.close()
