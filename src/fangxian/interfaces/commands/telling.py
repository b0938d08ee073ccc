"""What the command line tells of rows that were refused."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from django.utils.translation import gettext_noop

from fangxian.interfaces.commands.backups.files import write_alone
from fangxian.interfaces.commands.speaking import translate
from fangxian.interfaces.imports.refused import Explained, as_csv, as_xlsx, to_correct


SHOWN_ROWS_MAX = 20


def tell_refused(rows: Sequence[Explained]) -> None:
    """Print the first refused rows with their reasons and remedies."""
    for row in rows[:SHOWN_ROWS_MAX]:
        number = translate(gettext_noop("row {number}")).format(number=row.number)
        click.echo(f"{number}: {' '.join(row.reasons)}")
        click.echo(f"  {' '.join(row.remedies)}")
    if len(rows) > SHOWN_ROWS_MAX:
        more = translate(gettext_noop("… and {count} more; see --refused FILE"))
        click.echo(more.format(count=len(rows) - SHOWN_ROWS_MAX))


def write_refused(
    path: Path, headings: Sequence[str], rows: Iterable[Explained]
) -> None:
    """Write the refused rows as a file to be corrected, .xlsx or CSV by its name.

    They are in clear, so the file is for its owner alone.
    """
    spell = as_xlsx if path.suffix.lower() == ".xlsx" else as_csv
    write_alone(path, spell(to_correct(headings, rows, translate=translate)))
