"""Fixtures for all tests. The builders themselves are plain functions elsewhere."""

import pytest

from tests.worlds import World, make_world


@pytest.fixture
def world(db) -> World:
    """A city of two districts with everybody in their post (tests/worlds.py)."""
    del db  # asked for so that the tables exist
    return make_world()
