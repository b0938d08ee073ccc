"""Restoring a backup: copied beside its place and proven, then moved into it.

Everything is checked on the copy, so that what was checked is what is used.
"""

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from fangxian.interfaces.commands.backups import files, manifest, snapshots
from fangxian.interfaces.commands.backups.keys import (
    NAMES,
    SECRET,
    copy_keys,
    read_keys,
)
from fangxian.interfaces.commands.backups.manifest import (
    EVIDENCE,
    INBOX,
    RECORDS,
    SITUATION,
    Manifest,
)
from fangxian.interfaces.commands.backups.refusals import (
    DAMAGED,
    NEWER,
    NOT_EMPTY,
    NOT_WRITTEN,
)


MADE_BY_ANY_COMMAND = ("static", SECRET)


def restore(
    folder: Path, data: Path, *, keys: Path | None, migrations: Collection[str]
) -> Manifest:
    """Put a backup into an empty data folder; refuse a damaged one and write nothing.

    The keys come from ``keys``, or lie in the data folder already. ``migrations`` are
    those that this version knows.
    """
    _check_empty(data, keys_come=keys is not None)
    said = manifest.read(folder)
    held = keys or data
    manifest.check_signed(said, read_keys(held), folder=held)
    if not set(said.migrations) <= set(migrations):
        raise NEWER()
    manifest.check_complete(folder, said)
    with _inside(data) as draft:
        _copy(folder, draft, said)
        if keys is not None:
            copy_keys(keys, draft)
        _move(draft, data)
    return said


def _check_empty(data: Path, *, keys_come: bool) -> None:
    allowed = {*MADE_BY_ANY_COMMAND, *(() if keys_come else NAMES)}
    found = sorted({path.name for path in data.iterdir()} - allowed)
    if found:
        raise NOT_EMPTY(folder=data, found=found[0])


@contextmanager
def _inside(data: Path) -> Iterator[Path]:
    draft: Path | None = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=".restoring.", dir=data))
        yield draft
        files.settle(data)
    except OSError as problem:
        raise NOT_WRITTEN(problem=problem.strerror or problem) from problem
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _copy(folder: Path, draft: Path, said: Manifest) -> None:
    """Copy every file and compare what was copied with the backup's own account."""
    for name, facts in said.files.items():
        if files.copy(folder / name, draft / name) != facts:
            raise DAMAGED(file=name, problem="has changed")
    for name in (RECORDS, INBOX):
        if name in said.files and not snapshots.is_sound(draft / name):
            raise DAMAGED(file=name, problem="is not whole")


def _move(draft: Path, data: Path) -> None:
    """Move what was proven into its place, the records last."""
    for name in (*NAMES, SITUATION, EVIDENCE, INBOX, RECORDS):
        if (draft / name).exists():
            (draft / name).replace(data / name)
