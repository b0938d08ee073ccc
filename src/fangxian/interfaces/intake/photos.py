"""Photos of phones: they come by themselves, sealed, and are kept by their digest.

``POST /intake/photos/<SHA-256 of the picture>``: the body is the picture, sealed as an
act is, about its own digest; the phone signs the digest and the body. An act names
pictures by their digests; it waits a while for those that have not come.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from django.conf import settings

from fangxian.interfaces.intake.batches import is_genuine_signature
from fangxian.interfaces.intake.envelope import Envelope
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.evidence import DIGEST, EvidenceFacts
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.sealing import open_sealed


PHOTOS = "/intake/photos/"
PHOTO_BYTES_MAX = 600 * 1024
SIGNED = b"fangxian photo\n"
ADDRESS = re.compile(rf"{PHOTOS}({DIGEST.pattern})")


class _Answered(msgspec.Struct, frozen=True):
    answers: dict[str, Any] = {}


ANSWERED: msgspec.json.Decoder[_Answered] = msgspec.json.Decoder(_Answered)

NO_PHOTO = RefusalKind(
    code="intake.no_photo",
    sentence="This is not the picture that it is said to be.",
    remedy="Take the picture again; this one cannot be kept.",
)


def digest_in(path: str) -> str | None:
    """Read which picture an address names."""
    found = ADDRESS.fullmatch(path)
    return None if found is None else found[1]


def is_genuine_photo(digest: str, sealed: bytes, signature: str, *, key: bytes) -> bool:
    """Whether the phone with this key sends this picture."""
    message = SIGNED + digest.encode() + b"\n" + sealed
    return is_genuine_signature(message, signature, key=key)


def keep_photo(digest: str, sealed: bytes) -> None:
    """Open a picture and keep it; the same again changes nothing."""
    keyring = keyring_at(settings.FANGXIAN_KEYRING)
    try:
        picture = open_sealed(sealed, about=digest, keyring=keyring)
        if sha256(picture).hexdigest() != digest:
            raise NO_PHOTO()
        evidence.keep(picture)
    except Refusal as problem:
        raise NO_PHOTO() from problem


# ----------------------------------------------------------------------- in answers
def photos_of(act: Envelope, answers: Mapping[str, object]) -> list[EvidenceFacts]:
    """Give what is kept of the pictures that an act's answers name."""
    return [
        evidence.kept(digest, taken_at=act.seen_at)
        for digest in _named(answers)
        if is_kept(digest)
    ]


def photos_in(act: Envelope) -> list[str]:
    """Give the digests of the pictures that an act names."""
    try:
        answers = ANSWERED.decode(act.body).answers
    except msgspec.DecodeError:
        return []  # the act's own handler says what is wrong with it
    return list(_named(answers))


def is_kept(digest: str) -> bool:
    """Whether a picture has come."""
    return evidence.path_of(digest).exists()


def _named(answers: Mapping[str, object]) -> Iterable[str]:
    lists = [one for one in answers.values() if isinstance(one, list)]
    said = dict.fromkeys(one for many in lists for one in many if isinstance(one, str))
    return [one for one in said if DIGEST.fullmatch(one)]
