"""The signing key: one Ed25519 key per installation, in a file of its owner's alone.

It signs checkpoints and receipts; a second key derived from it seals entries. Who
can read the file can forge both: the README says what an outside copy of a
checkpoint adds (decisions.md 21).
"""

import hmac
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from fangxian.privacy.keys import KEYS_EXPOSED, OWNER_ONLY


SEED_BYTES = 32
NONCE_BYTES = 8
SEAL_BYTES = NONCE_BYTES + 16


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs and seals for this installation."""

    private: Ed25519PrivateKey
    sealing: bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """Build the key from its 32 secret bytes."""
        sealing = hmac.digest(seed, b"fangxian entry seal", "sha256")
        return cls(private=Ed25519PrivateKey.from_private_bytes(seed), sealing=sealing)

    @property
    def public(self) -> bytes:
        """The 32 bytes that anyone may hold to check a signature."""
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519 (RFC 8032): 64 bytes."""
        return self.private.sign(message)

    def seal(self, message: bytes) -> bytes:
        """Give a fresh nonce and the keyed digest over it and the message."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._keyed_digest(nonce, message)

    def opens(self, seal: bytes, message: bytes) -> bool:
        """Whether this key sealed this message."""
        nonce, tag = seal[:NONCE_BYTES], seal[NONCE_BYTES:]
        return hmac.compare_digest(tag, self._keyed_digest(nonce, message))

    def _keyed_digest(self, nonce: bytes, message: bytes) -> bytes:
        tag = hmac.digest(self.sealing, nonce + message, "sha256")
        return tag[: SEAL_BYTES - NONCE_BYTES]


def is_signed(message: bytes, signature: bytes, *, public: bytes) -> bool:
    """Whether the holder of the key behind ``public`` signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def write_seed(path: Path, seed: bytes) -> None:
    """Write the seed for its owner alone; a file already there stays as it is.

    The file appears whole or not at all, so processes that start together agree.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(seed.hex())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def read_seed(path: Path) -> bytes:
    """Read the seed, or refuse a file that others can read."""
    if stat.S_IMODE(path.stat().st_mode) & ~OWNER_ONLY:
        raise KEYS_EXPOSED(path=path)
    return bytes.fromhex(path.read_text(encoding="ascii"))


@cache
def signing_key_at(path: Path) -> SigningKey:
    """Give the signing key of an installation, making it on first use."""
    if not path.exists():
        write_seed(path, secrets.token_bytes(SEED_BYTES))
    return SigningKey.from_seed(read_seed(path))
