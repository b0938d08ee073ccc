"""What a backup says of itself: its files and their digests, under a signature.

It is written last: a backup without it was not finished. Changed, cut, mixed with
another or signed by somebody else, a backup is not believed.
"""

import datetime as dt
import re
from pathlib import Path

import msgspec

from fangxian.interfaces.commands.backups.files import FileFacts, write_alone
from fangxian.interfaces.commands.backups.keys import Keys
from fangxian.interfaces.commands.backups.refusals import (
    DAMAGED,
    NO_BACKUP,
    OTHER_KEYS,
)
from fangxian.kernel.canonical import canonical
from fangxian.privacy.signing import is_signed


FILE = "backup.json"
RECORDS, INBOX, SITUATION = "fangxian.sqlite3", "inbox.sqlite3", "situation.json"
EVIDENCE = "evidence"
PURPOSE = b"fangxian backup\n"
PLACES = re.compile(
    rf"{re.escape(RECORDS)}|{re.escape(INBOX)}|{re.escape(SITUATION)}"
    rf"|{EVIDENCE}/[0-9a-f]{{2}}/[0-9a-f]{{64}}"
)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup's own account; ``records`` false when a server holds the records."""

    made_at: dt.datetime
    records: bool
    migrations: list[str]
    public: str
    key_checks: dict[str, str]
    files: dict[str, FileFacts]
    signature: str = ""

    @property
    def message(self) -> bytes:
        """The bytes under the signature."""
        said = msgspec.to_builtins(self)
        del said["signature"]
        return PURPOSE + canonical(said)

    @property
    def size(self) -> int:
        """How many bytes the files have together."""
        return sum(facts.size for facts in self.files.values())


def write(folder: Path, manifest: Manifest, *, keys: Keys) -> Manifest:
    """Sign a backup's account and put it beside the files."""
    signature = keys.signing.sign(manifest.message).hex()
    signed = msgspec.structs.replace(manifest, signature=signature)
    spelled = msgspec.json.format(msgspec.json.encode(signed), indent=1)
    write_alone(folder / FILE, spelled + b"\n")
    return signed


def read(folder: Path) -> Manifest:
    """Read a backup's account; refuse one that is missing or is none."""
    try:
        content = (folder / FILE).read_bytes()
    except OSError as problem:
        raise NO_BACKUP(folder=folder) from problem
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise DAMAGED(file=FILE, problem="cannot be read") from problem
    if not all(PLACES.fullmatch(name) for name in manifest.files):
        raise DAMAGED(file=FILE, problem="names files that no backup has")
    return manifest


def check_signed(manifest: Manifest, keys: Keys, *, folder: Path) -> None:
    """Refuse keys of another installation, and an account that they have not signed."""
    if not keys.fit(public=manifest.public, checks=manifest.key_checks):
        raise OTHER_KEYS(folder=folder)
    try:
        signature = bytes.fromhex(manifest.signature)
    except ValueError:
        signature = b""
    if not is_signed(manifest.message, signature, public=keys.signing.public):
        raise DAMAGED(file=FILE, problem="was changed since it was signed")


def check_complete(folder: Path, manifest: Manifest) -> None:
    """Refuse a backup with a file too many or too few, or one of another length."""
    found = {
        str(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    found.pop(FILE)
    for name in sorted(found.keys() ^ manifest.files.keys()):
        problem = "does not belong to it" if name in found else "is missing"
        raise DAMAGED(file=name, problem=problem)
    for name, facts in manifest.files.items():
        path = found[name]
        if path.is_symlink() or path.stat().st_size != facts.size:
            raise DAMAGED(file=name, problem="has another length")
