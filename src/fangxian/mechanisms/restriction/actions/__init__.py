"""The only writers: evidence, evaluation, signature, end and appeal.

Nothing else imposes: a restriction exists only as a decision that a doctor's signature
made of a cohort, which the evaluation of everybody's evidence proposed.
"""

from fangxian.mechanisms.restriction.actions.appeals import (
    decide_appeal,
    file_appeal,
)
from fangxian.mechanisms.restriction.actions.cohorts import propose, refuse, sign
from fangxian.mechanisms.restriction.actions.endings import (
    end_due,
    end_repealed,
    release,
)
from fangxian.mechanisms.restriction.actions.evidence import (
    record_evidence,
    withdraw_evidence,
)


__all__ = [
    "decide_appeal",
    "end_due",
    "end_repealed",
    "file_appeal",
    "propose",
    "record_evidence",
    "refuse",
    "release",
    "sign",
    "withdraw_evidence",
]
