"""Fixtures for all tests. The builders themselves are plain functions elsewhere."""

import gc
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from tests.flushing import let_flush_pass
from tests.numbering import start_high
from tests.standing import standing
from tests.worlds import World, make_world


# Times are rows of the benchmarks, never assertions.
hypothesis.settings.register_profile(
    "untimed", parent=hypothesis.settings(), deadline=None
)
hypothesis.settings.load_profile("untimed")

HERE = Path(__file__).parent
ANY_DATABASE = (
    HERE / "unit",
    HERE / "repository",
)  # elsewhere a test may start its own


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Beside PostgreSQL leave out what reaches no database: SQLite's run has it."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return
    same = [one for one in items if _is_the_same_on_any(one)]
    config.hook.pytest_deselected(items=same)
    left_out = set(same)
    items[:] = [one for one in items if one not in left_out]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the collector pass over what stands for good, and come by less often.

    What is collected and imported by now is half a million objects that no test frees.
    """
    del session
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)


def _is_the_same_on_any(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    asks = asked & {"db", "transactional_db"} or item.get_closest_marker("django_db")
    return not asks and any(item.path.is_relative_to(one) for one in ANY_DATABASE)


@pytest.fixture
def world(db) -> World:
    """A city of two districts with everybody in their post (tests/worlds.py)."""
    del db  # asked for so that the tables exist
    world: World = standing(make_world)
    return world


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """As pytest-django's; tests may commit, and numbers are those of a used store."""
    del django_db_setup
    with django_db_blocker.unblock():
        let_flush_pass()
        start_high()
