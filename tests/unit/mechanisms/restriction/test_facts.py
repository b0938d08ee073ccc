"""What the digests of evidence and of restrictions seal: every word, and the salt."""

import datetime as dt
import json
from uuid import UUID

import pytest

from fangxian.mechanisms.protocol.models import Edition
from fangxian.mechanisms.restriction import facts
from fangxian.mechanisms.restriction.models import Decision, Evidence
from tests.unit.mechanisms.restriction.restricting import MARKET, PENNY, ROSA
from tests.worlds import NOON


HOUR = dt.timedelta(hours=1)
EVIDENCE_DIGEST = "1e41233e10ddf6e1f1ed1b183afb51f09e21aa68ac51bbbcc9eb6b9b86257ae8"
DECISION_DIGEST = "c797f2488a8be33e4d1296ae841b9828ed6ef032226e61f888e802fe4b675f2d"
STATES = {"stay.abroad": False, "stay.left_on": "2020-11-07"}


def evidence(**changes):
    said = {
        "id": UUID(int=1),
        "subject": PENNY,
        "venue": "",
        "area_id": 7,
        "kind": "stay",
        "grade": "B",
        "facts": '{"facts":{"stay.abroad":false},"salt":"00"}',
        "seen_at": NOON,
        "by": UUID(int=2),
        "role": "police",
        "observation_id": None,
    }
    return Evidence(**{**said, **changes})


EVIDENCE = [
    {"id": UUID(int=3)},
    {"subject": ROSA},
    {"venue": MARKET},
    {"area_id": 8},
    {"kind": "lab"},
    {"grade": "A"},
    {"facts": '{"facts":{"stay.abroad":true},"salt":"00"}'},
    {"seen_at": NOON - HOUR},
    {"by": UUID(int=3)},
    {"role": "cdc"},
    {"observation_id": UUID(int=4)},
]


@pytest.mark.parametrize("changes", EVIDENCE, ids=lambda one: next(iter(one)))
def test_the_digest_of_evidence_seals_every_word(changes):
    one, other = evidence(), evidence(**changes)

    assert facts.digest_of(one) == facts.digest_of(evidence())
    assert facts.digest_of(one) != facts.digest_of(other)
    assert facts.body_of(one) != facts.body_of(other)


def test_another_salt_is_another_digest_of_the_same_body():
    one, other = (evidence(facts=facts.spell(STATES)) for _ in range(2))

    assert facts.body_of(one) == facts.body_of(other)
    assert facts.digest_of(one) != facts.digest_of(other)
    assert facts.read(one.facts) == STATES
    salt = json.loads(one.facts)["salt"]
    assert len(bytes.fromhex(salt)) == facts.SALT_BYTES
    assert salt != json.loads(other.facts)["salt"]


def test_who_received_it_when_is_no_part_of_it():
    received = {"recorded_at": NOON + HOUR, "post": 9, "device": "a telephone"}

    assert facts.digest_of(evidence()) == facts.digest_of(evidence(**received))


def test_evidence_that_was_emptied_is_no_evidence():
    for read in (facts.body_of, facts.stated):
        with pytest.raises(TypeError):
            read(evidence(facts=None))


def test_what_was_sealed_once_is_sealed_so_for_ever():
    """Another spelling would make every digest in the journal a wrong one."""
    assert facts.digest_of(evidence()) == EVIDENCE_DIGEST


def test_rules_see_no_more_than_they_may():
    seen = facts.stated(evidence(venue=MARKET))

    assert (seen.id, seen.kind, seen.grade, seen.facts, seen.seen_at, seen.venue) == (
        str(UUID(int=1)),
        "stay",
        "B",
        {"stay.abroad": False},
        NOON,
        MARKET,
    )


@pytest.fixture
def decision(restricting):
    """Penny's restriction, which rests on two pieces of evidence."""
    restricting.exposed()
    restricting.visited()
    [decision] = restricting.imposed()
    return decision


DECISION = [
    {"subject": ROSA},
    {"edition": Edition(pack="another", version="test")},
    {"edition": Edition(pack="covid19-cn", version="another")},
    {"rule": "stayed"},
    {"measure": "hospital_isolation"},
    {"since": NOON + HOUR},
    {"until": NOON + HOUR},
    {"why": []},
    {"signed_by": ROSA},
]


@pytest.mark.parametrize("changes", DECISION, ids=str)
def test_the_digest_of_a_restriction_seals_every_word(decision, changes):
    changed = Decision.objects.get(pk=decision.pk)
    assert facts.digest_of_decision(changed) == decision.digest

    for name, value in changes.items():
        setattr(changed, name, value)

    assert facts.digest_of_decision(changed) != decision.digest


def test_a_restriction_that_was_sealed_once_is_sealed_so_for_ever(decision):
    assert facts.digest_of_decision(decision) == DECISION_DIGEST


def test_a_restriction_names_what_it_rests_on_in_one_order(decision, restricting):
    resting = facts.evidence_of(decision.proposal)
    assert list(resting) == sorted(Evidence.objects.values_list("pk", flat=True))

    restricting.stated(ROSA)
    [other] = restricting.imposed()
    decision.proposal = other.proposal

    assert facts.digest_of_decision(decision) != decision.digest
