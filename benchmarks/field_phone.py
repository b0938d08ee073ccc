"""The app on a slow phone: from the tap on save to 已保存, the processor at a sixth.

Chromium opens the app from its service worker with the network off, and registers one
person after the other. What is timed is in the page itself: from the click to the words
that only a finished write to the disk may show. The outbox grows meanwhile, as it does
on a day without network. Needs Chromium; without it there are no rows.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.rows import FULL, Row


PEOPLE = 2_000 if FULL else 100
SLOWER = 6
GOAL_MS = 150
REGISTER_ALL = """async (count) => {
  const took = [];
  const until = (found) => new Promise((done) => {
    const look = () => { const one = found(); if (one) { watch.disconnect(); done(one); } };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  });
  const button = () => document.querySelector("footer .van-button--primary");
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  for (let place = 0; place < count; place += 1) {
    const [name, phone] = await until(() => {
      const fields = document.querySelectorAll(".fields input");
      return fields.length > 2 ? fields : null;
    });
    for (const [field, text] of [[name, "周小满"], [phone, "10055550001"]]) {
      set.call(field, text);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    await new Promise((done) => setTimeout(done, 20));
    const tapped = performance.now();
    button().click();
    await until(() => document.querySelector("[role=status] h2"));
    took.push(performance.now() - tapped);
    button().click();
  }
  return took;
}"""


def rows() -> list[Row]:
    """Measure on an installation of the browser tests, served here."""
    if shutil.which("chromium") is None:
        return []
    from tests.browser.conftest import answering, build  # noqa: PLC0415 -- needs pytest

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        build(data, "tests.browser.site")
        with answering(data) as url:
            return measured(data, url)


def measured(data: Path, url: str) -> list[Row]:
    """Enrol a phone with that house, and register with the network off."""
    from tests.browser.conftest import CHROMIUM_ARGUMENTS, Site, Visitors  # noqa: PLC0415 -- needs pytest

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        console = Visitors(browser, Site(url=url, made={}, data=data)).page("street")
        phone = browser.new_context(
            base_url=url, viewport={"width": 390, "height": 844}, locale="zh-CN"
        )
        app = _ready(phone, console)
        inturn = app.evaluate(REGISTER_ALL, PEOPLE)
        browser.close()
    took, last = sorted(inturn), sorted(inturn[-PEOPLE // 10 :])
    goal = f"≤ {GOAL_MS} ms"
    name = f"app: tap on save → 已保存, {PEOPLE} people, {SLOWER}× slower"
    return [
        Row(f"{name}, p50", took[len(took) // 2], "ms"),
        Row(f"{name}, p95", took[int(len(took) * 0.95)], "ms", goal=goal),
        Row(f"{name}, the last tenth, p95", last[int(len(last) * 0.95)], "ms"),
    ]


def _ready(phone: BrowserContext, console: Page) -> Page:
    from tests.browser import pocket  # noqa: PLC0415 -- needs pytest

    app = phone.new_page()
    pocket.fill_in(app, pocket.code_for(console, "福华社区", "社区书记"), "慢手机")
    pocket.enrol(app)
    phone.set_offline(offline=True)
    app.reload()
    pocket.unlock(app)
    app.goto("/field/#/register/person")
    app.locator(".fields input").first.wait_for()
    slow = phone.new_cdp_session(app)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return app
