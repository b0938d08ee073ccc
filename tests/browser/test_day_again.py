"""One grid worker's day, done again through the pages, leaves the same journal.

The scenario ``one-day`` is played until the evening; a copy of its morning is served,
and the grid worker does there what the replay let them do, on a telephone: every act
is a form that they fill in by what its labels say. Pictures of it are the tutorial's.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fangxian.kernel.moments import at_time
from fangxian.kernel.situation import start_situation
from tests.browser.conftest import SMALL, answering, build, log_in, running
from tests.browser.day import GRID_WORKER
from tests.browser.steps import answer, picture, section


pytestmark = pytest.mark.browser

DAY = dt.date(2020, 11, 18)
MORNING, EVENING = dt.time(8), dt.time(20)
WORK = ("fangxian.interfaces.commands.main", "work")

Act = tuple[str, ...]


# ------------------------------------------------------------------ what was written
def acts_in(data: Path, person: str) -> list[Act]:
    """List what somebody did since that morning: each act's events, in their order."""
    since = at_time(DAY, MORNING).replace(tzinfo=None).isoformat(sep=" ")
    asked = (
        "SELECT happened_at, event FROM journal_entry"
        " WHERE person = ? AND happened_at > ? ORDER BY id"
    )
    with sqlite3.connect(data / "fangxian.sqlite3") as journal:
        written = journal.execute(asked, (person, since)).fetchall()
    moments = groupby(written, key=lambda entry: entry[0])
    return [tuple(event for _at, event in entries) for _at, entries in moments]


# -------------------------------------------------------------------- the installations
@dataclass(frozen=True)
class Installations:
    """The day as it was played, and the copy of its morning that is served."""

    played: Path
    again: Path
    person: str
    url: str

    def done_again(self) -> list[Act]:
        return acts_in(self.again, self.person)

    def is_now(self, time: str) -> None:
        """Let the copy's clock stand at a time of the day, and run on from there."""
        at = at_time(DAY, dt.time.fromisoformat(time))
        start_situation(self.again, scenario="one-day", at=at)


@pytest.fixture(scope="module")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installations]:
    """Play the day, and serve its morning with a worker beside it."""
    played = tmp_path_factory.mktemp("played")
    again = tmp_path_factory.mktemp("again") / "data"
    times = (f"{time:%H:%M}" for time in (MORNING, EVENING))
    build(played, "tests.browser.day", DAY.isoformat(), *times, str(again))
    person = json.loads((played / "played.json").read_text())["person"]
    with answering(again) as url, running(again, "worker", *WORK):
        yield Installations(played, again, person, url)


@pytest.fixture
def phone(chromium: Browser, installations: Installations) -> Iterator[Page]:
    """The grid worker's telephone, logged in."""
    context = chromium.new_context(
        base_url=installations.url, viewport=SMALL, locale="zh-CN"
    )
    page = context.new_page()
    installations.is_now("08:10")
    log_in(page, GRID_WORKER)
    yield page
    context.close()


# ----------------------------------------------------------------- finding one's way
def open_visit_at_home(page: Page, form: str) -> None:
    """Go to the one who is at home, and to one of the forms."""
    section(page, "居家")
    page.locator("table.rows tbody a").first.click()
    page.get_by_role("main").get_by_role("link", name=form, exact=True).click()


def open_duty(page: Page, title: str) -> None:
    """Go from today to the first duty of the day that is called so and still owed."""
    section(page, "今日")
    page.get_by_role("link", name="当日任务").click()
    owed = page.locator("table.duties tbody tr").filter(has_not_text="已办")
    owed.get_by_role("link", name=title).first.click()


# ------------------------------------------------------------------- what is done there
def hand_over_the_notice(page: Page) -> None:
    open_visit_at_home(page, "上门告知")
    answer(page, {"告知书已送达或已宣读": "是", "已说明如何申诉": "是"})


def record_health(page: Page, warmth: str) -> None:
    """Record a temperature, in tenths of a degree, and that nothing is wrong."""
    open_duty(page, "早晚健康监测")
    page.get_by_role("link", name="填写记录").click()
    said = {"已联系到本人或家属": "是", "体温": warmth, "擅自外出": "否"}
    answer(page, said, shown="health-record-zh")


def take_a_sample(page: Page) -> None:
    open_visit_at_home(page, "核酸采样")
    answer(page, {"已采样": "是", "采样日期": DAY.isoformat()})


def verify_the_arrival(page: Page) -> None:
    section(page, "排查")
    page.get_by_role("link", name="待入户核查").first.click()
    page.get_by_role("link", name="填写核查").click()
    answer(
        page,
        {
            "已见到本人": "是",
            "行程核实": "与登记一致",
            "查验的凭据": "通信行程卡",
            "住在本辖区": "是",
            "同行同住人数": "0",
            "已告知防控要求": "是",
        },
        shown="arrival-visit-zh",
    )


IN_ORDER = {
    "今日营业": "是",
    "入口查验健康码": "是",
    "入口测量体温": "是",
    "从业人员规范佩戴口罩": "是",
    "按规定消毒并有记录": "是",
    "保持通风": "是",
    "有间隔一米的提示": "是",
    "当班人员": "6",
    "其中健康异常": "0",
}


def patrol(page: Page, found: dict[str, str] | None = None) -> None:
    open_duty(page, "重点场所周巡查")
    page.get_by_role("link", name="记巡查").click()
    answer(page, IN_ORDER | (found or {}))


def send_the_link(page: Page) -> None:
    """Go to the problem that the patrol has found, and have a link made for it."""
    problems = page.get_by_role("main").locator("[data-row]")
    problems.first.click()
    page.get_by_role("button", name="给负责人的整改链接").click()
    expect(page.locator("img.qr")).to_be_visible()


# ------------------------------------------------------------------------- the day again
def test_the_day_again_leaves_the_same_events(phone: Page, installations):
    """Act for act; what is left out is missing from the journal."""
    at = installations.is_now
    played = acts_in(installations.played, installations.person)

    at("08:20")
    hand_over_the_notice(phone)
    at("09:05")
    take_a_sample(phone)
    at("09:10")
    record_health(phone, "364")
    at("09:40")
    verify_the_arrival(phone)
    at("10:55")
    patrol(phone)
    at("15:30")
    patrol(phone, {"从业人员规范佩戴口罩": "否"})
    at("15:40")
    send_the_link(phone)
    assert installations.done_again() == played[:-1]

    at("16:05")
    record_health(phone, "366")
    picture(phone, "timeline-zh")
    assert installations.done_again() == played
