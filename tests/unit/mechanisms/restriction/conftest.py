import pytest

from tests.unit.mechanisms.restriction.restricting import Restricting


@pytest.fixture
def restricting(world):
    """The three rules in force in the whole city."""
    return Restricting(world)
