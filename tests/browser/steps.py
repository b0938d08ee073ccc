"""What a tutorial tells somebody to do, and the pictures that it shows of it."""

from playwright.sync_api import Page, expect

from tools.pictures import FROM_TESTS, TAKEN


TO_THE_TOP = """() => {
  document.activeElement?.blur();
  scrollTo({top: 0, behavior: "instant"});
}"""


def section(page: Page, name: str) -> None:
    """Go to a section of the navigation."""
    page.get_by_role("navigation").get_by_role("link", name=name).first.click()


def answer(page: Page, said: dict[str, str], *, shown: str = "") -> None:
    """Fill a form in by its labels, in their order, and save it.

    ``shown`` names the picture that is kept of it before.
    """
    for question, given in said.items():
        asked = page.get_by_role("group", name=question)
        field = page.get_by_label(question)
        expect(asked.or_(field).first).to_be_visible()  # the form may still be coming
        if asked.count():
            asked.get_by_label(given, exact=True).check()
        else:
            field.fill(given)
    if shown:
        picture(page, shown)
    page.get_by_role("button", name="保存").click()
    saved(page)


def saved(page: Page) -> None:
    """See that the page says that it was done."""
    expect(page.locator(".flash.success")).to_be_visible()


def picture(page: Page, name: str) -> None:
    """Keep what the window shows of a page, from its top, as a tutorial's picture."""
    assert name in FROM_TESTS, f"tools/pictures.py does not know {name}"
    page.wait_for_load_state()  # a link that was just followed may still bring the page
    page.evaluate(TO_THE_TOP)
    page.screenshot(path=TAKEN / f"{name}.png", animations="disabled")
