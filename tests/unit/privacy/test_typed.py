"""Typed words are sealed on their way into the database, and nothing said stays nothing."""

import datetime as dt

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from fangxian.mechanisms.jurisdiction.models import Area
from fangxian.privacy.typed import opened_parts, sealed_part


pytestmark = pytest.mark.django_db
WORDS = "据王小明 13800138000 来电"


def made(source):
    since = dt.date(2020, 1, 1)
    return Area.objects.create(
        name="一街", level="3-street", valid_from=since, source=source
    )


def stored(area):
    with connection.cursor() as cursor:
        cursor.execute("SELECT source FROM jurisdiction_area WHERE id = %s", [area.pk])
        return bytes(cursor.fetchone()[0])


def test_a_typed_column_holds_ciphertext_with_its_key():
    area = made(WORDS)

    assert stored(area).startswith(b"k")
    assert WORDS.encode() not in stored(area)
    assert Area.objects.get(pk=area.pk).source == WORDS


def test_no_words_are_no_bytes_and_found_as_such():
    area = made("")

    assert stored(area) == b""
    assert Area.objects.get(pk=area.pk).source == ""
    assert Area.objects.filter(source="").get() == area
    assert Area().source == ""


def test_equal_words_are_sealed_unlike_each_other():
    assert stored(made(WORDS)) != stored(made(WORDS))


def test_a_part_opens_in_its_own_column_only():
    part = sealed_part(WORDS, bound_to="a.b")

    assert opened_parts({"why": part, "n": 1}, bound_to="a.b") == {"why": WORDS, "n": 1}
    with pytest.raises(InvalidTag):
        opened_parts({"why": part}, bound_to="a.c")
    assert opened_parts(["sealed"], bound_to="a.b") == ["sealed"]
