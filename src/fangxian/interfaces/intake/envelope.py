"""The envelope of an act: what intake looks at before it says "received"."""

import datetime as dt
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import msgspec


ACT_BYTES_MAX = 64 * 1024
ACTS_MAX = 200
REQUEST_BYTES_MAX = 2 * 1024 * 1024

Kind = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Moment = Annotated[dt.datetime, msgspec.Meta(tz=True)]


class Envelope(msgspec.Struct, frozen=True):
    """One act as a device sends it. ``body`` is not looked at before processing."""

    id: UUID
    kind: Kind
    seen_at: Moment
    body: msgspec.Raw


class Named(msgspec.Struct, frozen=True):
    """All that every act says of itself, from whatever device."""

    id: UUID


class Received(msgspec.Struct, frozen=True):
    """One act as it is kept: the bytes that came, and their digest with the device."""

    id: UUID
    digest: bytes
    raw: bytes


ENVELOPES: msgspec.json.Decoder[Envelope] = msgspec.json.Decoder(Envelope)
NAMES: msgspec.json.Decoder[Named] = msgspec.json.Decoder(Named)
BATCHES: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(
    list[msgspec.Raw]
)


def id_of(raw: bytes) -> UUID:
    """Read only which act this is."""
    return NAMES.decode(raw).id


def digest_of(raw: bytes, device: str) -> bytes:
    """Give what tells the acts of all devices apart."""
    return sha256(device.encode() + b"\0" + raw).digest()


def open_request(content: bytes, *, device: str) -> list[Received]:
    """Take a single act or a list of acts apart.

    Raises msgspec.ValidationError or DecodeError for what is no envelope, with the
    place of the first wrong act, and ValueError for too many or too large ones.
    """
    batch = content.lstrip()[:1] == b"["
    raws = [bytes(raw) for raw in BATCHES.decode(content)] if batch else [content]
    if not 0 < len(raws) <= ACTS_MAX:
        raise ValueError(f"a request holds 1 to {ACTS_MAX} acts, not {len(raws)}")
    return [_open(place, raw, device) for place, raw in enumerate(raws)]


def _open(place: int, raw: bytes, device: str) -> Received:
    if len(raw) > ACT_BYTES_MAX:
        raise ValueError(f"act {place} has more than {ACT_BYTES_MAX} bytes")
    try:
        envelope = ENVELOPES.decode(raw)
    except msgspec.DecodeError as error:
        raise ValueError(f"act {place}: {error}") from error
    return Received(id=envelope.id, digest=digest_of(raw, device), raw=raw)
