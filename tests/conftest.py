"""Fixtures for all tests. The builders themselves are plain functions elsewhere."""

import hypothesis
import pytest

from tests.flushing import let_flush_pass
from tests.numbering import start_high
from tests.worlds import World, make_world


# Times are rows of the benchmarks, never assertions.
hypothesis.settings.register_profile(
    "untimed", parent=hypothesis.settings(), deadline=None
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture
def world(db) -> World:
    """A city of two districts with everybody in their post (tests/worlds.py)."""
    del db  # asked for so that the tables exist
    return make_world()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """As pytest-django's; tests may commit, and numbers are those of a used store."""
    del django_db_setup
    with django_db_blocker.unblock():
        let_flush_pass()
        start_high()
