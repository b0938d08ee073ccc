"""A new key: people are found before, while and after they are indexed again."""

import pytest
from django.db import connection

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger.models import Door, Person, Token
from fangxian.mechanisms.ledger.people import actions, queries
from fangxian.privacy.ciphers import Sealing
from fangxian.privacy.fields import key_of
from fangxian.privacy.keys import Keyring, keyring_at, replace_keyring
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    found,
    latest_entry,
    number,
    register,
)
from tests.worlds import NOON


QUESTIONS = ("小明", "wxm", "5678", NUMBER, TELEPHONE)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    """A keyring of this test's own, which it may change."""
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    return settings.FANGXIAN_KEYRING


def rotate(path, sealing=Sealing.AES):
    replace_keyring(path, keyring_at(path).with_new_key(sealing=sealing))


def sealed_with():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, number, telephone FROM ledger_person")
        return {key_of(bytes(value)) for row in cursor.fetchall() for value in row}


@pytest.mark.parametrize("sealing", list(Sealing))
def test_nobody_is_lost_while_a_new_key_comes_in(world, keys, sealing):
    scope = world.actor("alice").scope
    older = register(world, number=number(1)).person
    rotate(keys, sealing)
    newer = register(world).person
    people = {older, newer}

    assert set(found(scope, "小明")) == people
    assert found(scope, NUMBER) == [newer]
    assert actions.reindex_people(most=10, by=SYSTEM, at=NOON) == 1
    assert actions.reindex_people(most=10, by=SYSTEM, at=NOON) == 0
    for text in ("小明", "wxm", "5678"):
        assert set(found(scope, text)) == people


def test_after_indexing_again_the_old_key_is_not_needed(world, keys):
    person = register(world).person
    door = actions.register_door(area=world["grid"], room="501", by=SYSTEM, at=NOON)
    tokens = Token.objects.count()
    rotate(keys)
    assert sealed_with() == {"k1"}

    while actions.reindex_people(most=1, by=SYSTEM, at=NOON):
        pass

    ring = keyring_at(keys)
    replace_keyring(keys, Keyring("k2", {"k2": ring.keys["k2"]}))
    assert sealed_with() == {"k2"}
    assert Token.objects.count() == tokens
    scope = world.actor("alice").scope
    for text in QUESTIONS:
        assert found(scope, text) == [person]
    assert Person.objects.get().name == NAME
    assert Door.objects.get().room == "501"
    again = actions.register_door(area=world["grid"], room="501", by=SYSTEM, at=NOON)
    assert again == door


def test_a_door_is_one_door_under_two_keys(world, keys):
    said = {"area": world["grid"], "room": "501", "by": SYSTEM, "at": NOON}
    door = actions.register_door(**said)
    rotate(keys)

    assert actions.register_door(**said) == door


def test_it_is_written_down_how_many_were_indexed(world, keys):
    register(world)
    rotate(keys)

    actions.reindex_people(most=10, by=SYSTEM, at=NOON)

    entry = latest_entry()
    assert (entry.event, entry.payload) == (
        "ledger.people_indexed",
        {"people": 1, "doors": 0},
    )


def test_the_wrong_key_finds_nobody(world, keys):
    """The control: with another keyring the same questions give nothing."""
    register(world)
    keys.unlink()
    keyring_at(keys)

    scope = world.actor("alice").scope
    for text in QUESTIONS:
        assert queries.find_people(scope, text=text).cards == ()
