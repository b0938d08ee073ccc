"""Kinds of place, and a hotel to act on."""

import pytest

from tests.unit.mechanisms.ledger.ledgers import KINDS, declare, hotel


@pytest.fixture
def kinds(world):
    """The kinds of place that these tests speak of."""
    for code in KINDS:
        declare(code)
    return world


@pytest.fixture
def place(kinds):
    """An open hotel in the first community."""
    return hotel(kinds)
