"""What somebody must hear of their own account: a password set anew, phones enrolled."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from fangxian.interfaces.console.models import Account, PasswordLink
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.devices.queries import devices_of


TOLD_FOR = dt.timedelta(days=7)
PAGES = frozenset({"today", "profile"})
"""Where it is said; log-ins lead to the first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was done to one's own account, and what one can do about it."""

    icon: str
    text: str
    remedy: str
    device: UUID | None = None


def notices_of(account: Account, at: dt.datetime) -> list[Notice]:
    """Say what was done to this account in the last days."""
    return [*_password_set(account, at), *_phones(account, at)]


def _password_set(account: Account, at: dt.datetime) -> Iterator[Notice]:
    used = PasswordLink.objects.filter(account=account, used_at__gt=at - TOLD_FOR)
    link = used.first()
    if link is None or link.used_at is None:
        return
    names = _names(link.asked_by, link.agreed_by)
    said = gettext("Your password was set anew at {when}, by a link that {who} made.")
    if link.agreed_by is not None:
        said = gettext(
            "Your password was set anew at {when}, by a link that {who} made and {second} agreed to."
        )
    yield Notice(
        "key",
        said.format(
            when=_moment(link.used_at),
            who=names[link.asked_by],
            second=names[link.agreed_by],
        ),
        gettext(
            "If that was not you: have the account closed at once, and tell the supervision group."
        ),
    )


def _phones(account: Account, at: dt.datetime) -> Iterator[Notice]:
    """Say which phones speak in one's name since lately: a code can go astray."""
    if account.person is None:
        return
    found = devices_of(account.person, since=at - TOLD_FOR)
    names = _names(*(device.enrolled_by for device in found))
    for device in found:
        said = gettext(
            "The phone {name} speaks for you since {when}; {who} made its code."
        )
        yield Notice(
            "phone",
            said.format(
                name=device.name,
                when=_moment(device.enrolled_at),
                who=names[device.enrolled_by],
            ),
            gettext("If it is not yours, revoke it: nothing it sends counts any more."),
            device.id,
        )


def _names(*persons: UUID | None) -> dict[UUID | None, str]:
    known = jurisdiction.masked_names(one for one in persons if one is not None)
    names: dict[UUID | None, str] = {SYSTEM.person: gettext("the system"), None: ""}
    names.update(known.items())
    return names


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
