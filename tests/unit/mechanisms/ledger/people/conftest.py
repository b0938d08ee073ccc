"""A rehearsal, where invented people may be registered, and one of them."""

import pytest

from fangxian.kernel.situation import start_situation
from tests.unit.mechanisms.ledger.people.folk import register
from tests.worlds import NOON


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    """An installation that is marked as a rehearsal."""
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


@pytest.fixture
def person(world):
    """Wang Xiaoming, in the first community."""
    return register(world).person
