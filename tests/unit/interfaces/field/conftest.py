"""An installation whose clock stands at noon, and people who are watched in it."""

import pytest

from fangxian.kernel.situation import start_situation
from tests.packs import adopted
from tests.unit.capabilities.home_watch.watching import Watching
from tests.worlds import NOON


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="tests", at=NOON)


@pytest.fixture
def watching(world):
    adopted("routine", world["city"])
    return Watching(world)
