"""An installation to be killed or cut off, and how the programs for that are run."""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys

import pytest


def environment_of(data):
    """Give what a program finds around it that works in this folder, embedded."""
    return {
        **os.environ,
        "FANGXIAN_DATA": str(data),
        "FANGXIAN_DATABASE": "",
        "PYTHONPATH": "src:.",
    }


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The folder of ``installation``, built once for all processes."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    data, ready = shared / "installed", shared / "installed.ready"
    with (shared / "installed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the others wait for the first
        if not ready.exists():
            shutil.rmtree(data, ignore_errors=True)
            command = [sys.executable, "-m", "tests.durability.installation"]
            subprocess.run(command, env=environment_of(data), check=True)
            ready.touch()
    return data


@pytest.fixture
def seed():
    """What chooses the moments; another one is asked for by ``FANGXIAN_SEED``."""
    chosen = os.environ.get("FANGXIAN_SEED") or str(secrets.randbits(32))
    print(f"FANGXIAN_SEED={chosen}")  # noqa: T201 -- pytest shows it with a failure
    return chosen


@pytest.fixture
def harmed(installed, tmp_path, seed, record_property):
    """``harmed(program, times)`` runs it in a copy of the installation; its answer."""

    def run(program, times, *control):
        data = tmp_path / "data"
        shutil.copytree(installed, data)
        module = f"tests.durability.{program}"
        done = subprocess.run(
            [sys.executable, "-m", module, str(times), seed, *control],
            env=environment_of(data),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
        record_property("found", found)  # for the campaigns
        return found

    return run
