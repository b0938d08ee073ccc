"""Phones for tests: keys as a browser makes them."""

from base64 import b64encode
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fangxian.mechanisms.jurisdiction.devices import actions
from fangxian.privacy.sealing import CURVE, spelled
from tests.worlds import NOON


def key_of(number):
    """A phone's private key; the same for the same number."""
    return ec.derive_private_key(number, CURVE)


def public_of(number):
    return spelled(key_of(number).public_key())


def signed_by(number, message):
    """Sign as WebCrypto does: r and s side by side, in base64."""
    r, s = decode_dss_signature(key_of(number).sign(message, ec.ECDSA(SHA256())))
    return b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


def enrol(world, number, *, who="grid", by="community", name="网格员的手机", at=NOON):
    """Enrol a phone for who holds a post of the world; give its id."""
    code = actions.issue_code(world.posts[who], by=world.actor(by), at=at)
    return actions.enrol_device(
        code,
        device=UUID(int=number),
        name=name,
        public_key=public_of(number),
        asked_from="192.0.2.1",
        at=at,
    )
