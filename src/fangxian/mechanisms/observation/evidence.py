"""Photos and documents: their bytes, kept once and sealed, under the name of their digest.

Nothing is believed about a file but its bytes: the type is read from them, the
size is measured, the digest is computed. On the disk it is sealed and bound to its
digest (ADR 27): a file that lies there in clear is refused, never shown. What is there
is replaced only when it does not open and the same bytes come again.
"""

import datetime as dt
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from django.conf import settings

from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.privacy.files import NotSealedError, joined, open_file, seal_file
from fangxian.privacy.keys import Keyring, keyring_at


SIZE_MAX = 12 * 1024 * 1024
SIGNATURES = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("application/pdf", re.compile(rb"%PDF-\d\.\d")),
)
DIGEST = re.compile(r"[0-9a-f]{64}")

EMPTY = RefusalKind(
    code="observation.evidence_empty",
    sentence="The file is empty.",
    remedy="Take the photo again, or choose another file.",
)
TOO_LARGE = RefusalKind(
    code="observation.evidence_too_large",
    sentence="The file has {size} bytes; {most} are allowed.",
    remedy="Take the photo at a lower resolution, or split the document.",
)
UNKNOWN_TYPE = RefusalKind(
    code="observation.evidence_unknown_type",
    sentence="The file is no JPEG, PNG or WebP picture and no PDF document.",
    remedy="Save it as one of these, or take a photo of it.",
)
NOT_KEPT = RefusalKind(
    code="observation.evidence_not_kept",
    sentence="There is no file with the digest {digest}.",
    remedy="Send the file first, then the record that names it.",
)
DAMAGED = RefusalKind(
    code="observation.evidence_damaged",
    sentence="The file with the digest {digest} has changed since it was kept.",
    remedy="Restore it from the backup; its digest shows which copy is right.",
)
NOT_SEALED = RefusalKind(
    code="observation.evidence_not_sealed",
    sentence="The file with the digest {digest} lies there unsealed; nothing here wrote it so.",
    remedy="Move it out of the data folder, then restore it from the backup or send it again.",
)


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What a record says of a file. ``on_site`` false marks one chosen from a store."""

    digest: str
    media_type: str
    size: int
    taken_at: dt.datetime | None = None
    on_site: bool = True


def keep(
    data: bytes, *, taken_at: dt.datetime | None = None, on_site: bool = True
) -> EvidenceFacts:
    """Keep a file's bytes on the disk, once, before anything names them.

    Refuses an empty file, one beyond ``SIZE_MAX`` bytes, and an unknown type.
    """
    media_type = check_can_keep(data)
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists() or find_fault(path, keyring=_keyring()):
        _write(digest, data)
    return EvidenceFacts(digest, media_type, len(data), taken_at, on_site)


def kept(
    digest: str, *, taken_at: dt.datetime | None = None, on_site: bool = True
) -> EvidenceFacts:
    """Say again what is kept under a digest, as ``keep`` said it; refuse as ``read``."""
    size, begins = 0, b""
    for piece in _proven(path_of(digest), digest, _keyring()):
        begins, size = begins or piece, size + len(piece)
    return EvidenceFacts(digest, _type_of(begins), size, taken_at, on_site)


def check_can_keep(data: bytes) -> str:
    """Refuse what is not kept; give the type that the bytes themselves show."""
    if not data:
        raise EMPTY()
    if len(data) > SIZE_MAX:
        raise TOO_LARGE(size=len(data), most=SIZE_MAX)
    return _type_of(data)


def _type_of(data: bytes) -> str:
    for media_type, signature in SIGNATURES:
        if signature.match(data):
            return media_type
    raise UNKNOWN_TYPE()


def check_kept(files: Iterable[EvidenceFacts]) -> None:
    """Refuse a record that names a file which is not here."""
    for file in files:
        if not path_of(file.digest).exists():
            raise NOT_KEPT(digest=file.digest)


def read(digest: str) -> bytes:
    """Give a file's bytes; refuse when they are gone, unsealed or no longer the same."""
    return joined(_proven(path_of(digest), digest, _keyring()))


def find_fault(path: Path, *, keyring: Keyring) -> RefusalKind | None:
    """Say what is wrong with a file that lies under the name of its digest, if anything."""
    try:
        for _ in _proven(path, path.name, keyring):
            pass
    except Refusal as problem:
        return problem.kind
    return None


def remove(digest: str) -> None:
    """Remove a file that nothing names; it may be gone already."""
    path_of(digest).unlink(missing_ok=True)


def path_of(digest: str) -> Path:
    """Say where a file lies; what is no digest has no place and is refused."""
    if not DIGEST.fullmatch(digest):
        raise NOT_KEPT(digest=digest)
    return Path(settings.FANGXIAN_DATA) / "evidence" / digest[:2] / digest


def _proven(path: Path, digest: str, keyring: Keyring) -> Iterator[bytes]:
    """Give a file's pieces; after the last one all of them are what the digest says."""
    computed = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for piece in open_file(file, keyring=keyring, bound_to=_bound(digest)):
                computed.update(piece)
                yield piece
    except FileNotFoundError:
        raise NOT_KEPT(digest=digest) from None
    except NotSealedError:
        raise NOT_SEALED(digest=digest) from None
    except InvalidTag:
        raise DAMAGED(digest=digest) from None
    if computed.hexdigest() != digest:
        raise DAMAGED(digest=digest)


def _write(digest: str, data: bytes) -> None:
    """Write beside, flush, rename, flush the name: a reader sees the whole file or none.

    What could not be written whole is removed, for the disk may be full.
    """
    path = path_of(digest)
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _settle(path.parent.parent)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        beside = Path(file.name)
        try:
            seal_file(data, into=file, keyring=_keyring(), bound_to=_bound(digest))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            beside.unlink()
            raise
    beside.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Bring a folder's own entries to the disk: a phone forgets what is kept here."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _bound(digest: str) -> str:
    return f"evidence {digest}"


def _keyring() -> Keyring:
    return keyring_at(settings.FANGXIAN_KEYRING)
