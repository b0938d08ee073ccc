"""``fangxian import places``: take a list of places of any layout."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext_noop

from fangxian.interfaces.commands.speaking import translate
from fangxian.interfaces.commands.telling import tell_refused, write_refused
from fangxian.interfaces.imports.places import open_list, take_places
from fangxian.interfaces.imports.refused import Explained, explain
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import RefusalKind
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.jurisdiction.queries import find_area_by_code
from fangxian.mechanisms.ledger.queries import refused_rows
from fangxian.mechanisms.ledger.rows import Taken


SOME_REFUSED = 1
BY = replace(SYSTEM, device="command")
NO_SUCH_AREA = RefusalKind(
    code="imports.no_such_area",
    sentence="No area has the code {code}.",
    remedy="Look it up with the list of areas; import divisions first.",
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", "code", required=True, help="Code of the area it is about.")
@click.option("--kind", help="Kind of place for rows that name none.")
@click.option(
    "--refused",
    "corrections",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the refused rows here to be corrected (.csv or .xlsx).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(  # noqa: PLR0917 -- click hands every option over by its place
    ctx: click.Context,
    file: Path,
    code: str,
    kind: str | None,
    corrections: Path | None,
    as_json: bool,  # noqa: FBT001 -- click passes options so
) -> None:
    """Take a list of places in: CSV, XLSX or XLS, whatever its layout.

    Rows about known places add nothing. Ends with 0 if no row was refused, 1 if
    some were, 3 if the file was refused whole.
    """
    at = clock_of(settings.FANGXIAN_DATA).now()
    area = find_area_by_code(code, day_of(at))
    if area is None:
        raise NO_SUCH_AREA(code=code)
    content = file.read_bytes()
    sheet = open_list(content)
    taken = take_places(
        sheet,
        content=content,
        file_name=file.name,
        area=area.id,
        kind=kind,
        by=BY,
        at=at,
    )
    refused = list(explain(refused_rows(taken.batch, BY.scope), translate=translate))
    if corrections is not None:
        write_refused(corrections, sheet.headings, refused)
    tell = _tell_json if as_json else _tell
    tell(taken, refused)
    ctx.exit(SOME_REFUSED if refused else 0)


def _tell(taken: Taken, refused: Sequence[Explained]) -> None:
    summed = gettext_noop(
        "import {batch}: {added} added, {known} known, {refused} refused,"
        " {alike} look like another place"
    )
    counts = {"known": len(taken.known), "refused": len(refused)}
    click.echo(
        translate(summed).format(
            batch=taken.batch, added=len(taken.added), alike=len(taken.alike), **counts
        )
    )
    tell_refused(refused)


def _tell_json(taken: Taken, refused: Sequence[Explained]) -> None:
    told = {
        "import": taken.batch,
        "added": taken.added,
        "known": [asdict(known) for known in taken.known],
        "refused": [
            {"row": row.number, "reasons": row.reasons, "remedies": row.remedies}
            for row in refused
        ],
        "alike": [{"row": like.row, **asdict(like.candidate)} for like in taken.alike],
    }
    click.echo(json.dumps(told, ensure_ascii=False))
