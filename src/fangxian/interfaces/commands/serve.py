"""``fangxian serve``: pages, intake and worker under one command."""

import logging
import os
import socket
import sys
from collections.abc import Sequence

import click
from django.conf import settings
from django.core.checks import Error, run_checks
from django.core.management import call_command

from fangxian.interfaces.commands.supervision import Child, Supervisor
from fangxian.interfaces.intake.shedding import read_bounds


PAGES_PORT = 8000
INTAKE_PORT = 8001
WRONG_SETTINGS = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=PAGES_PORT, show_default=True, help="Pages.")
@click.option("--intake-port", default=INTAKE_PORT, show_default=True, help="Devices.")
@click.pass_context
def command(ctx: click.Context, host: str, port: int, intake_port: int) -> None:
    """Serve the console and receive acts until SIGTERM or Ctrl-C; then end with 0.

    A port that is taken is replaced by a free one. Wrong settings are named, each
    with its id and remedy, and end the command with 4 before anything is started.
    """
    wrong = wrong_settings()
    for error in wrong:
        click.echo(f"{error.id}: {error.msg}\n    {error.hint}", err=True)
    if wrong:
        ctx.exit(WRONG_SETTINGS)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    call_command("migrate", verbosity=0)
    serve(host=host, port=port, intake_port=intake_port)


def wrong_settings() -> list[Error]:
    """Run the checks of the settings; give what keeps the house from starting."""
    return [
        found
        for found in run_checks()
        if isinstance(found, Error) and not found.is_silenced()
    ]


def serve(*, host: str, port: int, intake_port: int) -> None:
    """Run the three processes until this one is told to stop.

    The assets are collected first, under names that browsers may keep for ever.
    """
    call_command("collectstatic", verbosity=0, interactive=False)
    pages, intake = free_port(host, port), free_port(host, intake_port)
    if not settings.FANGXIAN_INTAKE and not settings.SESSION_COOKIE_SECURE:
        os.environ["FANGXIAN_INTAKE"] = f":{intake}"  # the pages tell phones
    click.echo(f"console  http://{host}:{pages}/")
    click.echo(f"intake   http://{host}:{intake}/intake/acts")
    Supervisor(children_of(host, pages=pages, intake=intake)).run()


def children_of(host: str, *, pages: int, intake: int) -> list[Child]:
    """Give the three processes of an installation."""
    threads = ["--blocking-threads", str(read_bounds(settings.FANGXIAN_BOUNDS).pages)]
    return [
        Child("pages", _granian("wsgi", host, pages, *threads)),
        Child("intake", _granian("asgi", host, intake)),
        Child(
            "worker",
            [sys.executable, "-m", "fangxian.interfaces.commands.main", "work"],
        ),
    ]


def _granian(interface: str, host: str, port: int, *options: str) -> Sequence[str]:
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", interface, "--host", host, "--port", str(port)),
        *("--workers", "1", "--log-level", "warning", "--respawn-failed-workers"),
        "--no-access-log",  # an address may hold what somebody typed
        *options,
        f"fangxian.{interface}:application",
    ]


def free_port(host: str, wanted: int) -> int:
    """Give the wanted port if nobody listens there, else one that is free."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no port of {host} is free")
