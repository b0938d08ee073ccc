"""What those do who look after people at home; every verb is one transaction."""

from fangxian.capabilities.home_watch.actions.duties import plan_watch
from fangxian.capabilities.home_watch.actions.lists import (
    Listed,
    ResultRow,
    ResultRows,
    take_results,
)
from fangxian.capabilities.home_watch.actions.objections import take_objection
from fangxian.capabilities.home_watch.actions.records import (
    check_release,
    correct_record,
    hand_over_notice,
    record_health,
    record_sampling,
    record_visit,
)
from fangxian.capabilities.home_watch.actions.results import (
    Stated,
    put_to_a_doctor,
    take_result,
    withdraw_result,
)
from fangxian.capabilities.home_watch.actions.teams import name_team, note_gaps
from fangxian.capabilities.home_watch.actions.watches import close_watch, open_watch


__all__ = [
    "Listed",
    "ResultRow",
    "ResultRows",
    "Stated",
    "check_release",
    "close_watch",
    "correct_record",
    "hand_over_notice",
    "name_team",
    "note_gaps",
    "open_watch",
    "plan_watch",
    "put_to_a_doctor",
    "record_health",
    "record_sampling",
    "record_visit",
    "take_objection",
    "take_result",
    "take_results",
    "withdraw_result",
]
