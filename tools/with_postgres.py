"""Run a command with a PostgreSQL server of its own, then stop that server.

The server runs as an ordinary user (``postgres`` or ``nobody`` when we are root),
on loopback, on a free port, in a folder that is removed afterwards::

    python tools/with_postgres.py pytest -q

It does not flush to the disk, unless ``FANGXIAN_FLUSH`` is set: benchmarks ask for it.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


ROOT = 0
SETTINGS = (
    "-c listen_addresses=127.0.0.1 -c shared_buffers=256MB "
    "-c fsync=off -c full_page_writes=off "  # no test cuts the power of this server
    "-c max_connections=50 -c timezone=UTC"
)

FLUSHING = "-c fsync=on -c full_page_writes=on"  # as an installation has it


def binary(name: str) -> str:
    """Find a server program of the newest PostgreSQL that Debian installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        sys.exit("PostgreSQL is not here. Run: make system")
    return str(found[-1])


def as_ordinary_user(command: list[str]) -> list[str]:
    """Step down from root, because the server refuses to run as root."""
    if os.geteuid() != ROOT:
        return command
    return ["runuser", "-u", "postgres", "--", *command]


def run_quietly(command: list[str], *, check: bool = True) -> None:
    """Run a server program as an ordinary user; show only what it complains of."""
    ordinary = as_ordinary_user(command)
    subprocess.run(ordinary, check=check, stdout=subprocess.DEVNULL, cwd="/")


def free_port() -> int:
    """Ask the kernel for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give its address; stop it by its id afterwards."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fangxian-postgres-"))
    if os.geteuid() == ROOT:
        shutil.chown(folder, "postgres")
    data, port = str(folder / "data"), free_port()
    initdb = [binary("initdb"), "-D", data, "-A", "trust", "-U", "fangxian"]
    flushing = FLUSHING if os.environ.get("FANGXIAN_FLUSH") else ""
    options = f"-p {port} {SETTINGS} {flushing} -c unix_socket_directories={folder}"
    start = [binary("pg_ctl"), "-D", data, "-o", options, "-w", "start"]
    stop = [binary("pg_ctl"), "-D", data, "-m", "fast", "-w", "stop"]
    try:
        run_quietly([*initdb, "-E", "UTF8", "--locale=C.UTF-8"])
        run_quietly([*start, "-l", str(folder / "log")])
        yield f"postgresql://fangxian@127.0.0.1:{port}/postgres"
    finally:
        run_quietly(stop, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command with ``FANGXIAN_DATABASE`` naming the server."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with server() as address:
        environment = os.environ | {"FANGXIAN_DATABASE": address}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
