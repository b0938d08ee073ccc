"""One key for one purpose: derived with HKDF-SHA256 (RFC 5869), never used for two."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


PREFIX = b"fangxian/"
DERIVED_BYTES = 32


@lru_cache(maxsize=8192)
def derive(key: bytes, *, purpose: str, length: int = DERIVED_BYTES) -> bytes:
    """Derive the key that serves this purpose; the same words give the same key."""
    kdf = HKDF(
        algorithm=SHA256(), length=length, salt=None, info=PREFIX + purpose.encode()
    )
    return kdf.derive(key)
