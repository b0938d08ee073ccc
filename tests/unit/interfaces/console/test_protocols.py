import datetime as dt
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from fangxian.interfaces.console.protocols import shown_clauses, shown_questions
from fangxian.interfaces.console.risks import shown_risks
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.protocol import actions, queries
from fangxian.mechanisms.protocol.clauses import Rung
from fangxian.mechanisms.protocol.models import Adoption, Edition
from tests.examples.protocols import make
from tests.packs import adopted, pack_of
from tests.unit.mechanisms.protocol.libraries import library
from tests.worlds import FOUNDED, NOON


ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def made(world):
    """Routine in force in the first street, a library reviewed, another drafted."""
    ids = {}
    make(world, ids)
    return ids


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client, url, *args):
    return text(client.get(reverse(url, args=args)))


# ------------------------------------------------------------------------ reading
@pytest.mark.usefixtures("made")
def test_the_list_says_state_people_and_what_holds_here(browse):
    page = shown(browse("alice"), "protocols")

    assert "Routine duties of ordinary days" in page
    assert page.count("in force") == 2  # as a state, and in her unit
    assert "reviewed" in page
    assert "not yet" in page
    assert "Routine" in shown(browse("charlie"), "protocols")


@pytest.mark.usefixtures("made")
def test_what_holds_in_the_street_does_not_hold_next_door(browse):
    page = shown(browse("charlie"), "protocols")

    assert page.count("in force") == 1  # as a state only


@pytest.mark.usefixtures("made")
def test_lists_and_ladders_are_said_as_each_language_says_them(browse):
    edition = Adoption.objects.latest("pk").edition_id
    chinese = text(browse("alice", "zh-hans").get(reverse("protocol", args=[edition])))
    english = text(browse("alice").get(reverse("protocol", args=[edition])))

    assert re.search(r"一超时：街道", chinese)
    assert re.search(r"超 1 小时：", chinese)
    assert not re.search(r"[\u4e00-\u9fff], ?[\u4e00-\u9fff]", chinese)
    assert not re.search(r"\+\d+ 时", chinese)
    assert "as soon as it is overdue: sub-district" in english
    assert "1 hour overdue: headquarters" in english


@pytest.mark.usefixtures("made")
def test_minutes_on_the_ladder_and_choices_are_told():
    edition = Adoption.objects.latest("pk").edition
    pack = queries.pack_of(edition)
    clause = replace(pack.clauses[0], ladder=(Rung(90, Role.STREET),))
    asked = [
        question.name
        for form in pack.forms.values()
        for question in form.questions
        if question.choices
    ]

    with override("zh-hans"):
        [said] = shown_clauses(replace(pack, clauses=(clause,)), FOUNDED.date())
        answers = {
            one.question.name: one.answer
            for form in pack.forms.values()
            for one in shown_questions(pack, form)
        }

    assert said.rungs == ["超 90 分钟：街道"]
    assert asked
    assert all("：" in answers[name] for name in asked)


@pytest.mark.usefixtures("made")
def test_the_list_is_in_chinese_too(browse):
    page = text(browse("alice", "zh-hans").get(reverse("protocols")))

    assert "常态化防控日常事务" in page
    assert "Routine duties" not in page


@pytest.mark.usefixtures("made")
def test_the_list_costs_the_same_for_three_editions_and_for_five(browse, world):
    client = browse("alice")
    costs = []
    for number in ("more", "and more"):
        client.get(reverse("protocols"))  # the packs are parsed once a process
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("protocols"))
        costs.append(len(asked))
        pack = library(("pack", "version"), number)
        actions.draft(pack, by=world.actor("administrator"), at=FOUNDED)

    assert costs[0] == costs[1]


def test_an_edition_tells_its_clauses_in_words(browse, made):
    page = shown(browse("alice"), "protocol", made["edition"])

    assert "Daily check of hotels by the station" in page
    assert "Hotel by the station" in page
    assert "every day" in page
    assert "every week on Monday" in page
    assert "once, within 24 h" in page
    assert "every 7 days" in page
    assert "08:00 to 17:00, closes 24:00" in page
    assert "08:00 to 18:00 on day 5, closes 24:00" in page
    assert "place.standing == open" in page
    assert "福华街街道" in page


def test_an_edition_that_does_not_exist_is_not_found(browse):
    for url in ("protocol", "protocol_parameters", "protocol_cases"):
        assert browse("alice").get(reverse(url, args=[404])).status_code == 404


def test_parameters_show_their_days_and_sources(browse, made):
    page = shown(browse("alice"), "protocol_parameters", made["reviewed_edition"])

    assert "Hours to mend" in page
    assert "2020-11-15" in page
    assert "第七条" in page
    assert "48 hours to put it right" in page


def test_a_form_shows_its_questions_and_problems(browse, made):
    page = shown(browse("alice"), "protocol_form", made["edition"], "six_haves")

    assert "Masks and supplies last for" in page
    assert "Supplies last less than seven days" in page


def test_a_form_that_is_not_in_the_edition_is_refused(browse, made):
    url = reverse("protocol_form", args=[made["edition"], "poem"])

    assert browse("alice").get(url).status_code == 409


def test_returns_say_what_is_counted(browse, made):
    page = shown(browse("alice"), "protocol_returns", made["edition"])

    assert "in by 17:00, closed at 24:00" in page
    assert "not counted as zero" in page
    assert "Notice of rectification" in page


def test_cases_say_whether_they_hold(browse, made):
    page = shown(browse("alice"), "protocol_cases", made["edition"])

    assert re.search(r"\b0 of [1-9][0-9]* do not hold", page)
    assert "does not hold" not in page


def test_the_first_edition_has_none_before(browse, made):
    page = shown(browse("alice"), "protocol_changes", made["edition"])

    assert "This is the first edition of its pack" in page


def test_changes_are_told_against_the_edition_before(browse, made):
    page = shown(browse("alice"), "protocol_changes", made["draft_edition"])

    assert '<td data-label="Was">1</td>' in page
    assert '<td data-label="Is">2</td>' in page


# --------------------------------------------------------------------------- acts
def test_a_second_person_reviews_by_the_button(browse, made, world):
    edition = made["draft_edition"]
    client = browse("dana")
    assert "Stand for it as second reader" in shown(client, "protocol", edition)

    answer = client.post(reverse("protocol_review", args=[edition]), follow=True)

    assert "You stand for this edition." in text(answer)
    kept = Edition.objects.get(pk=edition)
    assert (kept.state, kept.reviewed_by) == ("reviewed", world.actor("dana").person)


def test_who_drafted_sees_why_somebody_else_must_review(browse, made):
    page = shown(browse("administrator"), "protocol", made["draft_edition"])

    assert "Review (by somebody else)" in page
    assert "Ask a second person to read it." in page


def test_who_drafted_is_refused_and_nothing_is_written(browse, made):
    entries = Entry.objects.count()
    url = reverse("protocol_review", args=[made["draft_edition"]])

    assert browse("administrator").post(url).status_code == 409
    assert Edition.objects.get(pk=made["draft_edition"]).state == "draft"
    assert Entry.objects.count() == entries


def test_reviewing_needs_a_post(browse, made):
    url = reverse("protocol_review", args=[made["draft_edition"]])

    assert browse("dana").get(url).status_code == 405
    assert browse("alice").post(url).status_code == 403
    assert Edition.objects.get(pk=made["draft_edition"]).state == "draft"


def test_an_edition_is_sent_back_with_a_reason(browse, made):
    url = reverse("protocol_send_back", args=[made["reviewed_edition"]])
    answer = browse("dana").post(url, {"reason": "rule 3 is missing"}, follow=True)

    assert "The edition is a draft again." in text(answer)
    assert Edition.objects.get(pk=made["reviewed_edition"]).state == "draft"


def test_an_edition_is_not_sent_back_without_a_reason(browse, made):
    url = reverse("protocol_send_back", args=[made["reviewed_edition"]])
    answer = browse("dana").post(url, {"reason": ""})

    assert answer.status_code == 422
    assert Edition.objects.get(pk=made["reviewed_edition"]).state == "reviewed"


def test_what_is_in_force_is_not_sent_back_and_the_words_stay(browse, made):
    url = reverse("protocol_send_back", args=[made["edition"]])
    answer = browse("dana").post(url, {"reason": "rule 3 is missing"})

    assert answer.status_code == 409
    assert "rule 3 is missing" in answer.content.decode()
    assert Edition.objects.get(pk=made["edition"]).state == "adopted"


def test_an_edition_is_put_in_force_from_now(browse, made, world):
    edition = made["reviewed_edition"]
    url = reverse("protocol_adopt", args=[edition])
    said = {"area": world["other_street"], "first": ""}
    answer = browse("district").post(url, said, follow=True)

    assert "The edition is in force." in text(answer)
    now = NOON + dt.timedelta(minutes=1)
    held = queries.in_force("lending-library", world["other_community"], now)
    assert held.id == edition
    assert queries.in_force("lending-library", world["community"], now) is None


def test_an_edition_is_put_in_force_from_a_day(browse, made, world):
    url = reverse("protocol_adopt", args=[made["reviewed_edition"]])
    said = {"area": world["district"], "first": "2020-12-01"}
    browse("district").post(url, said)

    adoption = Adoption.objects.get(edition=made["reviewed_edition"])
    assert adoption.since.isoformat() == "2020-11-30T16:00:00+00:00"


def test_an_area_of_the_next_district_is_not_offered(browse, made, world):
    url = reverse("protocol_adopt", args=[made["reviewed_edition"]])
    client = browse("district")
    assert "南关街街道" not in text(client.get(url))

    answer = client.post(url, {"area": world["next_street"], "first": ""})

    assert answer.status_code == 422
    assert Adoption.objects.filter(edition=made["reviewed_edition"]).count() == 0


def test_adopting_backwards_is_refused_in_the_form(browse, made, world):
    url = reverse("protocol_adopt", args=[made["edition"]])
    answer = browse("district").post(
        url, {"area": world["street"], "first": "2019-12-31"}
    )

    assert answer.status_code == 409
    assert "is not earlier" in answer.content.decode()
    assert Adoption.objects.filter(edition=made["edition"]).count() == 1


def test_a_grid_worker_reads_and_signs_nothing(browse, made):
    client = browse("grid")
    page = shown(client, "protocol", made["reviewed_edition"])

    assert "Put in force" not in page
    assert "Send back" not in page
    url = reverse("protocol_adopt", args=[made["reviewed_edition"]])
    assert client.get(url).status_code == 403


def test_adopting_shows_what_would_change_here(browse, made, world):
    actions.adopt(
        made["edition"],
        area=world["district"],
        from_=FOUNDED,
        by=world.actor("district"),
        at=FOUNDED,
    )
    place = register_place(
        kind="station_hotel",
        name="金丝雀宾馆",
        area=world["community"],
        source="test",
        by=SYSTEM,
        at=FOUNDED,
    )
    page = shown(browse("district"), "protocol_adopt", made["reviewed_edition"])

    assert "nothing of this pack is in force" in page
    assert "Daily report of a branch" in page
    assert "by 阅览室规则 第五条" in page
    assert place.name not in page  # the library asks nothing of a hotel


def test_routine_is_shown_in_both_languages_without_the_other(browse, made):
    page = text(
        browse("alice", "zh-hans").get(reverse("protocol", args=[made["edition"]]))
    )

    assert "车站周边宾馆每日检查" in page
    assert pack_of("routine").title.en not in page


# --------------------------------------------------------------------- areas at risk
def test_the_areas_at_risk_stand_on_the_packs_page_with_their_days(browse, world):
    edition = adopted("covid19-cn", world["city"]).id

    page = shown(browse("alice", "zh-hans"), "protocol", edition)

    assert "以 2020-11-09 为准" in page
    [hangu] = re.findall(r"<tr>(?:(?!</tr>).)*120116\.hangu.*?</tr>", page, re.DOTALL)
    for said in (
        "天津市滨海新区汉沽街",
        "中风险",
        "2020-11-09",
        "2020-10-26",
        "现列入",
    ):
        assert said in hangu
    assert "北京日报客户端" in hangu
    later = page.index("120116.dongjiang.kanhaixuan")
    assert page.index("120116.hangu") < later  # listed from the 20th on
    assert "届时列入" in page[later:]


def test_clauses_about_people_name_the_measures_that_they_are_about():
    with override("zh-hans"):
        told = {
            one.code: one.about
            for one in shown_clauses(pack_of("covid19-cn"), NOON.date())
        }

    assert told["health_record"] == "管控：居家健康监测、居家隔离医学观察"
    assert not [about for about in told.values() if about.endswith("：")]


def test_listings_are_judged_by_the_day():
    pack = pack_of("covid19-cn")
    [hangu] = [one for one in pack.risks if one.area == "120116.hangu"]
    until = hangu.from_ + dt.timedelta(days=3)
    pack = replace(pack, risks=(replace(hangu, until=until),))
    days = (hangu.from_ - ONE_DAY, hangu.from_, until - ONE_DAY, until)

    with override("en"):
        said = [str(shown_risks(pack, day)[0].standing[2]) for day in days]

    assert said == ["listed later", "listed", "listed", "no longer listed"]


@pytest.mark.usefixtures("made")
def test_a_pack_without_areas_at_risk_speaks_of_none(browse, made):
    assert "Areas at risk" not in shown(browse("alice"), "protocol", made["edition"])
