"""The words of findings are kept once, sealed, and found under every key."""

import pytest

from fangxian.mechanisms.finding.models import Wording
from fangxian.mechanisms.finding.wordings import saying, wording_of
from fangxian.privacy.keys import keyring_at, replace_keyring


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    return settings.FANGXIAN_KEYRING


def test_the_same_words_are_one_row_under_a_newer_key_too(keys):
    row = wording_of("后门无人查验")
    replace_keyring(keys, keyring_at(keys).with_new_key())

    assert wording_of("后门无人查验") == row
    assert wording_of("前门无人查验") != row
    assert Wording.objects.count() == 2


def test_a_part_of_the_words_finds_them_whichever_key_sealed_them(keys):
    back = wording_of("后门无人查验")
    replace_keyring(keys, keyring_at(keys).with_new_key())
    front = wording_of("前门无人查验")

    assert sorted(saying("无人")) == sorted([back.pk, front.pk])
    assert saying("后门") == [back.pk]
    assert saying("楼顶") == []
