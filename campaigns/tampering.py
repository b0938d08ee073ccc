"""Ten thousand edits of the journal's rows: does ``fangxian verify`` name each of them?

``make campaign NAME=tampering`` writes ``campaigns/results/tampering.md``. The edits are
those of ``tests/unit/mechanisms/journal/test_tampering.py``; ``FANGXIAN_EDITS`` and
``FANGXIAN_SEED`` choose others.
"""

import os
import sys
from collections import Counter

from campaigns.results import heading, write
from campaigns.runs import Told, run, seed_of_today


TESTS = "tests/unit/mechanisms/journal/test_tampering.py"
TABLES = ("journal_entry", "journal_leaf", "journal_checkpoint", "journal_tally")
EDITS = ("change", "delete", "insert", "swap")


def report(told: Told, *, seed: str) -> list[str]:
    """Tell how many edits of each kind were made, and how many were named."""
    done = Counter(told.properties["done"])
    missed: int = told.properties["missed"]
    named, end = done.total() - missed, "passed" if told.passed else "FAILED"
    rows = [
        f"| `{table}` | " + " | ".join(str(done[edit, table]) for edit in EDITS) + " |"
        for table in TABLES
    ]
    return [
        *heading("tampering", seed=seed),
        "A journal of 61 entries, signed on the way, is edited by raw SQL with its",
        "triggers dropped, verified, and put back. An edit is named if a fault points at",
        "its row.",
        "",
        f"**{done.total()} edits: {named} named, {missed} not.**",
        f"The test {end} in {told.seconds:.0f} seconds.",
        "",
        "| table | " + " | ".join(EDITS) + " |",
        "|---|" + "---:|" * len(EDITS),
        *rows,
    ]


def main() -> int:
    """Make the edits; ends with 1 if one was not named."""
    seed, edits = seed_of_today(), os.environ.get("FANGXIAN_EDITS", "10000")
    [told] = run(TESTS, FANGXIAN_SEED=seed, FANGXIAN_EDITS=edits)
    write("tampering", report(told, seed=seed))
    return int(not told.passed)


if __name__ == "__main__":
    sys.exit(main())
