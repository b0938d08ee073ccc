"""A replay that stops on its way goes on as if it had not."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction

from fangxian.kernel.moments import at_time
from fangxian.mechanisms.journal.models import Entry
from tests.integration.playing import ONE_DAY, copied, played_with_stops


DAY = dt.date(2020, 11, 18)
MORNING, EVENING = (at_time(DAY, dt.time(hour)) for hour in (8, 20))


def written(folder: Path, *stops: dt.datetime) -> list[tuple[object, ...]]:
    """Play with these stops, and tell what was done when and by which post."""
    with transaction.atomic():
        played_with_stops(folder, *stops)
        said = ("happened_at", "event", "post")  # who comes in by a list has a new id
        entries = list(Entry.objects.order_by("id").values_list(*said))
        transaction.set_rollback(True)
    return entries


@pytest.mark.slow
@pytest.mark.django_db
def test_a_stop_changes_nothing(tmp_path):
    folder = copied(tmp_path, ONE_DAY)

    assert written(folder, MORNING, EVENING) == written(folder, EVENING)
