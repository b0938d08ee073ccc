"""A sum says which returns it summed; what is missing is missing, never zero."""

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import queries as jurisdiction_queries
from fangxian.mechanisms.jurisdiction import rules as jurisdiction
from fangxian.mechanisms.report import actions, queries, rules
from fangxian.mechanisms.report.models import Restatement, Return
from fangxian.mechanisms.report.states import Because
from tests.people import PEOPLE
from tests.unit.mechanisms.report.returns import (
    EVENING,
    NIGHT,
    attest,
    counted,
    issue_patrol,
    raise_one,
)
from tests.worlds import NOON, TODAY, fill_post


def sign_second_community(city, **options):
    """Let the second community of Alice's street sign."""
    if "second_community" not in city.posts:
        city.posts["second_community"] = fill_post(
            city["second_community"],
            Role.COMMUNITY,
            "社区书记",
            holder=PEOPLE["joiner"],
        )
    by = jurisdiction_queries.actor_for(
        PEOPLE["joiner"], at=EVENING, post=city.posts["second_community"]
    )
    return actions.attest(
        area=by.unit,
        layout="daily",
        day=TODAY,
        by=by,
        **{"at": NOON, **options},
    )


def restated(returned):
    return list(Restatement.objects.filter(of=returned).order_by("number"))


def test_a_street_sums_its_communities_and_what_lies_in_itself(city):
    raise_one(city, "grid", n=1)
    raise_one(city, "grid_of_second_community", n=2)
    raise_one(city, "street", n=3)
    raise_one(city, "other_grid", n=4)
    first, second = attest(city), sign_second_community(city, zero=False)

    street = attest(city, "alice")

    assert street.figures == counted(
        raised=3, standing=3, units_due=2, units=2, units_missing=0
    )
    assert street.sources == {
        str(city["community"]): first.digest,
        str(city["second_community"]): second.digest,
    }
    assert queries.standing(street).missing == ()


def test_a_missing_lower_return_is_no_zero_but_a_gap_in_the_sum(city):
    raise_one(city, "grid", n=1)
    raise_one(city, "grid_of_second_community", n=2)
    attest(city)

    street = attest(city, "alice")

    assert (street.figures["raised"], street.figures["units_missing"]) == (1, 1)
    assert queries.standing(street).missing == (city["second_community"],)


def test_a_late_return_is_restated_upward_as_far_as_it_was_summed(city):
    raise_one(city, "grid_of_second_community", n=2)
    attest(city)
    street = attest(city, "alice")
    district = attest(city, "district")

    late = sign_second_community(city, at=EVENING)

    [of_street], [of_district] = restated(street), restated(district)
    assert late.late is True
    assert (of_street.reason, of_street.cause) == (
        Because.LATE_BELOW,
        f"return:{late.pk}",
    )
    assert (of_district.reason, of_district.cause) == (
        Because.RESTATED_BELOW,
        f"return:{street.pk}",
    )
    assert [one.figures["raised"] for one in (of_street, of_district)] == [1, 1]
    assert of_street.figures["units_late"] == 1
    assert of_district.sources[str(city["street"])] == of_street.digest


def test_the_signed_figures_stay_where_they_were(city):
    raise_one(city, "grid_of_second_community", n=2)
    street = attest(city, "alice")
    sign_second_community(city, at=EVENING)

    assert Return.objects.get(pk=street.pk).figures["raised"] == 0
    assert queries.figures_of(street)["raised"] == 1
    [change] = queries.changes(street)
    assert change.old["raised"] == 0
    assert change.changed == (
        "raised",
        "standing",
        "units",
        "units_late",
        "units_missing",
    )


def test_the_street_next_door_is_not_touched(city):
    charlie = attest(city, "charlie")
    attest(city, "alice")
    sign_second_community(city, at=EVENING)

    assert restated(charlie) == []


def test_a_restatement_says_why_and_goes_up(city):
    first = attest(city)
    street = attest(city, "alice")
    raise_one(city, "grid", at=EVENING)

    change = actions.restate(
        first.pk,
        reason=" One more was found ",
        cause="finding:1",
        by=city.actor("community"),
        at=NIGHT,
    )

    assert (change.number, change.reason, change.cause) == (
        1,
        "One more was found",
        "finding:1",
    )
    [of_street] = restated(street)
    assert of_street.sources[str(city["community"])] == change.digest
    assert Entry.objects.filter(event="report.restated").count() == 2


def restate(city, returned, who="community", reason="because"):
    return actions.restate(returned.pk, reason=reason, by=city.actor(who), at=NIGHT)


@pytest.mark.parametrize(
    ("who", "reason", "kind"),
    [
        ("community", "because", rules.NOTHING_CHANGED),
        ("community", " ", rules.NO_REASON),
        ("alice", "because", rules.NOT_THE_UNITS_OWN),
        ("charlie", "because", jurisdiction.OUT_OF_REACH),
    ],
)
def test_a_restatement_is_refused_and_nothing_is_written(city, who, reason, kind):
    returned = attest(city)
    before = Entry.objects.count()

    with pytest.raises(Refusal) as refusal:
        restate(city, returned, who, reason)

    assert refusal.value.kind is kind
    assert (Entry.objects.count(), Restatement.objects.count()) == (before, 0)


def test_what_nobody_signed_cannot_be_restated(city):
    by = city.actor("community")
    prepared = actions.prepare(area=by.unit, layout="daily", day=TODAY, by=by, at=NOON)

    with pytest.raises(Refusal) as refusal:
        restate(city, prepared)

    assert refusal.value.kind is rules.NOT_ATTESTED


def test_provenance_tells_where_a_sum_no_longer_agrees(city):
    first = attest(city)
    street = attest(city, "alice")

    known, gap = queries.provenance(street)

    assert (known.area, known.digest, known.returned, known.agrees) == (
        city["community"],
        first.digest,
        first.pk,
        True,
    )
    assert (gap.area, gap.digest, gap.returned, gap.agrees) == (
        city["second_community"],
        None,
        None,
        True,
    )


def test_missing_units_are_named_from_the_top(city):
    attest(city)

    assert queries.missing(city["street"], "daily", TODAY, at=EVENING) == [
        city["street"],
        city["second_community"],
    ]


def test_the_lines_of_a_return_open_their_rows(city):
    issue_patrol(city)
    returned = attest(city)

    [patrols] = [
        line for line in queries.lines(returned) if line.indicator.name == "patrols"
    ]

    assert (patrols.should, patrols.did, patrols.short, patrols.before) == (
        1,
        0,
        1,
        None,
    )
    assert (patrols.rows.list, patrols.rows.filters) == (
        "tasks",
        {"day": "2020-11-09", "act": "completed"},
    )


def test_alice_reads_her_street_and_charlie_reads_nothing_of_it(city):
    returned = attest(city)
    alice, charlie = city.actor("alice").scope, city.actor("charlie").scope

    assert [one.pk for one in queries.returns(alice)] == [returned.pk]
    assert list(queries.returns(charlie)) == []
    assert list(queries.returns(Scope())) == []
    with pytest.raises(Refusal) as refusal:
        queries.get_return(returned.pk, charlie)
    assert refusal.value.kind is rules.UNKNOWN_RETURN


def test_what_is_only_owed_has_no_line_of_its_own(city):
    names = [line.indicator.name for line in queries.lines(attest(city))]

    assert "patrols_due" not in names
    assert {"patrols", "units_due", "units"} <= set(names)
