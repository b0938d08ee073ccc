"""Device tokens: 256 random bits; the inbox keeps only their keyed digest."""

import hmac
import secrets

from fangxian.privacy.signing import SigningKey


PURPOSE = b"fangxian device token\n"


def new_token() -> str:
    """Make a token; it is shown once, when the device is registered."""
    return secrets.token_urlsafe(32)


def tag_of(token: str, key: SigningKey) -> bytes:
    """Give the keyed digest under which the inbox knows a token."""
    return hmac.digest(key.sealing, PURPOSE + token.encode(), "sha256")
