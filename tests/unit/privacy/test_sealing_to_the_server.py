"""What a phone seals opens with the keyring alone, under its own name, unchanged."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from fangxian.kernel.refusals import Refusal
from fangxian.privacy.device_keys import is_device_key, is_signed_by
from fangxian.privacy.keys import new_keyring
from fangxian.privacy.sealing import (
    DOES_NOT_OPEN,
    open_sealed,
    public_key,
    seal,
    spelled,
)


PLAIN = "测温 36.5".encode()
RING = new_keyring()


def sealed_to(ring, about="act-1"):
    return seal(PLAIN, about=about, public=public_key(ring))


def kind_of_refusal(sealed, *, about="act-1", ring=RING):
    with pytest.raises(Refusal) as refused:
        open_sealed(sealed, about=about, keyring=ring)
    return refused.value.kind


def test_the_keyring_opens_what_was_sealed_to_it():
    assert open_sealed(sealed_to(RING), about="act-1", keyring=RING) == PLAIN


def test_the_same_is_never_sealed_alike():
    assert sealed_to(RING) != sealed_to(RING)


def test_what_was_sealed_to_an_older_key_still_opens():
    turned = RING.with_new_key()

    assert public_key(turned) != public_key(RING)
    for ring in RING, turned:
        assert open_sealed(sealed_to(ring), about="act-1", keyring=turned) == PLAIN


def test_another_keyring_opens_nothing():
    assert kind_of_refusal(sealed_to(new_keyring())) is DOES_NOT_OPEN


def test_under_another_name_it_does_not_open():
    assert kind_of_refusal(sealed_to(RING), about="act-2") is DOES_NOT_OPEN


def test_no_changed_byte_and_no_cut_goes_unseen():
    sealed = sealed_to(RING)
    changed = [
        sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for place in range(len(sealed))
    ]

    for wrong in [*changed, *(sealed[:size] for size in range(len(sealed)))]:
        assert kind_of_refusal(wrong) is DOES_NOT_OPEN


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"no key",
        spelled(ec.generate_private_key(ec.SECP384R1()).public_key()),
    ],
    ids=["nothing", "no key", "another curve"],
)
def test_only_a_key_of_p_256_is_a_phones_key(key):
    assert not is_device_key(key)


def test_a_phones_key_is_one():
    assert is_device_key(public_key(RING))


@pytest.mark.parametrize(
    "signature", [b"", bytes(64), b"\xff" * 64, bytes(63)], ids=len
)
def test_what_is_no_signature_proves_nothing(signature):
    assert not is_signed_by(public_key(RING), b"message", signature)
