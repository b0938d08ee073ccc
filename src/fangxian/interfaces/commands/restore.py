"""``fangxian restore``: put a backup into an empty data folder, and prove it."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from fangxian.interfaces.commands.backups import manifest
from fangxian.interfaces.commands.backups.manifest import Manifest
from fangxian.interfaces.commands.backups.noting import note_restored
from fangxian.interfaces.commands.backups.refusals import OTHER_STORE, RECORDS_FIRST
from fangxian.interfaces.commands.backups.restoring import restore
from fangxian.interfaces.commands.main import is_up_to_date
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.journal.verification import Verdict, verify
from fangxian.mechanisms.observation import verification as evidence
from fangxian.mechanisms.restriction import verification as restrictions


FAULTY = 1
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--keys", type=FOLDER, help="The folder with the keys of this backup.")
@click.option("--json", "as_json", is_flag=True, help="Say what was restored as JSON.")
@click.pass_context
def command(ctx: click.Context, folder: Path, keys: Path | None, as_json: bool) -> None:  # noqa: FBT001 -- click passes flags so
    """Restore the backup in FOLDER into the data folder, which must be empty.

    A damaged backup, or one with other keys, is refused and nothing is written. Then
    the tables are brought up to date, journal, restrictions and every photo are
    verified, and the journal says whence it came. Ends with 0 if everything fits, 1 if
    something does not (it was so when the backup was made), 3 if refused.
    """
    check_store(manifest.read(folder))
    said = restore(
        folder, settings.FANGXIAN_DATA, keys=keys, migrations=known_migrations()
    )
    if said.records:
        call_command("migrate", verbosity=0)
    verdict, told, opened = verify(), restrictions.verify(), evidence.verify()
    found = len(verdict.faults) + len(told.faults) + len(opened.faults)
    note_restored(said, found=found, at=clock_of(settings.FANGXIAN_DATA).now())
    as_said = _as_json if as_json else _as_text
    click.echo(as_said(said, verdict, told, opened))
    ctx.exit(FAULTY if found else 0)


def check_store(said: Manifest) -> None:
    """Refuse a backup of the other kind of store, and files before their records."""
    embedded = connection.vendor == "sqlite"
    if said.records != embedded:
        stores = ("SQLite", "PostgreSQL") if said.records else ("PostgreSQL", "SQLite")
        raise OTHER_STORE(made_with=stores[0], here=stores[1])
    if not embedded and not is_up_to_date():
        raise RECORDS_FIRST()


def known_migrations() -> set[str]:
    """Name every migration that this version has."""
    return set(map(".".join, MigrationLoader(None).disk_migrations))


def _as_json(
    said: Manifest,
    verdict: Verdict,
    told: restrictions.Verdict,
    opened: evidence.Verdict,
) -> str:
    return json.dumps(
        {
            "made_at": said.made_at.isoformat(),
            "files": len(said.files),
            "bytes": said.size,
            **asdict(verdict),
            "clean": verdict.clean,
            "faults": len(verdict.faults),
            "restrictions": {
                "rows": told.rows,
                "clean": not told.faults,
                "faults": len(told.faults),
            },
            "evidence": {"files": opened.files, "faults": len(opened.faults)},
        }
    )


def _as_text(
    said: Manifest,
    verdict: Verdict,
    told: restrictions.Verdict,
    opened: evidence.Verdict,
) -> str:
    faults = len(verdict.faults) + len(told.faults) + len(opened.faults)
    named = f"{faults} faults; fangxian verify --files names them"
    state = named if faults else "clean"
    return (
        f"{len(said.files)} files, {said.size:,} bytes, as of {said.made_at:%F %T} UTC\n"
        f"{verdict.entries} journal entries, {verdict.checkpoints} checkpoints,"
        f" {told.rows} rows about restrictions, {opened.files} photos and documents: {state}"
    )
