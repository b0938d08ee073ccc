import pytest

from fangxian.kernel.situation import start_situation
from tests.unit.capabilities.home_watch.watching import Watching
from tests.worlds import NOON


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    """An installation in which invented people may be registered."""
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


@pytest.fixture
def watching(world):
    """The seventh edition with its overlay in force in the whole city."""
    return Watching(world)


@pytest.fixture
def watch(watching):
    """Wang Xiaoming, back from Hangu, signed at noon until 24:00 on 21 November."""
    return watching.at_home()
