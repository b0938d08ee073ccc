"""``POST /field/api/enrol``: a phone shows its code and its key, and is told the rest."""

import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from fangxian.interfaces.field.answers import NO_SHAPE, answers_phones
from fangxian.interfaces.field.shell import intake_origin
from fangxian.interfaces.field.wire import Before, Enrolled
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.inbox import Inbox, open_inbox
from fangxian.interfaces.intake.networks import asked_from
from fangxian.interfaces.intake.phones import Contact, contacts
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.kernel.situation import clock_of
from fangxian.mechanisms.jurisdiction.devices.actions import enrol_device
from fangxian.mechanisms.jurisdiction.devices.queries import (
    DeviceFacts,
    find_before,
    get_device,
)
from fangxian.mechanisms.jurisdiction.queries import get_post, masked_name, path_name
from fangxian.privacy.keys import keyring_at
from fangxian.privacy.sealing import public_key
from fangxian.privacy.signing import signing_key_at


CACHE_HOURS = 12
KEEP_HOURS = 72


class Asked(msgspec.Struct, frozen=True):
    """What a phone says when it is enrolled; ``public_key`` is SPKI in base64."""

    code: str
    name: str
    public_key: str


@answers_phones
@require_POST
def enrol(request: HttpRequest) -> JsonResponse:
    """Enrol a phone, let the inbox know it at once, and tell it whom it speaks for."""
    try:
        asked = msgspec.json.decode(request.body, type=Asked)
        key = b64decode(asked.public_key, validate=True)
    except (msgspec.DecodeError, NotBase64, ValueError) as problem:
        raise NO_SHAPE() from problem
    at = clock_of(settings.FANGXIAN_DATA).now()
    device = enrol_device(
        asked.code,
        device=new_id(at, secrets.token_bytes(RANDOM_BYTES)),
        name=asked.name,
        public_key=key,
        asked_from=asked_from(request),
        at=at,
    )
    return JsonResponse(_told(device, request))


def _told(device_id: UUID, request: HttpRequest) -> Enrolled:
    device = get_device(device_id, EVERYWHERE)
    with open_inbox() as inbox:
        follow(inbox, device)
        before = _before(inbox, device)
    seal = public_key(keyring_at(settings.FANGXIAN_KEYRING))
    receipts = signing_key_at(settings.FANGXIAN_SIGNING_KEY).public
    return {
        "device": str(device.id),
        "person_label": masked_name(device.person),
        "post_label": get_post(device.post).title,
        "area": device.area,
        "area_label": path_name(device.area),
        "server_key": {
            "seal": b64encode(seal).decode(),
            "receipts": b64encode(receipts).decode(),
        },
        "intake": f"{intake_origin(request)}/intake/batches",
        "cache_hours": CACHE_HOURS,
        "keep_hours": KEEP_HOURS,
        "before": before,
    }


def _before(inbox: Inbox, device: DeviceFacts) -> Before | None:
    """Say what came from the phone before: a browser may have thrown all of it away."""
    earlier = find_before(device)
    if earlier is None:
        return None
    name = str(earlier.id)
    contact = contacts(inbox, [name]).get(name) or Contact(0, 0, None)
    return {
        "name": earlier.name,
        "upto": contact.upto,
        "have": contact.have,
        "heard_at": contact.heard_at,
    }


urlpatterns: list[URLPattern] = [path("api/enrol", enrol, name="field_enrol")]
