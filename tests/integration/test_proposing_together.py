"""Two who have the same evidence evaluated at the same time, each on a connection."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from fangxian.mechanisms.restriction import actions
from fangxian.mechanisms.restriction.models import Cohort, Proposal
from tests.unit.mechanisms.restriction.restricting import PACK, Restricting
from tests.worlds import NOON


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one write at a time"
    ),
]
LONG_ENOUGH_TO_MEET_SECONDS = 0.5


@pytest.mark.parametrize("area", ["district", "street", "grid"])
def test_the_same_evidence_makes_one_cohort(world, area):
    Restricting(world).stated()
    doctor, place = world.actor("cdc"), world[area]

    def evaluate_too():
        try:
            return actions.propose(pack=PACK, area=place, by=doctor, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            first = actions.propose(
                pack=PACK, area=world["district"], by=doctor, at=NOON
            )
            second = threads.submit(evaluate_too)
            time.sleep(LONG_ENOUGH_TO_MEET_SECONDS)
            assert not second.done()
        assert second.result() == ()

    assert list(Cohort.objects.all()) == list(first)
    assert Proposal.objects.count() == 1
