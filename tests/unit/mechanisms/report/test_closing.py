"""At 24:00 the day is closed: what came after the signatures is added and kept."""

import datetime as dt

from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.report import actions, queries
from fangxian.mechanisms.report.models import Restatement, Return
from fangxian.mechanisms.report.states import Because, State
from tests.unit.mechanisms.report.returns import (
    EVENING,
    MIDNIGHT,
    NIGHT,
    attest,
    raise_one,
)


def test_nothing_is_frozen_before_midnight(city):
    attest(city)

    assert actions.freeze_due(at=MIDNIGHT - dt.timedelta.resolution) == 0


def test_freezing_takes_every_signed_return_once(city):
    for who in ("community", "alice", "district", "charlie"):
        attest(city, who)

    assert actions.freeze_due(at=MIDNIGHT) == 4
    assert actions.freeze_due(at=MIDNIGHT) == 0
    assert set(Return.objects.values_list("state", "frozen_at")) == {
        (State.FROZEN, MIDNIGHT)
    }


def test_a_quiet_evening_changes_no_figure(city):
    attest(city)
    attest(city, "alice")
    actions.freeze_due(at=MIDNIGHT)

    assert list(Restatement.objects.all()) == []


def test_what_came_after_the_signature_is_added_from_the_lowest_unit_up(city):
    community, street, district = (
        attest(city, who) for who in ("community", "alice", "district")
    )
    raise_one(city, "grid", at=EVENING)
    raise_one(city, "street", at=NIGHT, n=2)

    actions.freeze_due(at=MIDNIGHT)

    figures = [
        queries.figures_of(one)["raised"] for one in (community, street, district)
    ]
    assert figures == [1, 2, 2]
    assert set(Restatement.objects.values_list("reason", flat=True)) == {
        Because.CLOSING
    }
    assert all(below.agrees for below in queries.provenance(district))


def test_a_sum_that_missed_a_return_is_healed_at_the_close(city):
    """Two servers may sign at once, each before it sees the other's return."""
    street = attest(city, "alice")
    unseen = Return(
        area_id=city["community"],
        layout="daily",
        edition_id=street.edition_id,
        day=street.day,
        figures=street.figures,
        state=State.ATTESTED,
        computed_at=EVENING,
        attested_by=street.attested_by,
        attested_at=EVENING,
        digest="unseen",
    )
    unseen.save()

    actions.freeze_due(at=MIDNIGHT)

    [below, _] = queries.provenance(street)
    assert (below.area, below.agrees) == (city["community"], True)
    assert below.digest == queries.standing(unseen).digest


def test_the_entry_of_a_close_seals_every_digest_below_the_topmost_unit(city):
    community, district = attest(city), attest(city, "district")
    alice = attest(city, "alice")
    charlie = attest(city, "charlie")

    actions.freeze_due(at=MIDNIGHT)

    entries = Entry.objects.filter(event="report.frozen").order_by("area")
    assert [(one.area, sorted(one.payload["digests"])) for one in entries] == [
        (
            city["district"],
            sorted(str(one.area_id) for one in (community, alice, district)),
        ),
        (city["next_street"], [str(charlie.area_id)]),
    ]
    assert entries[0].payload["digests"][str(district.area_id)] == (
        queries.standing(district).digest
    )
