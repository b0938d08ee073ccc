"""``fangxian demo``: a district's month played on the spot, then a console to look at."""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from django.utils.translation import gettext_noop
from rich.console import Console
from rich.table import Table

from fangxian.capabilities.daily_return.queries import get_paper
from fangxian.capabilities.daily_return.rendering import html, plain, word
from fangxian.capabilities.daily_return.rendering.document import Document, document_of
from fangxian.capabilities.daily_return.rules import BULLETIN
from fangxian.env import ENVIRONMENT
from fangxian.interfaces.commands.replay import figures, replay
from fangxian.interfaces.commands.replay.folders import find_scenario, start_again_in
from fangxian.interfaces.commands.replay.play import Played
from fangxian.interfaces.commands.replay.script import read_script
from fangxian.interfaces.commands.serve import INTAKE_PORT, PAGES_PORT, serve
from fangxian.interfaces.commands.speaking import headings_of_figures, in_both
from fangxian.interfaces.console.accounts import open_account
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.verification import verify
from fangxian.mechanisms.report.queries import bulletins


SCENARIO = "erqi-2020-11"
FOLDER = "demo"
HOST = "127.0.0.1"
LANGUAGE = "zh"
PASSWORD_BYTES = 9
LOG_IN = (
    gettext_noop("Log-in name"),
    gettext_noop("Password"),
    gettext_noop("Post held"),
)
WRITERS: Mapping[str, Callable[[Document], bytes]] = {
    "html": lambda document: html.page(document).encode(),
    "docx": word.write,
}


@click.command()
def command() -> None:
    """Play the month of the demo, print what came of it, and serve the console.

    FANGXIAN_DATA/demo is built anew. With SERVE=0 it ends after printing, with 0.
    """
    if ENVIRONMENT.data.name != FOLDER:
        start_again_in(ENVIRONMENT.data / FOLDER)
    console = Console()
    with _step(console, f"play {SCENARIO}"):
        folder = find_scenario(SCENARIO)
        script = read_script(folder)
        played = replay(script, folder, console=console)
    with _step(console, "write the bulletins"):
        last = write_bulletins(ENVIRONMENT.data / "bulletins")
    with _step(console, "verify the journal"):
        verdict = verify()
    with _step(console, "open the demo accounts"):
        accounts = open_accounts(played)
    console.print(plain.text(last), highlight=False, soft_wrap=True)
    kept = in_both(gettext_noop("All bulletins"))
    console.print(f"{kept}: {ENVIRONMENT.data / 'bulletins'}", soft_wrap=True)
    found, source = figures.compute(script), script.figures.source
    console.print(figures.table_of(found, source, headings_of_figures()))
    checked = in_both(gettext_noop("Entries of the journal"))
    faults = in_both(gettext_noop("faults"))
    console.print(f"{checked}: {verdict.entries}; {faults}: {len(verdict.faults)}")
    console.print(_account_table(accounts))
    if os.environ.get("SERVE") != "0":
        serve(host=HOST, port=PAGES_PORT, intake_port=INTAKE_PORT)


@contextmanager
def _step(console: Console, name: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    console.print(f"{name}: {time.monotonic() - begun:.1f} s", highlight=False)


def write_bulletins(folder: Path) -> Document:
    """Write every bulletin as a page and as a Word file; give the last one."""
    folder.mkdir(parents=True, exist_ok=True)
    issued = bulletins(EVERYWHERE, layout=BULLETIN).order_by("day", "number")
    documents = [
        (bulletin.day, document_of(get_paper(bulletin.pk, EVERYWHERE), LANGUAGE))
        for bulletin in issued
    ]
    for day, document in documents:
        for ending, write in WRITERS.items():
            (folder / f"{day}.{ending}").write_bytes(write(document))
    return documents[-1][1]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A way in: the name, the password drawn for it, and the post behind it."""

    username: str
    password: str
    post: str


def open_accounts(played: Played) -> list[DemoAccount]:
    """Open the accounts that the scenario names, each with a fresh password."""
    stage = played.stage
    accounts = []
    for username, post in stage.script.world.accounts.items():
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        person = stage.actor(post, played.ended_at).person
        open_account(
            username, person=person, password=password, by=SYSTEM, at=played.ended_at
        )
        accounts.append(DemoAccount(username, password, post))
    return accounts


def _account_table(accounts: list[DemoAccount]) -> Table:
    table = Table(title=in_both(gettext_noop("Demo accounts (this machine only)")))
    for heading in LOG_IN:
        table.add_column(in_both(heading))
    for one in accounts:
        table.add_row(one.username, one.password, one.post)
    return table
