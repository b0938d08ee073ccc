"""A phone without a screen: makes acts as the app does, and sends them to the lane."""

import asyncio
import datetime as dt
import json
from base64 import b64encode
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import accumulate
from uuid import UUID

from django.conf import settings

from fangxian.interfaces.intake.app import Intake
from fangxian.interfaces.intake.batches import (
    BEGINNING,
    CLOCK_TOLERATED,
    SIGNED,
    link_of,
)
from fangxian.interfaces.intake.envelope import ACTS_MAX, REQUEST_BYTES_MAX
from fangxian.interfaces.intake.inbox import open_own
from fangxian.interfaces.intake.receipts import is_genuine
from fangxian.kernel.ids import new_id
from fangxian.kernel.moments import SHANGHAI
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.sealing import public_key, seal
from fangxian.privacy.signing import SigningKey
from tests.unit.mechanisms.jurisdiction.phones import signed_by
from tests.worlds import NOON


REQUEST_ROOM = REQUEST_BYTES_MAX - 4096  # without what stands before the acts
RECEIPTS = SigningKey.from_seed(bytes(32))


class Standing:
    """A clock that stands where it is put."""

    def __init__(self, at=NOON):
        self.at = at

    def now(self):
        return self.at


def lane(**options):
    """A lane in front of the installation's own inbox."""
    return Intake(partial(open_own), RECEIPTS, **options)


async def post(
    lane, content, signature, *, where="/intake/batches", method="POST", headers=()
):
    """Send one request; give status, headers and answer."""
    waiting = [{"type": "http.request", "body": content, "more_body": False}]
    sent = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(b"fangxian-signature", signature.encode()), *headers]
    scope = {"type": "http", "method": method, "path": where, "headers": headers}
    await lane(scope, receive, send)
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


@dataclass
class Phone:
    """An enrolment: its key's number, its acts as they were made, what it was told.

    The first ``dropped`` acts it no longer has: what a test knows, it does not.
    ``behind``: by how much its clock was behind when a receipt first covered an act.
    """

    id: UUID
    key: int
    made: list[str] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)
    upto: int = 0
    dropped: int = 0
    sent_at: dt.datetime = NOON
    behind: dict[int, int] = field(default_factory=dict)

    def capture(self, kind, body, *, seen_at=NOON, number=None, prev=None):
        """Make an act; give its place."""
        seq = len(self.made) + 1
        number = self.key * 10_000 + seq if number is None else number
        id_ = new_id(NOON, number.to_bytes(10))
        inner = json.dumps({"kind": kind, "body": body}).encode()
        server = public_key(keyring_at(settings.FANGXIAN_KEYRING))
        sealed = seal(inner, about=str(id_), public=server)
        envelope = {
            "id": str(id_),
            "seq": seq,
            "prev": self.hash_at(seq - 1) if prev is None else prev,
            "seen_at": seen_at.astimezone(SHANGHAI).isoformat(),
            "sealed": b64encode(sealed).decode(),
        }
        self.made.append(json.dumps(envelope, separators=(",", ":")))
        self.ids.append(id_)
        return seq

    def hash_at(self, seq):
        link = link_of(self.made[seq - 1].encode()) if seq else BEGINNING
        return link.hex()

    @property
    def offered(self):
        """The last of what the server does not hold that one request takes."""
        sizes = accumulate(len(act) + 1 for act in self.made[self.upto :][:ACTS_MAX])
        return self.upto + sum(size < REQUEST_ROOM for size in sizes)

    def batch(self, seqs=None, *, sent_at=NOON, **more):
        """Sign a batch of these acts, else of those that may be offered now."""
        wanted = range(self.upto + 1, self.offered + 1) if seqs is None else seqs
        assert all(seq > self.dropped for seq in wanted)
        self.sent_at = sent_at
        have = {"seq": len(self.made), "hash": self.hash_at(len(self.made))}
        front = {
            "device": str(self.id),
            "sent_at": sent_at.isoformat(),
            "behind": [self.behind.get(seq) for seq in wanted],
            **more,
            "have": have,
        }
        acts = ",".join(self.made[seq - 1] for seq in wanted)
        content = f'{json.dumps(front)[:-1]},"acts":[{acts}]}}'.encode()
        return content, signed_by(self.key, SIGNED + content)

    def photo(self, picture, *, digest=None, about=None):
        """Seal and sign a picture; give what ``answer_to`` takes."""
        digest = digest or sha256(picture).hexdigest()
        server = public_key(keyring_at(settings.FANGXIAN_KEYRING))
        sealed = seal(picture, about=about or digest, public=server)
        said = b"fangxian photo\n" + digest.encode() + b"\n" + sealed
        return {
            "content": sealed,
            "signature": signed_by(self.key, said),
            "where": f"/intake/photos/{digest}",
            "headers": [(b"fangxian-device", str(self.id).encode())],
        }

    def hear(self, answer):
        """Believe a receipt that is genuine and fits the phone's own row."""
        status, headers, body = answer
        assert status == 200, body
        assert is_genuine(
            body,
            proof=headers[b"fangxian-proof"].decode(),
            signature=headers[b"fangxian-signature"].decode(),
            public=RECEIPTS.public,
        )
        said = json.loads(body)
        assert said["device"] == str(self.id)
        if said["head"] == self.hash_at(min(said["upto"], len(self.made))):
            self.upto = said["upto"]
            self.note_clock(dt.datetime.fromisoformat(said["received_at"]))
        return said

    def note_clock(self, received_at):
        """Note for what is held for the first time by which clock it was made."""
        off = received_at - self.sent_at
        behind = round(off.total_seconds()) if abs(off) > CLOCK_TOLERATED else 0
        for seq in range(1, self.upto + 1):
            self.behind.setdefault(seq, behind)

    def send(self, running, seqs=None, **more):
        """Send a batch and hear what is said to it."""
        return self.hear(asyncio.run(_once(running, *self.batch(seqs, **more))))


async def _once(running, content, signature):
    try:
        return await post(running, content, signature)
    finally:
        running.stop()


def answer_to(running, content, signature, **more):
    """Send any request; give the whole answer."""

    async def run():
        try:
            return await post(running, content, signature, **more)
        finally:
            running.stop()

    return asyncio.run(run())
