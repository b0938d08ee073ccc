import datetime as dt
import errno
import hashlib
import os

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.evidence import EvidenceFacts


JPEG = b"\xff\xd8\xff\xe0 a photo of a thermometer"
PNG = b"\x89PNG\r\n\x1a\n a screenshot"
WEBP = b"RIFF\x10\x00\x00\x00WEBP a photo"
PDF = b"%PDF-1.7 a certificate"
NOON = dt.datetime(2020, 11, 25, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    return tmp_path / "evidence"


def refused(act):
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.kind


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
    ],
)
def test_the_type_is_read_from_the_bytes(data, media_type):
    kept = evidence.keep(data, taken_at=NOON, on_site=False)

    digest = hashlib.sha256(data).hexdigest()
    assert kept == EvidenceFacts(digest, media_type, len(data), NOON, on_site=False)
    assert evidence.read(digest) == data


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg/>",
        b"GIF89a",
        b"PK\x03\x04",
        b"MZ",
        b" " + JPEG,
        b"RIFF\x10\x00\x00\x00AVI ",
    ],
)
def test_any_other_type_is_refused_and_not_kept(data, folder):
    assert refused(lambda: evidence.keep(data)) is evidence.UNKNOWN_TYPE
    assert not folder.exists()


def test_an_empty_file_is_refused_and_not_kept(folder):
    assert refused(lambda: evidence.keep(b"")) is evidence.EMPTY
    assert not folder.exists()


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(folder):
    limit = JPEG.ljust(evidence.SIZE_MAX, b"\0")

    assert evidence.keep(limit).size == evidence.SIZE_MAX
    assert refused(lambda: evidence.keep(limit + b"\0")) is evidence.TOO_LARGE
    assert len(list(folder.rglob("*"))) == 2  # one folder, one file


def test_the_same_bytes_are_kept_once(folder):
    evidence.keep(JPEG)
    [file] = [path for path in folder.rglob("*") if path.is_file()]
    first = file.stat().st_mtime_ns
    evidence.keep(JPEG)

    assert [path for path in folder.rglob("*") if path.is_file()] == [file]
    assert file.stat().st_mtime_ns == first


def test_a_file_that_changed_on_the_disk_is_refused():
    kept = evidence.keep(JPEG)
    evidence.path_of(kept.digest).write_bytes(JPEG + b"!")

    assert refused(lambda: evidence.read(kept.digest)) is evidence.DAMAGED


@pytest.mark.parametrize(
    "digest", ["", "../../keys.json", "/etc/passwd", "a" * 63, "A" * 64, "0" * 64]
)
def test_what_was_never_kept_is_refused(digest):
    claimed = EvidenceFacts(digest, "image/jpeg", 10)

    assert refused(lambda: evidence.read(digest)) is evidence.NOT_KEPT
    assert refused(lambda: evidence.check_kept([claimed])) is evidence.NOT_KEPT


def test_what_a_full_disk_took_half_of_is_gone_again(folder, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        evidence.keep(JPEG)

    assert not [path for path in folder.rglob("*") if path.is_file()]
    monkeypatch.undo()
    assert evidence.keep(JPEG)
