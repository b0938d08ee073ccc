"""``python -m benchmarks [NAME …]``: one table, with the machine, of all or some subjects.

A module beside this one that has ``rows()`` is a subject. Sizes are small;
``FANGXIAN_BENCH=full`` takes those of the issue. Each subject has a process and an
empty data folder of its own, below FANGXIAN_DATA if that is said.
"""

import importlib
import os
import pkgutil
import platform
import sqlite3
import subprocess
import sys
import tempfile

import benchmarks
from benchmarks.rows import FULL, Row


ROWS = "--rows"
HEAD = "| what | figure | ratio | goal |\n|---|---|---|---|"


def main(names: list[str]) -> int:
    """Print the table of these subjects; each is measured on an installation of its own."""
    if names[:1] == [ROWS]:
        return measure(names[1])
    subjects = names or sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__)
    )
    print(f"{machine()}\n\n{HEAD}", flush=True)
    return max([start(subject) for subject in subjects], default=0)


def start(subject: str) -> int:
    """Measure a subject in a process and a data folder of its own; give how it ended."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("FANGXIAN_DATA")) as folder:
        ended = subprocess.run(  # noqa: S603 -- this module, by its own interpreter
            [sys.executable, "-m", "benchmarks", ROWS, subject],
            env={**os.environ, "FANGXIAN_DATA": folder},
            check=False,
        )
    return abs(ended.returncode)


def measure(subject: str) -> int:
    """Print the rows of one subject."""
    prepare()
    for row in rows_of(subject):
        print(row.markdown(), flush=True)
    return 0


def prepare() -> None:
    """Set Django up on an empty installation."""
    import django  # noqa: PLC0415 -- reads FANGXIAN_DATA, which is set now
    from django.core.management import call_command  # noqa: PLC0415 -- as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def rows_of(subject: str) -> list[Row]:
    """Give a subject's rows; a module without ``rows`` is none."""
    if subject.startswith("_"):
        return []
    module = importlib.import_module(f"benchmarks.{subject}")
    found: list[Row] = getattr(module, "rows", list)()
    return found


def machine() -> str:
    """Say on what this ran."""
    size = "full" if FULL else "small"
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
        f" {platform.release()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}; {size} sizes;"
        f" {os.getloadavg()[0]:.1f} processes wanted a core in the minute before"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
