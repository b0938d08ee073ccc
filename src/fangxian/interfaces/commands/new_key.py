"""``fangxian new-key``: seal with a fresh key from now on, and index people again."""

from dataclasses import replace

import click
from django.conf import settings

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.ledger.people.actions import reindex_people
from fangxian.privacy.ciphers import Sealing
from fangxian.privacy.keys import keyring_at, replace_keyring


AT_ONCE = 500
BY = replace(SYSTEM, device="command")


@click.command()
@click.option(
    "--cipher",
    type=click.Choice([sealing.value for sealing in Sealing]),
    default=Sealing.AES.value,
    show_default=True,
    help="How the new key seals.",
)
@click.option(
    "--only-index",
    is_flag=True,
    help="Make no key: go on with people whom an earlier run has not reached.",
)
def command(cipher: str, only_index: bool) -> None:  # noqa: FBT001 -- click passes options so
    """Add a key to the keyring, seal with it, and index people again under it.

    Running processes take the new key up at once, and people are found all the while.
    Copy the key file first: what is sealed with a lost key never opens again. Older
    keys stay in the file for what they have sealed.
    """
    path = settings.FANGXIAN_KEYRING
    if not only_index:
        ring = keyring_at(path).with_new_key(sealing=Sealing(cipher))
        replace_keyring(path, ring)
        click.echo(f"{ring.current} seals now, with {cipher}")
    indexed = 0
    while done := _index_some():
        indexed += done
    click.echo(f"{indexed} people and doors were sealed and indexed again")


def _index_some() -> int:
    at = clock_of(settings.FANGXIAN_DATA).now()
    return reindex_people(most=AT_ONCE, by=BY, at=at)
