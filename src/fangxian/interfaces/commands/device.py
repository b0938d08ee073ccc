"""``fangxian device``: which devices may send acts, and in whose name."""

from uuid import UUID

import click
from django.conf import settings

from fangxian.interfaces.intake.inbox import Device, open_inbox
from fangxian.interfaces.intake.reasons import read_reason
from fangxian.interfaces.intake.tokens import new_token, tag_of
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.jurisdiction.queries import actor_for
from fangxian.privacy.signing import signing_key_at


@click.group()
def command() -> None:
    """Register and end the devices that send acts."""


@command.command()
@click.argument("name")
@click.option("--person", type=click.UUID, required=True, help="Whose device it is.")
@click.option("--post", type=int, help="The post it acts in; default: the latest.")
def register(name: str, person: UUID, post: int | None) -> None:
    """Register a device and print its token, which is shown only now."""
    at = clock_of(settings.FANGXIAN_DATA).now()
    actor_for(person, at=at, post=post)  # refuses who holds no such post
    token = new_token()
    tag = tag_of(token, signing_key_at(settings.FANGXIAN_SIGNING_KEY))
    with open_inbox() as inbox:
        inbox.register(tag, Device(name=name, person=person, post=post))
    click.echo(token)


@command.command()
@click.argument("name")
def end(name: str) -> None:
    """Take away a device's right to send; what it sent stays."""
    with open_inbox() as inbox:
        inbox.end(name)


@command.command()
def quarantine() -> None:
    """List the acts that were received and could not be done, with the reason."""
    with open_inbox() as inbox:
        for act, device, reason in inbox.quarantined():
            click.echo(f"{act}  {device}  {read_reason(reason).said}")
