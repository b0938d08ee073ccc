"""The keys of an installation, beside which no backup of its records may lie.

Whoever holds the records and ``keys.json`` reads every sealed name, and whoever holds
``signing-key`` can forge the journal. A backup travels: to another disk, another
building, another person. So the keys go elsewhere (``--keys``), or nowhere at all; the
backup only holds what tells the right keys from wrong ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fangxian.interfaces.commands.backups.files import write_alone
from fangxian.interfaces.commands.backups.refusals import NO_KEYS, OTHER_KEYS
from fangxian.privacy.derivation import derive
from fangxian.privacy.signing import SigningKey


KEYRING, SIGNING, SECRET = "keys.json", "signing-key", "secret-key"
NAMES = (KEYRING, SIGNING, SECRET)
NEEDED = (KEYRING, SIGNING)
CHECK = "telling the keys of a backup"


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs a backup, and what tells each sealing key without giving it away."""

    signing: SigningKey
    checks: Mapping[str, str]

    def fit(self, *, public: str, checks: Mapping[str, str]) -> bool:
        """Whether these are the keys of a backup; keys made since do no harm."""
        known = {key_id: self.checks.get(key_id) for key_id in checks}
        return self.signing.public.hex() == public and known == dict(checks)


def read_keys(folder: Path) -> Keys:
    """Read the keys in a folder; refuse if they are not there, or are no keys."""
    if any(not (folder / name).is_file() for name in NEEDED):
        raise NO_KEYS(folder=folder)
    try:
        ring = json.loads((folder / KEYRING).read_text("utf-8"))["keys"]
        seed = bytes.fromhex((folder / SIGNING).read_text("ascii"))
        checks = {key_id: _check(bytes.fromhex(key)) for key_id, key in ring.items()}
        return Keys(SigningKey.from_seed(seed), checks)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise OTHER_KEYS(folder=folder) from problem


def copy_keys(source: Path, target: Path) -> None:
    """Copy the key files for their owner alone, into a folder of their own."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        if (source / name).is_file():
            write_alone(target / name, (source / name).read_bytes())


def _check(key: bytes) -> str:
    """Give what tells a key, and from which nobody gets the key."""
    return sha256(derive(key, purpose=CHECK)).hexdigest()
