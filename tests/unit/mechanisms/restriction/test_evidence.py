import datetime as dt

import pytest
from django.db import connection

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import actions, facts, rules
from fangxian.mechanisms.restriction.models import Evidence
from tests.unit.mechanisms.restriction.restricting import (
    HOUR,
    MARKET,
    PENNY,
    QUENTIN,
    written,
)
from tests.worlds import NOON


STATES = {"stay.area": "120116.hangu", "stay.left_on": "2020-11-07"}


def refused(kind, act):
    """Assert that an act is refused with this code, and that nothing was written."""
    before = written(), Entry.objects.count()
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.kind is kind
    assert (written(), Entry.objects.count()) == before


def test_evidence_is_stated_once_and_restricts_nobody(restricting):
    stated = restricting.stated()

    assert facts.read(stated.facts) == STATES
    assert written() == {**dict.fromkeys(written(), 0), "Evidence": 1}


def test_the_journal_has_a_pseudonym_and_a_digest_but_no_facts(restricting):
    stated = restricting.stated()

    [entry] = Entry.objects.filter(event="restriction.evidence_recorded")
    assert entry.subject == f"evidence:{stated.pk}"
    assert entry.payload == {
        "evidence": str(stated.pk),
        "person": str(PENNY),
        "kind": "stay",
        "grade": "B",
        "observation": None,
        "digest": stated.digest,
    }
    assert entry.tally == [
        ["restriction.evidence", "2020-11-09", restricting.world["grid"], "stay", 1]
    ]


def test_facts_are_sealed_in_the_database(restricting):
    restricting.stated()

    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM restriction_evidence")
        [[stored]] = cursor.fetchall()
    assert b"hangu" not in bytes(stored)


def test_the_same_facts_have_another_digest_every_time(restricting):
    one, other = restricting.stated(), restricting.stated()

    assert one.digest != other.digest


def test_the_same_record_sent_again_is_the_same(restricting):
    first = restricting.stated()
    before = written(), Entry.objects.count()

    again = restricting.stated(id=first.pk)

    assert again.pk == first.pk
    assert again.digest == first.digest
    assert (written(), Entry.objects.count()) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"states": {**STATES, "stay.left_on": "2020-11-08"}},
        {"subject": QUENTIN},
        {"grade": Grade.C},
        {"who": "cdc"},
    ],
)
def test_another_body_under_a_known_id_is_refused(restricting, changes):
    first = restricting.stated()

    refused(rules.OTHER_BODY, lambda: restricting.stated(id=first.pk, **changes))


FOREIGN = [
    # who states it, what, how good they say it is
    ("district", Kind.STAY, Grade.B),
    ("district", Kind.LAB, Grade.A),
    ("dana", Kind.CONTACT, Grade.A),
    ("supervision", Kind.STAY, Grade.C),
    ("administrator", Kind.STAY, Grade.C),
    ("street", Kind.STAY, Grade.B),
    ("auditor", Kind.EXPOSURE, Grade.A),
    ("civil_affairs", Kind.STAY, Grade.B),
    ("police", Kind.LAB, Grade.A),
    ("police", Kind.STAY, Grade.A),
    ("hospital", Kind.CONTACT, Grade.A),
    ("grid", Kind.STAY, Grade.A),
    ("venue_manager", Kind.VISIT, Grade.B),
]


@pytest.mark.parametrize(("who", "kind", "grade"), FOREIGN)
def test_who_is_no_source_states_nothing(restricting, who, kind, grade):
    refused(
        rules.FOREIGN_SOURCE,
        lambda: restricting.stated(PENNY, kind, who=who, grade=grade),
    )


def test_evidence_lies_in_the_reach_of_its_source(restricting):
    elsewhere = restricting.world["next_grid"]

    refused(OUT_OF_REACH, lambda: restricting.stated(area=elsewhere))


SMUGGLED = [
    {"stay.area": "储户名单", "stay.left_on": "2020-11-07"},
    {"stay.risk": "high"},
    {"stay.left_on": "yesterday"},
    {"stay.abroad": 1},
    {"person.name": "王小明"},
    {"lab.result": "positive"},
    {"stay.grade": "A"},
    {},
]


@pytest.mark.parametrize("states", SMUGGLED)
def test_evidence_speaks_the_vocabulary_and_nothing_else(restricting, states):
    refused(rules.OUTSIDE_VOCABULARY, lambda: restricting.stated(states=states))


@pytest.mark.parametrize(
    "changes",
    [
        {"seen_at": NOON + HOUR},
        {"states": {**STATES, "stay.left_on": "2020-11-10"}},
        {
            "seen_at": NOON - 48 * HOUR,
            "states": {**STATES, "stay.left_on": "2020-11-08"},
        },
    ],
)
def test_nothing_is_known_before_it_happens(restricting, changes):
    refused(rules.SEEN_IN_FUTURE, lambda: restricting.stated(**changes))


def test_a_clock_may_run_a_little_ahead(restricting):
    restricting.stated(seen_at=NOON + dt.timedelta(minutes=5))

    refused(
        rules.SEEN_IN_FUTURE,
        lambda: restricting.stated(seen_at=NOON + dt.timedelta(minutes=5, seconds=1)),
    )


def test_only_an_exposure_is_about_a_venue(restricting):
    restricting.exposed()

    refused(rules.ABOUT_NOBODY, lambda: restricting.exposed(venue=""))
    refused(rules.ABOUT_NOBODY, lambda: restricting.visited(None))
    refused(rules.ABOUT_NOBODY, lambda: restricting.stated(None, venue=MARKET))


def test_a_workers_word_needs_the_record_of_the_visit(restricting):
    refused(rules.VISIT_NEEDED, lambda: restricting.stated(who="grid"))

    stated = restricting.stated(who="grid", observation=restricting.visit_record())

    assert stated.grade == Grade.B


def test_hearsay_of_a_worker_needs_none(restricting):
    assert restricting.stated(who="grid", grade=Grade.C).observation_id is None


def test_the_record_of_a_visit_is_of_this_person(restricting):
    of_another = restricting.visit_record(QUENTIN)

    refused(
        rules.OTHER_VISIT,
        lambda: restricting.stated(who="grid", observation=of_another),
    )
    refused(
        rules.OTHER_VISIT,
        lambda: restricting.stated(who="grid", observation=restricting.new_id()),
    )


# -------------------------------------------------------------------- taken back
def withdraw(restricting, evidence, *, who="police", reason="看错了", at=NOON + HOUR):
    by = restricting.world.actor(who)
    return actions.withdraw_evidence(evidence.pk, reason=reason, by=by, at=at)


def test_evidence_is_taken_back_once_with_a_reason(restricting):
    stated = restricting.stated()

    assert withdraw(restricting, stated) == ()

    assert Evidence.objects.get().withdrawal.reason == "看错了"
    [entry] = Entry.objects.filter(event="restriction.evidence_withdrawn")
    assert entry.payload == {"evidence": str(stated.pk), "ended": []}
    refused(rules.ALREADY_WITHDRAWN, lambda: withdraw(restricting, stated))


def test_the_source_or_the_cdc_takes_back(restricting):
    stated = restricting.stated()

    for who in ("hospital", "district", "community", "dana"):
        refused(
            rules.NOT_YOUR_EVIDENCE,
            lambda who=who: withdraw(restricting, stated, who=who),
        )
    refused(rules.REASON_NEEDED, lambda: withdraw(restricting, stated, reason=" "))

    withdraw(restricting, stated, who="cdc")


def test_what_is_not_there_looks_like_what_is_out_of_reach(restricting):
    stated = restricting.stated()
    stranger = restricting.world.actor("community_next_door")

    refused(
        OUT_OF_REACH,
        lambda: actions.withdraw_evidence(
            stated.pk, reason="x", by=stranger, at=NOON + HOUR
        ),
    )
    refused(
        rules.UNKNOWN_EVIDENCE,
        lambda: withdraw(restricting, Evidence(pk=restricting.new_id())),
    )
    assert rules.UNKNOWN_EVIDENCE.hidden
    assert OUT_OF_REACH.hidden
