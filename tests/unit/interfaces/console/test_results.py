"""The pages of laboratory results: what stands on them, for whom, and what they do."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.models import Result
from fangxian.capabilities.home_watch.states import Form, Outcome
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.mechanisms.restriction.actions import file_appeal
from fangxian.mechanisms.restriction.models import Decision
from fangxian.mechanisms.restriction.states import Channel
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.home_watch.watching import Watching
from tests.unit.mechanisms.ledger.people.folk import number
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
MASKED = "王*明"
TODAY = dt.date(2020, 11, 9)


@pytest.fixture
def watching(world, noon):
    del noon
    return Watching(world)


@pytest.fixture
def sampled(watching):
    """Wang Xiaoming at home, of whom a sample was taken this noon."""
    watch = watching.at_home()
    taken = {"sampled": True, "sampled_on": "2020-11-09"}
    watching.write(watch, taken, act=actions.record_sampling)
    return watch


def body(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def typed(client, watch, **changes):
    """Post the form as it came, with what was typed."""
    form = client.get(reverse("result_new", args=[watch.pk])).context["form"]
    said = {
        "id": form["id"].value(),
        "sampled_on": form["sampled_on"].value(),
        "received_at": "2020-11-09T12:00",
        "laboratory": "区医院检验科",
        "outcome": "negative",
        **changes,
    }
    return client.post(reverse("result_new", args=[watch.pk]), said)


@pytest.mark.parametrize("who", ["hospital", "cdc"])
def test_a_sample_waits_on_the_page_until_its_result_is_taken_down(
    browse, watching, sampled, who
):
    client = browse(who)
    assert MASKED in body(client, "results")
    assert COUNTERS["results"](watching.world.actor(who), NOON) == 1

    answer = typed(client, sampled)

    assert answer.url == reverse("results")
    assert MASKED not in body(client, "results")
    assert "区医院检验科" in body(client, "results", show="taken")
    told = body(client, "home_watch_one", sampled.pk)
    assert "Laboratory result: negative" in told
    assert queries.outcome_of(Result.objects.get()) is Outcome.NEGATIVE


def test_sent_twice_it_is_written_once(browse, sampled):
    client = browse("hospital")
    form = client.get(reverse("result_new", args=[sampled.pk])).context["form"]
    said = {"id": form["id"].value()}

    for _ in range(2):
        assert typed(client, sampled, **said).status_code == 302

    assert Result.objects.count() == 1


def test_a_refused_one_keeps_what_was_typed(browse, sampled):
    answer = typed(browse("hospital"), sampled, sampled_on="2020-11-08")

    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Nobody wrote down that a sample was taken" in shown
    assert 'value="2020-11-08"' in shown


def test_a_positive_one_calls_the_doctor_and_restricts_nobody(browse, sampled):
    before = Decision.objects.count()

    typed(browse("hospital"), sampled, outcome="positive")

    assert Decision.objects.count() == before
    assert Task.objects.get(form=Form.ANSWER).subject == f"restriction:{sampled.pk}"
    record = reverse("home_watch_record", args=[sampled.pk, Form.ANSWER.value])
    assert browse("cdc").get(record).status_code == 200


FOUND = [number(417), "王小明 0417", "wang xiaoming 0417"]


@pytest.mark.parametrize("text", FOUND)
def test_a_paper_finds_the_person_by_number_or_name_and_telephone(
    browse, sampled, text
):
    found = browse("hospital").post(reverse("results_find"), {"q": text})

    assert MASKED in found.content.decode()
    assert reverse("result_new", args=[sampled.pk]) in found.content.decode()


def test_nobody_is_found_who_is_not_there(browse, sampled):
    found = browse("hospital").post(reverse("results_find"), {"q": number(999)})

    assert sampled.pk
    assert "Nobody like this" in found.content.decode()


def test_a_wrong_one_is_taken_back_with_a_reason(browse, sampled):
    client = browse("hospital")
    typed(client, sampled, outcome="positive")
    address = reverse("result_withdraw", args=[Result.objects.get().pk])
    assert client.post(address, {"reason": ""}).status_code == 422

    client.post(address, {"reason": "标本弄混"})

    assert MASKED in body(client, "results")
    assert "withdrawn" in body(client, "results", show="taken")


def test_a_list_goes_in_and_its_bad_rows_come_back_to_be_corrected(browse, sampled):
    client = browse("hospital")
    lines = (
        "姓名,证件号码,采样日期,检测结果",
        f"王小明,{number(417)},2020-11-09,阴性",
        f"赵不知,{number(999)},2020-11-09,阴性",
    )
    file = SimpleUploadedFile("结果.csv", "\n".join(lines).encode())
    sent = {"file": file, "area": _district(client), "laboratory": "区医院检验科"}
    columns = client.post(reverse("results_import_new"), sent)
    form = client.get(columns.url).context["form"]
    asked = {one.html_name: one.value() for one in form}

    taken = client.post(columns.url, asked)

    shown = client.get(taken.url).content.decode()
    assert "Nobody whom your post may read has this number" in shown
    assert Result.objects.get().sample.watch == sampled
    number_ = taken.url.rstrip("/").rsplit("/", 1)[-1]
    rows = reverse("results_import_refused", args=[number_, "csv"])
    assert "赵不知" in client.get(rows).content.decode("utf-8-sig")
    assert browse("cdc").get(rows).status_code == 404
    assert "赵不知" not in browse("cdc").get(taken.url).content.decode()


def _district(client):
    form = client.get(reverse("results_import_new")).context["form"]
    return form.fields["area"].choices[0][0]


@pytest.mark.parametrize("who", ["grid", "community", "alice", "district", "auditor"])
def test_other_posts_have_no_such_pages(browse, sampled, who):
    client = browse(who)

    for address in (
        reverse("results"),
        reverse("result_new", args=[sampled.pk]),
        reverse("results_import_new"),
    ):
        assert client.get(address).status_code == 403


def test_the_last_check_is_filled_in_with_what_is_known(browse, sampled):
    address = reverse("home_watch_record", args=[sampled.pk, "release_check"])

    def filled(who):
        return browse(who).get(address).context["form"].initial.get("q_last_result")

    assert filled("grid") == filled("cdc") == "waiting"
    typed(browse("hospital"), sampled)

    assert filled("cdc") == "negative"
    assert filled("grid") is None
    assert "results that are in: 1" in browse("grid").get(address).content.decode()


class TestTheHospitalsDay:
    def test_it_begins_with_the_samples_that_wait(self, browse, watching, sampled):
        other = watching.at_home("赵大", serial=418)
        client = browse("hospital")

        shown = client.get(reverse("today"))

        assert [row.watch for row in shown.context["rows"]] == [sampled]
        assert shown.context["waiting"] == 1
        told = shown.content.decode()
        assert MASKED in told
        assert "赵*" not in told
        assert reverse("home_watch_one", args=[other.pk]) not in told
        assert f"{reverse('results')}?show=today" in told

    def test_it_says_who_objects_and_what_came(self, browse, watching, sampled):
        client = browse("hospital")
        typed(client, sampled)
        file_appeal(
            sampled.pk,
            said="没有去过",
            channel=Channel.WORKER,
            by=watching.world.actor("alice"),
            at=NOON,
        )

        context = client.get(reverse("today")).context

        assert (context["waiting"], context["came"]) == (0, 1)
        assert [one.person.name for one in context["appeals"]] == [MASKED]
        assert [one.laboratory for one in context["latest"]] == ["区医院检验科"]
        hospital = watching.world.actor("hospital")
        assert COUNTERS["home_watch"](hospital, NOON) == 1

    def test_nobody_elses_duties_are_on_it(self, browse, watching, sampled):
        watching.plan(9)
        shown = browse("hospital").get(reverse("today")).content.decode()

        assert sampled.pk
        assert "Health record" not in shown
        assert browse("cdc").get(reverse("today")).status_code == 200

    def test_it_costs_the_same_for_many(
        self, browse, watching, sampled, django_assert_num_queries
    ):
        client, address = browse("hospital"), reverse("today")
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        taken = {"sampled": True, "sampled_on": "2020-11-09"}
        for serial in (501, 502, 503):
            watch = watching.at_home(f"赵{serial}", serial=serial)
            watching.write(watch, taken, act=actions.record_sampling)

        with django_assert_num_queries(len(few)):
            assert len(client.get(address).context["rows"]) == 4
        assert sampled.pk


def test_a_hospital_sees_a_code_for_whom_its_work_is_not_about(
    browse, watching, sampled
):
    other = watching.at_home("赵大", serial=418)
    told = body(browse("hospital"), "decision", other.pk)

    assert "赵*" not in told
    assert "赵*" in body(browse("cdc"), "decision", other.pk)
    one = reverse("home_watch_one", args=[other.pk])
    assert browse("hospital").get(one).status_code == 404
    assert (
        browse("hospital").get(reverse("person", args=[other.person])).status_code
        == 404
    )
    assert MASKED in body(browse("hospital"), "people")
    assert sampled.pk
