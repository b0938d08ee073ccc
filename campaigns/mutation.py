"""How many small faults the tests find in kernel, rules, protocol and the verifiers.

``make campaign NAME=mutation`` writes ``campaigns/results/mutation.md``; with
``python -m campaigns.mutation PART …`` only the modules whose name holds a part are
tried, and nothing is written. A module is judged by the test files of its name.
"""

import importlib
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import django
import pytest

import fangxian
from campaigns.exchange import functions_called
from campaigns.mutants import Mutant, mutants
from campaigns.results import heading, write
from campaigns.trials import Fate, Trials


ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "src" / "fangxian"
TESTS = ROOT / "tests"
AIM, VERIFIER_AIM = 80, 100
SEED = "0"
HEAD = ("| | killed | of | % | ran on for ever |", "|---|---:|---:|---:|---:|")
WATCHED = {
    "kernel": ("kernel/*.py", "kernel/conditions/*.py"),
    "rules": ("mechanisms/**/rules.py", "capabilities/**/rules.py"),
    "protocol evaluation": (
        "mechanisms/protocol/evaluation.py",
        "mechanisms/protocol/comparison.py",
        "mechanisms/protocol/parameters.py",
        "mechanisms/protocol/packs.py",
    ),
    "verifiers": (
        "mechanisms/journal/verification.py",
        "mechanisms/restriction/facts.py",
        "mechanisms/restriction/verification.py",
    ),
}
OTHER_TESTS = {
    "mechanisms/protocol/parameters.py": ("test_packs.py",),
    "mechanisms/journal/verification.py": ("test_verification.py", "test_tampering.py"),
}
QUIET = (
    *("-q", "-n0", "-p", "no:cacheprovider"),
    f"--hypothesis-seed={SEED}",
)
LEFT_OUT = """\
## What is left out

- Sentences and remedies of refusals and other texts at module level, which are data:
  tests of the catalogues hold them. Likewise tables, types and declarations; faults stand
  inside functions.
- The texts of failures that only programmers see (`raise ValueError(…)`), annotations,
  docstrings, `assert`, and the first argument of `cast`, which means nothing as it runs.
- `interfaces/imports/rules.py`, which holds sentences only.
- A mutant that runs on for more than ten times what its tests take, and 15 seconds, counts
  as killed; one that no test runs counts as alive.
- A mutant is tried on those of its module's own tests that run its statement, and on no
  more than half a minute of them: what only others would find (an action's test for its
  rule, a page's test) counts as alive.
"""


@dataclass(slots=True)
class Score:
    """What became of a module's mutants."""

    part: str
    path: Path
    module: ModuleType
    mutants: list[Mutant]
    fates: Counter[Fate] = field(default_factory=Counter)
    alive: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The module, as Python names it."""
        return self.module.__name__

    @property
    def room(self) -> str:
        """The folder of the tests that are the module's own."""
        within = self.path.relative_to(HOUSE).parts
        return within[0] if within[0] == "kernel" else within[1]

    @property
    def killed(self) -> int:
        """How many were found, also by running on for ever."""
        return self.fates[Fate.KILLED] + self.fates[Fate.TIMED_OUT]

    @property
    def total(self) -> int:
        """How many were tried."""
        return self.fates.total()


def watched(parts: Sequence[str]) -> list[Score]:
    """List the modules with their mutants: those that hold a part, all without any."""
    found = []
    for part, patterns in WATCHED.items():
        for path in sorted(one for each in patterns for one in HOUSE.glob(each)):
            if not parts or any(one in str(path) for one in parts):
                name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
                faulty = list(mutants(path.read_text(encoding="utf-8")))
                module = importlib.import_module(name)
                found.append(Score(part, path, module, faulty))
    return [one for one in found if one.mutants]


def tests_of(path: Path) -> list[Path]:
    """Find a module's own tests: the files of its name, else its room's folder.

    A room within a room may have its tests among those of the outer one.
    """
    within = path.relative_to(HOUSE)
    if within.parts[0] == "kernel":
        return [TESTS / "unit" / "kernel", TESTS / "property"]
    folder = TESTS / "unit" / within.parent
    names = OTHER_TESTS.get(str(within), (f"test_{within.stem}.py",))
    files = [folder / name for name in names]
    if files[0].exists():
        return files
    return [next(one for one in (folder, *folder.parents) if one.exists())]


def try_all(scores: Sequence[Score], trials: Trials) -> None:
    """Try every mutant, and tell of each module as it is done."""
    for one in scores:
        for mutant in one.mutants:
            fate = trials.fate(one.path, one.module, mutant, room=one.room)
            one.fates[fate] += 1
            if fate in {Fate.LIVES, Fate.UNSEEN}:
                because = " (no test runs it)" if fate is Fate.UNSEEN else ""
                one.alive.append(f"{mutant.line} {mutant.fault}{because}")
        print(f"{one.name}: {one.killed} of {one.total}", *one.alive, sep="\n  ")
        sys.stdout.flush()


# ------------------------------------------------------------------- the result


def report(scores: Sequence[Score]) -> list[str]:
    """Tell the scores as tables, what is left out, and each fault that no test found."""
    parts = {part: [one for one in scores if one.part == part] for part in WATCHED}
    return [
        *heading("mutation", seed=SEED),
        f"Aims: {AIM} % of the mutants killed in kernel, rules and protocol evaluation,",
        f"{VERIFIER_AIM} % in the verifiers of the journal and of restrictions.",
        "",
        *HEAD,
        *(_row(part, them) for part, them in parts.items()),
        _row("all", scores),
        "",
        *HEAD,
        *(_row(f"`{one.name}`", [one]) for one in scores),
        "",
        *LEFT_OUT.splitlines(),
        "",
        "## Faults that no test found",
        "",
        *(f"- `{one.name}`:{told}" for one in scores for told in one.alive),
    ]


def _row(name: str, scores: Sequence[Score]) -> str:
    killed, total = _added(scores)
    endless = sum(one.fates[Fate.TIMED_OUT] for one in scores)
    share = 100 * killed / max(total, 1)
    return f"| {name} | {killed} | {total} | {share:.1f} | {endless} |"


def _added(scores: Sequence[Score]) -> tuple[int, int]:
    return sum(one.killed for one in scores), sum(one.total for one in scores)


def misses(scores: Sequence[Score]) -> list[str]:
    """Name the parts that missed their aim."""
    missed = []
    for part in WATCHED:
        killed, total = _added([one for one in scores if one.part == part])
        aim = VERIFIER_AIM if part == "verifiers" else AIM
        if 100 * killed < aim * total:
            missed.append(part)
    return missed


def main(parts: Sequence[str]) -> int:
    """Score the watched modules; ends with 1 if an aim was missed."""
    if HOUSE not in Path(fangxian.__file__).parents:
        raise SystemExit(f"{fangxian.__file__} is not the code of this clone")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    os.environ["FANGXIAN_SEED"] = SEED
    os.chdir(ROOT)
    django.setup()
    scores = watched(parts)
    for one in scores:
        for mutant in one.mutants:
            functions_called(mutant.function, one.module)  # fails now, if at all
    modules = {one.path: one.module for one in scores}
    trials = Trials(modules, lambda them: try_all(scores, them))
    with TemporaryDirectory() as folder:  # one that no other session clears away
        options = [*QUIET, f"--basetemp={folder}/tests"]
        tests = {str(one) for score in scores for one in tests_of(score.path)}
        ended = pytest.main([*options, *sorted(tests)], plugins=[trials])
    if ended != pytest.ExitCode.OK:
        return int(ended)
    told = report(scores)
    if parts:
        print("\n".join(told))
    else:
        write("mutation", told)
    return int(bool(misses(scores)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
