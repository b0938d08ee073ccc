"""A national list becomes areas: seconds, peak memory, and what a second import takes.

The goal is 620,000 villages in 60 s and 300 MB (issue 2). The list is generated with
the real columns. The import runs as the command that an operator would give, in a
process of its own on an empty installation; that process says what it needed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.rows import FULL, Row, seconds
from tests.divisions import FILES, write_country


SIZE = {"cities": 342, "areas": 9, "streets": 13, "villages": 620_000}
SMALL = {"cities": 34, "areas": 9, "streets": 13, "villages": 62_000}
COMMAND = """
import resource, sys
from fangxian.interfaces.commands.main import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def rows() -> list[Row]:
    """Import the country into an empty installation, and then once more."""
    with tempfile.TemporaryDirectory() as folder:
        return _rows_in(Path(folder))


def _rows_in(folder: Path) -> list[Row]:
    divisions = sum(write_country(folder, **(SIZE if FULL else SMALL)).values())
    environment = {**os.environ, "FANGXIAN_DATA": str(folder / "data")}
    _run(
        ["-m", "django", "migrate", "--settings=fangxian.settings", "-v0"], environment
    )
    files = [str(folder / name) for name in FILES]
    arguments = ["import", "divisions", *files, "--on", "2023-06-30", "--source", "x"]
    said: list[str] = []
    taken = seconds(lambda: said.append(_run(["-c", COMMAND, *arguments], environment)))
    again = seconds(lambda: _run(["-c", COMMAND, *arguments], environment))
    name = f"import of {divisions:,} divisions"
    return [
        Row(name, taken, "s", goal="60 s for 620,000"),
        Row(f"{name}: peak memory", float(said[0].split()[-1]), "MB", goal="300 MB"),
        Row(f"{name}, all known", again, "s"),
    ]


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    """Run Python with these arguments and give what it printed."""
    done = subprocess.run(  # noqa: S603 -- our own command, spelled above
        [sys.executable, *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
