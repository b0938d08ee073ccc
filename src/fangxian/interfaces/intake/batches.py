"""A phone's batch: signed by the phone it comes from, whoever carries it here.

Each act names its place in the phone's own row (``seq``) and the digest of the act
before it (``prev``), over the very bytes that the phone made.
"""

from hashlib import sha256


SIGNED = b"fangxian batch\n"
BEGINNING = bytes(32)  # what stands before the first act


def link_of(raw: bytes) -> bytes:
    """Give the digest by which the next act of a phone knows this one."""
    return sha256(raw).digest()
