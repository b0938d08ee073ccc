"""Somebody edits the scenario of the month: which figures follow, and which stay?

``make campaign NAME=edited`` plays the whole month of Erqi as it is, with one returnee
more, and with one foot spa fewer, each into a database of its own, and compares what
was computed, cell by cell, into ``campaigns/results/edited.md``. In CI three days are
edited instead (``tests/integration/test_edited_scenario.py``).
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from campaigns.results import heading, write


ROOT = Path(__file__).parent.parent
MONTH = ROOT / "scenarios" / "erqi-2020-11"
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """One word of the scenario put in place of another, and the figures that follow.

    ``follows`` names them by how their wordings end, ``shows`` a cell of a bulletin.
    """

    told: str
    file: str = ""
    before: str = ""
    after: str = ""
    follows: Mapping[str, str] | None = None
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """What a month came to: its figures, and what its bulletins say was inspected."""

    figures: Cells
    bulletins: Cells


PLAIN = Edit("as it is")
EDITS = (
    Edit(
        "41 returnees from within the country",
        "people.yaml",
        "group: 福华街境内\n    in: [福华街街道]\n    count: 40",
        "group: 福华街境内\n    in: [福华街街道]\n    count: 41",
        {
            "境内中高风险地区返郑人员40人": "41 ✗",
            "核酸检测均为阴性": "66 of 66 ✓",
            "均已解除": "66 of 66 ✓",
        },
    ),
    Edit(
        "no foot spa in 洁云路社区",
        "places.yaml",
        "{in: 洁云路社区, kind: foot_spa, count: 1}",
        "{in: 洁云路社区, kind: foot_spa, count: 0}",
        {"足浴1家": "0 ✗"},
        shows="2020-11-25 patrol foot_spa",
    ),
)


# ------------------------------------------------------------------- playing a month
def play(edit: Edit) -> Played:
    """Play an edited copy of the month in a process and a database of its own."""
    with TemporaryDirectory() as folder:
        scenario = Path(folder, "scenarios", MONTH.name)
        shutil.copytree(MONTH, scenario)
        if edit.file:
            change(scenario / edit.file, edit.before, edit.after)
        told = Path(folder, "told.json")
        subprocess.run(
            [sys.executable, "-m", "campaigns.edited", str(scenario), str(told)],
            cwd=ROOT,
            env={**os.environ, "FANGXIAN_DATA": f"{folder}/data"},
            check=True,
        )
        return Played(**json.loads(told.read_text("utf-8")))


def change(path: Path, before: str, after: str) -> None:
    """Put one word in place of another that stands in a file once."""
    text = path.read_text("utf-8")
    if text.count(before) != 1:
        raise SystemExit(f"{path.name} does not hold {before!r} once")
    path.write_text(text.replace(before, after), "utf-8")


def play_here(folder: Path, told: Path) -> None:
    """Play a scenario in this process, and write down what it came to."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    from rich.console import Console  # noqa: PLC0415 -- after set-up

    from fangxian.interfaces.commands.replay import figures, replay  # noqa: PLC0415 -- as above
    from fangxian.interfaces.commands.replay.script import read_script  # noqa: PLC0415 -- as above

    script = read_script(folder)
    replay(script, folder, console=Console())
    found = {one.figure.wording: _spelt(one) for one in figures.compute(script)}
    said = {"figures": found, "bulletins": dict(_inspected())}
    told.write_text(json.dumps(said, ensure_ascii=False), "utf-8")


def _spelt(line: object) -> str:
    from fangxian.interfaces.commands.replay.figures import Found  # noqa: PLC0415 -- as above

    assert isinstance(line, Found)  # noqa: S101 -- what compute gives
    of_all = f" of {line.most}" if line.figure.all else ""
    return f"{line.computed}{of_all} {'✓' if line.holds else '✗'}"


def _inspected() -> Iterator[tuple[str, str]]:
    """Tell how many places of each kind each day's bulletin says were inspected."""
    from fangxian.capabilities.daily_return.rules import BULLETIN  # noqa: PLC0415 -- as above
    from fangxian.kernel.scopes import EVERYWHERE  # noqa: PLC0415 -- as above
    from fangxian.mechanisms.report.queries import bulletins  # noqa: PLC0415 -- as above

    for bulletin in bulletins(EVERYWHERE, layout=BULLETIN):
        for one in bulletin.content["inspected"]:
            name = f"{bulletin.day} {one['form']} {one['kind']}"
            yield name, str(one["places"])


# ----------------------------------------------------------------------- the result
def differing(one: Cells, other: Cells) -> dict[str, tuple[str, str]]:
    """Give the cells that are not the same in two months, or stand in one only."""
    names = sorted({*one, *other})
    both = {name: (one.get(name, "none"), other.get(name, "none")) for name in names}
    return {name: (was, is_) for name, (was, is_) in both.items() if was != is_}


def misses(edit: Edit, plain: Played, edited: Played) -> list[str]:
    """Name the figures that do not follow an edit as they should, or should not."""
    expected = {
        _named(ending, plain): to for ending, to in (edit.follows or {}).items()
    }
    found = {
        name: is_ for name, (_, is_) in differing(plain.figures, edited.figures).items()
    }
    names = sorted({*found, *expected})
    return [name for name in names if found.get(name) != expected.get(name)]


def _named(ending: str, month: Played) -> str:
    [name] = [name for name in month.figures if name.endswith(ending)]
    return name


def report(
    plain: Played, edited: Sequence[tuple[Edit, Played]], missed: Sequence[str]
) -> list[str]:
    """Tell every figure of each month, and how many cells of bulletins differ."""
    names = [PLAIN.told, *(edit.told for edit, _ in edited)]
    months = [plain, *(month for _, month in edited)]
    unmet = [name for name, cell in plain.figures.items() if not cell.endswith("✓")]
    return [
        *heading("edited", seed="the scenario's own"),
        "The month of Erqi as it is, and edited in one word. A figure is what was computed",
        "from the records, and whether it lies within the bounds of the source.",
        "",
        f"**{len(plain.figures)} figures: {len(unmet)} not met by the month as it is,",
        f"{len(missed)} do not follow an edit as they should.**",
        *(f"- {name}" for name in (*unmet, *missed)),
        "",
        f"| figure | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
        *(_row(name, months) for name in plain.figures),
        "",
        f"The bulletins of the month hold {len(plain.bulletins)} cells that say how many",
        "places of a kind were inspected on a day. With a place fewer all later ones have",
        "other numbers, by which their patrols are spread over days. Of the cells differ:",
        "",
        *(_differs(edit, plain, month) for edit, month in edited),
    ]


def _row(name: str, months: list[Played]) -> str:
    plain, *others = [month.figures[name] for month in months]
    cells = [cell if cell == plain else f"**{cell}**" for cell in others]
    return f"| {name} | {' | '.join([plain, *cells])} |"


def _differs(edit: Edit, plain: Played, edited: Played) -> str:
    found = differing(plain.bulletins, edited.bulletins)
    was, is_ = found.get(edit.shows, ("", ""))
    shown = f"; {edit.shows}: {was} to {is_}" if edit.shows else ""
    return f"- {edit.told}: {len(found)}{shown}"


def main() -> int:
    """Play the months; ends with 1 if a figure does not follow as it should."""
    plain = play(PLAIN)
    edited = [(edit, play(edit)) for edit in EDITS]
    missed = [
        f"{edit.told}: {name}"
        for edit, month in edited
        for name in misses(edit, plain, month)
    ]
    write("edited", report(plain, edited, missed))
    return int(bool(missed) or any("✗" in cell for cell in plain.figures.values()))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        play_here(*map(Path, sys.argv[1:]))
        sys.exit(0)
    sys.exit(main())
