"""``fangxian checkpoint``: sign the journal as it stands, and give a copy to hold."""

from pathlib import Path

import click
from django.conf import settings

from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.journal import actions, queries
from fangxian.privacy.signing import signing_key_at


NUMBERED_AT_ONCE = 5000


@click.command()
@click.option(
    "--number", type=int, help="An earlier checkpoint instead of one made now."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the terminal.",
)
def command(number: int | None, out: Path | None) -> None:
    """Print a checkpoint to be held elsewhere: it finds a cut or rewritten journal.

    Keep it where the installation's administrators cannot reach it; then
    ``fangxian verify --checkpoint FILE`` compares.
    """
    if number is None:
        _sign_now()
    key = signing_key_at(settings.FANGXIAN_SIGNING_KEY)
    text = queries.hold(number, public=key.public).to_text()
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _sign_now() -> None:
    at = clock_of(settings.FANGXIAN_DATA).now()
    while actions.sequence(at=at, most=NUMBERED_AT_ONCE):
        pass
    actions.checkpoint(at=at)
