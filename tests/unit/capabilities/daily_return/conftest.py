"""The small world with the routine pack in force."""

import pytest

from tests.unit.capabilities.daily_return.days import adopt


@pytest.fixture
def city(world):
    """The world of tests.worlds, under the routine pack."""
    adopt(world)
    return world
