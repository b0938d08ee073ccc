"""Tries mutants on the tests that run their lines, each in a fork of one test session.

The session collects once, runs every test on the sound code, and learns from it which
tests run which statements and how long each takes. After that a mutant costs a fork, the
exchange of one function's code, and the few tests that run the changed statement.
"""

import contextlib
import functools
import gc
import os
import resource
import select
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from itertools import accumulate, pairwise
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.runner import runtestprotocol

from campaigns.exchange import exchange
from campaigns.marks import Marks
from campaigns.mutants import Mutant


SECONDS_LEAST = 15.0
PATIENCE = 10.0  # times what the tests take on the sound code
SECONDS_OF_TESTS_MOST = 30.0
MEMORY_MOST = 6 * 2**30
HELD = 0  # the exit status of a fork in which every test passed


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    LIVES = "lives"
    UNSEEN = "no test runs it"


class Trials:
    """A plugin that runs the tests on sound code, then hands itself to the trials."""

    def __init__(
        self, modules: Mapping[Path, ModuleType], then: Callable[["Trials"], None]
    ) -> None:
        self.modules = modules
        self.then = then
        self.items: list[pytest.Item] = []
        self.seconds: list[float] = []  # by the clock, for how long to wait
        self.work: list[float] = []  # by the processor, for which to choose
        self.running: dict[tuple[Path, int], list[int]] = defaultdict(list)
        self.memories: list[Callable[[], None]] = []
        self.finders: set[int] = set()

    def pytest_sessionstart(self) -> None:
        """Let generated examples be drawn anew each time, and not be made small."""
        import hypothesis  # noqa: PLC0415 -- its own pytest plugin must come first

        drawn = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile(
            "campaign", database=None, deadline=None, phases=drawn
        )
        hypothesis.settings.load_profile("campaign")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run every test once, learn what it runs, and begin the trials."""
        self.items = session.items
        self._run_sound()
        if session.testsfailed:
            raise session.Failed("the tests fail before anything is changed")
        self.memories = _memories()
        gc.freeze()  # else every fork would copy what its collector looks at
        capture = session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            self.then(self)
        self._check_finders()
        return True

    def _run_sound(self) -> None:
        """Run every test on marked code: which statements does it run, for how long?"""
        marks = Marks(self.modules)
        for number, item in enumerate(self.items):
            marks.take()
            begun, work = time.monotonic(), time.process_time()
            after = self.items[(number + 1) % len(self.items)]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            self.seconds.append(time.monotonic() - begun)
            self.work.append(time.process_time() - work)
            for path, lines in marks.take().items():
                for line in lines:
                    self.running[path, line].append(number)
        marks.wipe()

    def _check_finders(self) -> None:
        """Run the tests that found faults on sound code, in a fork as they ran before.

        One that fails there too has found nothing, and the campaign says so.
        """
        numbers = sorted(self.finders)
        fate, finder = self._fork(lambda: self._first_failure(numbers), limit=3600)
        if numbers and fate is not Fate.LIVES:
            told = self.items[finder].nodeid if finder is not None else "a crash"
            raise pytest.UsageError(f"fails on sound code when it is run again: {told}")

    def tests_of(self, path: Path, mutant: Mutant, *, room: str) -> list[int]:
        """Choose the tests that run the changed statement, those of its room first.

        Then the fastest first, and no more than half a minute of them: of the
        processor's time, for which it is the same what else the machine does.
        """
        found = self.running[path, mutant.statement]
        ordered = sorted(found, key=functools.partial(self._cost, room=room))
        spent = accumulate(self.work[one] for one in ordered)
        return [
            one
            for one, used in zip(ordered, spent, strict=True)
            if used <= SECONDS_OF_TESTS_MOST
        ]

    def _cost(self, number: int, *, room: str) -> tuple[bool, float]:
        return room not in self.items[number].path.parts, self.work[number]

    def fate(
        self, path: Path, module: ModuleType, mutant: Mutant, *, room: str
    ) -> Fate:
        """Put the fault in place in a fork and run the tests that could find it."""
        numbers = self.tests_of(path, mutant, room=room)
        if not numbers:
            return Fate.UNSEEN
        spent = sum(self.seconds[number] for number in numbers)
        change = exchange(module, mutant)

        def find() -> int | None:
            change()
            return self._first_failure(numbers)

        fate, finder = self._fork(find, limit=SECONDS_LEAST + PATIENCE * spent)
        if finder is not None:
            self.finders.add(finder)
        return fate

    def _fork(
        self, find: Callable[[], int | None], *, limit: float
    ) -> tuple[Fate, int | None]:
        """Find in a fork; give what became of it, and which test failed."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _be_the_child(find, self.memories, writer)
        os.close(writer)
        ended, _, _ = select.select([reader], [], [], limit)
        if not ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        told = os.read(reader, 100) if ended else b""
        _, status = os.waitpid(child, 0)
        os.close(reader)
        if not ended:
            return Fate.TIMED_OUT, None
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == HELD:
            return Fate.LIVES, None
        return Fate.KILLED, int(told) if told else None

    def _first_failure(self, numbers: Sequence[int]) -> int | None:
        """Run tests until one fails."""
        items = [self.items[number] for number in numbers]
        items[0].session._setupstate.teardown_exact(items[0])  # noqa: SLF001 -- as pytest does
        for number, (item, after) in zip(
            numbers, pairwise([*items, items[-1]]), strict=True
        ):
            reports = runtestprotocol(item, log=False, nextitem=after)
            if any(report.failed for report in reports):
                return number
        return None


def _be_the_child(
    find: Callable[[], int | None], memories: Sequence[Callable[[], None]], writer: int
) -> None:
    """Say which test failed, and answer by the exit status; else say nothing."""
    status = HELD + 1
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
        for forget in memories:
            forget()
        finder = find()
        if finder is None:
            status = HELD
        else:
            os.write(writer, str(finder).encode())
    finally:
        os._exit(status)


def _memories() -> list[Callable[[], None]]:
    """Find what sound code may have remembered: how to empty each cache."""
    return [
        one.cache_clear
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper)  # noqa: SLF001 -- its only name
        and str(one.__module__).startswith("fangxian")
    ]
