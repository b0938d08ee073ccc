"""A phone's batch: signed by the phone it comes from, whoever carries it here.

Each act names its place in the phone's own row (``seq``) and the digest of the act
before it (``prev``), over the very bytes that the phone made. What it says is sealed.
"""

import datetime as dt
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import msgspec

from fangxian.interfaces.intake.envelope import ACTS_MAX, Moment
from fangxian.privacy.device_keys import is_signed_by


SIGNED = b"fangxian batch\n"
BEGINNING = bytes(32)  # what stands before the first act
CLOCK_TOLERATED = dt.timedelta(minutes=5)

Place = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Head = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Behind = Annotated[int, msgspec.Meta(ge=-(2**40), le=2**40)]


class Have(msgspec.Struct, frozen=True):
    """The last act that the phone has made."""

    seq: Head
    hash: str


class Batch(msgspec.Struct, frozen=True):
    """What a phone signs. ``carried``: written to a file, to come by another phone.

    ``behind``: for each act, by how many seconds the phone's clock was behind when a
    receipt first covered it; null where none did.
    """

    device: UUID
    sent_at: Moment
    have: Have
    acts: list[msgspec.Raw]
    carried: bool = False
    behind: tuple[Behind | None, ...] = ()

    def was_behind(self, place: int, received_at: dt.datetime) -> int:
        """How far behind the clock was by which the act in this place was seen.

        An act that is offered again knows it; the clock may have been put right since.
        """
        known = self.behind[place] if place < len(self.behind) else None
        return self.is_behind(received_at) if known is None else known

    def is_behind(self, received_at: dt.datetime) -> int:
        """How many seconds the phone's clock is behind; small differences are none."""
        off = received_at - self.sent_at
        if self.carried or abs(off) <= CLOCK_TOLERATED:
            return 0
        return round(off.total_seconds())


class _Place(msgspec.Struct, frozen=True):
    id: UUID
    seq: Place
    prev: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An act in its place in the phone's row; ``raw`` as the phone made it."""

    id: UUID
    seq: int
    prev: str
    hash: bytes
    raw: bytes


BATCHES: msgspec.json.Decoder[Batch] = msgspec.json.Decoder(Batch)
PLACES: msgspec.json.Decoder[_Place] = msgspec.json.Decoder(_Place)


def link_of(raw: bytes) -> bytes:
    """Give the digest by which the next act of a phone knows this one."""
    return sha256(raw).digest()


def read_batch(content: bytes) -> tuple[Batch, list[Link]]:
    """Take a batch apart; raises what ``envelope.open_request`` raises."""
    batch = BATCHES.decode(content)
    if len(batch.acts) > ACTS_MAX:
        raise ValueError(f"a batch holds at most {ACTS_MAX} acts")
    return batch, [read_link(bytes(raw)) for raw in batch.acts]


def read_link(raw: bytes) -> Link:
    """Read an act's place; the rest is looked at when the act is done."""
    place = PLACES.decode(raw)
    return Link(place.id, place.seq, place.prev, link_of(raw), raw)


def is_genuine_batch(content: bytes, signature: str, *, key: bytes) -> bool:
    """Whether the phone with this key signed the batch."""
    return is_genuine_signature(SIGNED + content, signature, key=key)


def is_genuine_signature(message: bytes, signature: str, *, key: bytes) -> bool:
    """Whether the phone with this key signed; the signature is written in base64."""
    try:
        signed = b64decode(signature, validate=True)
    except (NotBase64, ValueError):
        return False
    return is_signed_by(key, message, signed)
