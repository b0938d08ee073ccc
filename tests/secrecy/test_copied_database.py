"""A copied database gives nobody away: no plain text, and no number by brute force.

The installation is a real one: its own process, SQLite file and write-ahead log.
"""

import hashlib
import hmac
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fangxian.mechanisms.ledger.people.index import NUMBER
from fangxian.privacy.index import mark
from fangxian.privacy.keys import keyring_at
from tests.secrecy.keeping import SEED, invented_number, list_of, private_texts
from tests.secrecy.leaving import PHOTOS
from tests.secrecy.spellings import FORMS, forms, hits, packed, spellings
from tests.unit.interfaces.imports.returnees import as_csv, good_row


SIZE = 400
GUESSED = 10_000
ROOT = Path(__file__).parents[2]
KEYS = {"keys.json", "signing-key", "secret-key"}
NOTED = {"browsers.txt", "commands.txt", "output.txt", "opened.txt"}  # by the test
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The folder that a program left behind that was ended in the middle of its work."""
    data = tmp_path_factory.mktemp("installation")
    environment = {**os.environ, "FANGXIAN_DATA": str(data), "FANGXIAN_DATABASE": ""}
    (data / "temporary").mkdir()
    with (data / "output.txt").open("wb") as output:
        subprocess.run(
            [sys.executable, "-m", "tests.secrecy.keeping", str(SIZE)],
            cwd=ROOT,
            env={
                **environment,
                "PYTHONPATH": f"src{os.pathsep}.",
                "TMPDIR": str(data / "temporary"),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )
    return data


@pytest.fixture(scope="module")
def stolen(installation, tmp_path_factory):
    """What a thief has: everything but the keys."""
    copy = tmp_path_factory.mktemp("stolen")
    for path in installation.rglob("*"):
        if path.is_file() and path.name not in KEYS:
            shutil.copy(path, copy / path.name)
    names = {path.name for path in copy.iterdir()}
    assert names >= {
        *("fangxian.sqlite3", "fangxian.sqlite3-wal"),
        *("inbox.sqlite3", "inbox.sqlite3-wal"),
        *NOTED,
        *(hashlib.sha256(photo).hexdigest() for photo in PHOTOS.values()),
    }
    assert any(name.endswith(".sealed") for name in names)  # a list left lying
    return copy


@pytest.fixture(scope="module")
def backup(installation, tmp_path_factory):
    """What ``fangxian backup`` makes of it; from a copy, for the log is kept for others."""
    home = tmp_path_factory.mktemp("backup")
    shutil.copytree(installation, home / "data")
    subprocess.run(
        [
            *(sys.executable, "-m", "fangxian.interfaces.commands.main"),
            *("backup", str(home / "made"), "--keys", str(home / "keys")),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "FANGXIAN_DATA": str(home / "data"),
            "FANGXIAN_DATABASE": "",
            "PYTHONPATH": "src",
        },
        check=True,
    )
    return home / "made"


@pytest.fixture(scope="module")
def marks(stolen):
    """The marks of everybody's number, telephone and likeness."""
    with sqlite3.connect(stolen / "fangxian.sqlite3") as database:
        rows = database.execute(
            "SELECT number_mark, telephone_mark, likeness_mark FROM ledger_person"
        ).fetchall()
    return {bytes(mark) for row in rows for mark in row if mark is not None}


# ------------------------------------------------------------------------ plain text
def test_no_name_number_telephone_or_address_stands_in_any_file(stolen):
    texts = private_texts(SIZE)
    assert len(texts) > 3 * SIZE

    assert hits(sorted(stolen.iterdir()), texts) == set()


def test_no_list_can_be_guessed_by_the_digest_of_its_file(stolen):
    content = as_csv(list_of(SIZE).table())

    assert (
        hits(sorted(stolen.iterdir()), {hashlib.sha256(content).hexdigest()}) == set()
    )


def test_nor_in_a_backup_of_the_database(stolen, tmp_path):
    with sqlite3.connect(stolen / "fangxian.sqlite3") as database:
        database.execute("VACUUM INTO ?", [str(tmp_path / "backup.sqlite3")])
    (tmp_path / "backup.gz").write_bytes(
        packed((tmp_path / "backup.sqlite3").read_bytes())
    )

    assert hits(sorted(tmp_path.iterdir()), private_texts(SIZE)) == set()


def test_nor_in_what_the_command_backs_up(backup):
    files = [path for path in backup.rglob("*") if path.is_file()]
    assert {"fangxian.sqlite3", "backup.json"} <= {path.name for path in files}
    with sqlite3.connect(backup / "fangxian.sqlite3") as database:
        people = database.execute("SELECT count(*) FROM ledger_person").fetchone()
    assert people[0] > SIZE // 2

    assert hits(files, private_texts(SIZE)) == set()


def test_no_key_stands_in_what_the_command_backs_up(backup):
    """Not the files, and none of their secrets in any spelling."""
    keys = backup.parent / "keys"
    ring = json.loads((keys / "keys.json").read_text("utf-8"))["keys"].values()
    secrets = {
        *ring,
        (keys / "signing-key").read_text("ascii"),
        (keys / "secret-key").read_text("ascii"),
    }
    files = [path for path in backup.rglob("*") if path.is_file()]
    bare = {bytes.fromhex(key) for key in ring}

    assert not KEYS & {path.name for path in files}
    assert hits(files, secrets) == set()
    assert not any(key in path.read_bytes() for key in bare for path in files)
    assert hits(keys.iterdir(), secrets) != set()  # the control


# ---------------------------------------------------------------------------- files
def test_no_file_is_a_picture_a_document_or_an_archive_that_anybody_opens(
    stolen, backup
):
    copied = [path for path in backup.rglob("*") if path.is_file()]
    assert len([path for path in copied if "evidence" in path.parts]) == len(PHOTOS)

    assert forms([*stolen.iterdir(), *copied]) == set()


def test_a_picture_that_lies_there_in_clear_would_be_found(tmp_path):
    """The control: any such file, whatever its name."""
    for number, begins in enumerate(FORMS.values()):
        (tmp_path / str(number)).write_bytes(begins + bytes(40))

    found = forms(tmp_path.iterdir())

    assert {form for _, form in found} == set(FORMS)
    photo = tmp_path / "photo"
    photo.write_bytes(PHOTOS["phone"])
    assert hits([photo], private_texts(SIZE)) != set()


def test_nothing_is_written_into_temporary_files_even_for_a_moment(stolen):
    """A file that is gone again at once has still been on the disk."""
    assert (stolen / "opened.txt").read_text() == ""


def test_the_manual_names_every_kind_of_file_and_what_of_it_is_sealed(installation):
    manual = (ROOT / "docs" / "how-to" / "operate.md").read_text("utf-8")
    table = manual.partition("## What lies in the data folder")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([a-z-]+(?:\.[a-z0-9]+)?/?)(?:-wal|-shm)?`", table))
    there = {
        f"{path.name}/" if path.is_dir() else path.name.removesuffix("-wal")
        for path in installation.iterdir()
        if path.name not in {*NOTED, "temporary"} and not path.name.endswith("-shm")
    }

    assert {"evidence/", "uploads/", "fangxian.sqlite3"} <= there <= told


@pytest.mark.parametrize("spelling", range(20))
def test_the_search_finds_a_text_that_stands_there(tmp_path, spelling):
    """The control: planted in any spelling, packed too, a text is found."""
    text = invented_number(random.Random(spelling)) if spelling % 2 else "司马相如"
    planted = sorted(spellings(text))[spelling % len(spellings(text))]
    for name, content in (("plain", planted), ("packed", packed(b"x" * 99 + planted))):
        (tmp_path / name).write_bytes(b"\0" * 7 + content + b"\0" * 7)

    assert {name for name, _ in hits(tmp_path.iterdir(), {text})} == {"plain", "packed"}


def test_what_was_written_down_for_the_search_is_what_was_done(stolen):
    """The control: cookies, addresses, answers of commands and acts are really there."""
    browsers = (stolen / "browsers.txt").read_text("utf-8")
    assert "sessionid=" in browsers
    assert "Location" in browsers
    assert "messages=" in browsers
    assert "/people/find/" in browsers
    commands = (stolen / "commands.txt").read_text("utf-8")
    assert '"refused": [{"row": 2' in commands
    with sqlite3.connect(stolen / "inbox.sqlite3") as inbox:
        states = inbox.execute("SELECT state FROM inbox_act ORDER BY number").fetchall()
    assert states == [("quarantined",), ("waiting",)]


# ----------------------------------------------------------------------- brute force
def guesses():
    """Ten thousand numbers, everybody's own among them: better than any enumeration."""
    random_ = random.Random(SEED)
    return [
        good_row(random_, serial)["身份证号"].upper()
        for serial in range(1, GUESSED + 1)
    ]


def digests(text):
    """What a careless index would hold: hashes and keyed digests anybody can make."""
    plain = text.encode()
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sm3"):
        if name not in hashlib.algorithms_available:
            continue
        for said in (plain, plain.lower(), f"fangxian{text}".encode()):
            yield hashlib.new(name, said, usedforsecurity=False).digest()[:16]
    for key in (b"", bytes(16), bytes(32), b"fangxian", b"secret", b"people's numbers"):
        yield hmac.digest(key, plain, "sha256")[:16]


def recovered(marks):
    return [text for text in guesses() if any(made in marks for made in digests(text))]


def test_brute_force_without_the_keys_recovers_nobody(marks):
    assert len(marks) > SIZE

    assert recovered(marks) == []


def test_with_the_keys_the_same_guesses_recover_everybody(installation, marks):
    """The control: the guesses are right, and only the keys are missing."""
    keyring = keyring_at(installation / "keys.json")

    known = [
        text
        for text in guesses()
        if mark(text, purpose=NUMBER, keyring=keyring) in marks
    ]

    assert len(known) > SIZE // 2
    assert set(known) <= {row["身份证号"].upper() for row in list_of(SIZE).meant}


def test_brute_force_recovers_everybody_from_a_careless_index():
    """The control: marks that are bare hashes give every one of the ten thousand away."""
    careless = {hashlib.sha256(text.encode()).digest()[:16] for text in guesses()}

    assert len(recovered(careless)) == GUESSED


def test_no_token_is_that_of_a_guessed_part(stolen):
    with sqlite3.connect(stolen / "fangxian.sqlite3") as database:
        tokens = {row[0] for row in database.execute("SELECT token FROM ledger_token")}
    parts = [f"telephone {last:04}" for last in range(10_000)]

    made = {
        int.from_bytes(digest[:8], signed=True)
        for part in (*parts, *(part.split()[1] for part in parts))
        for digest in digests(part)
    }
    assert len(tokens) > SIZE
    assert made & tokens == set()


def test_equal_texts_are_sealed_unlike_each_other(stolen):
    """Everybody's proxy has one name: nobody can tell from the table."""
    with sqlite3.connect(stolen / "fangxian.sqlite3") as database:
        sealed = [
            bytes(r[0]) for r in database.execute("SELECT name FROM ledger_proxy")
        ]

    assert len(sealed) > 5
    assert len(set(sealed)) == len(sealed)
