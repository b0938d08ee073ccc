"""``fangxian guards``: the triggers that keep rows as they are, and putting them back."""

from dataclasses import replace

import click
from django.conf import settings

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.journal import guards
from fangxian.mechanisms.journal.actions import put_guards_back


BY = replace(SYSTEM, device="command")
FAULTY = 1


@click.command()
@click.option("--put-back", is_flag=True, help="Put back what is gone or was changed.")
@click.pass_context
def command(ctx: click.Context, put_back: bool) -> None:  # noqa: FBT001 -- click passes flags so
    """Say whether every trigger that keeps rows as they are is there, as it was made.

    Ends with 0 if all are, 1 if one is not. What is put back is told to the journal;
    what was changed meanwhile is for fangxian verify to find.
    """
    if put_back:
        for name in put_guards_back(by=BY, at=clock_of(settings.FANGXIAN_DATA).now()):
            click.echo(f"{name} · put back")
    found = guards.faults()
    for line in lines_of(found):
        click.echo(line)
    ctx.exit(FAULTY if found else 0)


def lines_of(found: tuple[guards.Fault, ...]) -> list[str]:
    """Say what is wrong with each trigger, what would help, and how many there are."""
    if not found:
        return [f"{len(guards.made_guards())} triggers: clean"]
    told = [f"{one.table} · {one.name} · {one.what}" for one in found]
    return [*told, guards.REMEDY, f"{len(found)} triggers are not as they were made"]
