"""An act as it is done: a phone's is opened here, with its clock put right."""

import datetime as dt
from base64 import b64decode
from uuid import UUID

import msgspec
from django.conf import settings

from fangxian.interfaces.intake.at_rest import UNREADABLE
from fangxian.interfaces.intake.envelope import Envelope, Kind, Moment, id_of
from fangxian.kernel.ids import EPOCH
from fangxian.kernel.refusals import Refusal
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.sealing import open_sealed


class _Outer(msgspec.Struct, frozen=True):
    id: UUID
    seen_at: Moment
    sealed: str | None = None
    kind: str = ""
    body: msgspec.Raw = msgspec.Raw(b"{}")


class _Inner(msgspec.Struct, frozen=True):
    kind: Kind
    body: msgspec.Raw


OUTER: msgspec.json.Decoder[_Outer] = msgspec.json.Decoder(_Outer)
INNER: msgspec.json.Decoder[_Inner] = msgspec.json.Decoder(_Inner)


def open_act(raw: bytes, *, behind: int = 0) -> Envelope:
    """Read an act of any device; what does not open becomes a kind of its own."""
    try:
        act = OUTER.decode(raw)
        seen_at = act.seen_at + dt.timedelta(seconds=behind)
        if act.sealed is None:
            return Envelope(act.id, act.kind, seen_at, act.body)
        keyring = keyring_at(settings.FANGXIAN_KEYRING)
        sealed = b64decode(act.sealed, validate=True)
        inner = INNER.decode(open_sealed(sealed, about=str(act.id), keyring=keyring))
    except (ValueError, OverflowError, Refusal, msgspec.DecodeError):
        return Envelope(id_of(raw), UNREADABLE, EPOCH, msgspec.Raw(b"{}"))
    return Envelope(act.id, inner.kind, seen_at, inner.body)
