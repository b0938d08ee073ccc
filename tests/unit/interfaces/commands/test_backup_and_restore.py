"""``fangxian backup`` and ``restore`` as they are called, on a store that is at work."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest
from click.testing import CliRunner
from django.db import connection

from fangxian.interfaces.commands import backup, restore
from fangxian.interfaces.commands.backups.manifest import Manifest
from fangxian.kernel.refusals import Refusal
from tests.unit.mechanisms.journal.acts import NOON


pytestmark = pytest.mark.slow
embedded = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="the server copies its records itself"
)


def environment(data):
    return {
        **os.environ,
        "FANGXIAN_DATA": str(data),
        "FANGXIAN_DATABASE": "",
        "PYTHONPATH": f"src{os.pathsep}.",
    }


def fangxian(data, *words):
    return subprocess.run(
        [sys.executable, "-m", "fangxian.interfaces.commands.main", *map(str, words)],
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def at_work(data):
    """A process that writes into the journal all the while."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.interfaces.commands.writing"],
        env=environment(data),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield
        assert process.poll() is None
        process.stdin.close()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Two backups of a store that was written to before, between and behind them."""
    home = tmp_path_factory.mktemp("home")
    data = home / "data"
    with at_work(data):
        first = fangxian(data, "backup", home / "first", "--keys", home / "keys")
        second = fangxian(data, "backup", home / "second", "--json")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    return home, first.stdout, json.loads(second.stdout)


@embedded
def test_a_backup_says_where_it_is_and_where_the_keys_are(copied):
    home, first, second = copied

    assert f"bytes in {home / 'first'}\n" in first
    assert f"The keys are in {home / 'keys'}: give them to somebody else.\n" in first
    assert second["folder"] == str(home / "second")
    assert second["keys"] is None
    assert second["files"] >= 1
    assert second["damaged"] == []


@embedded
def test_a_store_that_was_copied_at_work_verifies_clean(copied, tmp_path):
    home, _, _ = copied
    restored = {
        name: fangxian(
            *(tmp_path / name, "restore", home / name, "--keys", home / "keys"),
            "--json",
        )
        for name in ("first", "second")
    }

    said = {name: json.loads(done.stdout) for name, done in restored.items()}
    assert [done.returncode for done in restored.values()] == [0, 0]
    assert [one["clean"] for one in said.values()] == [True, True]
    assert 0 < said["first"]["entries"] < said["second"]["entries"]
    assert fangxian(tmp_path / "second", "verify").returncode == 0


def about_backups(data):
    """What a journal says of backups: events, subjects and payloads."""
    with closing(sqlite3.connect(data / "fangxian.sqlite3")) as store:
        rows = store.execute(
            "SELECT event, subject, payload FROM journal_entry"
            " WHERE event LIKE 'backup.%' ORDER BY id"
        ).fetchall()
    return [(event, subject, json.loads(payload)) for event, subject, payload in rows]


@embedded
def test_the_journal_says_that_a_backup_was_made_and_restored(copied, tmp_path):
    home, _, said = copied
    fangxian(tmp_path, "restore", home / "second", "--keys", home / "keys")

    first, second = about_backups(home / "data")
    assert [first[0], second[0]] == ["backup.made", "backup.made"]
    assert (first[2]["with_keys"], second[2]["with_keys"]) == (True, False)
    assert (second[2]["files"], second[2]["size"]) == (said["files"], said["bytes"])
    # The copy is older than the entry about it; what was restored says whence it is.
    known, restored = about_backups(tmp_path)
    assert known == first
    assert restored[:2] == ("backup.restored", second[1])
    assert restored[2]["digest"] == second[2]["digest"]
    assert (restored[2]["made_at"], restored[2]["found"]) == (said["made_at"], 0)


@embedded
def test_a_restored_store_can_be_backed_up_and_restored_again(copied, tmp_path):
    home, _, _ = copied
    keys = ("--keys", home / "keys")
    fangxian(tmp_path / "a", "restore", home / "first", *keys)

    again = fangxian(tmp_path / "a", "backup", tmp_path / "again")
    done = fangxian(tmp_path / "b", "restore", tmp_path / "again", *keys)

    assert (again.returncode, done.returncode) == (0, 0)
    assert done.stdout.endswith("clean\n")


@embedded
def test_a_journal_that_was_changed_before_is_restored_and_named(copied, tmp_path):
    """A backup of a store with a fault is all there is: it is kept, and told."""
    home, _, _ = copied
    keys = ("--keys", home / "keys")
    fangxian(tmp_path / "a", "restore", home / "first", *keys)
    with closing(sqlite3.connect(tmp_path / "a" / "fangxian.sqlite3")) as store, store:
        store.execute("DROP TRIGGER journal_entry_no_update")
        store.execute("UPDATE journal_entry SET device = 'x' WHERE id = 3")
    fangxian(tmp_path / "a", "backup", tmp_path / "faulty")

    done = fangxian(tmp_path / "b", "restore", tmp_path / "faulty", *keys)

    assert done.returncode == 1
    assert "1 faults; fangxian verify --files names them" in done.stdout
    assert (tmp_path / "b" / "fangxian.sqlite3").exists()


@embedded
def test_a_restriction_that_was_made_longer_is_restored_and_named(tmp_path):
    """So is one: whoever had the file of the records cannot bring it in by a backup."""
    data, made, back = (tmp_path / name for name in ("data", "made", "back"))
    keys = tmp_path / "keys"
    keeping = [sys.executable, "-m", "tests.secrecy.keeping", "40"]
    subprocess.run(keeping, env=environment(data), check=True)
    with closing(sqlite3.connect(data / "fangxian.sqlite3")) as store, store:
        store.execute("DROP TRIGGER restriction_decision_no_update")
        store.execute("UPDATE restriction_decision SET until = '2030-01-01 00:00:00'")
    assert fangxian(data, "backup", made, "--keys", keys).returncode == 0

    done = fangxian(back, "restore", made, "--keys", keys, "--json")

    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert said["clean"]  # the journal is what it was
    assert said["restrictions"]["clean"] is False
    assert said["restrictions"]["faults"] == 2
    assert said["restrictions"]["rows"] > 2


@embedded
def test_a_cut_backup_ends_with_3_and_writes_nothing(copied, tmp_path):
    home, _, _ = copied
    with (home / "second" / "fangxian.sqlite3").open("r+b") as records:
        size = records.seek(0, os.SEEK_END)
        records.truncate(size - 4096)

    done = fangxian(tmp_path, "restore", home / "second", "--keys", home / "keys")

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "backup.damaged: The backup is damaged: fangxian.sqlite3 has another length.",
        "Take another copy of this backup, or an earlier one; nothing was restored.",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret-key", "static"]


@embedded
def test_a_folder_that_has_an_installation_is_left_alone(copied):
    home, _, _ = copied

    done = fangxian(home / "data", "restore", home / "first", "--keys", home / "keys")

    assert done.returncode == 3
    assert done.stderr.startswith("backup.not_empty: ")
    assert fangxian(home / "data", "verify").returncode == 0


# ------------------------------------------------------------------------ beside a server
@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="there is no server")
def test_a_server_is_told_to_copy_its_records_itself(tmp_path):
    refused = CliRunner().invoke(backup.command, [str(tmp_path / "backup")])

    assert isinstance(refused.exception, Refusal)
    assert refused.exception.kind.code == "backup.records_on_server"
    assert not (tmp_path / "backup").exists()


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="there is no server")
def test_files_alone_are_copied_after_the_server_copied_its_records(tmp_path, settings):
    settings.FANGXIAN_DATA = tmp_path / "data"
    settings.FANGXIAN_DATA.mkdir()
    settings.FANGXIAN_KEYRING = settings.FANGXIAN_DATA / "keys.json"
    settings.FANGXIAN_SIGNING_KEY = settings.FANGXIAN_DATA / "signing-key"

    done = CliRunner().invoke(
        backup.command,
        [str(tmp_path / "backup"), "--files-only"],
        catch_exceptions=False,
    )

    assert done.output.startswith("0 files, 0 bytes in ")


@embedded
def test_files_alone_are_refused_where_the_records_lie_beside_them(tmp_path):
    refused = CliRunner().invoke(
        backup.command, [str(tmp_path / "backup"), "--files-only"]
    )

    assert isinstance(refused.exception, Refusal)
    assert refused.exception.kind.code == "backup.records_here"
    assert not (tmp_path / "backup").exists()


@pytest.mark.django_db
def test_a_backup_of_the_other_kind_of_store_is_refused():
    said = Manifest(
        made_at=NOON,
        records=connection.vendor != "sqlite",
        migrations=[],
        public="",
        key_checks={},
        files={},
    )

    with pytest.raises(Refusal) as refusal:
        restore.check_store(said)

    assert refusal.value.kind.code == "backup.other_store"
    assert refusal.value.remedy.startswith("Set FANGXIAN_DATABASE")
