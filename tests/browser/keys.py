"""Moving about a page by keyboard alone."""

import pytest
from playwright.sync_api import Page


TABS_MAX = 150


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element that ``selector`` names has the focus."""
    for _ in range(TABS_MAX):
        if page.evaluate(
            "(selector) => document.activeElement?.matches(selector)", selector
        ):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no Tab leads to {selector}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Tab to an element and press a key on it."""
    tab_to(page, selector)
    page.keyboard.press(key)


def type_into(page: Page, selector: str, text: str) -> None:
    """Tab to a field, mark what stands in it, and type."""
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
