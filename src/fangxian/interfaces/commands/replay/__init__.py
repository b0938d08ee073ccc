"""``fangxian replay``: play a scenario against the real system, as fast as it goes."""

import datetime as dt
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from fangxian.env import ENVIRONMENT
from fangxian.interfaces.commands.replay import figures
from fangxian.interfaces.commands.replay.folders import (
    find_packs,
    find_scenario,
    prepare_database,
    start_again_in,
)
from fangxian.interfaces.commands.replay.play import Played, play
from fangxian.interfaces.commands.replay.script import Script, days_of, read_script
from fangxian.interfaces.commands.speaking import headings_of_figures
from fangxian.kernel.moments import start_of
from fangxian.kernel.situation import start_situation


UNMET = 1


@click.command()
@click.argument("scenario")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day to play (default: the scenario's last).",
)
@click.pass_context
def command(ctx: click.Context, scenario: str, until: dt.datetime | None) -> None:
    """Play SCENARIO, a name below scenarios/ or a folder, into a database of its own.

    The database lies in FANGXIAN_DATA/<scenario> and is built anew each time. Ends
    with 0, or with 1 if a figure of the source is not met. Figures of days that were
    not played are left out.
    """
    folder = find_scenario(scenario)
    own = ENVIRONMENT.data / folder.name
    if ENVIRONMENT.data.name != folder.name:
        start_again_in(own)
    script = read_script(folder)
    last = None if until is None else until.date()
    with Console() as console:
        replay(script, folder, console=console, last=last)
        found = figures.compute(script, last=last)
        headings = headings_of_figures()
        console.print(figures.table_of(found, script.figures.source, headings))
    ctx.exit(0 if all(line.holds for line in found) else UNMET)


def replay(
    script: Script, folder: Path, *, console: Console, last: dt.date | None = None
) -> Played:
    """Play a script in this installation, which is emptied first, and show progress.

    The installation's clock then stands where the scenario ended.
    """
    prepare_database(ENVIRONMENT.data)
    begins = start_of(script.world.begins)  # from now on it is a rehearsal
    start_situation(ENVIRONMENT.data, scenario=script.world.scenario, at=begins)
    begun = time.monotonic()
    days = [day for day in days_of(script.world) if last is None or day <= last]
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(days))

        def tell(what: str) -> None:
            is_day = what[:1].isdigit()
            progress.update(task, description=what, advance=int(is_day))
            if not console.is_terminal:  # a log shows no moving bar
                console.print(f"{time.monotonic() - begun:6.1f} s  {what}")

        played = play(script, find_packs(folder), last=last, tell=tell)
    start_situation(
        ENVIRONMENT.data, scenario=script.world.scenario, at=played.ended_at
    )
    console.print(
        f"{script.world.title.zh}: seed {script.world.seed}, {played.acts} acts,"
        f" {time.monotonic() - begun:.0f} s"
    )
    return played
