"""Copying files so that they are on the disk, whole, and known by their digests."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec


CHUNK = 1 << 20
OWNER_ONLY = 0o600


class FileFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a file is, and its SHA-256."""

    size: int
    sha256: str


def facts_of(path: Path) -> FileFacts:
    """Read a file through and say what it is."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            digest.update(chunk)
            size += len(chunk)
    return FileFacts(size, digest.hexdigest())


def copy(source: Path, target: Path) -> FileFacts:
    """Copy a file for its owner alone, to the disk; say what was copied."""
    digest, size = sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with source.open("rb") as file, os.fdopen(handle, "wb") as copied:
        for chunk in _chunks(file):
            digest.update(chunk)
            size += len(chunk)
            copied.write(chunk)
        copied.flush()
        os.fsync(copied.fileno())
    return FileFacts(size, digest.hexdigest())


def write_alone(path: Path, content: bytes) -> None:
    """Write a small file for its owner alone: whole, or not at all."""
    draft = path.with_name(f".{path.name}.partial")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def settle(folder: Path) -> None:
    """Bring a folder's own entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
