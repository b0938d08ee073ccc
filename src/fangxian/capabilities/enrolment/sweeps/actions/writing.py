"""What the acts of a sweep share: to hold its row, and to write its steps down."""

import datetime as dt
from uuid import UUID

from fangxian.capabilities.enrolment.models import Sweep
from fangxian.capabilities.enrolment.sweeps import rules
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Event


def locked(sweep_id: UUID) -> Sweep:
    """Hold a sweep; one that is not there is refused."""
    sweep = Sweep.objects.select_for_update().filter(pk=sweep_id).first()
    if sweep is None:
        raise rules.UNKNOWN()
    return sweep


def note(
    event: Event,
    sweep: Sweep,
    *,
    area: int | None = None,
    by: Actor,
    at: dt.datetime,
) -> None:
    """Write a step of a sweep into the journal."""
    where = sweep.area_id if area is None else area
    record(event, by=by, at=at, subject=f"sweep:{sweep.pk}", area=where)
