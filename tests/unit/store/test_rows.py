"""Rows by plain statements: what is written comes back as the ORM gives it."""

import datetime as dt
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from fangxian.mechanisms.journal.models import Cursor
from fangxian.mechanisms.jurisdiction.models import Area, Staff
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.store.rows import change, find, insert, insert_all, keep, read


pytestmark = pytest.mark.django_db

MONDAY = dt.date(2020, 11, 2)
ALICE = UUID(int=7)


def area(name: str = "郑州市") -> Area:
    return Area(name=name, level=Level.CITY, valid_from=MONDAY, source="t")


def test_a_row_without_a_key_is_given_one_and_read_back_as_the_orm_gives_it():
    made = area()

    insert(made)

    assert made.pk is not None
    known = Area.objects.get(pk=made.pk)
    found = find(Area, made.pk)
    for field in Area._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(known, field.attname)
    assert not made._state.adding


def test_what_is_sealed_is_stored_sealed_and_opened_again():
    insert(Staff(id=ALICE, name="王桂兰", telephone="10012345678"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM jurisdiction_staff")
        (stored,) = cursor.fetchone()
    found = find(Staff, ALICE)

    assert "王桂兰".encode() not in bytes(stored)
    assert (found.pk, found.name) == (ALICE, "王桂兰")


def test_only_the_named_fields_change():
    made = area()
    insert(made)
    made.name, made.source = "洛阳市", "elsewhere"

    change(made, "name")

    found = find(Area, made.pk, to_change=True)
    assert (found.name, found.source) == ("洛阳市", "t")


def test_what_is_not_stored_cannot_change():
    with pytest.raises(DatabaseError), transaction.atomic():
        change(Cursor(reader="nobody", number=3), "number")


def test_keeping_stores_a_new_row_and_changes_a_known_one():
    made = area()
    keep(made)
    made.name = "洛阳市"
    keep(made)

    assert [one.name for one in read(Area, "id = %s", [made.pk])] == ["洛阳市"]


def test_rows_come_in_the_order_that_the_condition_names():
    for name in ("丙", "甲", "乙"):
        insert(area(name))

    found = read(Area, "parent_id IS NULL ORDER BY id DESC", [])

    assert [one.name for one in found][:3] == ["乙", "甲", "丙"]
    assert find(Area, 0) is None


def test_many_rows_are_stored_at_once_as_the_orm_would():
    staff = [(UUID(int=n), f"王桂{n}", None) for n in (8, 9)]

    insert_all(Staff, ("id", "name", "telephone"), staff)
    insert_all(Area, ("name", "level", "valid_from", "source"), [])

    for key, name, telephone in staff:
        known = Staff.objects.get(pk=key)
        assert (known.name, known.telephone) == (name, telephone)


def test_the_database_numbers_rows_that_are_stored_at_once():
    rows = [(name, Level.CITY, MONDAY, "t") for name in ("甲", "乙")]

    insert_all(Area, ("name", "level", "valid_from", "source"), rows)

    made = Area.objects.order_by("pk").values_list("name", flat=True)
    assert list(made) == ["甲", "乙"]
