"""What server and phone agree on; ``web/field`` reads the same file."""

import json
from base64 import b64decode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from fangxian.interfaces.intake.batches import BEGINNING, SIGNED, link_of
from fangxian.interfaces.intake.receipts import is_genuine
from fangxian.privacy import sealing
from fangxian.privacy.device_keys import is_signed_by
from tools import field_vectors


VECTORS = json.loads(field_vectors.PATH.read_text("utf-8"))
DEVICE = b64decode(VECTORS["device"]["public"])


def test_the_file_is_fresh():
    assert field_vectors.PATH.read_text("utf-8") == field_vectors.text()


@pytest.mark.parametrize("one", VECTORS["sealing"], ids=lambda one: one["id"][-1])
def test_what_is_sealed_opens_with_the_servers_key(one):
    private = load_der_private_key(b64decode(VECTORS["server"]["private"]), None)

    opened = sealing._open(b64decode(one["sealed"]), private, one["id"])

    assert opened.decode() == one["inner"]


def test_each_act_names_the_one_before_it():
    links = VECTORS["chain"]
    before = [BEGINNING.hex(), *(one["hash"] for one in links)]

    for place, one in enumerate(links):
        act = json.loads(one["raw"])
        assert (act["seq"], act["prev"]) == (place + 1, before[place])
        assert link_of(one["raw"].encode()).hex() == one["hash"]
        assert sha256(one["raw"].encode()).hexdigest() == one["hash"]


def test_a_batch_is_signed_by_the_phone_alone():
    batch = VECTORS["batch"]
    signature = b64decode(batch["signature"])

    assert is_signed_by(DEVICE, SIGNED + batch["body"].encode(), signature)
    assert not is_signed_by(DEVICE, batch["body"].encode(), signature)
    assert not is_signed_by(DEVICE, SIGNED + batch["body"].encode() + b" ", signature)


def test_a_pull_is_signed_by_the_phone():
    pull = VECTORS["pull"]

    assert pull["message"] == f"fangxian pull\nGET{pull['path']}{pull['at']}"
    assert is_signed_by(DEVICE, pull["message"].encode(), b64decode(pull["signature"]))


def test_each_receipt_is_genuine_with_its_own_proof_only():
    public = b64decode(VECTORS["server"]["receipts"])
    receipts = VECTORS["receipts"]

    for one in receipts:
        for other in receipts:
            genuine = is_genuine(
                one["body"].encode(),
                proof=other["proof"],
                signature=other["signature"],
                public=public,
            )
            assert genuine == (one is other)
