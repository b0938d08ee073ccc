"""Sealed fields: text that the database stores only as authenticated ciphertext."""

import json
import os
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from fangxian.privacy.ciphers import decrypt, encrypt
from fangxian.privacy.keys import Keyring, keyring_at


NONCE_BYTES = 12


def seal(text: str, *, keyring: Keyring, bound_to: str) -> bytes:
    """Seal text, as ``seal_bytes`` does."""
    return seal_bytes(text.encode(), keyring=keyring, bound_to=bound_to)


def seal_bytes(plain: bytes, *, keyring: Keyring, bound_to: str) -> bytes:
    """Seal bytes under the current key: key id, 0x00, nonce, ciphertext with tag.

    ``bound_to`` names the column, so that a value moved elsewhere does not open.
    """
    key_id = keyring.current
    nonce = os.urandom(NONCE_BYTES)
    sealed = encrypt(
        plain,
        sealing=keyring.sealing_of(key_id),
        key=keyring.get_key(key_id),
        nonce=nonce,
        about=bound_to.encode(),
    )
    return key_id.encode() + b"\0" + nonce + sealed


def key_of(sealed: bytes) -> str:
    """Say which key a sealed text opens with."""
    return bytes(sealed).partition(b"\0")[0].decode()


def unseal(sealed: bytes, *, keyring: Keyring, bound_to: str) -> str:
    """Open what ``seal`` closed; raises InvalidTag when anything was changed."""
    return unseal_bytes(sealed, keyring=keyring, bound_to=bound_to).decode()


def unseal_bytes(sealed: bytes, *, keyring: Keyring, bound_to: str) -> bytes:
    """Open what ``seal_bytes`` closed; raises InvalidTag when anything was changed."""
    key_id, _, rest = bytes(sealed).partition(b"\0")
    name = key_id.decode()
    return decrypt(
        rest[NONCE_BYTES:],
        sealing=keyring.sealing_of(name),
        key=keyring.get_key(name),
        nonce=rest[:NONCE_BYTES],
        about=bound_to.encode(),
    )


if TYPE_CHECKING:
    _SealedText = models.BinaryField[str | None, Any]
    _SealedJSON = models.BinaryField[Any, Any]
else:
    _SealedText = _SealedJSON = models.BinaryField


class SealedTextField(_SealedText):
    """Text in Python, ciphertext in the database. It cannot be searched or sorted."""

    description = "sealed text"

    def get_prep_value(self, value: str | None) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else _seal(value, self)

    def from_db_value(
        self, value: bytes | None, expression: Any, connection: Any
    ) -> str | None:
        """Open on the way out."""
        del expression, connection
        return None if value is None else _unseal(value, self)


class SealedJSONField(_SealedJSON):
    """What JSON can say in Python, ciphertext in the database."""

    description = "sealed JSON"

    def get_prep_value(self, value: Any) -> bytes | None:
        """Spell and seal on the way in."""
        if value is None:
            return None
        return _seal(json.dumps(value, ensure_ascii=False), self)

    def from_db_value(
        self, value: bytes | None, expression: Any, connection: Any
    ) -> Any:
        """Open and read on the way out."""
        del expression, connection
        return None if value is None else json.loads(_unseal(value, self))


def _seal(text: str, field: "models.Field[Any, Any]") -> bytes:
    return seal(text, keyring=_keyring(), bound_to=_column(field))


def _unseal(sealed: bytes, field: "models.Field[Any, Any]") -> str:
    return unseal(sealed, keyring=_keyring(), bound_to=_column(field))


def _column(field: "models.Field[Any, Any]") -> str:
    """Name the column, whichever model object it belongs to."""
    return f"{field.model._meta.db_table}.{field.column}"  # noqa: SLF001 -- Django documents _meta as public


def _keyring() -> Keyring:
    return keyring_at(settings.FANGXIAN_KEYRING)
