"""``fangxian backup``: copy the installation while it works."""

import json
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from fangxian.interfaces.commands.backups.making import Made, make_backup
from fangxian.interfaces.commands.backups.noting import note_made
from fangxian.interfaces.commands.backups.refusals import (
    RECORDS_HERE,
    RECORDS_ON_SERVER,
)
from fangxian.kernel.moments import SystemClock
from fangxian.kernel.situation import clock_of
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.signing import signing_key_at


FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option(
    "--keys",
    type=FOLDER,
    help="Copy the keys too, into this other folder. Without them nobody can be read;"
    " whoever has them and the backup reads everybody.",
)
@click.option(
    "--files-only",
    is_flag=True,
    help="With PostgreSQL: the files beside the records, after pg_dump.",
)
@click.option("--json", "as_json", is_flag=True, help="Say what was copied as JSON.")
def command(
    folder: Path,
    keys: Path | None,
    files_only: bool,  # noqa: FBT001 -- click passes flags so
    as_json: bool,  # noqa: FBT001 -- click passes flags so
) -> None:
    """Copy records, inbox, evidence and situation into FOLDER, which must be empty.

    Nobody has to stop: the copy is of one moment, and signed. It holds no keys and no
    plain names. FOLDER is there when everything is on the disk, or not at all. The
    journal says that it was made. Try the copy with fangxian restore.
    """
    embedded = connection.vendor == "sqlite"
    if embedded == files_only:
        raise RECORDS_HERE() if embedded else RECORDS_ON_SERVER()
    keyring_at(settings.FANGXIAN_KEYRING)  # a new installation has none before its use
    signing_key_at(settings.FANGXIAN_SIGNING_KEY)
    made = make_backup(
        settings.FANGXIAN_DATA,
        folder,
        keys=keys,
        migrations=applied() if embedded else None,
        at=SystemClock().now(),
    )
    now = clock_of(settings.FANGXIAN_DATA).now()
    note_made(made, with_keys=keys is not None, at=now)
    click.echo(
        _as_json(made, folder, keys) if as_json else _as_text(made, folder, keys)
    )


def applied() -> list[str]:
    """Name what made the tables, so that an older version refuses newer ones."""
    return sorted(map(".".join, MigrationRecorder(connection).applied_migrations()))


def _as_json(made: Made, folder: Path, keys: Path | None) -> str:
    said = made.manifest
    return json.dumps(
        {
            "folder": str(folder),
            "keys": keys and str(keys),
            "made_at": said.made_at.isoformat(),
            "records": said.records,
            "files": len(said.files),
            "bytes": said.size,
            "damaged": made.damaged,
            "left_out": made.left_out,
        }
    )


def _as_text(made: Made, folder: Path, keys: Path | None) -> str:
    said = made.manifest
    lines = [f"{len(said.files)} files, {said.size:,} bytes in {folder}"]
    lines += [f"{name} was damaged before it was copied" for name in made.damaged]
    lines += [f"{name} was not sealed, and is left out" for name in made.left_out]
    if keys is None:
        lines.append("The keys are not in it: keep a copy of them elsewhere (--keys).")
    else:
        lines.append(f"The keys are in {keys}: give them to somebody else.")
    return "\n".join(lines)
