"""``fangxian administrator``: the first one; everybody else is appointed on the console."""

import secrets
from dataclasses import replace

import click
from django.conf import settings
from django.db import transaction

from fangxian.interfaces.commands.import_places import NO_SUCH_AREA
from fangxian.interfaces.console.accounts import open_account
from fangxian.interfaces.console.links import give_link
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.moments import day_of
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.jurisdiction.actions import (
    appoint,
    create_post,
    register_staff,
)
from fangxian.mechanisms.jurisdiction.queries import find_area_by_code


BY = replace(SYSTEM, device="command")


@click.command()
@click.argument("code")
@click.option("--title", required=True, help="What the post is called.")
@click.option("--name", required=True, help="The person's name; it is kept sealed.")
@click.option("--account", "username", required=True, help="The name to log in with.")
def command(code: str, title: str, name: str, username: str) -> None:
    """Make an administrator of the area with this code, and a link for the password.

    Prints the person's id, which fangxian protocols draft asks for, and the path of
    the link below the console's address. The link is good once, for a day.
    """
    at = clock_of(settings.FANGXIAN_DATA).now()
    area = find_area_by_code(code, day_of(at))
    if area is None:
        raise NO_SUCH_AREA(code=code)
    person = new_id(at, secrets.token_bytes(RANDOM_BYTES))
    with transaction.atomic():
        post = create_post(
            area=area.id, role=Role.ADMINISTRATOR, title=title, by=BY, at=at
        )
        register_staff(person=person, name=name, by=BY, at=at)
        appoint(post.pk, staff=person, by=BY, at=at)
        account = open_account(username, person=person, by=BY, at=at)
        link = give_link(account.pk, by=BY, at=at)
    click.echo(f"person  {person}")
    click.echo(f"link    {link}")
