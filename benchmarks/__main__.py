"""``python -m benchmarks [NAME …]``: one table, with the machine, of all or some subjects.

A module beside this one that has ``rows()`` is a subject. Sizes are small;
``FANGXIAN_BENCH=full`` takes those of the issue. Everything happens in FANGXIAN_DATA,
which must be empty, or in a temporary folder.
"""

import importlib
import os
import pkgutil
import platform
import sqlite3
import sys
import tempfile

import benchmarks
from benchmarks.rows import FULL, Row


HEAD = "| what | figure | ratio | goal |\n|---|---|---|---|"


def main(names: list[str]) -> int:
    """Run the subjects one after the other and print their table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("FANGXIAN_DATA", folder)
        prepare()
        subjects = names or sorted(
            module.name for module in pkgutil.iter_modules(benchmarks.__path__)
        )
        print(f"{machine()}\n\n{HEAD}", flush=True)
        for subject in subjects:
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
