"""``fangxian import zhengzhou``: the divisions that ship, as areas with dates."""

import datetime as dt

import click
from django.conf import settings

from fangxian.interfaces.commands.import_divisions import BY
from fangxian.interfaces.imports import zhengzhou
from fangxian.kernel.situation import clock_of


@click.command()
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Leave out later vintages."
)
@click.option("--district", "districts", multiple=True, help="Only these codes.")
def command(until: dt.datetime | None, districts: tuple[str, ...]) -> None:
    """Establish Zhengzhou's areas by the lists of 2017, 2019, 2020 and 2023.

    What changed between two lists is carried out on its day. Areas that nothing is
    known to continue are printed for review. Repeating the command adds nothing.
    """
    done = zhengzhou.load(
        by=BY,
        at=clock_of(settings.FANGXIAN_DATA).now(),
        until=until and until.date(),
        districts=districts or None,
    )
    for area in done.unresolved:
        click.echo(f"not known what continues: {area.code} {area.name} ({area.on})")
    click.echo(
        f"{done.begun} begun, {done.redesignated} renamed or recoded,"
        f" {done.moved} moved, {done.ended} ended"
    )
