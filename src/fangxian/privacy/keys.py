"""The keyring: AES-256 keys by id, in a file that only the owner may read.

The file stands beside the data in the embedded profile (decisions.md 21); the
README says which promises need a second key holder.
"""

import json
import os
import secrets
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fangxian.kernel.refusals import RefusalKind


KEY_BYTES = 32
OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR

KEYS_EXPOSED = RefusalKind(
    code="privacy.keys_exposed",
    sentence="The key file {path} can be read by others.",
    remedy="Run: chmod 600 {path}",
)
KEY_UNKNOWN = RefusalKind(
    code="privacy.key_unknown",
    sentence="No key has the id {key}.",
    remedy="Put the key file that belongs to this database back in its place.",
)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by id; ``current`` seals, every key may open."""

    current: str
    keys: dict[str, bytes]

    def get_key(self, key_id: str) -> bytes:
        """Give the key with this id, or refuse."""
        if key_id not in self.keys:
            raise KEY_UNKNOWN(key=key_id)
        return self.keys[key_id]


def new_keyring() -> Keyring:
    """Make a keyring with one fresh random key."""
    return Keyring(current="k1", keys={"k1": secrets.token_bytes(KEY_BYTES)})


def write_keyring(path: Path, keyring: Keyring) -> None:
    """Write the keyring so that only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spelled = {
        "current": keyring.current,
        "keys": {key_id: key.hex() for key_id, key in keyring.keys.items()},
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(spelled, file)


def read_keyring(path: Path) -> Keyring:
    """Read the keyring, or refuse one that others can read."""
    if stat.S_IMODE(path.stat().st_mode) & ~OWNER_ONLY:
        raise KEYS_EXPOSED(path=path)
    spelled = json.loads(path.read_text(encoding="utf-8"))
    keys = {key_id: bytes.fromhex(key) for key_id, key in spelled["keys"].items()}
    return Keyring(current=spelled["current"], keys=keys)


@cache
def keyring_at(path: Path) -> Keyring:
    """Give the keyring of an installation, making it on first use."""
    if not path.exists():
        write_keyring(path, new_keyring())
    return read_keyring(path)
