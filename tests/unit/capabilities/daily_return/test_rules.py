"""Of which moment a return speaks, and what must be said of a day."""

import datetime as dt

import pytest

from fangxian.capabilities.daily_return import rules
from fangxian.kernel.moments import start_of
from tests.packs import pack_of
from tests.roles import refusal_of


DAY = dt.date(2020, 11, 9)
BEGINS, ENDS = start_of(DAY), start_of(DAY + dt.timedelta(days=1))
INSTANT = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        (BEGINS, BEGINS),
        (ENDS - INSTANT, ENDS - INSTANT),
        (ENDS, ENDS - INSTANT),
        (ENDS + dt.timedelta(days=2), ENDS - INSTANT),
    ],
)
def test_a_return_speaks_of_now_or_of_the_last_instant_of_its_day(at, seen):
    assert rules.seen_at(DAY, at=at) == seen


@pytest.mark.parametrize(
    ("answers", "found", "is_refused"),
    [
        ({"nothing_happened": True}, 0, False),
        ({"nothing_happened": False}, 0, True),
        ({"nothing_happened": False, "what_happened": "Snow"}, 0, False),
        ({"nothing_happened": True, "what_happened": "Snow"}, 0, False),
        ({"nothing_happened": False}, 1, False),
        ({"nothing_happened": True}, 1, False),  # the report refuses that as no zero
    ],
)
def test_figures_words_or_the_signer_say_how_the_day_was(answers, found, is_refused):
    layout = pack_of("routine").layouts["daily"]
    figures = dict.fromkeys(layout.nothing, found)

    refusal = refusal_of(rules.check_stated, answers, layout, figures)

    assert (refusal and refusal.kind) is (rules.NOTHING_STATED if is_refused else None)
