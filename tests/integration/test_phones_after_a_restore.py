"""An older backup is put back: phones offer again what it does not hold, and all stands once."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(settings.FANGXIAN_DATABASE), reason="the server copies its records itself"
    ),
]
FANGXIAN = (sys.executable, "-m", "fangxian.interfaces.commands.main")
PHONES = (sys.executable, "-m", "tests.integration.phones")


def environment(data):
    return {
        **os.environ,
        "FANGXIAN_DATA": str(data),
        "FANGXIAN_DATABASE": "",
        "PYTHONPATH": f"src{os.pathsep}.",
    }


def run(data, *words):
    done = subprocess.run(
        [*map(str, words)],
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_that_was_acknowledged_is_lost_with_the_newer_server(tmp_path):
    data, restored, kept = tmp_path / "data", tmp_path / "restored", tmp_path / "kept"
    copy, keys = tmp_path / "copy", tmp_path / "keys"
    with subprocess.Popen(
        [*PHONES, "begin", str(kept)],
        env=environment(data),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert json.loads(server.stdout.readline()) == [[200, 2, 2, 2, 0]]
        run(data, *FANGXIAN, "backup", copy, "--keys", keys)
        told, _ = server.communicate("go on\n")
    assert json.loads(told)[-1] == [200, 5, 3, 3, 0]

    run(restored, *FANGXIAN, "restore", copy, "--keys", keys)
    found = json.loads(run(restored, *PHONES, "go-on", kept))

    assert found["before"] == ["一", "二"]
    heard, offered, unknown = found["told"]
    assert heard == [200, 2, 0, 0, 0]  # the server says from where to offer again
    assert offered == [200, 5, 3, 3, 0]
    assert unknown == [
        401,
        "intake.no_phone",
    ]  # enrolled after the backup: keeps its acts
    assert found["after"] == sorted("一二三四五")

    # A control: at the server that was not put back nothing is offered again.
    stood = json.loads(run(data, *PHONES, "go-on", kept))
    assert stood["before"] == stood["after"] == sorted("一二三四五另")
    assert [one[:3] for one in stood["told"]] == [[200, 5, 0], [200, 5, 0], [200, 1, 0]]
