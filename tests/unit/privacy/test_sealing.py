"""What is sealed opens with its own key and in its own place, and nowhere else."""

import stat

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fangxian.kernel.refusals import Refusal
from fangxian.privacy.ciphers import CIPHER_MISSING, Sealing, decrypt, encrypt
from fangxian.privacy.derivation import derive
from fangxian.privacy.fields import key_of, seal, unseal
from fangxian.privacy.keys import (
    KEY_UNKNOWN,
    KEYS_EXPOSED,
    Keyring,
    keyring_at,
    new_keyring,
    read_keyring,
    replace_keyring,
    write_keyring,
)


TEXT = "王小明 99010319790613417X"
BOTH = pytest.mark.parametrize("sealing", list(Sealing))


@BOTH
def test_what_is_sealed_opens_again(sealing):
    ring = new_keyring(sealing=sealing)

    sealed = seal(TEXT, keyring=ring, bound_to="a.name")

    assert unseal(sealed, keyring=ring, bound_to="a.name") == TEXT
    assert key_of(sealed) == ring.current == "k1"


@BOTH
def test_the_same_text_is_never_sealed_alike(sealing):
    ring = new_keyring(sealing=sealing)

    assert len({seal(TEXT, keyring=ring, bound_to="a.name") for _ in range(50)}) == 50


@BOTH
def test_any_changed_bit_and_any_other_place_is_noticed(sealing):
    ring = new_keyring(sealing=sealing)
    sealed = seal("王", keyring=ring, bound_to="a.name")
    start = len(b"k1\0")

    opened = []
    for place in range(start, len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            try:
                opened.append(unseal(bytes(changed), keyring=ring, bound_to="a.name"))
            except InvalidTag:
                continue
    assert opened == []
    with pytest.raises(InvalidTag):
        unseal(sealed, keyring=ring, bound_to="a.number")


@BOTH
def test_what_was_cut_short_does_not_open(sealing):
    ring = new_keyring(sealing=sealing)
    sealed = seal("王", keyring=ring, bound_to="a.name")

    with pytest.raises(InvalidTag):
        unseal(sealed[: len(b"k1\0") + 12 + 3], keyring=ring, bound_to="a.name")


def test_another_key_opens_nothing():
    sealed = seal(TEXT, keyring=new_keyring(), bound_to="a.name")

    with pytest.raises(InvalidTag):
        unseal(sealed, keyring=new_keyring(), bound_to="a.name")
    with pytest.raises(Refusal) as refusal:
        unseal(sealed, keyring=Keyring("k9", {"k9": bytes(32)}), bound_to="a.name")
    assert refusal.value.kind is KEY_UNKNOWN


def test_sm4_is_the_published_cipher():
    """The example of GB/T 32907-2016, one block: the library's SM4 is SM4."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")

    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 -- one block of a published example

    assert encryptor.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_is_the_published_mode():
    """The example of RFC 8998, appendix A.1, through the library as it is used here."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    about = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(about)

    sealed = encryptor.update(plain) + encryptor.finalize()

    assert sealed.hex().startswith("17f399f08c67d5ee19d0dc9969c4bb7d")
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_sm4_seals_with_a_key_derived_for_it_alone():
    key, nonce = bytes(range(32)), bytes(12)
    sealed = encrypt(b"x", sealing=Sealing.SM4, key=key, nonce=nonce, about=b"")
    derived = derive(key, purpose="seal with sm4-gcm", length=16)

    decryptor = Cipher(
        algorithms.SM4(derived), modes.GCM(nonce, sealed[-16:])
    ).decryptor()

    assert decryptor.update(sealed[:-16]) + decryptor.finalize() == b"x"
    said = {"sealing": Sealing.SM4, "key": key, "nonce": nonce, "about": b""}
    assert decrypt(sealed, **said) == b"x"
    assert "sm4" in CIPHER_MISSING(cipher=Sealing.SM4.value).sentence


# ------------------------------------------------------------------------ the keyring
def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path):
    path = tmp_path / "keys.json"
    old = keyring_at(path)
    sealed = seal(TEXT, keyring=old, bound_to="a.name")

    replace_keyring(path, old.with_new_key(sealing=Sealing.SM4))

    ring = keyring_at(path)
    assert (ring.current, sorted(ring.keys)) == ("k2", ["k1", "k2"])
    assert ring.sealing_of("k1") is Sealing.AES
    assert ring.sealing_of("k2") is Sealing.SM4
    assert unseal(sealed, keyring=ring, bound_to="a.name") == TEXT
    again = seal(TEXT, keyring=ring, bound_to="a.name")
    assert key_of(again) == "k2"
    assert unseal(again, keyring=ring, bound_to="a.name") == TEXT


def test_the_file_is_its_owners_alone_and_refused_otherwise(tmp_path):
    path = tmp_path / "keys.json"
    ring = keyring_at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]

    replace_keyring(path, ring.with_new_key())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]

    path.chmod(0o640)
    with pytest.raises(Refusal) as refusal:
        read_keyring(path)
    assert refusal.value.kind is KEYS_EXPOSED


def test_a_keyring_is_never_written_over(tmp_path):
    path = tmp_path / "keys.json"
    write_keyring(path, new_keyring())

    with pytest.raises(FileExistsError):
        write_keyring(path, new_keyring())
