"""Sequencers and writers at the same time, on a server that lets them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.models import Cursor, Entry, Leaf
from fangxian.mechanisms.journal.verification import verify
from tests.unit.mechanisms.journal.acts import NOON, lend


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer; tests/durability shows it with processes",
    ),
]
PATIENCE = 600


def together(*works):
    def alone(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result() for done in [threads.submit(alone, w) for w in works]]


def lend_and_number():
    for book in range(40):
        lend(book)
        actions.sequence(at=NOON, most=3)
        actions.checkpoint(at=NOON)


def test_no_gap_and_no_double():
    together(*[lend_and_number] * 4)
    while actions.sequence(at=NOON):
        pass

    assert list(Leaf.objects.order_by("number").values_list("number", flat=True)) == (
        list(range(1, 161))
    )
    assert verify().faults == ()


def test_an_entry_that_commits_late_still_gets_its_number():
    """Its id is lower than one that is numbered already."""
    with transaction.atomic():
        lend(1, tally=[])  # a counter would make the other wait
        together(lambda: lend(2, tally=[]), number_twice)
        assert queries.last_number() <= 1
    for _ in range(3):
        lend(3)
        actions.sequence(at=NOON)

    assert Leaf.objects.count() == Entry.objects.count() == 5
    assert verify().faults == ()


def number_twice():
    for _ in range(20):
        actions.sequence(at=NOON)


def settled():
    return Cursor.objects.get(reader=queries.SETTLED).number


def test_the_mark_moves_on_once_nobody_who_was_there_is_still_writing():
    """Writers in other databases of the server count too: other tests run there."""
    for book in range(PATIENCE):
        lend(book)
        actions.sequence(at=NOON)
        if settled():
            break
        time.sleep(0.1)

    assert 0 < settled() < Entry.objects.latest("id").pk
