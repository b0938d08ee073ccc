"""Sealed files: what lies beside the records, shut piece by piece.

A file is a mark, the id of its key, and pieces of at most 256 KiB, each sealed with a
nonce of its own. A piece is bound to what the file is, to its place in it and to
whether it is the last: none can be changed, left out, doubled, or put elsewhere. So a
large file is written and read with little memory, and no part of it is believed that
was not sealed here.
"""

import io
import os
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.exceptions import InvalidTag

from fangxian.privacy.ciphers import TAG_BYTES, decrypt, encrypt
from fangxian.privacy.fields import NONCE_BYTES
from fangxian.privacy.keys import Keyring


MARK = b"fangxian sealed file 1\n"
PIECE_BYTES = 1 << 18
SEALED_BYTES = NONCE_BYTES + PIECE_BYTES + TAG_BYTES
KEY_ID_BYTES_MAX = 16


class NotSealedError(InvalidTag):
    """A file that was never sealed: this installation has not written it."""


def seal_file(
    content: bytes, *, into: IO[bytes], keyring: Keyring, bound_to: str
) -> None:
    """Write a content sealed under the current key.

    ``bound_to`` names the file, so that it does not open in another one's place.
    """
    key_id = keyring.current
    into.write(MARK + key_id.encode() + b"\0")
    starts = range(0, max(1, len(content)), PIECE_BYTES)
    for number, start in enumerate(starts, start=1):
        nonce = os.urandom(NONCE_BYTES)
        sealed = encrypt(
            content[start : start + PIECE_BYTES],
            sealing=keyring.sealing_of(key_id),
            key=keyring.get_key(key_id),
            nonce=nonce,
            about=_about(bound_to, number, is_last=number == len(starts)),
        )
        into.write(nonce)
        into.write(sealed)


def open_file(file: IO[bytes], *, keyring: Keyring, bound_to: str) -> Iterator[bytes]:
    """Give the pieces of what ``seal_file`` wrote, each of them proven.

    Raises NotSealedError for any other file, InvalidTag where one was changed or cut,
    and refuses one whose key is not here.
    """
    if not is_sealed(file):
        raise NotSealedError
    key_id = _key_id(file)
    key, sealing = keyring.get_key(key_id), keyring.sealing_of(key_id)
    for number, (sealed, is_last) in enumerate(_pieces(file), start=1):
        yield decrypt(
            sealed[NONCE_BYTES:],
            sealing=sealing,
            key=key,
            nonce=sealed[:NONCE_BYTES],
            about=_about(bound_to, number, is_last=is_last),
        )


def is_sealed(file: IO[bytes]) -> bool:
    """Whether a file begins as a sealed one does; whether it opens is not asked."""
    return file.read(len(MARK)) == MARK


def joined(pieces: Iterable[bytes]) -> bytes:
    """Put pieces together, without holding them twice."""
    whole = io.BytesIO()
    for piece in pieces:
        whole.write(piece)
    return whole.getvalue()


def _key_id(file: IO[bytes]) -> str:
    """Read the id of the key, up to its zero byte."""
    read = b""
    while not read.endswith(b"\0"):
        sign = file.read(1)
        if not sign or len(read) == KEY_ID_BYTES_MAX:
            raise InvalidTag
        read += sign
    return read[:-1].decode("ascii", "replace")


def _pieces(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give each sealed piece, and whether it is the last; there is always one."""
    piece = file.read(SEALED_BYTES)
    while True:
        if len(piece) < NONCE_BYTES + TAG_BYTES:
            raise InvalidTag
        after = file.read(SEALED_BYTES)
        yield piece, not after
        if not after:
            return
        piece = after


def _about(bound_to: str, number: int, *, is_last: bool) -> bytes:
    return f"{'last' if is_last else 'more'} {number} of {bound_to}".encode()
