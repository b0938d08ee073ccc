"""The small world with the made-up return in force."""

import pytest

from tests.unit.mechanisms.report.returns import adopt


@pytest.fixture
def city(world):
    """The world of tests.worlds, where every unit owes the return."""
    adopt(world)
    return world
