"""Sealed files: whole or refused, whatever their length, key and cipher."""

import io
import tracemalloc

import pytest
from cryptography.exceptions import InvalidTag

from fangxian.kernel.refusals import Refusal
from fangxian.privacy.ciphers import Sealing
from fangxian.privacy.files import (
    MARK,
    PIECE_BYTES,
    SEALED_BYTES,
    NotSealedError,
    joined,
    open_file,
    seal_file,
)
from fangxian.privacy.keys import KEY_UNKNOWN, Keyring, new_keyring


LENGTHS = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES)
HEAD = len(MARK) + len(b"k1\0")


@pytest.fixture(scope="module", params=list(Sealing))
def keyring(request):
    return new_keyring(sealing=request.param)


def sealed(content, keyring, about="a picture"):
    file = io.BytesIO()
    seal_file(content, into=file, keyring=keyring, bound_to=about)
    return file.getvalue()


def opened(kept, keyring, about="a picture"):
    return joined(open_file(io.BytesIO(kept), keyring=keyring, bound_to=about))


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_sealed_opens_as_it_was(keyring, length):
    content = bytes(range(256)) * (length // 256) + bytes(length % 256)

    kept = sealed(content, keyring)

    assert opened(kept, keyring) == content
    assert length < 64 or content[:64] not in kept


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_that_was_cut_anywhere_does_not_open(keyring, length):
    kept = sealed(bytes(length), keyring)
    ends = {0, 1, len(MARK), HEAD - 1, HEAD, HEAD + 27, len(kept) - 1}
    ends |= set(range(HEAD, len(kept), SEALED_BYTES))  # between two pieces

    for end in sorted(ends):
        with pytest.raises(InvalidTag):
            opened(kept[:end], keyring)
    with pytest.raises(InvalidTag):
        opened(kept + b"\0", keyring)


def test_pieces_do_not_change_places_nor_come_twice(keyring):
    kept = sealed(b"x" * (3 * PIECE_BYTES), keyring)
    head, body = kept[:HEAD], kept[HEAD:]
    first, second, last = (
        body[at : at + SEALED_BYTES] for at in range(0, len(body), SEALED_BYTES)
    )

    assert opened(head + first + second + last, keyring)
    for others in ((second, first, last), (first, last), (first, first, second, last)):
        with pytest.raises(InvalidTag):
            opened(head + b"".join(others), keyring)


@pytest.mark.parametrize("at", [HEAD, HEAD + 12, HEAD + 40, -1])
def test_a_changed_byte_is_found(keyring, at):
    kept = bytearray(sealed(b"a thermometer" * 9, keyring))
    kept[at] ^= 1

    with pytest.raises(InvalidTag):
        opened(bytes(kept), keyring)


def test_a_file_does_not_open_in_another_ones_place(keyring):
    with pytest.raises(InvalidTag):
        opened(sealed(b"one", keyring), keyring, about="another picture")


def test_what_is_not_sealed_is_told_from_what_was_changed(keyring):
    for content in (b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"", b"k1\0" + bytes(60)):
        with pytest.raises(NotSealedError):
            opened(content, keyring)


def test_older_keys_open_and_the_new_one_seals():
    first = new_keyring()
    old = sealed(b"before", first)
    later = first.with_new_key(sealing=Sealing.SM4)

    assert opened(old, later) == b"before"
    assert sealed(b"after", later).startswith(MARK + b"k2\0")
    with pytest.raises(Refusal) as refused:
        opened(sealed(b"after", later), first)
    assert refused.value.kind is KEY_UNKNOWN
    with pytest.raises(InvalidTag):
        opened(old, Keyring("k1", new_keyring().keys))


def test_a_large_file_needs_little_more_memory_than_itself(tmp_path):
    keyring, size = new_keyring(), 20 << 20
    content = bytes(size)
    tracemalloc.start()
    try:
        with (tmp_path / "file").open("wb") as file:
            seal_file(content, into=file, keyring=keyring, bound_to="list")
        _, writing = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        with (tmp_path / "file").open("rb") as file:
            assert (
                len(joined(open_file(file, keyring=keyring, bound_to="list"))) == size
            )
        _, reading = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert writing < 2 << 20
    assert reading < size * 1.25
