"""The ways in which a text can stand in a file, and a search for all of them at once."""

import base64
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path


CHUNK = 1 << 16
BEGINNING = 6  # bytes; three characters in the shortest spelling
GZIP = b"\x1f\x8b\x08"
ZLIB = (b"x\x01", b"x\x9c", b"x\xda")
DEEP = 4  # what is packed may be packed again
FORMS = {  # how a file begins that anybody could open; long ones wherever they stand
    "JPEG": b"\xff\xd8\xff",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "PDF": b"%PDF-1.",
    "zip, XLSX or DOCX": b"PK\x03\x04",
    "XLS": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}
FORM_SURE = 6  # bytes; so many stand nowhere by chance


def spellings(text: str) -> set[bytes]:
    """Give the bytes of a text in every encoding that might have been used."""
    plain = {
        text.encode("utf-8"),
        text.encode("gb18030"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("unicode_escape"),
    }
    return {
        found
        for one in plain
        for found in (
            one,
            one.hex().encode(),
            one.hex().upper().encode(),
            *_base64(one),
        )
    }


def _base64(plain: bytes) -> Iterator[bytes]:
    """Give what of the text stands in base64 at each of the three offsets it can have."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + plain)
        first = (before * 8 + 5) // 6
        sure = (before * 8 + len(plain) * 8) // 6
        yield encoded[first:sure]
        yield encoded[first:sure].translate(bytes.maketrans(b"+/", b"-_"))


def hits(files: Iterable[Path], texts: Iterable[str]) -> set[tuple[str, str]]:
    """Name each file in which a text stands in some spelling, packed or not."""
    wanted: dict[bytes, list[tuple[bytes, str]]] = {}
    for text in texts:
        for spelled in spellings(text):
            wanted.setdefault(spelled[:BEGINNING], []).append((spelled, text))
    assert min(map(len, wanted)) == BEGINNING, (
        "a shorter text stands anywhere by chance"
    )
    return {
        (path.name, text)
        for path in files
        for content in unpacked(path.read_bytes())
        for text in _standing(content, wanted)
    }


def forms(files: Iterable[Path]) -> set[tuple[str, str]]:
    """Name each file that is a picture, a document or an archive, or that holds one."""
    contents = ((path.name, path.read_bytes()) for path in files)
    return {
        (name, form)
        for name, content in contents
        for form, begins in FORMS.items()
        if content.startswith(begins)
        or (len(begins) >= FORM_SURE and begins in content)
    }


def _standing(content: bytes, wanted: dict[bytes, list[tuple[bytes, str]]]) -> set[str]:
    beginnings: set[bytes] = set()
    for start in range(0, len(content), CHUNK):
        piece = content[start : start + CHUNK + BEGINNING]
        windows = {piece[at : at + BEGINNING] for at in range(len(piece))}
        beginnings |= wanted.keys() & windows
    return {
        text
        for beginning in beginnings
        for spelled, text in wanted[beginning]
        if spelled in content
    }


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Give a content, and whatever is packed in it with gzip or zlib."""
    yield content
    if depth == DEEP:
        return
    for mark in (GZIP, *ZLIB):
        start = content.find(mark)
        while start >= 0:
            if opened := _open(memoryview(content)[start:], mark):
                yield from unpacked(opened, depth + 1)
            start = content.find(mark, start + 1)


def _open(packed: memoryview, mark: bytes) -> bytes:
    wbits = 31 if mark == GZIP else 15
    opener = zlib.decompressobj(wbits)
    try:
        return opener.decompress(packed, 1 << 24)
    except zlib.error:
        return b""


def packed(content: bytes) -> bytes:
    """Pack a content as a backup would."""
    return gzip.compress(content)
