"""The parts of a team, the forms of the visits, and what a line of a timeline tells.

How a watch stands is not stored: it stands as its restriction does.
"""

from enum import StrEnum


class Part(StrEnum):
    """What each of the five answers for who stay with one person."""

    CADRE = "cadre"  # of the community
    GRID_WORKER = "grid_worker"
    MEDIC = "medic"
    POLICE = "police"
    VOLUNTEER = "volunteer"


class Form(StrEnum):
    """The forms of the pack by which those at home are looked after."""

    NOTICE = "notice_visit"
    HEALTH = "health_record"
    SAMPLING = "sampling"
    RELEASE = "release_check"
    TEAM = "team"
    AGAIN = "sample_again"  # a result said nothing, so another sample is owed
    ANSWER = "result_answer"  # what a doctor makes of a positive one


SAMPLINGS = frozenset({Form.SAMPLING, Form.AGAIN})


class Outcome(StrEnum):
    """What a laboratory says of one sample."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    INCONCLUSIVE = "inconclusive"  # it says nothing of the person


class What(StrEnum):
    """What a line of a timeline tells."""

    SIGNED = "signed"
    OPENED = "opened"
    RECORDED = "recorded"
    MISSED = "missed"
    RESULT = "result"
    FOUND = "found"
    APPEALED = "appealed"
    RULED = "ruled"
    ENDED = "ended"
