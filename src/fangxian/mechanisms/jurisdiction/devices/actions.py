"""The only writers: codes that let a phone be enrolled, phones, their end."""

import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import SHANGHAI
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.devices import codes, events, rules
from fangxian.mechanisms.jurisdiction.models import (
    Device,
    DeviceCode,
    Post,
    WrongCodes,
)
from fangxian.mechanisms.jurisdiction.queries import (
    actor_for,
    check_reaches_area,
    holder_of,
    reaches_area,
)
from fangxian.mechanisms.jurisdiction.rules import ENDED, OUT_OF_REACH, POST_VACANT
from fangxian.privacy.device_keys import is_device_key
from fangxian.privacy.keys import Keyring, keyring_at


@transaction.atomic
def issue_code(post_id: int, *, by: Actor, at: datetime) -> str:
    """Let one phone be enrolled for who holds the post; give the code, once.

    An earlier code for the post ends.
    """
    post = _standing_post(post_id, by=by)
    rules.check_can_enrol(by=by)
    rules.check_can_speak_for(Role(post.role), by=by)
    staff = holder_of(post.pk, at)
    if staff is None:
        raise POST_VACANT(title=post.title)
    DeviceCode.objects.filter(post=post, ended_at=None).update(ended_at=at)
    DeviceCode.objects.filter(ended_at=None, until__lte=at).update(ended_at=at)
    keyring = _keyring()
    code = _free_code(keyring)
    DeviceCode.objects.create(
        call=codes.call_of(code, keyring),
        tag=codes.tag_of(code, keyring),
        staff_id=staff,
        post=post,
        issued_by=by.person,
        issued_at=at,
        until=at + rules.CODE_VALID,
    )
    event = events.CodeIssued(post=post.pk, staff=staff)
    record(event, by=by, at=at, subject=f"post:{post.pk}", area=post.area_id)
    return code


def enrol_device(
    code: str,
    *,
    device: UUID,
    name: str,
    public_key: bytes,
    asked_from: str,
    at: datetime,
) -> UUID:
    """Let a phone speak for whom its code was made for; give the phone's id.

    The code says who lets it. A wrong one is counted, so the refusal comes after the
    commit: against the code that it calls up, and against the network ``asked_from``,
    since most guesses call up none. A stranger thus ends nobody's code by guessing on,
    and keeps nobody on another network waiting. The same phone with the same code again, since it had no answer, is given
    the id it has.
    """
    rules.check_name(name)
    if not is_device_key(public_key):
        raise rules.NO_KEY()
    said, source = codes.as_typed(code), codes.source_of(asked_from, _keyring())
    _check_not_guessed_at(source, at=at)
    outcome = _enrol(said, device=device, name=name.strip(), key=public_key, at=at)
    if isinstance(outcome, RefusalKind):
        _count_wrong(source, at=at)
        raise outcome()
    return outcome


def _check_not_guessed_at(source: bytes, *, at: datetime) -> None:
    wrong = WrongCodes.objects.filter(source=source).first()
    if wrong is not None and rules.is_guessed_at(wrong, at=at):
        until = wrong.since + rules.CODE_VALID
        raise rules.TOO_MANY_WRONG(
            most=rules.WRONG_FROM_A_NETWORK_MAX,
            until=until.astimezone(SHANGHAI).strftime("%H:%M"),
        )


@transaction.atomic
def _count_wrong(source: bytes, *, at: datetime) -> None:
    """Count a wrong code; who sent none for as long as one is good for is forgotten."""
    WrongCodes.objects.filter(since__lte=at - rules.CODE_VALID).delete()
    counted = WrongCodes.objects.select_for_update()
    wrong, _ = counted.get_or_create(source=source, defaults={"since": at})
    wrong.tries += 1
    wrong.save(update_fields=["tries"])


@transaction.atomic
def _enrol(
    code: str, *, device: UUID, name: str, key: bytes, at: datetime
) -> UUID | RefusalKind:
    known = Device.objects.filter(public_key=key).select_related("code").first()
    if known is not None:
        again = bytes(known.code.tag) in codes.tags_of(code, _keyring())
        return known.pk if again and known.ended_at is None else rules.KEY_TAKEN
    found = _proven(code, at=at)
    if found is None:
        return rules.CODE_WRONG
    by = replace(
        actor_for(found.staff_id, post=found.post_id, at=at), device=str(device)
    )
    enrolled = Device.objects.create(
        id=device,
        name=name,
        staff_id=found.staff_id,
        post_id=found.post_id,
        public_key=key,
        enrolled_by=found.issued_by,
        enrolled_at=at,
    )
    found.device = enrolled
    found.ended_at = at
    found.save(update_fields=["device", "ended_at"])
    event = events.Enrolled(
        device=device,
        post=found.post_id,
        staff=found.staff_id,
        issued_by=found.issued_by,
        key=sha256(key).hexdigest(),
    )
    record(event, by=by, at=at, subject=f"device:{device}", area=by.unit)
    return device


def _proven(code: str, *, at: datetime) -> DeviceCode | None:
    """Find the running code that this is, and count a try that is wrong."""
    called = DeviceCode.objects.select_for_update().filter(
        call__in=codes.calls_of(code, _keyring()), ended_at=None
    )
    found = called.first()
    if found is None or not rules.is_running(found, at=at):
        return None
    tags = codes.tags_of(code, _keyring())
    if any(secrets.compare_digest(bytes(found.tag), tag) for tag in tags):
        return found
    found.tries += 1
    found.ended_at = at if found.tries >= rules.TRIES_MAX else None
    found.save(update_fields=["tries", "ended_at"])
    return None


@transaction.atomic
def revoke_device(device_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Let a phone speak no longer; what it sent stays."""
    device = _locked(device_id)
    if device is None or not reaches_area(by.scope, device.post.area_id):
        raise rules.NO_DEVICE()
    rules.check_can_enrol(by=by)
    _revoke(device, reason, by=by, at=at)


@transaction.atomic
def disown_device(device_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Revoke a phone that speaks in one's own name, without asking anybody."""
    device = _locked(device_id)
    if device is None or device.staff_id != by.person:
        raise rules.NO_DEVICE()
    _revoke(device, reason, by=by, at=at)


def _locked(device_id: UUID) -> Device | None:
    rows = Device.objects.select_for_update(of=("self",)).filter(pk=device_id)
    return rows.select_related("post").first()


def _revoke(device: Device, reason: str, *, by: Actor, at: datetime) -> None:
    rules.check_reason(reason)
    rules.check_speaks(device)
    device.ended_at, device.ended_by, device.ended_why = at, by.person, reason.strip()
    device.save(update_fields=["ended_at", "ended_by", "ended_why"])
    event = events.Revoked(device=device.pk, post=device.post_id, reason=reason.strip())
    record(event, by=by, at=at, subject=f"device:{device.pk}", area=device.post.area_id)


def _standing_post(post_id: int, *, by: Actor) -> Post:
    """Lock a post that stands in the actor's reach."""
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise OUT_OF_REACH(what="post")
    check_reaches_area(by.scope, post.area_id, what="post")
    if post.valid_until is not None:
        raise ENDED(name=post.title, on=post.valid_until)
    return post


def _free_code(keyring: Keyring) -> str:
    """Make a code whose first characters call up no other that runs."""
    while True:
        code = codes.code_of(secrets.token_bytes(codes.CHARACTERS))
        calls = codes.calls_of(code, keyring)
        if not DeviceCode.objects.filter(call__in=calls, ended_at=None).exists():
            return code


def _keyring() -> Keyring:
    return keyring_at(settings.FANGXIAN_KEYRING)
