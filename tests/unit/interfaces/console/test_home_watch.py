"""The pages about people at home: what stands on them, for whom, and what they do."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.home_watch import actions, queries
from fangxian.interfaces.console.about_people import may_read, names_of
from fangxian.interfaces.console.frame import COUNTERS
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import SHANGHAI
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.people.actions import merge_people
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.restriction.actions import file_appeal
from fangxian.mechanisms.restriction.models import (
    Answer,
    Appeal,
    Decision,
    Ended,
    Ruling,
)
from fangxian.mechanisms.restriction.states import Channel
from fangxian.mechanisms.task.models import Task
from tests.people import PEOPLE
from tests.unit.capabilities.home_watch.watching import (
    FEVERISH,
    FOUR,
    WELL,
    Watching,
    clock,
    written,
)
from tests.unit.mechanisms.restriction.restricting import second_doctor
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
MASKED = "王*明"
FEVER = "体温达到发热标准"
OUTSIDERS = ("district", "supervision", "auditor")


@pytest.fixture
def watching(world, noon):
    del noon
    return Watching(world)


@pytest.fixture
def watch(watching):
    return watching.at_home()


def one(watch):
    return reverse("home_watch_one", args=[watch.pk])


def page(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# ---------------------------------------------------------------------------- lists
@pytest.mark.parametrize("who", ["grid", "community", "alice", "cdc"])
def test_those_who_look_after_see_who_it_is(browse, watch, who):
    assert MASKED in page(browse(who), reverse("home_watch"))
    assert MASKED in page(browse(who), one(watch))


def test_an_auditor_sees_a_code_and_no_name(browse, watch):
    shown = page(browse("auditor"), reverse("home_watch"))

    assert MASKED not in shown
    assert f"№ {watch.person.hex[-8:]}" in shown


def test_the_district_sees_counts_and_nobody(browse, watch):
    shown = page(browse("district", "zh-hans"), reverse("home_watch"))

    assert "当前居家" in shown
    assert MASKED not in shown
    assert f"/home/{watch.pk}/" not in shown
    held = browse("district").get(reverse("home_watch")).context["held"]
    assert held == {"now": "<5", "ahead": 0, "ending": 0, "short": "<5"}
    assert browse("district").get(one(watch)).status_code == 403


@pytest.mark.parametrize("who", ["charlie", "community_next_door"])
def test_next_door_nobody_is_there(browse, watch, who):
    assert MASKED not in page(browse(who), reverse("home_watch"))
    assert browse(who).get(one(watch)).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(browse, watching):
    alice = browse("alice")
    counted = []
    for people in (1, 3):
        for serial in range(people):
            watching.at_home(f"赵{serial}明", serial=420 + 10 * people + serial)
        page(alice, reverse("home_watch"))
        with CaptureQueriesContext(connection) as queries_made:
            shown = page(alice, reverse("home_watch"))
        assert shown.count("赵*明") == (1 if people == 1 else 4)
        counted.append(len(queries_made))

    assert counted[0] == counted[1]


def test_who_is_over_stands_under_a_tab_of_its_own(browse, watching, watch):
    doctor = watching.world.actor("cdc")
    watching_over = reverse("decision_release", args=[watch.pk])
    browse("cdc").post(watching_over, {"reason": "两次阴性"})
    assert Ended.objects.get().by == doctor.person

    assert MASKED not in page(browse("alice"), reverse("home_watch"))
    assert MASKED in page(browse("alice"), reverse("home_watch"), standing="over")


def test_those_short_of_five_are_behind_their_number(browse, watching, watch):
    watching.name(watch, FOUR)
    other = watching.at_home("钱小二", serial=431)
    watching.name(other)

    shown = page(browse("alice"), reverse("home_watch"), short=1)

    assert MASKED in shown
    assert "钱*二" not in shown


def test_the_list_is_narrowed_to_a_community_of_the_street(browse, watching):
    watching.at_home()
    watching.at_home("钱小二", serial=431, area="second_community")
    world, address = watching.world, reverse("home_watch")

    narrowed = page(browse("alice"), address, area=world["community"])

    assert MASKED in narrowed
    assert "钱*二" not in narrowed
    assert f"?standing=over&amp;area={world['community']}" in narrowed
    for elsewhere in (world["other_community"], "x"):  # never offered: all are listed
        everybody = page(browse("alice"), address, area=elsewhere)
        assert MASKED in everybody
        assert "钱*二" in everybody


def test_both_records_of_a_day_bear_the_name_of_their_window(browse, watching):
    watching.at_home()
    watching.plan(10)
    client = browse("grid", "zh-hans")

    shown = page(client, reverse("tasks"), day="2020-11-10")

    assert shown.count("早晚健康监测（早）") == shown.count("早晚健康监测（晚）") == 1


# ----------------------------------------------------------------------- one person
def test_one_person_shows_why_until_when(browse, watch):
    shown = page(browse("grid", "zh-hans"), one(watch))

    for said in ("11月7日", "14 天", "11-21 24:00", "中风险地区返回人员", "D14"):
        assert said in shown


def test_records_stand_on_their_day_with_who_made_them(browse, watching, watch):
    watching.write(watch, FEVERISH)

    shown = page(browse("alice", "zh-hans"), one(watch))

    for said in ("38.1", "发热", "耿*网", "体温达到发热标准"):
        assert said in shown


def test_results_stand_on_the_page_of_doctors_only(browse, watching, watch):
    watching.tested(watch.person, result="negative")

    assert "检测结果：阴性" in page(browse("cdc", "zh-hans"), one(watch))
    for who in ("alice", "community", "grid"):
        assert "阴性" not in page(browse(who, "zh-hans"), one(watch))


def test_lines_can_be_narrowed(browse, watching, watch):
    watching.write(watch, WELL)

    health = page(browse("alice", "zh-hans"), one(watch), show="health")
    measure = page(browse("alice", "zh-hans"), one(watch), show="measure")

    assert "36.5 ℃ · 无症状" in health
    assert "列入居家监测" not in health
    assert "列入居家监测" in measure
    assert "36.5 ℃ · 无症状" not in measure


# ------------------------------------------------------------------------ recording
def typed(watching, *, at=NOON, **answers):
    minute = at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    asked = {f"q_{name}": value for name, value in answers.items()}
    return {"id": str(watching.new_id()), "seen_at": minute, **asked}


def test_a_health_record_is_written_from_the_page(browse, watching, watch):
    address = reverse("home_watch_record", args=[watch.pk, "health_record"])
    said = typed(watching, reached="yes", temperature="381", left_home="no")

    answer = browse("grid").post(address, said, follow=True)

    assert answer.redirect_chain == [(one(watch), 302)]
    assert "1 problem was found" in answer.content.decode()
    assert Observation.objects.get(form="health_record").answers["temperature"] == 381


def test_what_is_missing_is_said_beside_the_question(browse, watching, watch):
    address = reverse("home_watch_record", args=[watch.pk, "health_record"])
    before = written()

    answer = browse("grid").post(address, typed(watching, reached="yes"))

    assert answer.status_code == 422
    assert written() == before


def test_after_the_end_the_page_says_that_it_is_over(browse, watching, watch):
    release = reverse("decision_release", args=[watch.pk])
    browse("cdc").post(release, {"reason": "两次阴性"})
    address = reverse("home_watch_record", args=[watch.pk, "health_record"])
    later = NOON + dt.timedelta(minutes=2)
    said = typed(watching, at=later, reached="no")

    answer = browse("grid").post(address, said)

    assert answer.status_code == 409
    assert "home_watch.over" in answer.content.decode()


@pytest.mark.parametrize("form", ["team", "six_haves", "nothing"])
def test_other_forms_are_no_visits_to_a_home(browse, watch, form):
    address = reverse("home_watch_record", args=[watch.pk, form])

    assert browse("grid").get(address).status_code == 404


def test_the_five_are_named_from_the_page(browse, watch):
    address = reverse("home_watch_team", args=[watch.pk])
    community = browse("community")
    fresh = community.get(address).context["form"].initial["id"]
    said = {
        "id": str(fresh),
        "cadre_person": str(PEOPLE["community"]),
        "medic_name": "何医生",
        "medic_telephone": "10055550001",
    }

    answer = community.post(address, said, follow=True)

    assert "2 of five are named" in answer.content.decode()
    assert len(queries.team_of(watch.pk)) == 2


def test_a_team_without_a_telephone_is_refused_on_the_page(browse, watch):
    address = reverse("home_watch_team", args=[watch.pk])
    community = browse("community")
    fresh = community.get(address).context["form"].initial["id"]

    answer = community.post(address, {"id": str(fresh), "medic_name": "何医生"})

    assert answer.status_code == 409
    assert queries.team_of(watch.pk) == {}


# ------------------------------------------------------------------------- signing
def test_a_doctor_evaluates_reads_and_signs(browse, watching):
    watching.back()
    doctor = browse("cdc")

    listed = doctor.post(reverse("cohorts_propose"), follow=True).content.decode()
    [cohort] = doctor.get(reverse("cohorts")).context["waiting"]
    address = reverse("cohort", args=[cohort.pk])
    shown = page(doctor, address)
    doctor.post(address, {"act": "sign"})

    assert "1 new proposal waits" in listed
    assert MASKED in shown
    assert "Left on" in shown
    assert Decision.objects.count() == 1


def test_a_refusal_needs_a_reason_and_restricts_nobody(browse, watching):
    watching.back()
    [cohort] = watching.proposed()
    address = reverse("cohort", args=[cohort.pk])
    doctor = browse("cdc")

    without = doctor.post(address, {"act": "refuse", "reason": " "})
    doctor.post(address, {"act": "refuse", "reason": "证据不足"})

    assert without.status_code == 422
    assert (Answer.objects.get().accepted, Decision.objects.count()) == (False, 0)
    assert "证据不足" in page(doctor, address)


def test_a_second_signature_says_that_somebody_was_quicker(browse, watching):
    watching.back()
    [cohort] = watching.proposed()
    address = reverse("cohort", args=[cohort.pk])
    doctor = browse("cdc")
    doctor.post(address, {"act": "sign"})

    again = doctor.post(address, {"act": "sign"})

    assert again.status_code == 409
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("who", ["alice", "community", "grid", "district", "auditor"])
def test_nobody_else_opens_what_is_to_be_signed(browse, watching, who):
    watching.back()
    [cohort] = watching.proposed()

    assert browse(who).get(reverse("cohorts")).status_code == 403
    answer = browse(who).post(reverse("cohort", args=[cohort.pk]), {"act": "sign"})
    assert answer.status_code == 403
    assert Decision.objects.count() == 0


def test_a_hospital_reads_but_does_not_sign(browse, watching):
    watching.back()
    [cohort] = watching.proposed()
    address = reverse("cohort", args=[cohort.pk])

    assert MASKED not in page(browse("hospital"), address)
    assert MASKED in page(browse("cdc"), address)
    assert browse("hospital").post(address, {"act": "sign"}).status_code == 403
    assert Decision.objects.count() == 0


# ----------------------------------------------------------------------- objections
def test_an_objection_is_taken_at_the_door_and_answered_by_another(
    browse, watching, watch
):
    address = reverse("decision_appeal", args=[watch.pk])
    browse("grid").post(address, {"said": "没有去过那里", "channel": "worker"})
    [appeal] = browse("hospital").get(reverse("appeals")).context["page"]
    answer = reverse("appeal", args=[appeal.pk])

    signer = browse("cdc").post(answer, {"upheld": "yes", "reason": "属实"})
    browse("hospital").post(answer, {"upheld": "yes", "reason": "属实"})

    assert signer.status_code == 409
    assert Ruling.objects.get().by == PEOPLE["hospital"]
    assert Ended.objects.get().reason == "appeal_upheld"
    assert second_doctor(watching.world).person != PEOPLE["cdc"]


def test_the_worker_at_the_door_need_not_reach_where_the_evidence_came_from(
    browse, watching
):
    person = watching.back(area="grid")
    watching.stated(person, area=watching.world["community"], seen_at=NOON)
    [decision] = watching.imposed()
    watch = actions.open_watch(decision.pk, by=SYSTEM, at=NOON)
    address = reverse("decision_appeal", args=[watch.pk])

    assert decision.area_id == watching.world["community"]
    assert "11-21 24:00" in page(
        browse("grid"), reverse("decision", args=[decision.pk])
    )
    browse("grid").post(address, {"said": "没有去过那里", "channel": "worker"})
    assert Appeal.objects.get().filed_by == PEOPLE["grid"]
    for who in ("charlie", "community_next_door"):
        assert browse(who).post(address, {"said": "x"}).status_code == 404
    assert Appeal.objects.count() == 1


def test_what_was_said_is_read_by_doctors_and_by_who_took_it(browse, watching, watch):
    appeal = file_appeal(
        watch.pk,
        said="没有去过那里",
        channel=Channel.WORKER,
        by=watching.world.actor("grid"),
        at=NOON,
    )
    address = reverse("appeal", args=[appeal.pk])

    for who in ("grid", "hospital", "cdc"):
        assert "没有去过那里" in page(browse(who), address)
    for who in ("alice", "community", "auditor"):
        assert "没有去过那里" not in page(browse(who), address)


def test_an_objection_that_waits_stands_on_top_of_the_person(browse, watching, watch):
    file_appeal(
        watch.pk,
        said="没有去过那里",
        channel=Channel.WORKER,
        by=watching.world.actor("grid"),
        at=NOON,
    )

    assert "有一件申诉等待答复" in page(browse("alice", "zh-hans"), one(watch))


def test_only_a_doctor_ends_it_early(browse, watch):
    address = reverse("decision_release", args=[watch.pk])

    for who in ("alice", "community", "hospital", "district"):
        assert browse(who).post(address, {"reason": "x"}).status_code == 403
    assert browse("cdc").post(address, {"reason": ""}).status_code == 422
    assert Ended.objects.count() == 0


def test_of_somebody_registered_twice_one_measure_stands_in_for_the_other(
    browse, watching, watch
):
    """The doctor chooses it; of two persons nothing is offered."""
    second = watching.at_home("王小民", serial=418)
    address, doctor = reverse("decision_release", args=[second.pk]), browse("cdc")
    assert "says the same" not in page(doctor, address)
    merge_people(
        second.person,
        into=watch.person,
        evidence="同一身份证",
        by=watching.world.actor("community"),
        at=NOON,
    )
    assert f"№ {watch.pk}" in page(doctor, address)

    doctor.post(address, {"reason": "重复登记", "instead": watch.pk})

    ended = Ended.objects.get()
    assert (ended.decision_id, ended.instead_id) == (second.pk, watch.pk)


# --------------------------------------------------- records and duties of other pages
def test_a_health_record_opens_for_those_who_read_of_the_measure(
    browse, watching, watch
):
    seen = watching.write(watch, FEVERISH)
    address = reverse("visit", args=[seen.pk])

    assert MASKED in page(browse("grid"), address)
    for who in ("district", "supervision", "police", "checkpoint", "administrator"):
        answer = browse(who).get(address)
        assert answer.status_code in {403, 404, 409}
        assert "381" not in answer.content.decode()


def test_a_finding_about_a_fever_shows_its_record_to_them_alone(
    browse, watching, watch
):
    watching.write(watch, FEVERISH)
    [finding] = browse("alice").get(one(watch)).context["cards"]
    address = reverse("finding", args=[finding.finding.pk])

    assert "381" in page(browse("alice"), address)
    for who in OUTSIDERS:
        assert "381" not in page(browse(who), address)


def test_what_was_found_of_a_persons_health_is_told_to_those_who_look_after_them(
    browse, watching, watch
):
    watching.write(watch, FEVERISH)
    [finding] = browse("alice").get(one(watch)).context["cards"]
    number = finding.finding.pk
    pages = [
        (reverse("finding", args=[number]), {}),
        (reverse("findings"), {}),
        (reverse("inspection"), {"finding": number}),
        (reverse("search"), {"q": number}),
    ]

    for who in ("alice", "grid", "cdc"):
        for address, asked in pages:
            assert FEVER in page(browse(who), address, **asked), (who, address)
    for who in OUTSIDERS:
        for address, asked in pages:
            shown = page(browse(who), address, **asked)
            assert str(number) in shown
            assert FEVER not in shown, (who, address)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_learns_of_a_fever_by_searching_for_it(browse, watching, watch, who):
    watching.write(watch, FEVERISH)

    for name, asked in (("findings", {"q": FEVER}), ("search", {"q": FEVER})):
        answer = browse(who).get(reverse(name), asked)
        assert b"A problem about a person" not in answer.content
    assert "A problem about a person" in page(browse(who), reverse("findings"))


@pytest.mark.parametrize("who", ["district", "supervision", "auditor"])
def test_the_journal_tells_them_that_there_was_a_problem_and_not_which(
    browse, watching, watch, who
):
    watching.write(watch, FEVERISH)
    sequence(at=NOON)
    raised = Entry.objects.filter(event="finding.raised").latest("id")
    address = reverse("journal_entry", args=[raised.leaf.number])

    assert FEVER in page(browse("alice"), address)
    shown = page(browse(who), address)
    assert FEVER not in shown
    assert "health_record" not in shown
    assert "not told here" in shown


def test_an_auditor_reads_when_records_were_made_and_not_what_they_say(
    browse, watching, watch
):
    seen = watching.write(watch, FEVERISH)

    shown = page(browse("auditor"), one(watch))

    assert "38.1" in page(browse("alice"), one(watch))
    assert "38.1" not in shown
    assert FEVER not in shown
    assert "Daily health record" in shown
    assert browse("auditor").get(reverse("visit", args=[seen.pk])).status_code == 409


def test_a_duty_names_the_person_to_those_who_may_know(browse, watch):
    task = Task.objects.get(form="health_record")
    address = reverse("task", args=[task.pk])

    shown = page(browse("grid"), address)
    assert MASKED in shown
    assert one(watch) in shown
    assert MASKED not in page(browse("district"), address)


def test_an_open_duty_leads_straight_to_its_form(browse, watch):
    record, notice, five = (
        Task.objects.get(form=form)
        for form in ("health_record", "notice_visit", "team")
    )
    Task.objects.filter(pk=record.pk).update(opens_at=NOON + dt.timedelta(hours=2))
    forms = {form: f"{one(watch)}visit/{form}/" for form in (record.form, notice.form)}

    def shown(who, task):
        return page(browse(who), reverse("task", args=[task.pk]))

    assert forms["notice_visit"] in shown("grid", notice)
    assert forms["health_record"] not in shown("grid", record)  # not before it opens
    assert f"{one(watch)}team/" in shown("community", five)
    assert f"{one(watch)}team/" not in shown("grid", five)
    assert forms["notice_visit"] not in shown("hospital", notice)


def test_names_are_those_in_scope_only(watching, watch):
    subject = f"restriction:{watch.pk}"
    person = f"person:{watch.person}"
    other = ("place:1", "restriction:x", "finding:3")

    assert names_of([subject, person, *other], watching.world.actor("alice")) == {
        subject: MASKED,
        person: MASKED,
    }
    for who in ("charlie", "district", "supervision"):
        assert names_of([subject, person], watching.world.actor(who)) == {}
    assert may_read("place:1", by=watching.world.actor("district"))
    assert watching.world.actor("alice").scope != EVERYWHERE


def test_the_sections_count_is_what_waits(browse, watching, watch):
    assert COUNTERS["home_watch"](watching.world.actor("cdc"), NOON) == 0
    watching.back("钱小二", serial=431)
    watching.proposed()

    assert COUNTERS["home_watch"](watching.world.actor("cdc"), NOON) == 1
    grid = watching.world.actor("grid")
    assert COUNTERS["home_watch"](grid, NOON) == 0
    assert COUNTERS["home_watch"](grid, clock(20)) == 1
    assert MASKED in page(browse("grid"), one(watch))
