"""``fangxian verify``: recompute the journal and name every row that does not fit."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from fangxian.mechanisms.journal.checkpoints import HeldCheckpoint
from fangxian.mechanisms.journal.verification import Fault, Verdict, verify


FAULTY = 1
FAULTS_SHOWN = 50


@click.command()
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was held elsewhere.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def command(ctx: click.Context, checkpoint: Path | None, as_json: bool) -> None:  # noqa: FBT001 -- click passes flags so
    """Check that nothing in the journal was changed, removed or put in.

    Ends with 0 if every row fits, 1 if a row does not, 2 if the command was called
    wrongly, 3 if the checkpoint or the key file was refused.
    """
    held = None
    if checkpoint is not None:
        held = HeldCheckpoint.from_text(checkpoint.read_text("utf-8"))
    verdict = verify(checkpoint=held)
    click.echo(_as_json(verdict) if as_json else _as_text(verdict))
    ctx.exit(0 if verdict.clean else FAULTY)


def _as_json(verdict: Verdict) -> str:
    faults = [{**asdict(fault), "what": fault.what.name} for fault in verdict.faults]
    return json.dumps({**asdict(verdict), "clean": verdict.clean, "faults": faults})


def _as_text(verdict: Verdict) -> str:
    shown = [_line(fault) for fault in verdict.faults[:FAULTS_SHOWN]]
    more = len(verdict.faults) - len(shown)
    if more:
        shown.append(f"… and {more} more")
    state = "clean" if verdict.clean else f"{len(verdict.faults)} faults"
    counted = (
        f"{verdict.entries} entries, {verdict.waiting} waiting for a number,"
        f" {verdict.checkpoints} checkpoints: {state}"
    )
    return "\n".join([*shown, counted])


def _line(fault: Fault) -> str:
    number = "" if fault.number is None else f"number {fault.number}"
    entry = "" if fault.entry is None else f"entry {fault.entry}"
    return " · ".join(
        part for part in (number, entry, fault.what, fault.detail) if part
    )
