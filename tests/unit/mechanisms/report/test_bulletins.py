"""A bulletin is numbered, sealed and never changed; a correction is another one."""

import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import rules as jurisdiction
from fangxian.mechanisms.report import actions, queries, rules
from fangxian.mechanisms.report.models import Bulletin
from tests.unit.mechanisms.report.returns import NEXT_MORNING, TOMORROW
from tests.worlds import TODAY


def issue(city, who="district", **changes):
    by = city.actor(who)
    facts = {
        "area": city["district"],
        "layout": "supervision",
        "day": TODAY,
        "content": {"figures": {"raised": 3}},
    }
    return actions.issue_bulletin(**{**facts, **changes}, by=by, at=NEXT_MORNING)


def refused(*arguments, **options):
    before = Entry.objects.count(), Bulletin.objects.count()
    with pytest.raises(Refusal) as refusal:
        issue(*arguments, **options)
    assert (Entry.objects.count(), Bulletin.objects.count()) == before
    return refusal.value.kind


def test_bulletins_are_numbered_in_each_series(city):
    first, second = issue(city), issue(city, day=TOMORROW)
    other = issue(city, "charlie", area=city["next_street"])

    assert [one.number for one in (first, second, other)] == [1, 2, 1]


def test_the_supervision_post_may_issue_it_too(city):
    assert issue(city, "supervision").number == 1


def test_a_second_bulletin_of_the_day_is_refused(city):
    issue(city)

    assert refused(city) is rules.ALREADY_ISSUED


def meanwhile(do):
    """Let ``do`` come between the look at what is out and the writing of a bulletin.

    So two people who press at once meet on a database that lets both look first.
    """
    waiting = [do]
    numbered = []

    def between(execute, sql, params, many, context):
        if waiting and numbered and sql.startswith("SAVEPOINT"):
            waiting.pop()()
        numbered.extend([True] * ('MAX("report_bulletin"' in sql))
        return execute(sql, params, many, context)

    return connection.execute_wrapper(between)


def test_of_two_at_once_the_second_is_told_that_the_first_is_out(city):
    rival = meanwhile(lambda: issue(city, "supervision"))
    with rival, pytest.raises(Refusal) as refusal:
        issue(city)

    assert refusal.value.kind is rules.ALREADY_ISSUED
    assert refusal.value.facts == {"day": TODAY, "number": 1}


def test_of_two_days_at_once_each_has_a_number_of_its_own(city):
    with meanwhile(lambda: issue(city, "supervision", day=TOMORROW)):
        mine = issue(city)

    assert (mine.number, mine.day) == (2, TODAY)
    assert sorted(Bulletin.objects.values_list("number", flat=True)) == [1, 2]


def test_a_correction_names_what_it_corrects_and_takes_the_next_number(city):
    first = issue(city)
    correction = issue(city, corrects=first.pk, content={"figures": {"raised": 4}})

    assert (correction.number, correction.corrects_id) == (2, first.pk)
    assert queries.find_bulletin(city["district"], "supervision", TODAY) == correction


def test_a_correction_of_another_areas_bulletin_is_refused(city):
    other = issue(city, "charlie", area=city["next_street"])

    assert refused(city, corrects=other.pk) is rules.UNKNOWN_BULLETIN


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("alice", jurisdiction.OUT_OF_REACH),
        ("district_next_door", jurisdiction.OUT_OF_REACH),
        ("dana", rules.NOT_THE_UNITS_OWN),
        ("auditor", rules.NOT_THE_UNITS_OWN),
    ],
)
def test_nobody_else_speaks_for_the_district(city, who, kind):
    assert refused(city, who) is kind


def test_the_database_keeps_a_bulletin(city):
    bulletin = issue(city)

    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).update(content={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=bulletin.pk).delete()


def test_the_digest_seals_the_content(city):
    first = issue(city)
    second = issue(city, "charlie", area=city["next_street"], content={"figures": {}})

    assert first.digest != second.digest
    entry = Entry.objects.filter(event="report.bulletin_issued").earliest("id")
    assert entry.payload["digest"] == first.digest


def test_the_next_district_reads_none_of_it(city):
    bulletin = issue(city)
    scope = city.actor("district_next_door").scope

    assert list(queries.bulletins(scope)) == []
    with pytest.raises(Refusal) as refusal:
        queries.get_bulletin(bulletin.pk, scope)
    assert refusal.value.kind is rules.UNKNOWN_BULLETIN
