from hashlib import sha256

from fangxian.kernel.canonical import canonical
from fangxian.mechanisms.ledger.layouts import layout_fingerprint
from fangxian.privacy.keys import keyring_at, replace_keyring


def test_the_order_of_headings_counts():
    one = layout_fingerprint(["名称", "电话"])

    assert one == layout_fingerprint([" 名称 ", "电话"])
    assert one != layout_fingerprint(["电话", "名称"])


def test_nobody_without_the_keys_can_name_a_layout(settings, tmp_path):
    said = ["张三", "13812345678"]
    settings.FANGXIAN_KEYRING = tmp_path / "one.json"
    here = layout_fingerprint(said)
    settings.FANGXIAN_KEYRING = tmp_path / "other.json"

    assert layout_fingerprint(said) != here
    assert here != sha256(canonical(said)).hexdigest()


def test_a_layout_keeps_its_name_under_a_new_key(settings, tmp_path):
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    before = layout_fingerprint(["姓名"])
    ring = keyring_at(settings.FANGXIAN_KEYRING)
    replace_keyring(settings.FANGXIAN_KEYRING, ring.with_new_key())

    assert layout_fingerprint(["姓名"]) == before
