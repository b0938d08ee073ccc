"""One-time codes: eight characters that nobody mistakes for others (Crockford).

The first three call a code up, so that wrong tries count against it; the whole
proves it. Of both only keyed digests are stored.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from fangxian.privacy.index import mark, marks
from fangxian.privacy.keys import Keyring


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS = 8
CALLED_BY = 3
MISREAD = str.maketrans("OIL", "011", "- ")
CALL, WHOLE, SOURCE = "device code call", "device code", "device code source"
NETWORK_BITS = 64  # one household of IPv6 has as many addresses as it likes


def code_of(randomness: bytes) -> str:
    """Make a code of eight random bytes."""
    return "".join(ALPHABET[one % len(ALPHABET)] for one in randomness[:CHARACTERS])


def as_shown(code: str) -> str:
    """Set a code in two groups, as it is read aloud."""
    return f"{code[: CHARACTERS // 2]}-{code[CHARACTERS // 2 :]}"


def as_typed(text: str) -> str:
    """Read a code as people type it: small letters, hyphens, O for 0."""
    return text.strip().upper().translate(MISREAD)


def call_of(code: str, keyring: Keyring) -> bytes:
    """Mark what calls a code up."""
    return mark(code[:CALLED_BY], purpose=CALL, keyring=keyring)


def calls_of(code: str, keyring: Keyring) -> list[bytes]:
    """Mark it under every key that a running code may be kept under."""
    return marks(code[:CALLED_BY], purpose=CALL, keyring=keyring)


def tag_of(code: str, keyring: Keyring) -> bytes:
    """Mark the whole code."""
    return mark(code, purpose=WHOLE, keyring=keyring)


def tags_of(code: str, keyring: Keyring) -> list[bytes]:
    """Mark the whole code under every key."""
    return marks(code, purpose=WHOLE, keyring=keyring)


def source_of(address: str, keyring: Keyring) -> bytes:
    """Mark the network that codes come from; its address is nowhere kept."""
    return mark(network_of(address), purpose=SOURCE, keyring=keyring)


def network_of(address: str) -> str:
    """Name the network that an address lies in, as far as one asker may move in it."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ip_network((read, NETWORK_BITS), strict=False))
