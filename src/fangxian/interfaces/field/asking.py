"""Who asks: a phone signs each question, and speaks for who holds its post today."""

import datetime as dt
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SystemClock
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.jurisdiction.devices.queries import DeviceFacts, find_speaking
from fangxian.mechanisms.jurisdiction.queries import actor_for
from fangxian.privacy.device_keys import is_signed_by


SIGNED = "fangxian pull\n"
MAY_DIFFER = dt.timedelta(minutes=5)

NO_PHONE = RefusalKind(
    code="field.no_phone",
    sentence="This phone is not enrolled here, or no longer.",
    remedy="Ask the office of your unit for a new code; what the phone holds is not lost.",
)
NO_POST = RefusalKind(
    code="field.no_post",
    sentence="Whoever this phone speaks for does not hold the post any more.",
    remedy="Ask the office of your unit for a code for the post that you hold now.",
)
WRONG_CLOCK = RefusalKind(
    code="field.wrong_clock",
    sentence="The phone's clock is more than five minutes wrong.",
    remedy="Let the phone take its time from the network, then ask again.",
)


@dataclass(frozen=True, slots=True)
class Asker:
    """A phone that has proved which one it is, and as whom it asks."""

    device: DeviceFacts
    actor: Actor
    at: dt.datetime


def who_asks(request: HttpRequest, *, at: dt.datetime) -> Asker:
    """Give who asks; refuse a stranger, a revoked phone, and one whose post is lost."""
    said = request.headers.get("Fangxian-At", "")
    device = _signing(request, said)
    if not _is_now(said, at):
        raise WRONG_CLOCK()
    try:
        actor = actor_for(device.person, at=at, post=device.post)
    except Refusal as refusal:
        raise NO_POST() from refusal
    return Asker(device, replace(actor, device=str(device.id)), at)


def _signing(request: HttpRequest, said: str) -> DeviceFacts:
    try:
        device = find_speaking(UUID(request.headers.get("Fangxian-Device", "")))
        signed = request.headers.get("Fangxian-Signature", "")
        signature = b64decode(signed, validate=True)
    except (NotBase64, ValueError) as problem:
        raise NO_PHONE() from problem
    message = message_of(request, said).encode()
    if device is None or not is_signed_by(device.public_key, message, signature):
        raise NO_PHONE()
    return device


def message_of(request: HttpRequest, said: str) -> str:
    """Give what is signed: the method, the path with its query as sent, the moment."""
    query = request.META.get("QUERY_STRING", "")
    path = f"{request.path}?{query}" if query else request.path
    return f"{SIGNED}{request.method}{path}{said}"


def _is_now(said: str, at: dt.datetime) -> bool:
    """Whether a phone says this moment; in a rehearsal its clock may be the wall's."""
    try:
        moment = dt.datetime.fromisoformat(said)
        return any(abs(now - moment) <= MAY_DIFFER for now in (at, SystemClock().now()))
    except (TypeError, ValueError):  # no moment, or one without its zone
        return False
