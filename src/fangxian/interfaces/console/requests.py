"""A request as pages see it: who acts, when, and what was typed before."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from fangxian.interfaces.console.models import Account
from fangxian.kernel.actors import Actor
from fangxian.kernel.situation import Situation


if TYPE_CHECKING:
    from fangxian.interfaces.console.frame import Frame


class PageRequest(HttpRequest):
    """What ``page`` hands to a view. ``at`` is the installation's time."""

    at: datetime
    situation: Situation | None
    actor: Actor
    account: Account
    frame: "Frame"
    url_name: str
    typed_before: dict[str, Any]
