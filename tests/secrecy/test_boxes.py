"""What people type into the console's boxes stands in clear in no file and no backup.

An installation of its own, as a process that died would leave it (``filling``).
"""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.secrecy.boxes import TYPED
from tests.secrecy.spellings import hits


ROOT = Path(__file__).parents[2]
SENT = re.compile(r"(?P<page>\w+) (?P<boxes>[\w,]+) (?P<answer>\d{3})")
TAKEN_LEAST = 20
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder of an installation in which every box was filled in."""
    home = tmp_path_factory.mktemp("written")
    (home / "data").mkdir()
    with (home / "data" / "output.txt").open("wb") as output:
        run(home, "tests.secrecy.filling", stdout=output, stderr=output)
    return home


def run(home, module, *words, **streams):
    environment = {**os.environ, "FANGXIAN_DATABASE": ""}
    environment["FANGXIAN_DATA"] = str(home / "data")
    environment["PYTHONPATH"] = f"src{os.pathsep}."
    said = [sys.executable, "-m", module, *map(str, words)]
    subprocess.run(said, cwd=ROOT, env=environment, check=True, **streams)


def test_nothing_that_was_typed_stands_in_any_file(written):
    files = [path for path in (written / "data").rglob("*") if path.is_file()]
    assert {"fangxian.sqlite3-wal", "boxes.txt"} <= {path.name for path in files}

    assert hits(files, TYPED) == set()


def test_every_typed_column_and_field_of_an_event_was_written(written):
    """Whoever adds one has it filled in, by an example's form or by an action."""
    noted = (written / "data" / "boxes.txt").read_text("utf-8")
    told, _, unreached = noted.partition("unreached:")
    sent = [SENT.fullmatch(line) for line in told.splitlines()]
    taken = [one for one in sent if one and one["answer"] == "302"]

    assert unreached.split() == []
    assert len(taken) > TAKEN_LEAST, told


def test_nor_in_a_backup(written):
    """Last, for it closes the database and so ends its log."""
    run(
        written,
        "fangxian.interfaces.commands.main",
        *("backup", written / "made", "--keys", written / "keys"),
    )
    files = [path for path in (written / "made").rglob("*") if path.is_file()]
    with sqlite3.connect(written / "made" / "fangxian.sqlite3") as database:
        found = database.execute("SELECT count(*) FROM finding_finding").fetchone()
    assert found[0] > 0

    assert hits(files, TYPED) == set()
