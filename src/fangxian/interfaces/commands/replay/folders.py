"""Where scenarios and packs lie, and the database that a replay builds anew."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from django.core.management import call_command
from django.db import connections

import fangxian
from fangxian.env import ENVIRONMENT
from fangxian.kernel.refusals import RefusalKind


CHECKOUT = Path(fangxian.__file__).parents[2]
MAIN = "fangxian.interfaces.commands.main"
MARK = "replayed-here"

NO_SCENARIO = RefusalKind(
    code="replay.no_scenario",
    sentence="There is no scenario {name}.",
    remedy="Name one of: {known}; or give the path of a folder.",
)
EMBEDDED_ONLY = RefusalKind(
    code="replay.embedded_only",
    sentence="A replay builds its database anew, and FANGXIAN_DATABASE names a server.",
    remedy="Unset FANGXIAN_DATABASE; a replay plays into a file of its own.",
)
NOT_A_REPLAYS = RefusalKind(
    code="replay.not_a_replays",
    sentence="The data in {folder} were not made by a replay.",
    remedy="Set FANGXIAN_DATA to another folder; a replay empties the one it plays in.",
)


def find_scenario(name: str) -> Path:
    """Find a scenario's folder by its name, or by its path."""
    for folder in (CHECKOUT / "scenarios" / name, Path(name)):
        if (folder / "world.yaml").is_file():
            return folder.resolve()
    known = sorted(file.parent.name for file in CHECKOUT.glob("scenarios/*/world.yaml"))
    raise NO_SCENARIO(name=name, known=", ".join(known))


def find_packs(scenario: Path) -> Path:
    """Find the packs that a scenario is played with: beside it, else our own."""
    beside = scenario.parent.parent / "protocols"
    return beside if beside.is_dir() else CHECKOUT / "protocols"


def start_again_in(data: Path) -> NoReturn:
    """Run this very command again with a data folder of its own.

    Settings are read once in a process, so another folder takes another process.
    """
    again = [sys.executable, "-m", MAIN, *sys.argv[1:]]
    os.execve(sys.executable, again, {**os.environ, "FANGXIAN_DATA": str(data)})  # noqa: S606 -- itself


def prepare_database(data: Path) -> None:
    """Empty a replay's data folder and lay new tables; refuses any other data."""
    if ENVIRONMENT.database:
        raise EMBEDDED_ONLY()
    mark = data / MARK
    if (data / "fangxian.sqlite3").exists() and not mark.exists():
        raise NOT_A_REPLAYS(folder=data)
    connections.close_all()
    for name in ("fangxian.sqlite3", "inbox.sqlite3"):
        for file in data.glob(f"{name}*"):
            file.unlink()
    shutil.rmtree(data / "evidence", ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)
    mark.touch()
    call_command("migrate", verbosity=0)
