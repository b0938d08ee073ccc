"""What is done in a sweep; every verb is one transaction and writes the journal."""

from fangxian.capabilities.enrolment.sweeps.actions.ending import call_off, end_due
from fangxian.capabilities.enrolment.sweeps.actions.finding_people import (
    register_found,
)
from fangxian.capabilities.enrolment.sweeps.actions.ordering import (
    order_sweep,
    take_in_new,
)
from fangxian.capabilities.enrolment.sweeps.actions.rebuilding import rebuild
from fangxian.capabilities.enrolment.sweeps.actions.visiting import (
    correct_visit,
    record_visit,
)


__all__ = [
    "call_off",
    "correct_visit",
    "end_due",
    "order_sweep",
    "rebuild",
    "record_visit",
    "register_found",
    "take_in_new",
]
