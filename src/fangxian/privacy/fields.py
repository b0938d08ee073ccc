"""Sealed fields: text that the database stores only as AES-GCM ciphertext."""

import os
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from fangxian.privacy.keys import Keyring, keyring_at


NONCE_BYTES = 12


def seal(text: str, *, keyring: Keyring, bound_to: str) -> bytes:
    """Seal text under the current key: key id, 0x00, nonce, ciphertext with tag.

    ``bound_to`` names the column, so that a value moved elsewhere does not open.
    """
    nonce = os.urandom(NONCE_BYTES)
    key = keyring.get_key(keyring.current)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), bound_to.encode())
    return keyring.current.encode() + b"\0" + nonce + sealed


def unseal(sealed: bytes, *, keyring: Keyring, bound_to: str) -> str:
    """Open what ``seal`` closed; raises InvalidTag when anything was changed."""
    key_id, _, rest = bytes(sealed).partition(b"\0")
    key = keyring.get_key(key_id.decode())
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    return AESGCM(key).decrypt(nonce, ciphertext, bound_to.encode()).decode()


if TYPE_CHECKING:
    _Sealed = models.BinaryField[str | None, Any]
else:
    _Sealed = models.BinaryField


class SealedTextField(_Sealed):
    """Text in Python, ciphertext in the database. It cannot be searched or sorted."""

    description = "sealed text"

    def get_prep_value(self, value: str | None) -> bytes | None:
        """Seal on the way in."""
        if value is None:
            return None
        return seal(value, keyring=_keyring(), bound_to=self._column())

    def from_db_value(
        self, value: bytes | None, expression: Any, connection: Any
    ) -> str | None:
        """Open on the way out."""
        del expression, connection
        if value is None:
            return None
        return unseal(value, keyring=_keyring(), bound_to=self._column())

    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"  # noqa: SLF001 -- Django documents _meta as public


def _keyring() -> Keyring:
    return keyring_at(settings.FANGXIAN_KEYRING)
