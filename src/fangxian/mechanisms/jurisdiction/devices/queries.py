"""Readers; every list takes a scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.devices import rules
from fangxian.mechanisms.jurisdiction.models import Device
from fangxian.mechanisms.jurisdiction.queries import within


if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A phone, for whom it speaks in which post, and whether it still may."""

    id: UUID
    name: str
    person: UUID
    post: int
    area: int
    public_key: bytes
    enrolled_by: UUID
    enrolled_at: datetime
    ended_at: datetime | None
    ended_by: UUID | None
    ended_why: str


def facts_of_device(device: Device) -> DeviceFacts:
    """Freeze a phone."""
    return DeviceFacts(
        id=device.pk,
        name=device.name,
        person=device.staff_id,
        post=device.post_id,
        area=device.post.area_id,
        public_key=bytes(device.public_key),
        enrolled_by=device.enrolled_by,
        enrolled_at=device.enrolled_at,
        ended_at=device.ended_at,
        ended_by=device.ended_by,
        ended_why=device.ended_why,
    )


def devices(
    scope: Scope, *, post: int | None = None, ended: bool = False
) -> "QuerySet[Device]":
    """Phones that speak for posts in scope, or that did; the latest first."""
    found = Device.objects.filter(
        within(scope, "post__area"), ended_at__isnull=not ended
    ).select_related("post")
    if post is not None:
        found = found.filter(post=post)
    return found.order_by("-enrolled_at", "pk")


def get_device(device_id: UUID, scope: Scope) -> DeviceFacts:
    """Give a phone in scope; any other is refused as absent."""
    found = Device.objects.filter(within(scope, "post__area"), pk=device_id)
    device = found.select_related("post").first()
    if device is None:
        raise rules.NO_DEVICE()
    return facts_of_device(device)


def devices_of(person: UUID, *, since: datetime | None = None) -> list[DeviceFacts]:
    """The phones that speak for a person in any post, the latest first.

    ``since`` leaves out those that were enrolled before.
    """
    found = Device.objects.filter(staff=person, ended_at=None)
    if since is not None:
        found = found.filter(enrolled_at__gt=since)
    rows = found.select_related("post").order_by("-enrolled_at", "pk")
    return [facts_of_device(device) for device in rows]


def find_speaking(device_id: UUID) -> DeviceFacts | None:
    """Find the phone that says it is this one, unless it was revoked."""
    found = Device.objects.filter(pk=device_id, ended_at=None).select_related("post")
    device = found.first()
    return None if device is None else facts_of_device(device)


def find_before(device: DeviceFacts) -> DeviceFacts | None:
    """Find the phone that spoke for the same person and post before, revoked or not."""
    same = Device.objects.filter(staff=device.person, post=device.post)
    earlier = same.filter(pk__lt=device.id).select_related("post")
    found = earlier.order_by("-pk").first()  # ids begin with their moment
    return None if found is None else facts_of_device(found)


def all_devices() -> list[DeviceFacts]:
    """Every phone that there ever was, for the inbox's copy."""
    found = Device.objects.select_related("post").order_by("pk")
    return [facts_of_device(device) for device in found]


def count_devices() -> tuple[int, int]:
    """Count the phones, and those of them that were revoked."""
    ended = Device.objects.filter(ended_at__isnull=False)
    return Device.objects.count(), ended.count()


def device_names(device_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of phones; unknown ones are left out."""
    found = Device.objects.filter(pk__in=device_ids)
    return {device.pk: device.name for device in found}
