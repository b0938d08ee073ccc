"""``fangxian verify``: recompute the journal and name every row that does not fit.

Then restrictions are compared with it, row by row: what restricts somebody, what frees
them, and what it rests on.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from fangxian.interfaces.commands.guards import lines_of
from fangxian.mechanisms.journal import guards
from fangxian.mechanisms.journal.checkpoints import HeldCheckpoint
from fangxian.mechanisms.journal.verification import Fault, Verdict, verify
from fangxian.mechanisms.observation import verification as evidence
from fangxian.mechanisms.restriction import verification as restrictions


FAULTY = 1
FAULTS_SHOWN = 50


@click.command()
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was held elsewhere.",
)
@click.option(
    "--files",
    "with_files",
    is_flag=True,
    help="Open every photo and document too, and compare it with its digest.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    checkpoint: Path | None,
    with_files: bool,  # noqa: FBT001 -- click passes flags so
    as_json: bool,  # noqa: FBT001 -- click passes flags so
) -> None:
    """Check that nothing in the journal was changed, removed or put in.

    Restrictions, and what they rest on, are compared with it; then the triggers that
    keep rows as they are with what the migrations put on.

    Ends with 0 if everything fits, 1 if something does not, 2 if the command was called
    wrongly, 3 if the checkpoint or the key file was refused.
    """
    held = None
    if checkpoint is not None:
        held = HeldCheckpoint.from_text(checkpoint.read_text("utf-8"))
    verdict, told = verify(checkpoint=held), restrictions.verify()
    broken = guards.faults()
    opened = evidence.verify() if with_files else None
    as_said = _as_json if as_json else _as_text
    click.echo(as_said(verdict, told, broken, opened))
    is_clean = verdict.clean and not told.faults and not broken
    is_clean = is_clean and not (opened and opened.faults)
    ctx.exit(0 if is_clean else FAULTY)


def _as_json(
    verdict: Verdict,
    told: restrictions.Verdict,
    broken: tuple[guards.Fault, ...],
    opened: evidence.Verdict | None,
) -> str:
    files = {} if opened is None else {"files": asdict(opened)}
    return json.dumps(
        {
            **asdict(verdict),
            "clean": verdict.clean,
            "faults": [_named(fault) for fault in verdict.faults],
            "restrictions": {
                "rows": told.rows,
                "clean": not told.faults,
                "faults": [_named(fault) for fault in told.faults],
            },
            "guards": {
                "clean": not broken,
                "faults": [_named(fault) for fault in broken],
            },
            **files,
        }
    )


def _named(fault: Fault | restrictions.Fault | guards.Fault) -> dict[str, object]:
    return {**asdict(fault), "what": fault.what.name}


def _as_text(
    verdict: Verdict,
    told: restrictions.Verdict,
    broken: tuple[guards.Fault, ...],
    opened: evidence.Verdict | None,
) -> str:
    counted = (
        f"{verdict.entries} entries, {verdict.waiting} waiting for a number,"
        f" {verdict.checkpoints} checkpoints: {_state(verdict.faults)}"
    )
    lines = [*_shown([_line(fault) for fault in verdict.faults]), counted]
    if told.rows or told.faults:
        found = [f"{one.table} {one.key} · {one.what}" for one in told.faults]
        lines += _shown(found)
        lines.append(f"{told.rows} rows about restrictions: {_state(told.faults)}")
    if opened is not None:
        lines += _shown([f"file {one.digest} · {one.what}" for one in opened.faults])
        lines.append(f"{opened.files} photos and documents: {_state(opened.faults)}")
    if broken:
        lines += lines_of(broken)
    return "\n".join(lines)


def _state(faults: Sequence[object]) -> str:
    return f"{len(faults)} faults" if faults else "clean"


def _shown(lines: list[str]) -> list[str]:
    more = len(lines) - FAULTS_SHOWN
    return [*lines[:FAULTS_SHOWN], *([f"… and {more} more"] if more > 0 else [])]


def _line(fault: Fault) -> str:
    number = "" if fault.number is None else f"number {fault.number}"
    entry = "" if fault.entry is None else f"entry {fault.entry}"
    return " · ".join(
        part for part in (number, entry, fault.what, fault.detail) if part
    )
