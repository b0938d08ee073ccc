"""A thousand kills each: is anything lost, done twice, or numbered twice?

``make campaign NAME=killing`` writes ``campaigns/results/killing.md``. The tests are those
of ``tests/durability``; ``FANGXIAN_KILLS`` and ``FANGXIAN_SEED`` choose others.
"""

import os
import sys
from collections.abc import Sequence

from campaigns.results import heading, write
from campaigns.runs import Told, run, seed_of_today


TESTS = "tests/durability/test_kills.py"


def report(told: Sequence[Told], *, seed: str, kills: str) -> list[str]:
    """Tell of each test how many kills hit and what they left."""
    return [
        *heading("killing", seed=seed),
        f"{kills} times a process is killed (SIGKILL) at a random moment and started",
        "again. A kill hits if the process was still at work. The tests named after what",
        "the killing finds take the guard away, and must find harm. Sequencers are not",
        f"killed: four work at once, {kills} rounds each.",
        "",
        "| test | hits | expected | seen | not exactly once | seconds | passed |",
        "|---|---:|---:|---:|---:|---:|---|",
        *map(_row, told),
    ]


def _row(told: Told) -> str:
    found = told.properties.get("found", {})
    counts = " | ".join(
        str(found.get(one, "")) for one in ("kills", "expected", "seen")
    )
    harmed = len(found.get("happened", ()))
    passed = "yes" if told.passed else "NO"
    words = told.test.removeprefix("test_").replace("_", " ")
    return f"| {words} | {counts} | {harmed} | {told.seconds:.0f} | {passed} |"


def main() -> int:
    """Kill; ends with 1 if a test failed."""
    seed, kills = seed_of_today(), os.environ.get("FANGXIAN_KILLS", "1000")
    told = run(TESTS, FANGXIAN_SEED=seed, FANGXIAN_KILLS=kills)
    write("killing", report(told, seed=seed, kills=kills))
    return int(not all(one.passed for one in told))


if __name__ == "__main__":
    sys.exit(main())
