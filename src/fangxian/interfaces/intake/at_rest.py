"""Acts rest sealed in the inbox, for good: what a device sends may name somebody.

So does why one was not done: it can repeat a piece of the act, or be what a person
typed. Digests are keyed, so that few answers cannot be guessed back from them.
"""

from base64 import b64decode, b64encode
from hashlib import blake2b
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from django.conf import settings

from fangxian.kernel.refusals import Refusal
from fangxian.privacy.derivation import derive
from fangxian.privacy.fields import seal_bytes, unseal_bytes
from fangxian.privacy.keys import Keyring, keyring_at


BOUND_TO = "inbox_act.raw"
REASON_BOUND_TO = "inbox_act.reason"
SEALED = "sealed:"  # a bare code, and what an older inbox holds, begins otherwise
UNOPENED = "intake.unopened"
TELLING = "telling acts of the inbox apart"
UNREADABLE = "unreadable"
UUID_BYTES = 16


class Seal:
    """Seals and opens acts with the keys of this installation, as they are now."""

    def __init__(self) -> None:
        self._keyring: Keyring = keyring_at(settings.FANGXIAN_KEYRING)
        self._telling = derive(self._keyring.first, purpose=TELLING)

    def close(self, raw: bytes) -> bytes:
        """Seal the bytes of an act."""
        return seal_bytes(raw, keyring=self._keyring, bound_to=BOUND_TO)

    def open(self, sealed: bytes, *, id_: bytes, received_at: str) -> bytes:
        """Give the bytes that a device sent.

        What was changed, or sealed with a key that is not here, becomes an act of a
        kind of its own: it holds no other up, and can be tried again.
        """
        try:
            return unseal_bytes(sealed, keyring=self._keyring, bound_to=BOUND_TO)
        except (InvalidTag, Refusal, UnicodeDecodeError):
            known = UUID(bytes=bytes(id_)) if len(id_) == UUID_BYTES else UUID(int=0)
            act = {"id": known, "kind": UNREADABLE, "seen_at": received_at, "body": {}}
            return msgspec.json.encode(act)

    def close_reason(self, reason: str) -> str:
        """Seal why an act was not done."""
        sealed = seal_bytes(
            reason.encode(), keyring=self._keyring, bound_to=REASON_BOUND_TO
        )
        return SEALED + b64encode(sealed).decode()

    def open_reason(self, kept: str) -> str:
        """Give why an act was not done; what does not open is a reason of its own."""
        if not kept.startswith(SEALED):
            return kept
        try:
            sealed = b64decode(kept.removeprefix(SEALED), validate=True)
            return unseal_bytes(
                sealed, keyring=self._keyring, bound_to=REASON_BOUND_TO
            ).decode()
        except (InvalidTag, Refusal, ValueError):
            return UNOPENED

    def tag_of(self, digest: bytes) -> bytes:
        """Give what tells an act from another, and nothing of it; keys made since too."""
        return blake2b(digest, key=self._telling, digest_size=32).digest()
