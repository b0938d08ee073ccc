"""When somebody logged in last, by the installation's clock: in a rehearsal, its own."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in

from fangxian.kernel.situation import clock_of


IN_DJANGOS_PLACE = "update_last_login"  # what django.contrib.auth connects its own as


def note_log_in(*, user: Any, **_: Any) -> None:
    """Keep on the account when it was used."""
    user.last_login = clock_of(settings.FANGXIAN_DATA).now()
    user.save(update_fields=["last_login"])


def connect() -> None:
    """Hear of log-ins instead of Django, which would ask the machine's clock.

    Before ``django.contrib.auth`` is ready: the first of a name is the one that hears.
    """
    user_logged_in.connect(note_log_in, dispatch_uid=IN_DJANGOS_PLACE)
