"""Playing the scenarios of these tests."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings

from fangxian.capabilities.daily_return.rules import BULLETIN
from fangxian.interfaces.commands.replay import figures
from fangxian.interfaces.commands.replay.folders import CHECKOUT
from fangxian.interfaces.commands.replay.play import Play, Played, play
from fangxian.interfaces.commands.replay.script import Script, read_script
from fangxian.kernel.moments import start_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.report.queries import bulletins
from tests.numbering import start_at_one


SCENARIOS = Path(__file__).parent / "scenarios"
THREE_DAYS = SCENARIOS / "three-days"
ONE_DAY = SCENARIOS / "one-day"
MONTH = CHECKOUT / "scenarios" / "erqi-2020-11"
PACKS = CHECKOUT / "protocols"


def copied(to: Path, scenario: Path = THREE_DAYS) -> Path:
    """Copy a scenario somewhere, with the month's names and answers."""
    copy = to / scenario.name
    shutil.copytree(scenario, copy)
    for words in ("names.yaml", "answers.yaml"):
        shutil.copy(MONTH / words, copy)
    return copy


def played(folder: Path, *, last: dt.date | None = None) -> Played:
    """Play a scenario in the test's database, numbered as a replay's own would be."""
    with rehearsal(folder) as script:
        return play(script, PACKS, last=last, tell=lambda _what: None)


def played_with_stops(folder: Path, *stops: dt.datetime) -> Played:
    """Play a scenario to the last of these moments, and stop at each."""
    with rehearsal(folder) as script:
        play_ = Play(script, PACKS, tell=lambda _what: None)
        return [play_.until(stop) for stop in stops][-1]


@contextmanager
def rehearsal(folder: Path) -> Iterator[Script]:
    """Number rows from 1, in a folder that is marked as a rehearsal; give the script."""
    start_at_one()
    script = read_script(folder)
    begins = start_of(script.world.begins)
    with TemporaryDirectory() as data, override_settings(FANGXIAN_DATA=Path(data)):
        start_situation(Path(data), scenario=folder.name, at=begins)
        yield script


def computed(folder: Path) -> dict[str, tuple[int, bool]]:
    """Each figure's wording, what it came to, and whether it holds."""
    lines = figures.compute(read_script(folder))
    return {line.figure.wording: (line.computed, line.holds) for line in lines}


def inspected_on(day: dt.date) -> dict[tuple[str, str], int]:
    """How many places the district's bulletin of a day says were inspected."""
    [bulletin] = bulletins(EVERYWHERE, day=day, layout=BULLETIN)
    return {
        (one["form"], one["kind"]): one["places"]
        for one in bulletin.content["inspected"]
    }
