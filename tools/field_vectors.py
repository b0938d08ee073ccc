"""Write tests/vectors/field.json: what server and phone must agree on, byte for byte.

python tools/field_vectors.py          write
python tools/field_vectors.py --check  fail when the file is stale

Keys, ivs and signatures are the same at each run, so a change of the file is a change
of the protocol.
"""

import datetime as dt
import json
import pathlib
import sys
from base64 import b64encode
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from fangxian.interfaces.intake.batches import BEGINNING, SIGNED, link_of
from fangxian.interfaces.intake.receipts import BatchReceipt, sign_bodies
from fangxian.privacy.sealing import CURVE, INFO, PrivateKey, seal, spelled
from fangxian.privacy.signing import SigningKey


PATH = pathlib.Path(__file__).parents[1] / "tests" / "vectors" / "field.json"
SERVER = ec.derive_private_key(0x5EA1, CURVE)
PHONE = ec.derive_private_key(0xF01E, CURVE)
RECEIPTS = SigningKey.from_seed(bytes(range(32)))
DEVICE = UUID("0190f3c0-0000-7000-8000-00000000d001")
AT = dt.datetime(2020, 11, 9, 3, 0, tzinfo=dt.UTC)
INNER = (
    (
        '{"kind":"visit","body":{"place":7,"form":"six_haves",'
        '"answers":{"masks":true,"note":"口罩已发 😷"}}}'
    ),
    (
        '{"kind":"observation","body":{"form":"door","edition":1,'
        '"subject":"place:7","area":3,"answers":{}}}'
    ),
    '{"kind":"visit","body":{}}',
)


def act_id(number: int) -> str:
    """Give a UUIDv7 that is the same at each run."""
    return str(UUID(f"0175aac1-6d80-7000-8000-{number:012x}"))


def sealing() -> list[dict[str, str]]:
    """Say what each inner body becomes under a fixed ephemeral key and iv."""
    found = []
    for number, inner in enumerate(INNER, start=1):
        ephemeral = ec.derive_private_key(0xE0E0 + number, CURVE)
        iv = bytes([number]) * 12
        sealed = seal(
            inner.encode(),
            about=act_id(number),
            public=spelled(SERVER.public_key()),
            ephemeral=ephemeral,
            iv=iv,
        )
        found.append(
            {
                "id": act_id(number),
                "inner": inner,
                "ephemeral": pkcs8(ephemeral),
                "iv": base64(iv),
                "sealed": base64(sealed),
            }
        )
    return found


def chain(sealings: list[dict[str, str]]) -> list[dict[str, str]]:
    """String the acts together as a phone does; ``raw`` is what it keeps and sends."""
    found, prev = [], BEGINNING
    for seq, one in enumerate(sealings, start=1):
        envelope = {
            "id": one["id"],
            "seq": seq,
            "prev": prev.hex(),
            "seen_at": f"2020-11-09T11:0{seq}:00+08:00",
            "sealed": one["sealed"],
        }
        raw = json.dumps(envelope, separators=(",", ":"))
        prev = link_of(raw.encode())
        found.append({"raw": raw, "hash": prev.hex()})
    return found


def batch(links: list[dict[str, str]]) -> dict[str, str]:
    """Sign a batch of all acts with the phone's key."""
    acts = ",".join(one["raw"] for one in links)
    have = json.dumps({"seq": len(links), "hash": links[-1]["hash"]})
    body = (
        f'{{"device":"{DEVICE}","sent_at":"2020-11-09T11:05:00+08:00",'
        f'"have":{have},"acts":[{acts}]}}'
    )
    return {"body": body, "signature": base64(signed(SIGNED + body.encode()))}


def receipts(links: list[dict[str, str]]) -> list[dict[str, str]]:
    """Acknowledge three batches in one commit, so that each proof has a path."""
    bodies = [
        msgspec.json.encode(
            BatchReceipt(
                device=str(DEVICE),
                received_at=AT,
                acts=[(UUID(act_id(seq)), "received") for seq in range(1, upto + 1)],
                upto=upto,
                head=links[upto - 1]["hash"] if upto else BEGINNING.hex(),
            )
        )
        for upto in (3, 0, 2)
    ]
    return [
        {
            "body": one.body.decode(),
            "proof": one.proof,
            "signature": one.signature.hex(),
        }
        for one in sign_bodies(bodies, key=RECEIPTS)
    ]


def pull() -> dict[str, str]:
    """Sign a request for the bundle."""
    path, at = "/field/api/bundle?cursor=12&after=task%3A7", "2020-11-09T11:05:00+08:00"
    message = f"fangxian pull\nGET{path}{at}"
    return {
        "path": path,
        "at": at,
        "message": message,
        "signature": base64(signed(message.encode())),
    }


def signed(message: bytes) -> bytes:
    """Sign as WebCrypto spells it, but the same at each run (RFC 6979)."""
    pair = PHONE.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(pair)
    return r.to_bytes(32) + s.to_bytes(32)


def vectors() -> dict[str, Any]:
    """Give the whole file."""
    sealings = sealing()
    links = chain(sealings)
    return {
        "info": INFO.decode(),
        "server": {
            "private": pkcs8(SERVER),
            "public": base64(spelled(SERVER.public_key())),
            "receipts": base64(RECEIPTS.public),
        },
        "device": {
            "id": str(DEVICE),
            "private": pkcs8(PHONE),
            "public": base64(spelled(PHONE.public_key())),
        },
        "sealing": sealings,
        "chain": links,
        "batch": batch(links),
        "receipts": receipts(links),
        "pull": pull(),
    }


def pkcs8(key: PrivateKey) -> str:
    """Spell a private key as browsers import it."""
    return base64(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def base64(content: bytes) -> str:
    """Spell bytes in base64, with padding."""
    return b64encode(content).decode()


def text() -> str:
    """Spell the file."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or say that it is stale."""
    if "--check" not in arguments:
        PATH.write_text(text(), encoding="utf-8")
        return 0
    if PATH.read_text("utf-8") == text():
        return 0
    print("stale: tests/vectors/field.json; run: python tools/field_vectors.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
