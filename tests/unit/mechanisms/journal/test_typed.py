"""What an entry holds of typed words: a sealed part, which the chain covers as it is."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import connection, transaction

from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.journal.verification import verify
from fangxian.privacy.classes import Typed
from fangxian.privacy.keys import keyring_at, new_keyring, replace_keyring
from tests.unit.mechanisms.journal.acts import ALICE, FUHUAJIE, NOON


pytestmark = pytest.mark.django_db
WORDS = "借给王小明 13800138000"


@dataclass(frozen=True, slots=True)
class Refused:
    name: ClassVar[str] = "library.refused"
    book: int
    why: Typed
    code: str = "late"


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    keyring_at(settings.FANGXIAN_KEYRING)
    return settings.FANGXIAN_KEYRING


def refuse(why=WORDS):
    with transaction.atomic():
        event = Refused(book=7, why=why)
        actions.record(event, by=ALICE, at=NOON, subject="book:7", area=FUHUAJIE)
    actions.sequence(at=NOON)


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM journal_entry ORDER BY id DESC LIMIT 1")
        return str(cursor.fetchone()[0])


def test_typed_words_are_stored_sealed_and_read_open():
    refuse()

    assert WORDS not in stored()
    assert '"code"' in stored()
    [entry] = queries.entries_of("book:7")
    assert entry.payload == {"book": 7, "why": WORDS, "code": "late"}
    assert next(queries.payloads("library.refused")) == entry.payload


def test_where_nothing_was_said_nothing_is_sealed():
    refuse(why="")

    assert "sealed" not in stored()
    assert queries.entries_of("book:7")[0].payload["why"] == ""


def test_a_code_of_an_event_is_still_found_by():
    refuse()

    assert Entry.objects.filter(payload__code="late").exists()
    assert Entry.objects.filter(payload__code="late", payload__why=WORDS).count() == 0


def test_an_entry_opens_under_a_newer_key_and_verifies(keys):
    refuse()
    replace_keyring(keys, keyring_at(keys).with_new_key())
    refuse("又一次")

    said = [one.payload["why"] for one in queries.entries_of("book:7")]
    assert said == [WORDS, "又一次"]
    assert verify().clean


def test_the_journal_verifies_without_the_key_that_opens_it(keys):
    refuse()
    replace_keyring(keys, new_keyring())

    assert verify().clean
