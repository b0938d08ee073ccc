"""The command ``fangxian``: each module beside this one is a subcommand.

A module ``checkpoint.py`` that has a click command named ``command`` becomes
``fangxian checkpoint``, and ``import_divisions.py`` becomes ``fangxian import
divisions``; it is imported only when it is called or listed.
"""

import gc
import importlib
import os
import pkgutil
import sys
from typing import NoReturn

import click
import django
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from fangxian.interfaces import commands
from fangxian.interfaces.commands.speaking import told
from fangxian.kernel.refusals import Refusal, RefusalKind


REFUSED = 3
OWNER_ONLY = 0o077
GARBAGE_AFTER = 50_000
NOT_READY = RefusalKind(
    "store.not_ready",
    "The tables of this installation are not there, or are of an earlier version.",
    "Start fangxian serve once: it makes them and brings them up to date.",
)
GROUPS = {"import": "Take a list from a file."}


class Subcommands(click.Group):
    """The group whose members are the modules of this room that begin alike."""

    beginning = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every module that has a command, and every group of modules."""
        del ctx
        names = (module.name for module in pkgutil.iter_modules(commands.__path__))
        mine = [name for name in names if name.startswith(self.beginning)]
        found = {
            _spelled(name.removeprefix(self.beginning))
            for name in mine
            if _find_command(name) and not _is_grouped(name, self.beginning)
        }
        return sorted(found | set(GROUPS if not self.beginning else ()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of this name, or give the group of this name."""
        del ctx
        if not self.beginning and cmd_name in GROUPS:
            return _group(cmd_name)
        return _find_command(self.beginning + cmd_name.replace("-", "_"))


def _group(name: str) -> Subcommands:
    group = Subcommands(name=name, help=GROUPS[name])
    group.beginning = f"{name}_"
    return group


def _is_grouped(module: str, beginning: str) -> bool:
    return not beginning and module.partition("_")[0] in GROUPS


def _spelled(module: str) -> str:
    return module.replace("_", "-")


def _find_command(module: str) -> click.Command | None:
    if not (module.isidentifier() and _exists(module)):
        return None
    found = importlib.import_module(f"{commands.__name__}.{module}")
    command = getattr(found, "command", None)
    return command if isinstance(command, click.Command) else None


def _exists(module: str) -> bool:
    return module in {known.name for known in pkgutil.iter_modules(commands.__path__)}


@click.group(cls=Subcommands)
def fangxian() -> None:
    """Fangxian: the grassroots line of defence against an epidemic.

    FANGXIAN_DATA names the data folder (default: var/) for every command.
    """


def main() -> NoReturn:
    """Run the command line; a refusal ends it with its sentence, remedy and code 3.

    What it writes is for the owner of the process alone. What is loaded now stays, so
    it is not looked through for garbage again and again.
    """
    os.umask(OWNER_ONLY)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    try:
        fangxian(prog_name="fangxian")
    except Refusal as refusal:
        _end_with(refusal)
    except DatabaseError as error:
        if is_up_to_date():
            raise
        _end_with(NOT_READY(), because=error)
    sys.exit(0)


def is_up_to_date() -> bool:
    """Whether the store has every table as this version wants it."""
    connection.rollback()
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _end_with(refusal: Refusal, *, because: Exception | None = None) -> NoReturn:
    said = told(refusal)
    click.echo(f"{said.code}: {said.sentence}", err=True)
    click.echo(said.remedy, err=True)
    raise SystemExit(REFUSED) from because


if __name__ == "__main__":
    main()
