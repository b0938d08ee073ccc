"""``fangxian protocols``: check a pack, foresee its effect, compare, adopt."""

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import click
from django.conf import settings

from fangxian.capabilities.inspection.previews import Foreseen, foresee, told
from fangxian.kernel.moments import start_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.jurisdiction.queries import actor_for, find_area_by_code
from fangxian.mechanisms.protocol import actions
from fangxian.mechanisms.protocol.changes import changes
from fangxian.mechanisms.protocol.loading import load_pack
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import editions, loaded
from fangxian.mechanisms.protocol.rehearsal import rehearse


FAILED = 1
DAYS = 28
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Check, preview, compare and adopt the packs of rules.

    Ends with 0 if all is well, 1 if a case of a pack does not hold, 2 if the
    command was called wrongly, 3 if a pack or an act was refused.
    """


@command.command()
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.pass_context
def check(ctx: click.Context, folders: tuple[Path, ...]) -> None:
    """Read packs strictly and run their cases."""
    failed = sum([_failures(load_pack(folder)) for folder in folders])
    ctx.exit(FAILED if failed else 0)


def _failures(pack: Pack) -> int:
    rehearsed = rehearse(pack)
    failed = [one for one in rehearsed if not one.holds]
    for one in failed:
        click.echo(f"does not hold: {one.case.title.zh} ({one.case.title.en})")
        for difference in one.differences:
            click.echo(f"    {difference}")
    click.echo(
        f"{pack.id} {pack.version}: {len(pack.clauses)} clauses,"
        f" {len(pack.forms)} forms, {len(pack.parameters)} parameters,"
        f" {len(pack.restrictions)} restrictions;"
        f" {len(rehearsed) - len(failed)} of {len(rehearsed)} cases hold"
    )
    return len(failed)


@command.command()
@click.argument("folder", type=FOLDER)
@click.option("--area", required=True, help="The code of the area, as 410103.")
@click.option("--days", default=DAYS, type=click.IntRange(1, 366), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print what changes as JSON.")
def preview(folder: Path, area: str, days: int, as_json: bool) -> None:  # noqa: FBT001 -- click passes flags so
    """List every open task, finding and duty that a pack would change, and why."""
    at = clock_of(settings.FANGXIAN_DATA).now()
    pack = load_pack(folder)
    found = foresee(pack, area=_area(area, at), scope=EVERYWHERE, at=at, days=days)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, ensure_ascii=False))
        return
    for line in told(found):
        click.echo(line)
    click.echo(_summed_up(found, days))


def _summed_up(found: Foreseen, days: int) -> str:
    against = f"version {found.held}" if found.held else "nothing in force"
    return (
        f"compared with {against}, {found.subjects} subjects, {days} days:"
        f" {len(found.tasks)} open tasks, {len(found.findings)} open findings"
        f" and {len(found.duties)} duties would change"
    )


def _area(code: str, at: dt.datetime) -> int:
    found = find_area_by_code(code, at.date())
    if found is None:
        message = f"no area has the code {code} today; fangxian import divisions"
        raise click.BadParameter(message, param_hint="--area")
    return found.id


@command.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Tell what differs between two versions: folders, or PACK@VERSION as kept."""
    differences = changes(_named(old), _named(new))
    for change in differences:
        click.echo(str(change))
    click.echo(f"{len(differences)} differences")


def _named(name: str) -> Pack:
    """Find a pack by its folder, or a kept edition as ``routine@2020.11``."""
    if Path(name).is_dir():
        return load_pack(Path(name))
    pack, _at, version = name.partition("@")
    kept = editions(pack).filter(version=version).first()
    if kept is None:
        message = f"{name} is no folder, and no such edition is kept"
        raise click.BadParameter(message, param_hint="PACK@VERSION")
    return loaded(kept.pk)


@command.command()
@click.argument("folder", type=FOLDER)
@click.option("--by", required=True, type=click.UUID, help="Who puts it up.")
@click.pass_context
def draft(ctx: click.Context, folder: Path, by: UUID) -> None:
    """Put a pack up for review; its cases must hold. The console shows it to read."""
    at = clock_of(settings.FANGXIAN_DATA).now()
    pack = load_pack(folder)
    if _failures(pack):
        ctx.exit(FAILED)
    edition = actions.draft(pack, by=actor_for(by, at=at), at=at)
    click.echo(f"edition {edition.pk} waits for a second reader")


@command.command()
@click.argument("folder", type=FOLDER)
@click.option("--area", required=True, help="The code of the area, as 410103.")
@click.option("--drafted-by", required=True, type=click.UUID)
@click.option("--reviewed-by", required=True, type=click.UUID, help="Somebody else.")
@click.option("--signed-by", required=True, type=click.UUID)
@click.option("--from", "from_", type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.pass_context
def adopt(
    ctx: click.Context,
    *,
    folder: Path,
    area: str,
    drafted_by: UUID,
    reviewed_by: UUID,
    signed_by: UUID,
    from_: dt.datetime | None,
) -> None:
    """Draft, review and adopt a pack for an area, in three people's names.

    The pack's cases must hold. Without --from it is in force from now.
    """
    at = clock_of(settings.FANGXIAN_DATA).now()
    pack, where = load_pack(folder), _area(area, at)
    if _failures(pack):
        ctx.exit(FAILED)
    edition = actions.draft(pack, by=actor_for(drafted_by, at=at), at=at)
    actions.review(edition.pk, by=actor_for(reviewed_by, at=at), at=at)
    begins = at if from_ is None else start_of(from_.date())
    signer = actor_for(signed_by, at=at)
    actions.adopt(edition.pk, area=where, from_=begins, by=signer, at=at)
    click.echo(
        f"{pack.id} {pack.version} is in force in {area} from {begins:%Y-%m-%d %H:%M} UTC"
    )
