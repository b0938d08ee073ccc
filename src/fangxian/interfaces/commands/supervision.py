"""Keeps processes running: starts them, starts them again, stops them by their id."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


LOOK_SECONDS = 0.2
STOP_SECONDS = 10.0
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
STEADY_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
LOG = logging.getLogger("fangxian.serve")


@dataclass(slots=True)
class Child:
    """One process that shall run; ``failures`` in a row make the next start later."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def start(self, *, now: float) -> None:
        """Start it in a process group of its own; it ends with this process."""
        self.process = subprocess.Popen(  # noqa: S603 -- commands of this package
            self.command,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 -- a supervisor has one thread
        )
        self.started = now
        LOG.info("%s runs as process %s", self.name, self.process.pid)

    def look(self, *, now: float) -> None:
        """Start it if it is time to; notice if it has ended, and wait before the next."""
        if self.process is None:
            if now >= self.start_at:
                self.start(now=now)
            return
        code = self.process.poll()
        if code is not None:
            self.process = None
            self.failures = 0 if now - self.started > STEADY_SECONDS else self.failures
            wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**self.failures)
            self.failures += 1
            self.start_at = now + wait
            LOG.warning("%s ended with %s; again in %s s", self.name, code, wait)

    def stop(self) -> None:
        """Ask it to end; if it has not after a while, end its group."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            LOG.warning("%s does not end; it is killed", self.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


@dataclass(slots=True)
class Supervisor:
    """Runs children until told to stop."""

    children: Sequence[Child]
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look after the children; SIGTERM and SIGINT stop them, each by its id."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        try:
            while not self.stop.is_set():
                for child in self.children:
                    child.look(now=time.monotonic())
                self.stop.wait(LOOK_SECONDS)
        finally:
            for child in self.children:
                child.stop()

    @property
    def running(self) -> Mapping[str, int]:
        """The process ids of those that run, by name."""
        return {
            child.name: child.process.pid for child in self.children if child.process
        }


def _die_with(parent: int) -> Callable[[], None] | None:
    """On Linux, have the child told to end if this process is killed."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind
