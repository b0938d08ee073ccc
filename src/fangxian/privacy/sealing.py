"""What is sealed to the server: anyone may close it, only the keyring opens it.

A phone keeps its acts like this until they are received, so that who finds the phone
reads nothing. ECIES over P-256, from parts that every browser has: an ephemeral key,
ECDH, HKDF-SHA-256 salted with the ephemeral point, AES-256-GCM. What is sealed is
bound to what it is ``about``: under another name it does not open.

The private key is derived from a key of the keyring and never stored. After a new key
phones are told its public half; what was sealed to an older one still opens.
"""

import secrets
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from fangxian.kernel.refusals import RefusalKind
from fangxian.privacy.derivation import derive
from fangxian.privacy.keys import Keyring


INFO = b"fangxian act v1"
PURPOSE = "open what phones sealed"
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SCALAR_BYTES = 48  # more than the order has, so that no scalar is likelier
POINT_BYTES = 65
IV_BYTES = 12
KEY_BYTES = 32

DOES_NOT_OPEN = RefusalKind(
    code="privacy.does_not_open",
    sentence="What was sealed does not open with any key held here.",
    remedy="Put the key file back that was in use when the device was enrolled.",
)

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


def read_public(spki: bytes) -> PublicKey:
    """Read a public key of P-256; raises ValueError for anything else."""
    key = load_der_public_key(spki)
    if not isinstance(key, PublicKey) or key.curve.name != CURVE.name:
        raise ValueError("this is no public key of P-256")
    return key


def public_key(keyring: Keyring) -> bytes:
    """Give the public half (SPKI, DER) that phones seal to from now on."""
    current = _private_key(keyring.get_key(keyring.current))
    return spelled(current.public_key())


def spelled(key: PublicKey) -> bytes:
    """Spell a public key as browsers import it: SPKI, DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def seal(
    plain: bytes,
    *,
    about: str,
    public: bytes,
    ephemeral: PrivateKey | None = None,
    iv: bytes | None = None,
) -> bytes:
    """Seal as phones do; ``ephemeral`` and ``iv`` are fresh but for test vectors."""
    ephemeral = ephemeral or ec.generate_private_key(CURVE)
    iv = iv or secrets.token_bytes(IV_BYTES)
    point = _point(ephemeral.public_key())
    key = _agreed(ephemeral, read_public(public), point)
    return point + iv + AESGCM(key).encrypt(iv, plain, about.encode())


def open_sealed(sealed: bytes, *, about: str, keyring: Keyring) -> bytes:
    """Open with whichever key it was sealed to, the current one first."""
    for private in _private_keys(keyring):
        try:
            return _open(sealed, private, about)
        except (InvalidTag, ValueError):
            continue
    raise DOES_NOT_OPEN()


def _open(sealed: bytes, private: PrivateKey, about: str) -> bytes:
    point, rest = sealed[:POINT_BYTES], sealed[POINT_BYTES:]
    key = _agreed(private, PublicKey.from_encoded_point(CURVE, point), point)
    return AESGCM(key).decrypt(rest[:IV_BYTES], rest[IV_BYTES:], about.encode())


def _agreed(private: PrivateKey, public: PublicKey, point: bytes) -> bytes:
    shared = private.exchange(ec.ECDH(), public)
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=point, info=INFO).derive(
        shared
    )


def _private_keys(keyring: Keyring) -> Iterable[PrivateKey]:
    older = [key_id for key_id in keyring.keys if key_id != keyring.current]
    for key_id in [keyring.current, *reversed(older)]:
        yield _private_key(keyring.get_key(key_id))


@lru_cache(maxsize=64)
def _private_key(key: bytes) -> PrivateKey:
    number = int.from_bytes(derive(key, purpose=PURPOSE, length=SCALAR_BYTES))
    return ec.derive_private_key(number % (ORDER - 1) + 1, CURVE)


def _point(key: PublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
