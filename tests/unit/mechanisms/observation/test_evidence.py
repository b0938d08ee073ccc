import datetime as dt
import errno
import hashlib
import os

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.privacy.ciphers import Sealing
from fangxian.privacy.keys import keyring_at, replace_keyring


JPEG = b"\xff\xd8\xff\xe0 a photo of a thermometer"
PNG = b"\x89PNG\r\n\x1a\n a screenshot"
WEBP = b"RIFF\x10\x00\x00\x00WEBP a photo"
PDF = b"%PDF-1.7 a certificate"
NOON = dt.datetime(2020, 11, 25, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
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
    path = evidence.path_of(kept.digest)
    path.write_bytes(path.read_bytes() + b"!")

    assert refused(lambda: evidence.read(kept.digest)) is evidence.DAMAGED
    assert refused(lambda: evidence.kept(kept.digest)) is evidence.DAMAGED


def test_nothing_of_a_file_stands_on_the_disk_in_clear():
    kept = evidence.keep(JPEG)

    on_disk = evidence.path_of(kept.digest).read_bytes()
    assert JPEG[:8] not in on_disk
    assert b"thermometer" not in on_disk


def test_a_file_that_lies_there_unsealed_is_refused_in_words():
    kept = evidence.keep(JPEG)
    evidence.path_of(kept.digest).write_bytes(JPEG)

    assert refused(lambda: evidence.read(kept.digest)) is evidence.NOT_SEALED
    assert refused(lambda: evidence.kept(kept.digest)) is evidence.NOT_SEALED


@pytest.mark.parametrize("instead", [JPEG, b"", b"fangxian sealed file 1\nk9\0"])
def test_the_same_bytes_sent_again_mend_what_does_not_open(instead):
    kept = evidence.keep(JPEG)
    evidence.path_of(kept.digest).write_bytes(instead)

    assert evidence.keep(JPEG) == kept
    assert evidence.read(kept.digest) == JPEG


def test_a_sealed_file_does_not_open_under_another_digest():
    one, other = evidence.keep(JPEG), evidence.keep(PNG)
    evidence.path_of(other.digest).write_bytes(
        evidence.path_of(one.digest).read_bytes()
    )

    assert refused(lambda: evidence.read(other.digest)) is evidence.DAMAGED


def test_what_was_kept_opens_after_a_new_key(settings):
    before = evidence.keep(JPEG)
    ring = keyring_at(settings.FANGXIAN_KEYRING).with_new_key(sealing=Sealing.SM4)
    replace_keyring(settings.FANGXIAN_KEYRING, ring)
    after = evidence.keep(PNG)

    assert evidence.kept(before.digest) == before
    assert evidence.read(after.digest) == PNG
    assert b"k2\0" in evidence.path_of(after.digest).read_bytes()[:32]


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
