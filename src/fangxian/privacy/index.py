"""The blind index: sealed texts can be found by who holds the keys, and by nobody else.

A *mark* is the keyed digest (HMAC-SHA256, 16 bytes) of a whole value: an ID number or
a telephone is found only when all of it is asked for. A *token* is the keyed digest
(8 bytes) of a part of a value, under a key of one area: the same part has another
token in the next street. Keys are derived from the keyring and never stored.

What this does not hide, and must be said: equal parts have equal tokens within one
area and one key, so somebody with the database alone can count them; with outside
knowledge (the commonest family names) counts are a guess at short parts, never at
whole names, numbers or telephones. Somebody with the keyring too can try every ID
number there is. A mark or token answers only with the key it was made with: after a
new key, entries are indexed again (``reindex_people``); until then both are asked.
"""

import hmac

from fangxian.privacy.derivation import derive
from fangxian.privacy.keys import Keyring


MARK_BYTES = 16
TOKEN_BYTES = 8


def mark(text: str, *, purpose: str, keyring: Keyring, key: str | None = None) -> bytes:
    """Mark a whole value under a key (None: the current one)."""
    secret = _derived(keyring, key, f"mark {purpose}")
    return hmac.digest(secret, text.encode(), "sha256")[:MARK_BYTES]


def marks(text: str, *, purpose: str, keyring: Keyring) -> list[bytes]:
    """Mark a value under every key that entries may still be indexed with."""
    return [
        mark(text, purpose=purpose, keyring=keyring, key=key) for key in keyring.keys
    ]


def lasting_mark(text: str, *, purpose: str, keyring: Keyring) -> bytes:
    """Mark a whole value alike under every newer key: for keys of rows that stay."""
    secret = derive(keyring.first, purpose=f"mark {purpose}")
    return hmac.digest(secret, text.encode(), "sha256")[:MARK_BYTES]


def token(
    part: str, *, purpose: str, area: int, keyring: Keyring, key: str | None = None
) -> int:
    """Give the token of a part in one area: a signed number of 64 bits."""
    secret = _derived(keyring, key, f"token {purpose} {area}")
    cut = hmac.digest(secret, part.encode(), "sha256")[:TOKEN_BYTES]
    return int.from_bytes(cut, signed=True)


def _derived(keyring: Keyring, key: str | None, purpose: str) -> bytes:
    return derive(keyring.get_key(key or keyring.current), purpose=purpose)
