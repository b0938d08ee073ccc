"""The ciphers that may seal: AES-256-GCM, and SM4-GCM where national rules ask for it.

Both are authenticated with a tag of 16 bytes. SM4 (GB/T 32907-2016) in GCM needs an
OpenSSL that offers it; the wheels of ``cryptography`` carry one, and a system that
does not is refused at the first seal, not silently served by another cipher.
"""

from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fangxian.kernel.refusals import RefusalKind
from fangxian.privacy.derivation import derive


TAG_BYTES = 16
SM4_KEY_BYTES = 16
SM4_PURPOSE = "seal with sm4-gcm"

CIPHER_MISSING = RefusalKind(
    code="privacy.cipher_missing",
    sentence="This machine's OpenSSL does not offer {cipher}.",
    remedy="Install the published wheel of cryptography, or seal with aes-256-gcm.",
)


class Sealing(StrEnum):
    """How a key seals."""

    AES = "aes-256-gcm"
    SM4 = "sm4-gcm"


def encrypt(
    plain: bytes, *, sealing: Sealing, key: bytes, nonce: bytes, about: bytes
) -> bytes:
    """Give ciphertext and tag; ``about`` is authenticated beside it."""
    if sealing is Sealing.AES:
        return _aes(key).encrypt(nonce, plain, about)
    try:
        encryptor = _sm4(key, modes.GCM(nonce)).encryptor()
    except UnsupportedAlgorithm as missing:
        raise CIPHER_MISSING(cipher=sealing.value) from missing
    encryptor.authenticate_additional_data(about)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def decrypt(
    sealed: bytes, *, sealing: Sealing, key: bytes, nonce: bytes, about: bytes
) -> bytes:
    """Open what ``encrypt`` gave; raises InvalidTag when anything was changed."""
    if sealing is Sealing.AES:
        return _aes(key).decrypt(nonce, sealed, about)
    body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    if len(tag) < TAG_BYTES:
        raise InvalidTag
    try:
        decryptor = _sm4(key, modes.GCM(nonce, tag)).decryptor()
    except UnsupportedAlgorithm as missing:
        raise CIPHER_MISSING(cipher=sealing.value) from missing
    decryptor.authenticate_additional_data(about)
    return decryptor.update(body) + decryptor.finalize()


@lru_cache(maxsize=64)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def _sm4(key: bytes, mode: modes.GCM) -> Cipher[modes.GCM]:
    derived = derive(key, purpose=SM4_PURPOSE, length=SM4_KEY_BYTES)
    return Cipher(algorithms.SM4(derived), mode)
