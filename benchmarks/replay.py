"""The month of the demo, every act through the actions, in a process of its own."""

import os
import subprocess
import sys
import tempfile

from benchmarks.rows import FULL, Row, seconds


SCENARIO = "erqi-2020-11"
DAYS = 30 if FULL else 5


def play() -> None:
    """Play the days as ``fangxian replay`` does; figures not met end it with 1."""
    program = [sys.executable, "-m", "fangxian.interfaces.commands.main"]
    until = f"2020-11-{DAYS:02}"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 -- our own command
            [*program, "replay", SCENARIO, "--until", until],
            env={**os.environ, "FANGXIAN_DATA": folder, "FANGXIAN_DATABASE": ""},
            stdout=subprocess.DEVNULL,
            check=True,
        )


def rows() -> list[Row]:
    """How long so many days take."""
    taken = seconds(play)
    goal = "≤ 90 s" if FULL else ""
    return [Row(f"replay of {DAYS} days of a district", taken, "s", goal=goal)]
