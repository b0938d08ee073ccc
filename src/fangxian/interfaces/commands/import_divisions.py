"""``fangxian import divisions``: take lists in the national layout as areas."""

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click
from django.conf import settings

from fangxian.interfaces.commands.speaking import told
from fangxian.interfaces.imports.divisions import Fault, Totals, import_divisions
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import day_of
from fangxian.kernel.situation import clock_of


SOME_REFUSED = 1
BY = replace(SYSTEM, device="command")


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The list's own date.")
@click.option("--source", required=True, help="Where the list comes from.")
@click.option(
    "--faults",
    type=click.File("w", encoding="utf-8"),
    help="Write the refused rows here, as CSV; otherwise they are printed.",
)
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    on: dt.datetime | None,
    source: str,
    faults: TextIO | None,
) -> None:
    """Take lists of cities, areas, streets or villages, the upper levels first.

    Rows that are known add nothing; rows that cannot be taken are told with their
    number, a sentence and a remedy, and the rest goes in. Ends with 0 if every row
    was taken, 1 if a row was refused, 3 if a file was refused whole.
    """
    at = clock_of(settings.FANGXIAN_DATA).now()
    day = day_of(at) if on is None else on.date()
    refused = 0
    for file in files:
        totals = import_divisions(
            file,
            on=day,
            source=source,
            by=BY,
            at=at,
            tell=_teller(file, faults),
            show=_show,
        )
        click.echo(
            f"\r{file.name}: {totals.added} added, {totals.known} known,"
            f" {totals.refused} refused"
        )
        refused += totals.refused
    ctx.exit(SOME_REFUSED if refused else 0)


def _show(totals: Totals) -> None:
    click.echo(f"\r{totals.rows} rows", nl=False, err=True)


def _teller(file: Path, faults: TextIO | None) -> Callable[[Fault], None]:
    """Tell refused rows as CSV, or as lines on the terminal."""
    if faults is None:
        return lambda fault: click.echo(" · ".join(map(str, _cells(file, fault))))
    writer = csv.writer(faults)

    def write(fault: Fault) -> None:
        writer.writerow(_cells(file, fault))

    return write


def _cells(file: Path, fault: Fault) -> tuple[str, int, str, str]:
    said = told(fault.refusal)
    return file.name, fault.row, said.sentence, said.remedy
