"""Every page in a real browser: two sizes, two languages, one contact sheet.

Each page must answer, fit its width, say nothing on the browser's console, leave no
English on a Chinese page, and give axe no serious or critical finding. The contrast of
colours is asked once a page and size, and once a page and language. The pictures lie in
``var/contact-sheet``; ``contact-sheet.png`` shows them all.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import pytest
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Error, Page

from fangxian.interfaces.console.matrix import matrix
from tests.browser.conftest import LARGE, PICTURES, SMALL, Site, Visitors
from tests.examples import Example, all_examples


pytestmark = pytest.mark.browser

SIZES = {"large": LARGE, "small": SMALL}
LANGUAGES = ("zh", "en")
SHOWN = {url: one for url, one in all_examples().items() if not one.post_only}
SERIOUS = {"serious", "critical"}
# Latin words that are the same in Chinese: names of techniques and units.
SAME_IN_CHINESE = {"PIN", "SHA", "Excel", "CSV", "XLSX", "Word", "docx", "GB", "RFC"}
VISIBLE_WORDS = """() => {
  const page = document.body.cloneNode(true);
  page.querySelectorAll("[translate=no], code, .mono, kbd, script, svg").forEach(
    (one) => one.remove());
  const words = [page.innerText];
  page.querySelectorAll("[aria-label], [title], [placeholder], [alt], [data-label]")
    .forEach((one) => ["aria-label", "title", "placeholder", "alt", "data-label"]
      .forEach((name) => words.push(one.getAttribute(name) ?? "")));
  return words.join("\\n");
}"""
CONTRAST = "color-contrast"
CONTRAST_IN = {"large": "zh", "small": "en"}
# Every finding of an axe rule has the rule's impact: those that count are asked.
VIOLATIONS = """async (unasked) => {
  const passed = axe._audit.rules.filter((rule) =>
    ["minor", "moderate"].includes(rule.impact) || unasked.includes(rule.id));
  const rules = Object.fromEntries(
    passed.map((rule) => [rule.id, {enabled: false}]));
  return (await axe.run({resultTypes: ["violations"], rules})).violations;
}"""
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"


def _address(site: Site, url: str, example: Example) -> str:
    address = reverse(url, args=example.args(site.made))
    return f"{address}?{example.query}" if example.query else address


@pytest.mark.parametrize("url", sorted(SHOWN))
@pytest.mark.parametrize("language", LANGUAGES)
def test_page(site: Site, visitors: Visitors, url: str, language: str):
    """Look at one page in both sizes."""
    example = SHOWN[url]
    with visitors.tab(example.who, language=language) as page:
        with _heard(page) as faults:
            page.set_viewport_size(LARGE)
            answer = page.goto(_address(site, url, example))
            if answer is None or answer.status != 200:
                faults.append(f"answer: {answer and answer.status}")
            for size, viewport in SIZES.items():
                if page.viewport_size != viewport:
                    page.set_viewport_size(viewport)
                page.screenshot(path=PICTURES / f"{url}.{size}.{language}.png")
                found = _faults(page, language, size)
                faults += [f"{size}: {fault}" for fault in found]
        assert faults == []


@contextmanager
def _heard(page: Page) -> Iterator[list[str]]:
    """Note what the browser's console says while a page is looked at."""
    heard: list[str] = []

    def said(message: ConsoleMessage) -> None:
        heard.append(f"console: {message.text}")

    def failed(error: Error) -> None:
        heard.append(f"script: {error}")

    page.on("console", said)
    page.on("pageerror", failed)
    try:
        yield heard
    finally:
        page.remove_listener("console", said)
        page.remove_listener("pageerror", failed)


def _faults(page: Page, language: str, size: str) -> list[str]:
    """Say what is wrong with a page at the size it has now."""
    faults = _serious(page, [] if CONTRAST_IN[size] == language else [CONTRAST])
    needed, there = page.evaluate(WIDTHS)
    if needed > there:
        faults.append(f"{needed} px wide in {there}")
    if language == "zh":
        faults += [f"English left: {word}" for word in _english_left(page)]
    return faults


def _serious(page: Page, unasked: list[str]) -> list[str]:
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in page.evaluate(VIOLATIONS, unasked)
        if one["impact"] in SERIOUS
    ]


def _english_left(page: Page) -> list[str]:
    words = re.findall(r"[A-Za-z]{3,}", page.evaluate(VISIBLE_WORDS))
    return sorted(set(words) - SAME_IN_CHINESE)


def test_every_address_is_photographed_or_says_why_not():
    """A new address without an example fails here as in the matrix test."""
    assert set(matrix()) == set(all_examples())


@pytest.mark.sheet
def test_contact_sheet(chromium):
    """Put all pictures on one sheet, for people to look at; runs after all others."""
    rows = "".join(_row(url) for url in sorted(SHOWN))
    sheet = PICTURES / "contact-sheet.html"
    sheet.write_text(SHEET.format(rows=rows), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1500, "height": 900})
    page.goto(sheet.as_uri())
    broken = page.evaluate("() => [...document.images].filter(i => !i.naturalWidth)")
    assert broken == [], "a page of this run has no picture"
    page.screenshot(path=PICTURES / "contact-sheet.png", full_page=True)
    page.close()


SHEET = """<!doctype html><meta charset="utf-8"><title>Contact sheet</title>
<style>body{{font:13px sans-serif;margin:16px;background:#ddd}}
section{{display:flex;gap:10px;align-items:flex-start;margin-bottom:14px}}
h2{{width:150px;font-size:13px;overflow-wrap:anywhere;margin:0}}
img{{border:1px solid #999;background:#fff;display:block}}
.large{{width:480px}}.small{{width:150px}}</style>{rows}"""


def _row(url: str) -> str:
    pictures = "".join(
        f'<img class="{size}" src="{escape(url)}.{size}.{language}.png" alt="">'
        for size in SIZES
        for language in LANGUAGES
    )
    return f"<section><h2>{escape(url)}</h2>{pictures}</section>"
