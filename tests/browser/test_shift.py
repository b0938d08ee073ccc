"""A shift of an installed app without any server: nothing that showed 已保存 is lost.

Chromium is killed again and again while somebody registers people. Afterwards each of
them stands once on the server. What the disk is told is counted beside it, and the
same app without ``durability: "strict"`` must be found out.
"""

import datetime as dt
import itertools
import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import REPOSITORY, Visitors, environment_of
from tests.browser.pocket import (
    PIN,
    House,
    Pocket,
    acts_of,
    chromium_program,
    code_for,
    enrol,
    fill_in,
    go_to,
    save,
    standing,
    unlock,
)


pytestmark = pytest.mark.browser
KILLS = int(os.environ.get("FANGXIAN_BROWSER_KILLS", "30"))
REGISTERED = int(os.environ.get("FANGXIAN_REGISTRATIONS", "200"))
SHIFTS = int(os.environ.get("FANGXIAN_SHIFTS", "1"))
LEAST, LONGEST = 100, 1200  # milliseconds until a kill
COUNTED = 3
AT_ONCE = 300
SETTLED = 500  # milliseconds, in which what came before is flushed
TURNS = 100
DROPPED_AFTER_HOURS = 73
NO_SECOND_PLACE = "delete Navigator.prototype.storageBuckets"
STRICT = re.compile(r"""chromeTransactionDurability:(["'`])strict\1""")
DRIVER = """(names) => {
  const found = async (find) => {
    for (;;) {
      const one = find();
      if (one) return one;
      await new Promise((go) => setTimeout(go, 1));
    }
  };
  const name = () => document.querySelector("form.body .card.fields input");
  const saved = () => [...document.querySelectorAll("main [role=status] h2")]
    .find((one) => one.textContent.startsWith("已保存"));
  const register = async () => {
    location.hash = "#/register/person";
    for (const one of names) {
      const field = await found(name);
      field.value = one;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector("footer button.van-button--primary").click();
      await found(saved);
      window.showed(one);
      document.querySelector("footer button.van-button--primary").click();
    }
  };
  void register();
}"""


@pytest.fixture
def house(built: Path, tmp_path: Path, monkeypatch) -> Iterator[House]:
    with standing(built, tmp_path / "house", monkeypatch) as served:
        yield served


@pytest.fixture
def console(chromium: Browser, house: House) -> Page:
    """The street's console, which makes codes for its communities."""
    return Visitors(chromium, house.site).page("street")


@pytest.fixture(params=range(SHIFTS))
def rng(request):
    """What chooses the moments; another one is asked for by ``FANGXIAN_SEED``."""
    seed = os.environ.get("FANGXIAN_SEED") or str(secrets.randbits(32))
    print(f"FANGXIAN_SEED={seed}")  # noqa: T201 -- pytest shows it with a failure
    return random.Random(f"{seed}:{request.param}")


@pytest.fixture
def pocket(chromium: Browser, house: House, tmp_path: Path) -> Iterator[Pocket]:
    phone = Pocket(chromium, tmp_path / "phone", house.url)
    yield phone
    phone.close()


def patrol(app: Page, duties: list[dict]) -> int:
    """Go to every place that a patrol is due at, and find it closed today."""
    places = {
        one["send"]["body"]["place"]
        for one in duties
        if one["form"].endswith(":patrol") and one["state"] == "open"
    }
    before = len(acts_of(app))
    for place in sorted(places):
        app.locator(f"main a[href*='place'][href*='{place}']").first.click()
        for asked in app.locator("fieldset", has_text="今日营业").all():
            asked.get_by_role("button", name="否").click()
        app.locator("footer button.main").click()
        expect(app.get_by_text("已保存")).to_be_visible()
        app.get_by_text("回到任务").click()
    return len(acts_of(app)) - before


def names() -> Iterator[str]:
    """Give each person a name of their own."""
    return (f"冬{number:05}" for number in itertools.count(1))


@dataclass
class Shift:
    """One life of the browser after the other, and what each showed to be saved."""

    pocket: Pocket
    rng: random.Random
    names: Iterator[str] = field(default_factory=names)
    shown: list[str] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    due: int = 0
    kills: int = 0
    lost: int = 0

    def open(self) -> Page:
        """Open the app again, and count what is no longer there."""
        app = self.pocket.open()
        unlock(app)
        found = {one["id"] for one in acts_of(app)}
        self.lost += len(self.kept - found) + max(0, self.due - len(found))
        self.kept, self.due = found, len(found)
        return app

    def live(self) -> None:
        """Open the app, register people for a while, and be killed in the middle."""
        app = self.open()
        said: list[str] = []

        def showed(name: str) -> None:
            said.append(name)

        app.expose_function("showed", showed)
        some = [next(self.names) for _ in range(AT_ONCE)]
        app.evaluate(DRIVER, some)
        app.wait_for_timeout(self.rng.randrange(LEAST, LONGEST))
        self.pocket.kill()
        self.kills += 1
        self.shown += said
        self.due += len(said)

    def go_on(self) -> None:
        """Live until it was killed, and has registered, often enough."""
        while self.kills < KILLS or len(self.shown) < REGISTERED:
            self.live()


def told(house: House, device: str) -> dict:
    """Ask the installation what it holds of a phone, once nothing waits there."""
    command = [sys.executable, "-m", "tests.browser.told", device]
    environment = environment_of(house.data)
    for _ in range(TURNS):
        done = subprocess.run(
            command, env=environment, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE
        )
        found: dict = json.loads(done.stdout)
        if not found["waiting"]:
            return found
        time.sleep(1)
    return found


def until(app: Page, holds: Callable[[list[dict]], bool]) -> list[dict]:
    """Look at the phone's acts until this holds of them."""
    for _ in range(TURNS):
        if holds(acts_of(app)):
            break
        app.wait_for_timeout(500)
    found = acts_of(app)
    assert holds(found)
    return found


def begin(app: Page, code: str) -> tuple[str, list[dict]]:
    """Enrol the community's phone."""
    fill_in(app, code, "社区书记的手机")
    return enrol(app)


def a_code(console: Page) -> str:
    return code_for(console, "福华社区", "社区书记")


# ----------------------------------------------------------------- told to the disk
def flushed_between(app: Page, log: Path, people: Iterator[str]) -> list[int]:
    """Register some; count for each what was flushed until it showed 已保存."""
    counts = []
    for _ in range(COUNTED):
        go_to(app, "ledger")
        go_to(app, "register/person")
        app.locator("form.body .card.fields input").first.fill(next(people))
        app.wait_for_timeout(SETTLED)
        before = _flushes(log)
        save(app)
        counts.append(_flushes(log) - before)
    return counts


def _flushes(log: Path) -> int:
    return sum("IndexedDB" in line for line in log.read_text().splitlines())


def relaxed(route: Route) -> None:
    """Give the app without what makes it wait for the disk."""
    answer = route.fetch()
    text, found = STRICT.subn("", answer.text())
    route.fulfill(response=answer, body=text)
    RELAXED.append(found)


RELAXED: list[int] = []


def traces() -> bool:
    """Whether programs may be watched here; some containers forbid it."""
    strace = shutil.which("strace")
    watched = [str(strace), "-qq", "-o", os.devnull, "true"]
    return strace is not None and subprocess.run(watched, check=False).returncode == 0


@pytest.mark.skipif(not traces(), reason="programs may not be watched on this machine")
def test_saved_is_shown_when_the_disk_was_told(house, console, pocket, tmp_path):
    log, program = tmp_path / "flushes", tmp_path / "traced"
    trace = f"strace -f --seccomp-bpf -qq -y -e trace=fsync,fdatasync -o {log}"
    program.write_text(f'#!/bin/sh\nexec {trace} {chromium_program()} "$@"\n')
    program.chmod(0o755)
    people, app = names(), pocket.open(str(program))

    begin(app, a_code(console))
    assert min(flushed_between(app, log, people)) > 0

    other = pocket.context.new_page()  # another origin, so another app and database
    other.route("**/assets/*.js", relaxed)
    other.goto(f"http://127.0.0.1:{house.pages}/field/#/enrol?code={a_code(console)}")
    for asked, said in (("name", "手机"), ("pin", PIN), ("again", PIN)):
        other.fill(f"input[name={asked}]", said)
    other.get_by_role("button", name="登记").click()
    expect(other.locator("nav.tabbar")).to_be_visible()
    assert sum(RELAXED) > 0
    assert min(flushed_between(other, log, people)) == 0


# ------------------------------------------------------------------- tables that go
def register_some(app: Page) -> list[str]:
    """Register a few people."""
    some = list(itertools.islice(names(), COUNTED))
    for name in some:
        go_to(app, "ledger")
        go_to(app, "register/person")
        app.locator("form.body .card.fields input").first.fill(name)
        save(app)
    return some


def test_what_was_saved_outlives_the_tables_of_a_browser(house, console, pocket):
    device, _ = begin(pocket.open(), a_code(console))
    pocket.context.set_offline(True)
    people = register_some(pocket.context.pages[0])
    pocket.kill()
    pocket.damage()

    app = pocket.open()
    unlock(app)

    assert [one["seq"] for one in acts_of(app)] == list(range(1, COUNTED + 1))
    until(app, lambda found: all(one["state"] == "received" for one in found))
    assert sorted(told(house, device)["people"]) == people


def test_the_damage_is_found_where_nothing_is_kept_twice(console, pocket):
    app = pocket.open()
    pocket.context.add_init_script(NO_SECOND_PLACE)
    begin(app, a_code(console))
    pocket.kill()
    pocket.damage()

    app = pocket.open()
    pocket.context.add_init_script(NO_SECOND_PLACE)
    app.goto("/field/")

    expect(app.get_by_role("button", name="登记", exact=True)).to_be_visible()


# ---------------------------------------------------------------------- the shift
def test_a_shift_without_a_server_arrives_once(
    house, console, pocket, rng, record_property
):
    device, duties = begin(pocket.open(), a_code(console))
    pocket.close()
    house.close()

    shift = Shift(pocket, rng)
    patrols = patrol(shift.open(), duties)
    shift.due += patrols
    pocket.kill()
    shift.go_on()
    house.open()
    app = shift.open()
    acts = until(app, lambda found: all(one["state"] == "received" for one in found))

    found = told(house, device)
    record_property("found", {**found, "kills": shift.kills, "lost": shift.lost})
    assert patrols > 0
    assert shift.lost == 0
    assert [one["seq"] for one in acts] == list(range(1, len(acts) + 1))
    assert (found["seen"], found["questioned"]) == (patrols, [])
    assert len(found["people"]) == len(set(found["people"])) == len(acts) - patrols
    assert set(shift.shown) <= set(found["people"])
    nothing_comes_back(house, shift, app, acts[-1]["seq"])


def nothing_comes_back(house: House, shift: Shift, app: Page, last: int) -> None:
    """Let three days pass: what the phone may let go of is gone, for good."""
    house.leap(dt.timedelta(hours=DROPPED_AFTER_HOURS))
    app.evaluate("dispatchEvent(new Event('online'))")
    until(app, lambda found: not found)
    shift.pocket.kill()
    shift.kept, shift.due = set(), 0
    app = shift.open()
    assert acts_of(app) == []

    go_to(app, "register/person")
    app.locator("form.body .card.fields input").first.fill(next(shift.names))
    save(app)
    assert [one["seq"] for one in acts_of(app)] == [last + 1]
