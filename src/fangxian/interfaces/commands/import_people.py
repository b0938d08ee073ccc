"""``fangxian import people``: take a list of people, or of those who came, in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext_noop

from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.commands.import_places import NO_SUCH_AREA
from fangxian.interfaces.commands.speaking import translate
from fangxian.interfaces.commands.telling import tell_refused, write_refused
from fangxian.interfaces.imports import arrivals, people
from fangxian.interfaces.imports.refused import Explained, explain
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import RefusalKind
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.jurisdiction.queries import (
    actor_for,
    find_area_by_code,
    get_post,
    holder_of,
)
from fangxian.mechanisms.ledger.people.queries import refused_rows
from fangxian.mechanisms.ledger.people.rows import Taken


SOME_REFUSED = 1
POST_VACANT = RefusalKind(
    code="imports.post_vacant",
    sentence="Nobody holds post {post}, so nobody would answer for the list.",
    remedy="Appoint somebody, or name another post.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a list, for its lines and for JSON."""

    taken: Taken
    journeys: dict[str, int]
    headings: tuple[str, ...]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "post", type=int, required=True, help="Post that brings it.")
@click.option(
    "--source",
    type=click.Choice([source.value for source in Source]),
    help="Who tells of those who came; without it only people are taken in.",
)
@click.option("--area", "code", help="Code of the area it is about, if not the post's.")
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
    post: int,
    source: str | None,
    code: str | None,
    corrections: Path | None,
    as_json: bool,  # noqa: FBT001 -- click passes options so
) -> None:
    """Take a list of people in: CSV, XLSX or XLS, whatever its layout.

    With --source the rows are also read as journeys, and each person is registered as
    an arrival. Whoever holds the post answers for the list. Ends with 0 if no row was
    refused, 1 if some were, 3 if the file was refused whole.
    """
    at = clock_of(settings.FANGXIAN_DATA).now()
    by = _actor(post, at)
    area = _area(by, code, at)
    told = _take(file, source, area=area, by=by, at=at)
    batch = told.taken.batch
    refused = list(
        explain(refused_rows(batch, by.scope, by=by.person), translate=translate)
    )
    if corrections is not None:
        write_refused(corrections, told.headings, refused)
    (_tell_json if as_json else _tell)(told, refused)
    ctx.exit(SOME_REFUSED if refused else 0)


def _actor(post: int, at: datetime) -> Actor:
    held = get_post(post)
    holder = holder_of(held.id, at)
    if holder is None:
        raise POST_VACANT(post=post)
    return replace(actor_for(holder, at=at, post=post), device="command")


def _area(by: Actor, code: str | None, at: datetime) -> int:
    if code is None:
        assert by.unit is not None  # noqa: S101 -- who holds a post has a unit
        return by.unit
    area = find_area_by_code(code, day_of(at))
    if area is None:
        raise NO_SUCH_AREA(code=code)
    return area.id


def _take(
    file: Path, source: str | None, *, area: int, by: Actor, at: datetime
) -> Told:
    content, name = file.read_bytes(), file.name
    if source is None:
        sheet = people.open_list(content)
        taken = people.take_people(
            sheet, content=content, file_name=name, area=area, by=by, at=at
        )
        return Told(taken, {}, sheet.headings)
    sheet = arrivals.open_list(content)
    listed = arrivals.take_arrivals(
        sheet,
        content=content,
        file_name=name,
        area=area,
        source=Source(source),
        by=by,
        at=at,
    )
    journeys = {
        "registered": listed.registered,
        "joined": listed.joined,
        "repeated": listed.repeated,
    }
    return Told(listed.taken, journeys, sheet.headings)


def _tell(told: Told, refused: Sequence[Explained]) -> None:
    taken = told.taken
    summed = gettext_noop(
        "import {batch}: {added} added, {known} known, {refused} refused,"
        " {alike} look like somebody else"
    )
    counts = {"known": len(taken.known), "refused": len(refused)}
    click.echo(
        translate(summed).format(
            batch=taken.batch, added=len(taken.added), alike=len(taken.alike), **counts
        )
    )
    if told.journeys:
        counted = gettext_noop(
            "journeys: {registered} registered, {joined} joined, {repeated} repeated"
        )
        click.echo(translate(counted).format(**told.journeys))
    tell_refused(refused)


def _tell_json(told: Told, refused: Sequence[Explained]) -> None:
    taken = told.taken
    said = {
        "import": taken.batch,
        "added": len(taken.added),
        "known": len(taken.known),
        "alike": len(taken.alike),
        "journeys": told.journeys,
        "refused": [
            {"row": row.number, "reasons": row.reasons, "remedies": row.remedies}
            for row in refused
        ],
    }
    click.echo(json.dumps(said, ensure_ascii=False))
