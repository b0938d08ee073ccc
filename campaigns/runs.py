"""Runs tests at a campaign's size and gathers what they tell."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Told:
    """What one test told by ``record_property``, and whether it passed."""

    test: str
    passed: bool
    seconds: float
    properties: Mapping[str, Any]


class _Listener:
    """A plugin that keeps the reports of the tests themselves."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test told."""
        if report.when == "call" or report.failed:
            properties = dict(report.user_properties)
            self.told.append(
                Told(report.head_line or "", report.passed, report.duration, properties)
            )


def seed_of_today() -> str:
    """Give the seed that was asked for, or draw one."""
    return os.environ.get("FANGXIAN_SEED") or str(secrets.randbits(32))


def run(tests: str, **environment: str) -> list[Told]:
    """Run tests with these variables set; the campaign ends where none was run."""
    os.environ.update(environment)
    os.chdir(ROOT)
    listener = _Listener()
    pytest.main(["-q", "-n0", "-p", "no:cacheprovider", tests], plugins=[listener])
    if not listener.told:
        raise SystemExit(f"no test was run in {tests}")
    return listener.told
