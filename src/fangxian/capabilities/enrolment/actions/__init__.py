"""The only writers: sources, visits, screening; every verb is one transaction."""

from fangxian.capabilities.enrolment.actions.hearsay import (
    answer_hearsay,
    follow_hearsay,
)
from fangxian.capabilities.enrolment.actions.registering import (
    Listed,
    enrol,
    enrol_list,
    enrol_somebody,
)
from fangxian.capabilities.enrolment.actions.screening import (
    Rescreened,
    close_released,
    close_watched,
    join_arrivals,
    propose_measures,
    rescreen,
    screen_after,
    screen_outdated,
    take_up,
)
from fangxian.capabilities.enrolment.actions.verifying import (
    correct_visit,
    verify,
)
from fangxian.capabilities.enrolment.actions.visits import issue_visits


__all__ = [
    "Listed",
    "Rescreened",
    "answer_hearsay",
    "close_released",
    "close_watched",
    "correct_visit",
    "enrol",
    "enrol_list",
    "enrol_somebody",
    "follow_hearsay",
    "issue_visits",
    "join_arrivals",
    "propose_measures",
    "rescreen",
    "screen_after",
    "screen_outdated",
    "take_up",
    "verify",
]
