"""Files between being sent and being taken in: sealed on disk, for a day, for one person.

Somebody sends a list, looks at how its columns were understood, and only then takes
it in. Until then the file rests here, encrypted, and opens to nobody else.
"""

import io
import json
import re
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from django.conf import settings

from fangxian.interfaces.imports.rules import UPLOAD_GONE
from fangxian.kernel.actors import Actor
from fangxian.privacy.files import joined, open_file, seal_file
from fangxian.privacy.keys import Keyring, keyring_at


KEPT_FOR = timedelta(days=1)
TOKEN_BYTES = 18
_TOKEN = re.compile(r"(?P<seconds>[0-9]{1,12})-[A-Za-z0-9_-]{24}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with the words said about it: the area, and a kind for all rows if any."""

    name: str
    content: bytes
    area: int
    kind: str | None = None


def keep(upload: Upload, *, by: Actor, at: datetime) -> str:
    """Keep a file and give the token by which the same person finds it again."""
    _sweep(at)
    token = f"{int(at.timestamp())}-{secrets.token_urlsafe(TOKEN_BYTES)}"
    said = asdict(replace(upload, content=b""))
    del said["content"]
    line = json.dumps(said).encode() + b"\n"
    _folder().mkdir(parents=True, exist_ok=True)
    try:
        with _path(token).open("xb") as file:
            seal_file(
                line + upload.content,
                into=file,
                keyring=_keyring(),
                bound_to=_bound(token, by),
            )
    except OSError:
        drop(token)  # a part of it helps nobody, and the disk may be full
        raise
    return token


def get(token: str, *, by: Actor, at: datetime) -> Upload:
    """Give a kept file to who sent it; for anybody else there is none."""
    if not _is_fresh(token, at) or not _path(token).exists():
        raise UPLOAD_GONE()
    try:
        with _path(token).open("rb") as file:
            opened = open_file(file, keyring=_keyring(), bound_to=_bound(token, by))
            kept = io.BytesIO(joined(opened))
    except InvalidTag:
        raise UPLOAD_GONE() from None
    said = json.loads(kept.readline())
    return Upload(**said, content=kept.read())


def drop(token: str) -> None:
    """Delete a kept file."""
    if _TOKEN.fullmatch(token):
        _path(token).unlink(missing_ok=True)


def _sweep(at: datetime) -> None:
    for path in _folder().glob("*.sealed"):
        if not _is_fresh(path.stem, at):
            path.unlink(missing_ok=True)


def _is_fresh(token: str, at: datetime) -> bool:
    found = _TOKEN.fullmatch(token)
    if found is None:
        return False
    age = at.timestamp() - int(found["seconds"])
    return 0 <= age + 1 <= KEPT_FOR.total_seconds()


def _bound(token: str, by: Actor) -> str:
    return f"upload {token} of {by.person}"


def _folder() -> Path:
    return Path(settings.FANGXIAN_DATA) / "uploads"


def _path(token: str) -> Path:
    return _folder() / f"{token}.sealed"


def _keyring() -> Keyring:
    return keyring_at(settings.FANGXIAN_KEYRING)
