"""How many small faults the tests find in kernel, rules and protocol evaluation.

``make campaign NAME=mutation`` (or ``python -m campaigns.mutation [PART …]`` for the
modules whose name holds a part) writes ``campaigns/mutation.md``. Each mutant lives
in a fork of this process, in which the code of the changed function has been put in
the old one's place; it is killed when a test of its module fails or runs too long.
"""

import contextlib
import datetime as dt
import importlib
import inspect
import os
import platform
import select
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType

import django
import pytest

from campaigns.mutants import Mutant, mutants
from fangxian.kernel.moments import SystemClock


ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"
TESTS = ROOT / "tests" / "unit"
RESULT = Path(__file__).with_suffix(".md")
AIM = 80
SECONDS_LEAST = 20.0
PATIENCE = 8.0  # times what the tests take on the sound module
KILLED, LIVES = 1, 0
WARM = ("fangxian.mechanisms.report.actions",)  # and all below, once for every fork
WATCHED = (
    "kernel/*.py",
    "kernel/conditions/*.py",
    "mechanisms/*/rules.py",
    "capabilities/*/rules.py",
    "mechanisms/protocol/evaluation.py",
    "mechanisms/protocol/comparison.py",
    "mechanisms/protocol/parameters.py",
    "mechanisms/protocol/packs.py",
)
OWN_TESTS = {
    "mechanisms/protocol/parameters.py": "test_packs.py",
    "mechanisms/protocol/packs.py": "test_packs.py",
}


@dataclass(slots=True)
class Score:
    """What became of a module's mutants."""

    module: str
    killed: int = 0
    total: int = 0
    survivors: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Give the killed in a hundred."""
        return 100 * self.killed / self.total if self.total else 100.0


def watched(parts: list[str]) -> list[Path]:
    """List the modules whose name holds one of the parts; all without any."""
    found = [
        path
        for pattern in WATCHED
        for path in sorted((SOURCE / "fangxian").glob(pattern))
        if path.name != "__init__.py"
    ]
    return [
        path for path in found if not parts or any(part in str(path) for part in parts)
    ]


def tests_of(path: Path) -> list[str]:
    """Find the tests of a module: the file of its name, else its slice's folder."""
    within = path.relative_to(SOURCE / "fangxian")
    own = OWN_TESTS.get(str(within), f"test_{within.stem}.py")
    folder = TESTS / within.parent
    if within.parts[:2] == ("kernel", "conditions"):
        folder, own = TESTS / "kernel", "test_conditions.py"
    return [str(folder / own if (folder / own).exists() else folder)]


def score(path: Path) -> Score:
    """Put every fault into a module and count those that a test finds."""
    name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    module, tests = importlib.import_module(name), tests_of(path)
    result = Score(name)
    faulty = list(mutants(path.read_text(encoding="utf-8")))
    if not faulty:
        return result
    sound, took = _verdict(module, None, tests, limit=600)
    if sound is not LIVES:
        message = f"the tests of {name} fail before anything is changed"
        raise SystemExit(message)
    limit = max(SECONDS_LEAST, took * PATIENCE)
    for mutant in faulty:
        verdict, _took = _verdict(module, mutant, tests, limit=limit)
        result.total += 1
        result.killed += verdict is KILLED
        if verdict is LIVES:
            result.survivors.append(f"{name}:{mutant.line} {mutant.fault}")
    return result


def _verdict(
    module: ModuleType, mutant: Mutant | None, tests: list[str], *, limit: float
) -> tuple[int, float]:
    """Run the tests in a fork; one that runs too long has found the fault."""
    begun = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os._exit(_run(module, mutant, tests))
    os.close(writer)
    ended, _, _ = select.select([reader], [], [], limit)
    if not ended:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reader)
    lives = os.WIFEXITED(status) and os.WEXITSTATUS(status) == LIVES
    return (LIVES if lives else KILLED), time.monotonic() - begun


def _run(module: ModuleType, mutant: Mutant | None, tests: list[str]) -> int:
    """Put the fault in place and run the tests, silently."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if mutant is not None:
        _put(module, mutant)
    quiet = ["-q", "-x", "-n0", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    ended = pytest.main([*quiet, *tests])
    return LIVES if ended == pytest.ExitCode.OK else KILLED


def _put(module: ModuleType, mutant: Mutant) -> None:
    codes = mutant.codes(str(module.__file__))
    for function in _functions(module):
        code = codes.get(function.__qualname__)
        if code is not None:
            function.__code__ = code


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Give the module's own functions and methods, also those behind wrappers."""
    for held in vars(module).values():
        if getattr(held, "__module__", None) != module.__name__:
            continue
        members = vars(held).values() if inspect.isclass(held) else [held]
        for member in members:
            bare = getattr(member, "fget", None) or getattr(member, "__func__", member)
            bare = inspect.unwrap(bare) if callable(bare) else bare
            if isinstance(bare, FunctionType):
                yield bare


def report(scores: list[Score], on: dt.date) -> str:
    """Tell the scores as a table, and every fault that no test found."""
    killed, total = added(scores)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    share = f"{100 * killed / max(total, 1):.0f} %"
    lines = [
        "# Mutation",
        "",
        f"{on} · {machine} · Python {platform.python_version()} · seed 0",
        "",
        f"{killed} of {total} mutants killed ({share}); the aim is {AIM} %.",
        "",
        "| module | killed | of | % |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {one.module} | {one.killed} | {one.total} | {one.share:.0f} |"
        for one in scores
    ]
    survivors = [survivor for one in scores for survivor in one.survivors]
    lines += ["", "## Faults that no test found", ""]
    lines += [f"- {survivor}" for survivor in survivors] or ["None."]
    return "\n".join(lines) + "\n"


def added(scores: list[Score]) -> tuple[int, int]:
    """Add up the killed and all."""
    return sum(one.killed for one in scores), sum(one.total for one in scores)


def main(parts: list[str]) -> int:
    """Score the watched modules; ends with 1 if the aim was missed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    os.chdir(ROOT)
    django.setup()
    for name in WARM:
        importlib.import_module(name)
    scores = []
    for path in watched(parts):
        scores.append(score(path))
        told = f"{scores[-1].killed} of {scores[-1].total}"
        print(f"{scores[-1].module}: {told}", flush=True)
    today = SystemClock().now().date()
    told = report([one for one in scores if one.total], today)
    if not parts:
        RESULT.write_text(told, encoding="utf-8")
    print(told)
    killed, total = added(scores)
    return int(100 * killed < AIM * total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
