"""``fangxian report``: print a unit's return of a day, and who did not return."""

import datetime as dt

import click

from fangxian.capabilities.daily_return.rules import DAILY
from fangxian.interfaces.commands.areas import area_named
from fangxian.kernel.moments import start_of
from fangxian.mechanisms.jurisdiction.queries import path_names
from fangxian.mechanisms.report.counters import differences
from fangxian.mechanisms.report.queries import (
    figures_of,
    find_return,
    layout_for,
    missing,
)


ONE_DAY = dt.timedelta(days=1)


@click.command()
@click.argument("area")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--layout", default=DAILY.layout, show_default=True)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh")
@click.option(
    "--recount", is_flag=True, help="Compare the day's counters with a recount."
)
def command(
    area: str, day: dt.datetime, layout: str, language: str, *, recount: bool
) -> None:
    """Print the return of AREA for DAY as it stands, and the units that made none.

    AREA is a path of names below the city, such as DISTRICT/STREET. With --recount
    the command fails if a counter of that day differs from the rows it counts.
    """
    unit = area_named(area, day.date())
    _print_return(unit.id, layout, day.date(), language)
    _print_missing(unit.id, layout, day.date())
    if recount:
        _recount(day.date())


def _print_return(area: int, layout: str, day: dt.date, language: str) -> None:
    returned = find_return(area, layout, day)
    if returned is None:
        click.echo(f"no return for {day}")
        return
    figures = figures_of(returned)
    for indicator in layout_for(returned).indicators:
        label = indicator.label.text(language)
        click.echo(f"{figures.get(indicator.name, 0):>8}  {label}")


def _print_missing(area: int, layout: str, day: dt.date) -> None:
    at = start_of(day + ONE_DAY)
    unmade = missing(area, layout, day, at=at)
    names = path_names(unmade)
    for unit in unmade:
        click.echo(f"missing  {names[unit]}")


def _recount(day: dt.date) -> None:
    found = differences(from_=day, until=day + ONE_DAY)
    for one in found:
        click.echo(
            f"{one.measure} {one.kind} in {one.area}: "
            f"counter {one.tallied}, rows {one.counted}"
        )
    if found:
        raise click.ClickException(f"{len(found)} counters differ from the rows.")
