"""The keyring: secret keys by id, in a file that only the owner may read.

The file stands beside the data in the embedded profile (decisions.md 21); the
README says which promises need a second key holder. A key of 32 bytes seals as
AES-256 as it is; every other use is derived from it (``derivation``).
"""

import json
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fangxian.kernel.refusals import RefusalKind
from fangxian.privacy.ciphers import Sealing


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
    """Keys by id; ``current`` seals, every key may open.

    ``sealings`` names the keys that seal otherwise than with AES-256-GCM.
    """

    current: str
    keys: Mapping[str, bytes]
    sealings: Mapping[str, Sealing] = field(default_factory=dict)

    def get_key(self, key_id: str) -> bytes:
        """Give the key with this id, or refuse."""
        if key_id not in self.keys:
            raise KEY_UNKNOWN(key=key_id)
        return self.keys[key_id]

    @property
    def first(self) -> bytes:
        """The oldest key, which stays: for what must be the same under every newer."""
        return self.keys[min(self.keys, key=lambda key_id: int(key_id[1:]))]

    def sealing_of(self, key_id: str) -> Sealing:
        """How this key seals."""
        return self.sealings.get(key_id, Sealing.AES)

    def with_new_key(self, *, sealing: Sealing = Sealing.AES) -> "Keyring":
        """Add a fresh key that seals from now on; what is sealed stays as it is."""
        number = 1 + max((int(key_id[1:]) for key_id in self.keys), default=0)
        fresh = f"k{number}"
        return Keyring(
            current=fresh,
            keys={**self.keys, fresh: secrets.token_bytes(KEY_BYTES)},
            sealings={**self.sealings, fresh: sealing},
        )


def new_keyring(*, sealing: Sealing = Sealing.AES) -> Keyring:
    """Make a keyring with one fresh random key."""
    return Keyring(current="", keys={}).with_new_key(sealing=sealing)


def write_keyring(path: Path, keyring: Keyring) -> None:
    """Write a new keyring file that only its owner can read; never over another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(_spelled(keyring), file)
        file.flush()
        os.fsync(file.fileno())


def replace_keyring(path: Path, keyring: Keyring) -> None:
    """Put a changed keyring in the old one's place: whole, or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_keyring(draft, keyring)
    draft.replace(path)


def _spelled(keyring: Keyring) -> dict[str, object]:
    return {
        "current": keyring.current,
        "keys": {key_id: key.hex() for key_id, key in keyring.keys.items()},
        "sealings": {k: sealing.value for k, sealing in keyring.sealings.items()},
    }


def read_keyring(path: Path) -> Keyring:
    """Read the keyring, or refuse one that others can read."""
    if stat.S_IMODE(path.stat().st_mode) & ~OWNER_ONLY:
        raise KEYS_EXPOSED(path=path)
    spelled = json.loads(path.read_text(encoding="utf-8"))
    sealings = spelled.get("sealings", {})
    return Keyring(
        current=spelled["current"],
        keys={key_id: bytes.fromhex(key) for key_id, key in spelled["keys"].items()},
        sealings={key_id: Sealing(name) for key_id, name in sealings.items()},
    )


def keyring_at(path: Path) -> Keyring:
    """Give the keyring of an installation, making it on first use.

    A changed file is read again, so that every process seals with a new key at once.
    """
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        _write_first(path)
        changed = path.stat().st_mtime_ns
    return _read(path, changed)


def _write_first(path: Path) -> None:
    """Make the file appear whole; of two processes that start together one wins."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_keyring(draft, new_keyring())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Keyring:
    del changed  # a part of the cache's key only
    return read_keyring(path)
