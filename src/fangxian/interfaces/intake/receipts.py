"""Receipts: what became of each act, under one signature for a whole commit.

A signature costs more than keeping an act, so the receipts of one commit become the
leaves of a tree (RFC 6962) and its root is signed. Each receipt travels with its
place in the tree, which is all that a device or a court needs to check it.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import msgspec

from fangxian.interfaces.intake.envelope import Moment, Received
from fangxian.kernel.merkle import (
    HASH_BYTES,
    Proof,
    is_included,
    leaf_hash,
    root_and_proofs,
)
from fangxian.privacy.signing import SigningKey, is_signed


PURPOSE = b"fangxian receipts\n"


class Receipt(msgspec.Struct, frozen=True):
    """For each act of a request, in order, what became of it."""

    device: str
    received_at: Moment
    acts: list[tuple[UUID, str]]


class BatchReceipt(msgspec.Struct, frozen=True):
    """The same for a phone's batch, and how far its chain is held without a gap.

    ``head`` is the digest of act ``upto``: what the phone may believe to be kept.
    """

    device: str
    received_at: Moment
    acts: list[tuple[UUID, str]]
    upto: int
    head: str


class SignedReceipt(msgspec.Struct, frozen=True):
    """A receipt's bytes, and what proves them."""

    body: bytes
    root: bytes
    index: int
    size: int
    path: Proof
    signature: bytes

    @property
    def proof(self) -> str:
        """Spell the proof as one header: root, index, size and path."""
        nodes = b"".join(self.path).hex(",", HASH_BYTES)
        return f"{self.root.hex()} {self.index} {self.size} {nodes}"


def sign_receipts(
    requests: Sequence[tuple[str, Sequence[Received], Sequence[str]]],
    *,
    at: dt.datetime,
    key: SigningKey,
) -> list[SignedReceipt]:
    """Write the receipts of one commit: device, acts and states of each request."""
    bodies = [
        msgspec.json.encode(
            Receipt(
                device=device,
                received_at=at,
                acts=[(act.id, state) for act, state in zip(acts, states, strict=True)],
            )
        )
        for device, acts, states in requests
    ]
    return sign_bodies(bodies, key=key)


def sign_bodies(bodies: Sequence[bytes], *, key: SigningKey) -> list[SignedReceipt]:
    """Put the receipts of one commit under one signature."""
    root, paths = root_and_proofs([leaf_hash(body) for body in bodies])
    signature = key.sign(PURPOSE + root)
    return [
        SignedReceipt(body, root, index, len(bodies), path, signature)
        for index, (body, path) in enumerate(zip(bodies, paths, strict=True))
    ]


def is_genuine(body: bytes, *, proof: str, signature: str, public: bytes) -> bool:
    """Whether the holder of the key behind ``public`` gave this receipt."""
    root, index, size, nodes = proof.split(" ")
    path = [bytes.fromhex(node) for node in nodes.split(",") if node]
    signed = PURPOSE + bytes.fromhex(root)
    return is_signed(signed, bytes.fromhex(signature), public=public) and is_included(
        leaf_hash(body), int(index), int(size), path, bytes.fromhex(root)
    )
