"""Campaigns whose tests tell what they found: their size, their seed, one line a test."""

import os
from collections.abc import Mapping, Sequence

from campaigns.results import heading, write
from campaigns.runs import Told, run, seed_of_today


FEW = 3


def campaign(
    name: str, tests: str, sizes: Mapping[str, str], words: Sequence[str]
) -> int:
    """Run tests at these sizes, unless others are asked for; 1 if one failed."""
    seed = seed_of_today()
    asked = {one: os.environ.get(one, size) for one, size in sizes.items()}
    told = run(tests, FANGXIAN_SEED=seed, **asked)
    chosen = ", ".join(f"`{one}={size}`" for one, size in asked.items())
    lines = [*heading(name, seed=seed), *words, "", f"Sizes: {chosen}.", ""]
    table = ["| test | found | seconds | passed |", "|---|---|---:|---|"]
    write(name, [*lines, *table, *map(_row, told)])
    return int(not all(one.passed for one in told))


def _row(told: Told) -> str:
    found = told.properties.get("found", told.properties)
    said = "; ".join(f"{one} {_short(value)}" for one, value in found.items())
    words = told.test.removeprefix("test_").replace("_", " ")
    passed = "yes" if told.passed else "NO"
    return f"| {words} | {said} | {told.seconds:.0f} | {passed} |"


def _short(value: object) -> str:
    """Spell a figure; of many things only how many there are."""
    if isinstance(value, Mapping) and all(isinstance(n, int) for n in value.values()):
        return str(dict(value)) if 0 < len(value) <= FEW else str(len(value))
    return str(len(value)) if isinstance(value, list) else str(value)
