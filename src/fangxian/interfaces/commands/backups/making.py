"""Making a backup: beside its folder first, then moved into place as a whole."""

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fangxian.interfaces.commands.backups import files, manifest, snapshots
from fangxian.interfaces.commands.backups.files import FileFacts
from fangxian.interfaces.commands.backups.keys import KEYRING, copy_keys, read_keys
from fangxian.interfaces.commands.backups.manifest import (
    EVIDENCE,
    INBOX,
    RECORDS,
    SITUATION,
    Manifest,
)
from fangxian.interfaces.commands.backups.refusals import (
    KEYS_BESIDE,
    NOT_EMPTY,
    NOT_WRITTEN,
    NOTHING_THERE,
)
from fangxian.mechanisms.observation.evidence import find_fault
from fangxian.privacy.files import is_sealed
from fangxian.privacy.keys import Keyring, read_keyring


DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup, the evidence that was damaged before it was copied, and what was not.

    ``left_out`` lay in the evidence unsealed: it is not of this installation's making,
    and a backup holds nothing in clear.
    """

    manifest: Manifest
    damaged: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def make_backup(
    data: Path,
    target: Path,
    *,
    keys: Path | None,
    migrations: Sequence[str] | None,
    at: dt.datetime,
) -> Made:
    """Copy an installation into a folder, and its keys into another or nowhere.

    ``migrations`` names those of the records; None when a server holds the records,
    which then must have been copied before: only the files beside them are.
    """
    _check_folders(data, target, keys)
    if migrations is not None and not (data / RECORDS).is_file():
        raise NOTHING_THERE(folder=data)
    with _beside(target) as draft:
        copied = {} if migrations is None else _copy_records(data, draft)
        sealed, left_out = _evidence_in(data)
        copied |= _copy_others(data, draft, sealed)
        held = read_keys(data)  # after the records: what sealed them is there by now
        said = Manifest(
            made_at=at,
            records=migrations is not None,
            migrations=list(migrations or ()),
            public=held.signing.public.hex(),
            key_checks=dict(held.checks),
            files=copied,
        )
        damaged = tuple(_damaged(draft, copied, read_keyring(data / KEYRING)))
        signed = manifest.write(draft, said, keys=held)
        if keys is not None:
            copy_keys(data, keys)
    return Made(signed, damaged, left_out)


def _check_folders(data: Path, target: Path, keys: Path | None) -> None:
    """Refuse folders that hold something, or that lie in one another."""
    places = [place.resolve() for place in (data, target, keys) if place is not None]
    for inner in places:
        if any(inner == outer for outer in places if outer is not inner) or any(
            outer in inner.parents for outer in places
        ):
            raise KEYS_BESIDE()
    for place in places[1:]:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise NOT_EMPTY(folder=place, found=_first_in(place))


def _first_in(place: Path) -> str:
    return min(p.name for p in place.iterdir()) if place.is_dir() else place.name


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a folder to fill; it becomes the target when nothing went wrong."""
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield draft
        for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            files.settle(folder)
        draft.rename(target)
        files.settle(target.parent)
    except OSError as problem:
        raise NOT_WRITTEN(problem=problem.strerror or problem) from problem
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _copy_records(data: Path, draft: Path) -> dict[str, FileFacts]:
    """Copy records and inbox as they are at one moment."""
    names = [name for name in (RECORDS, INBOX) if (data / name).is_file()]
    with snapshots.at_one_moment([data / name for name in names]) as readers:
        for name, reader in zip(names, readers, strict=True):
            snapshots.copy(reader, draft / name)
    return {name: files.facts_of(draft / name) for name in names}


def _evidence_in(data: Path) -> tuple[list[str], tuple[str, ...]]:
    """Name the evidence that is sealed, and what lies there unsealed."""
    sealed, others = list[str](), list[str]()
    for path in sorted((data / EVIDENCE).glob("??/*")):
        if DIGEST.fullmatch(path.name):
            with path.open("rb") as file:
                names = sealed if is_sealed(file) else others
            names.append(str(path.relative_to(data)))
    return sealed, tuple(others)


def _copy_others(
    data: Path, draft: Path, evidence: Sequence[str]
) -> dict[str, FileFacts]:
    """Copy situation and evidence: what the records name lies there before they do."""
    situation = [SITUATION] if (data / SITUATION).is_file() else []
    names = [*evidence, *situation]
    return {name: files.copy(data / name, draft / name) for name in names}


def _damaged(
    draft: Path, copied: dict[str, FileFacts], keyring: Keyring
) -> Iterator[str]:
    """Name the evidence that does not open to what its name is the digest of."""
    for name in copied:
        if name.startswith(EVIDENCE) and find_fault(draft / name, keyring=keyring):
            yield name
