"""The key of a phone: made there, never leaves it; here is only its public half."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fangxian.privacy.sealing import PublicKey, read_public


HALF_BYTES = 32
read_device_key = lru_cache(maxsize=8192)(read_public)


def is_device_key(spki: bytes) -> bool:
    """Whether these bytes are the public key of a phone (P-256, SPKI, DER)."""
    try:
        read_public(spki)
    except ValueError:
        return False
    return True


def is_signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this phone signed: ECDSA with SHA-256, r and s side by side."""
    if len(signature) != 2 * HALF_BYTES:
        return False
    r, s = signature[:HALF_BYTES], signature[HALF_BYTES:]
    pair = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    key: PublicKey = read_device_key(public)
    try:
        key.verify(pair, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
