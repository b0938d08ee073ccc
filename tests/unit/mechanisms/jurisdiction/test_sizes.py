"""PostgreSQL plans an import by the rows that the import has made."""

import datetime as dt

import pytest
from django.db import connection

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.jurisdiction import actions
from fangxian.mechanisms.jurisdiction.bulk import NewArea
from fangxian.mechanisms.jurisdiction.models import Area, Reach
from fangxian.mechanisms.jurisdiction.states import Level
from tests.worlds import NOON


def forget_earlier_tests():
    """Sizes outlive the transaction in which they were learnt, unlike its rows."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jurisdiction_area, jurisdiction_reach")


def known_rows(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        return cursor.fetchone()[0]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite plans without knowing sizes"
)
def test_within_the_transaction_that_added_them_the_rows_are_known(world):
    forget_earlier_tests()
    code = Area.objects.get(pk=world["district"]).code
    rows = [NewArea(n, f"{code}{n:03}", f"第{n}街道", code) for n in range(800, 950)]

    actions.establish_areas(
        rows,
        level=Level.STREET,
        on=dt.date(2020, 11, 1),
        source="a list",
        by=SYSTEM,
        at=NOON,
    )

    assert known_rows(Area) == Area.objects.count()
    assert known_rows(Reach) == Reach.objects.count() > 300
