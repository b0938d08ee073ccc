"""Marks and tokens: the same under the same key, purpose and area, and unlike otherwise."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fangxian.privacy.derivation import derive
from fangxian.privacy.index import MARK_BYTES, mark, marks, token
from fangxian.privacy.keys import Keyring, new_keyring


KEY = bytes(range(32))
RING = Keyring(current="k2", keys={"k1": bytes(32), "k2": KEY})


def test_the_same_value_has_one_mark():
    assert mark("王", purpose="names", keyring=RING) == mark(
        "王", purpose="names", keyring=RING
    )
    assert len(mark("王", purpose="names", keyring=RING)) == MARK_BYTES


def test_nothing_is_marked_alike_for_another_purpose_key_or_value():
    made = {
        mark("王", purpose="names", keyring=RING),
        mark("张", purpose="names", keyring=RING),
        mark("王", purpose="numbers", keyring=RING),
        mark("王", purpose="names", keyring=RING, key="k1"),
        mark("王", purpose="names", keyring=new_keyring()),
    }

    assert len(made) == 5


def test_every_key_is_asked():
    assert marks("王", purpose="names", keyring=RING) == [
        mark("王", purpose="names", keyring=RING, key=key) for key in ("k1", "k2")
    ]


def test_a_part_has_another_token_in_another_area():
    tokens = {token("王", purpose="n", area=area, keyring=RING) for area in range(1000)}

    assert len(tokens) == 1000
    assert all(-(2**63) <= made < 2**63 for made in tokens)
    assert any(made < 0 for made in tokens)


def test_keys_are_derived_as_rfc_5869_says():
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"fangxian/mark names")

    assert derive(KEY, purpose="mark names") == hkdf.derive(KEY)


@pytest.mark.parametrize("length", [16, 32])
def test_no_two_purposes_share_a_key(length):
    purposes = ["mark a", "mark b", "token a 1", "token a 11", "token a1 1"]

    made = {derive(KEY, purpose=purpose, length=length) for purpose in purposes}

    assert len(made) == len(purposes)
