"""What a backup holds, and that a restored one is the same or nothing at all.

The installation here is small and made up; ``test_backup_and_restore`` takes a real one.
"""

import datetime as dt
import sqlite3
import threading
from contextlib import closing, contextmanager
from hashlib import sha256

import pytest

from fangxian.interfaces.commands.backups import making, restoring, snapshots
from fangxian.interfaces.commands.backups.keys import NAMES
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import find_situation, start_situation
from fangxian.privacy.files import seal_file
from fangxian.privacy.keys import keyring_at, replace_keyring
from fangxian.privacy.signing import signing_key_at
from tests.people import ALICE


NOW = dt.datetime(2020, 11, 30, 10, tzinfo=dt.UTC)
PHOTOS = [b"\xff\xd8\xff" + bytes([n]) * 5000 for n in range(3)]
MIGRATIONS = ("journal.0001_initial", "ledger.0001_initial")


def installed(data, *, books=100):
    """Make an installation that has everything a backup knows."""
    data.mkdir()
    with closing(sqlite3.connect(data / "fangxian.sqlite3")) as records, records:
        records.execute("PRAGMA journal_mode=WAL")
        records.execute("CREATE TABLE book (n INTEGER PRIMARY KEY, title TEXT)")
        titles = [(f"book {n} " + "x" * 100,) for n in range(books)]
        records.executemany("INSERT INTO book (title) VALUES (?)", titles)
    inbox = open_file(data / "inbox.sqlite3")
    inbox.register(b"token", Device("phone", ALICE, None))
    inbox.close()
    for photo in PHOTOS:
        name = sha256(photo).hexdigest()
        (data / "evidence" / name[:2]).mkdir(parents=True, exist_ok=True)
        with (data / "evidence" / name[:2] / name).open("wb") as file:
            seal_file(
                photo,
                into=file,
                keyring=keyring_at(data / "keys.json"),
                bound_to=f"evidence {name}",
            )
    (data / "secret-key").write_text("secret")
    (data / "static").mkdir()
    signing_key_at(data / "signing-key")
    start_situation(data, scenario="test", at=NOW)
    return data


@pytest.fixture
def data(tmp_path):
    return installed(tmp_path / "data")


@pytest.fixture
def made(data, tmp_path):
    """A backup, with its keys elsewhere."""
    back_up(data, tmp_path / "backup", keys=tmp_path / "keys")
    return tmp_path / "backup"


@pytest.fixture
def empty(tmp_path):
    """A data folder as any command leaves it that found none."""
    (tmp_path / "empty" / "static").mkdir(parents=True)
    (tmp_path / "empty" / "secret-key").write_text("made by the command")
    return tmp_path / "empty"


def back_up(data, target, *, keys=None, migrations=MIGRATIONS):
    return making.make_backup(data, target, keys=keys, migrations=migrations, at=NOW)


def restore(made, empty, *, keys="keys", migrations=MIGRATIONS):
    folder = keys and made.parent / keys
    return restoring.restore(made, empty, keys=folder, migrations=migrations)


def titles(folder):
    with closing(sqlite3.connect(folder / "fangxian.sqlite3")) as records:
        return records.execute("SELECT * FROM book ORDER BY n").fetchall()


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def refused(made, empty, **options):
    """The refusal of a restore, after which the folder is as it was."""
    with pytest.raises(Refusal) as refusal:
        restore(made, empty, **options)
    assert files_in(empty) == ["secret-key"]
    assert (empty / "secret-key").read_text() == "made by the command"
    return refusal.value


# ------------------------------------------------------------------------- there and back
def test_what_was_backed_up_is_restored(data, made, empty):
    said = restore(made, empty)

    assert titles(empty) == titles(data)
    inbox = open_file(empty / "inbox.sqlite3")
    assert [device.name for device in inbox.devices()] == ["phone"]
    inbox.close()
    assert find_situation(empty) == find_situation(data)
    for name in (*NAMES, *(f for f in files_in(data) if f.startswith("evidence"))):
        assert (empty / name).read_bytes() == (data / name).read_bytes()
    assert said.made_at == NOW


def test_a_backup_holds_no_keys_and_is_for_its_owner_alone(data, tmp_path):
    back_up(data, tmp_path / "backup")

    assert not {p.name for p in (tmp_path / "backup").rglob("*")} & set(NAMES)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    secrets = [(data / name).read_bytes() for name in ("signing-key", "secret-key")]
    secrets += [
        key.hex().encode() for key in keyring_at(data / "keys.json").keys.values()
    ]
    for path in (tmp_path / "backup").rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in secrets)


def test_keys_are_copied_into_a_folder_of_their_own_for_their_owner_alone(made):
    keys = made.parent / "keys"

    assert sorted(p.name for p in keys.iterdir()) == sorted(NAMES)
    assert all(p.stat().st_mode & 0o077 == 0 for p in (keys, *keys.iterdir()))


def test_keys_may_lie_in_the_data_folder_already(made, empty):
    for name in ("keys.json", "signing-key"):
        (empty / name).write_bytes((made.parent / "keys" / name).read_bytes())

    restore(made, empty, keys=None)

    assert len(titles(empty)) == 100


def test_keys_that_were_copied_after_a_new_key_fit_an_earlier_backup(
    data, made, empty, tmp_path
):
    ring = keyring_at(data / "keys.json").with_new_key()
    replace_keyring(data / "keys.json", ring)
    back_up(data, tmp_path / "later", keys=tmp_path / "later keys")

    restore(made, empty, keys="later keys")

    assert keyring_at(empty / "keys.json") == ring


def test_evidence_that_was_damaged_before_is_copied_and_named(data, empty, tmp_path):
    name = next(f for f in files_in(data) if f.startswith("evidence"))
    rotten = (data / name).read_bytes()[:-1]
    (data / name).write_bytes(rotten)

    done = back_up(data, tmp_path / "backup", keys=tmp_path / "keys")

    assert done.damaged == (name,)
    restore(tmp_path / "backup", empty)
    assert (empty / name).read_bytes() == rotten


def test_evidence_that_lies_there_unsealed_is_left_out_and_named(data, tmp_path):
    name = next(f for f in files_in(data) if f.startswith("evidence"))
    (data / name).write_bytes(PHOTOS[0])

    done = back_up(data, tmp_path / "backup", keys=tmp_path / "keys")

    assert done.left_out == (name,)
    assert done.damaged == ()
    assert name not in done.manifest.files
    assert not (tmp_path / "backup" / name).exists()


def test_beside_a_server_only_the_files_are_copied(data, tmp_path):
    said = back_up(data, tmp_path / "backup", migrations=None).manifest

    assert not said.records
    assert sorted(said.files) == [
        f for f in files_in(data) if f.startswith(("evidence", "situation"))
    ]


# ------------------------------------------------------------------------- while it works
@contextmanager
def at_work(data):
    """An act comes into the inbox, then into the records, as fast as it goes."""
    ended = threading.Event()

    def work():
        inbox, records = map(
            opened, (data / "inbox.sqlite3", data / "fangxian.sqlite3")
        )
        number = 0
        while not ended.is_set():
            number += 1
            inbox.execute("INSERT INTO act VALUES (?)", (number,))
            records.execute("INSERT INTO act VALUES (?)", (number,))
        inbox.close()
        records.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join()


def opened(path):
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("PRAGMA synchronous=OFF")
    file.execute("CREATE TABLE act (n INTEGER PRIMARY KEY)")
    return file


def count(file):
    if not file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'act'").fetchone():
        return 0
    return file.execute("SELECT max(n) FROM act").fetchone()[0] or 0


def test_records_and_inbox_are_seen_at_one_moment_while_others_write(data):
    files = [data / "inbox.sqlite3", data / "fangxian.sqlite3"]
    seen = set()
    with at_work(data):
        for _ in range(300):
            with snapshots.at_one_moment(files) as readers:
                seen.add(tuple(map(count, readers)))

    assert len(seen) > 10
    assert {came - done for came, done in seen} <= {0, 1}


def test_a_backup_is_of_one_moment_while_others_write(data, tmp_path):
    with at_work(data):
        for number in range(5):
            back_up(data, tmp_path / f"backup {number}")

    seen = set()
    for number in range(5):
        made = tmp_path / f"backup {number}"
        with (
            closing(sqlite3.connect(made / "inbox.sqlite3")) as inbox,
            closing(sqlite3.connect(made / "fangxian.sqlite3")) as records,
        ):
            seen.add((count(inbox), count(records)))
    assert len(seen) > 3
    assert {came - done for came, done in seen} <= {0, 1}


def test_who_writes_without_end_is_named_and_nothing_is_left(
    data, tmp_path, monkeypatch
):
    monkeypatch.setattr(snapshots, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(data / "fangxian.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Refusal) as refusal:
            back_up(data, tmp_path / "backup")

    assert refusal.value.kind.code == "backup.busy"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data"]


# ------------------------------------------------------------------------- refused backups
@pytest.mark.parametrize(
    ("target", "keys"),
    [
        ("backup", "backup"),
        ("backup", "backup/keys"),
        ("keys/backup", "keys"),
        ("data/backup", None),
        ("backup", "data/keys"),
        ("data", None),
    ],
)
def test_records_backup_and_keys_lie_apart(data, tmp_path, target, keys):
    before = files_in(tmp_path)

    with pytest.raises(Refusal) as refusal:
        back_up(data, tmp_path / target, keys=keys and tmp_path / keys)

    assert refusal.value.kind.code == "backup.keys_beside"
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("full", ["backup", "keys"])
def test_nothing_is_written_over(data, tmp_path, full):
    (tmp_path / full).mkdir()
    (tmp_path / full / "dear.txt").write_text("mine")
    before = files_in(tmp_path)

    with pytest.raises(Refusal) as refusal:
        back_up(data, tmp_path / "backup", keys=tmp_path / "keys")

    assert refusal.value.kind.code == "backup.not_empty"
    assert refusal.value.facts["found"] == "dear.txt"
    assert files_in(tmp_path) == before


def test_a_folder_without_an_installation_is_refused(empty, tmp_path):
    with pytest.raises(Refusal) as refusal:
        back_up(empty, tmp_path / "backup")

    assert refusal.value.kind.code == "backup.nothing_there"
    assert not (tmp_path / "backup").exists()


def test_a_disk_that_cannot_be_written_is_told(data, tmp_path):
    (tmp_path / "disk").write_text("no folder")

    with pytest.raises(Refusal) as refusal:
        back_up(data, tmp_path / "disk" / "backup")

    assert refusal.value.kind.code == "backup.not_written"


# ------------------------------------------------------------------------ refused restores
def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path):
    path.write_bytes(b"")


def gone(path):
    path.unlink()


def linked(path):
    content = path.read_bytes()
    path.unlink()
    (path.parents[1] / "elsewhere").write_bytes(content)
    path.symlink_to(path.parents[1] / "elsewhere")


@pytest.mark.parametrize("harm", [flipped, cut, emptied, gone, linked])
@pytest.mark.parametrize("number", range(6))
def test_a_damaged_file_is_refused_and_named(made, empty, harm, number):
    name = [name for name in files_in(made) if name != "backup.json"][number]
    if harm is linked and name.startswith("evidence"):
        return  # what it is linked to would lie in the backup too
    harm(made / name)

    refusal = refused(made, empty)

    assert refusal.kind.code == "backup.damaged"
    assert refusal.facts["file"] == name


@pytest.mark.parametrize("place", range(12))
def test_a_changed_account_is_refused(made, empty, place):
    account = made / "backup.json"
    content = bytearray(account.read_bytes())
    content[len(content) * place // 12] ^= 0x01
    account.write_bytes(content)

    assert refused(made, empty).kind.code in {"backup.damaged", "backup.other_keys"}


def test_a_backup_that_was_not_finished_is_none(made, empty):
    gone(made / "backup.json")

    assert refused(made, empty).kind.code == "backup.none"


def test_a_file_too_many_is_refused(made, empty):
    (made / "evidence" / "more").write_text("more")

    assert refused(made, empty).facts["file"] == "evidence/more"


def test_files_of_two_backups_do_not_mix(data, made, empty, tmp_path):
    with closing(sqlite3.connect(data / "fangxian.sqlite3")) as records, records:
        records.execute("UPDATE book SET title = 'stolen' || substr(title, 7)")
    back_up(data, tmp_path / "later")
    older = made / "fangxian.sqlite3"
    older.write_bytes((tmp_path / "later" / "fangxian.sqlite3").read_bytes())

    assert refused(made, empty).kind.code == "backup.damaged"


def test_an_account_may_not_name_files_elsewhere(made, empty):
    account = made / "backup.json"
    account.write_text(account.read_text().replace("situation.json", "../dear.txt"))

    assert refused(made, empty).facts["problem"] == "names files that no backup has"


def test_keys_of_another_installation_are_refused(made, empty, tmp_path):
    other = installed(tmp_path / "other")
    back_up(other, tmp_path / "other backup", keys=tmp_path / "other keys")

    assert refused(made, empty, keys="other keys").kind.code == "backup.other_keys"


@pytest.mark.parametrize("name", ["keys.json", "signing-key"])
@pytest.mark.parametrize("harm", [flipped, cut, emptied])
def test_damaged_keys_are_refused(made, empty, name, harm):
    harm(made.parent / "keys" / name)

    assert refused(made, empty).kind.code == "backup.other_keys"


def test_without_keys_nothing_is_restored(made, empty):
    assert refused(made, empty, keys=None).kind.code == "backup.no_keys"


def test_a_backup_of_a_later_version_is_refused(made, empty):
    assert refused(made, empty, migrations=MIGRATIONS[:1]).kind.code == "backup.newer"


@pytest.mark.parametrize("name", ["fangxian.sqlite3", "dear.txt", "keys.json"])
def test_a_folder_with_something_in_it_is_refused(made, empty, name):
    (empty / name).write_text("mine")

    with pytest.raises(Refusal) as refusal:
        restore(made, empty)

    assert refusal.value.kind.code == "backup.not_empty"
    assert refusal.value.facts["found"] == name
    assert files_in(empty) == sorted([name, "secret-key"])
    assert (empty / name).read_text() == "mine"
