"""The inbox's copy of who may send by key: it answers while the records are locked.

The records are right; the copy follows when a phone is enrolled or revoked, and is
compared each turn of the worker, so that a crash between the two is made good.
"""

from fangxian.interfaces.intake.inbox import Inbox
from fangxian.interfaces.intake.phones import (
    Phone,
    copy_phone,
    count_phones,
    end_phone,
)
from fangxian.mechanisms.jurisdiction.devices.queries import (
    DeviceFacts,
    all_devices,
    count_devices,
)


def follow(inbox: Inbox, device: DeviceFacts) -> None:
    """Let the inbox know of a phone what the records say."""
    name = str(device.id)
    copy_phone(inbox, Phone(name, device.public_key, device.person, device.post))
    if device.ended_at is not None:
        end_phone(inbox, name)


def follow_all(inbox: Inbox) -> None:
    """Make good what the inbox missed; when nothing was, this costs two counts."""
    if count_devices() != count_phones(inbox):
        for device in all_devices():
            follow(inbox, device)
