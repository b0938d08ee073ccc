"""The words of findings, each kept once and sealed: known again by a mark, and searched.

A search opens the words and looks through them. What was opened is kept in memory by
its seal, so that only the first search of a process opens them all; on the disk they
stand sealed only, and nothing there tells which words share a part.
"""

from functools import lru_cache

from django.conf import settings
from django.db import connection

from fangxian.mechanisms.finding.models import Wording
from fangxian.privacy.fields import unseal
from fangxian.privacy.index import lasting_mark
from fangxian.privacy.keys import keyring_at


PURPOSE = "wording of a finding"
OPENED_MOST = 1 << 16
EVERY = "SELECT id, text FROM finding_wording"


def mark_of(text: str) -> bytes:
    """Give the mark by which the same words are known again."""
    keyring = keyring_at(settings.FANGXIAN_KEYRING)
    return lasting_mark(text, purpose=PURPOSE, keyring=keyring)


def wording_of(text: str) -> Wording:
    """Give the row of these words, making it if nobody has said them before."""
    said = {"text": text}
    return Wording.objects.get_or_create(mark=mark_of(text), defaults=said)[0]


def saying(text: str) -> list[int]:
    """Give the rows whose words contain a text."""
    with connection.cursor() as cursor:
        cursor.execute(EVERY)
        return [key for key, sealed in cursor if text in _opened(bytes(sealed))]


@lru_cache(maxsize=OPENED_MOST)
def _opened(sealed: bytes) -> str:
    keyring = keyring_at(settings.FANGXIAN_KEYRING)
    return unseal(sealed, keyring=keyring, bound_to="finding_wording.text")
