"""An objection taken at the door, where the person is, wherever the decision was made."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from fangxian.capabilities.home_watch import queries
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.restriction.actions import file_appeal
from fangxian.mechanisms.restriction.states import Channel


if TYPE_CHECKING:
    from fangxian.mechanisms.restriction.models import Appeal


@transaction.atomic
def take_objection(
    watch_id: int, *, said: str, channel: Channel, by: Actor, at: datetime
) -> "Appeal":
    """Take an objection of somebody who is looked after in reach.

    The grid worker at the door need not reach the area that the evidence came from.
    """
    watch = queries.get_watch(watch_id, by.scope)
    roots = by.scope.roots | {watch.decision.area_id}
    taker = replace(by, scope=replace(by.scope, roots=roots))
    return file_appeal(watch_id, said=said, channel=channel, by=taker, at=at)
