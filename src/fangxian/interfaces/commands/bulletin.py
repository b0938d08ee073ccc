"""``fangxian bulletin``: print the bulletin that an area issued about a day."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from fangxian.capabilities.daily_return.queries import get_paper
from fangxian.capabilities.daily_return.rendering import html, plain, word
from fangxian.capabilities.daily_return.rendering.document import Document, document_of
from fangxian.capabilities.daily_return.rules import BULLETIN
from fangxian.interfaces.commands.areas import area_named
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.report.queries import bulletins, find_bulletin


LISTED_MOST = 100
WRITERS: Mapping[str, Callable[[Document], bytes]] = {
    "text": lambda document: plain.text(document).encode(),
    "html": lambda document: html.page(document).encode(),
    "docx": word.write,
}


@click.command()
@click.argument("area", required=False)
@click.argument("day", required=False, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--as", "form", type=click.Choice(sorted(WRITERS)), default="text")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the terminal.",
)
def command(
    area: str | None,
    day: dt.datetime | None,
    form: str,
    language: str,
    out: Path | None,
) -> None:
    """Print the bulletin of AREA about DAY; without them, list what was issued.

    AREA is a path of names below the city, such as DISTRICT/STREET. Of several
    bulletins about a day the last correction is printed.
    """
    if area is None or day is None:
        _list()
        return
    found = find_bulletin(area_named(area, day.date()).id, BULLETIN, day.date())
    if found is None:
        raise click.ClickException(f"{area} issued no bulletin about {day.date()}.")
    document = document_of(get_paper(found.pk, EVERYWHERE), language)
    written = WRITERS[form](document)
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_bytes(written)


def _list() -> None:
    for one in bulletins(EVERYWHERE).select_related("area")[:LISTED_MOST]:
        click.echo(f"{one.day}  {one.area.name}  {one.number}  {one.digest[:12]}")
