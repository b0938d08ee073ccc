"""Plays one day of a grid worker, and keeps a copy of the morning.

Run in a process of its own as python -m tests.browser.day DAY MORNING EVENING COPY,
with FANGXIAN_DATA naming an empty folder: the scenario ``one-day`` is played there
until the evening, and what it was in the morning is copied to COPY, with an account
for the grid worker. What they did on the day is written to played.json.
"""

import json
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from tests.browser.site import PASSWORD


GRID_WORKER = "grid"


def build(day: str, morning: str, evening: str, copy: Path) -> None:
    """Play the day; stop in the morning for the copy."""
    from django.db import connections  # noqa: PLC0415 -- after setup

    from fangxian.interfaces.commands.replay.folders import prepare_database  # noqa: PLC0415 -- after setup
    from fangxian.interfaces.commands.replay.play import Play  # noqa: PLC0415 -- after setup
    from fangxian.interfaces.commands.replay.script import dated_moment, read_script  # noqa: PLC0415 -- after setup
    from fangxian.interfaces.console.accounts import open_account  # noqa: PLC0415 -- after setup
    from fangxian.kernel.actors import SYSTEM  # noqa: PLC0415 -- after setup
    from fangxian.kernel.moments import start_of  # noqa: PLC0415 -- after setup
    from fangxian.kernel.situation import start_situation  # noqa: PLC0415 -- after setup
    from tests.integration.playing import ONE_DAY, PACKS, copied  # noqa: PLC0415 -- after setup

    data = Path(settings.FANGXIAN_DATA)
    begins, ends = (dated_moment(f"{day} {time}") for time in (morning, evening))
    prepare_database(data)
    call_command("collectstatic", verbosity=0, interactive=False)
    script = read_script(copied(data, ONE_DAY))
    start_situation(data, scenario=ONE_DAY.name, at=start_of(script.world.begins))
    play = Play(script, PACKS, tell=lambda _what: None)

    stage = play.until(begins).stage
    grid_worker = stage.actor(script.world.accounts[GRID_WORKER], begins)
    open_account(
        GRID_WORKER, person=grid_worker.person, password=PASSWORD, by=SYSTEM, at=begins
    )
    connections.close_all()
    shutil.copytree(data, copy)

    play.until(ends)
    acts = {"person": grid_worker.person.hex}
    (data / "played.json").write_text(json.dumps(acts))


if __name__ == "__main__":
    django.setup()
    build(*sys.argv[1:4], Path(sys.argv[4]))
