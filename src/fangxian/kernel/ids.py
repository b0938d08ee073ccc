"""Ids that sort by time and are made where something happens (UUIDv7, RFC 9562)."""

import datetime as dt
from uuid import UUID


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
RANDOM_BYTES = 10
VERSION_7 = 0x7 << 76
VARIANT_RFC = 0b10 << 62
RANDOM_A_BITS = 12
RANDOM_B_BITS = 62


def new_id(at: dt.datetime, random_bytes: bytes) -> UUID:
    """Make the UUIDv7 of a moment (to the millisecond) from ten random bytes.

    The caller brings the randomness, so a replay can make the same ids again.
    """
    if len(random_bytes) != RANDOM_BYTES:
        message = f"an id takes {RANDOM_BYTES} random bytes, not {len(random_bytes)}"
        raise ValueError(message)
    random = int.from_bytes(random_bytes)
    random_a = random >> 80 - RANDOM_A_BITS
    random_b = random & (1 << RANDOM_B_BITS) - 1
    millisecond = _milliseconds(at) << 80
    return UUID(
        int=millisecond | VERSION_7 | random_a << 64 | VARIANT_RFC | random_b,
    )


def moment_of(id_: UUID) -> dt.datetime:
    """Read the millisecond that a UUIDv7 was made in."""
    return EPOCH + dt.timedelta(milliseconds=id_.int >> 80)


def _milliseconds(at: dt.datetime) -> int:
    return (at - EPOCH) // dt.timedelta(milliseconds=1)
