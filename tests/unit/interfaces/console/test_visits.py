import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection.models import JointVisit, Section
from fangxian.interfaces.console.questions import AnswersForm
from fangxian.interfaces.console.templatetags.console import field
from fangxian.kernel.actors import Role
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.jurisdiction.queries import posts_held
from fangxian.mechanisms.observation.models import Evidence, Observation
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.task.models import Task
from tests.people import PEOPLE
from tests.unit.capabilities.inspection.pack import CONTENT
from tests.unit.interfaces.console.inspected import (
    HOUR,
    PIXEL,
    add_place,
    id_number,
    typed,
    visited,
)
from tests.unit.mechanisms.task.duties import issued
from tests.worlds import NOON, TODAY, fill_post


def text(answer):
    return answer.content.decode()


def form_of(place, form="six_haves"):
    return f"{reverse('visit_new')}?place={place}&form={form}"


SEEN = {"seen_at": "2020-11-09T11:50"}
GOOD = {**SEEN, "q_masks": "yes", "q_exits": "yes"}
NO_MASKS = {**SEEN, "q_masks": "no", "q_exits": "yes"}


# ------------------------------------------------------------------ recording one


def test_a_visit_is_recorded_on_the_pack_s_form(inspected, world):
    place = add_place(world)
    browser = inspected("grid")
    page = browser.get(form_of(place))

    answer = browser.post(form_of(place), {**typed(page), **NO_MASKS})

    [seen] = Observation.objects.all()
    assert answer.url == reverse("visit", args=[seen.pk])
    assert seen.answers == {"masks": False, "exits": True}
    assert seen.at == NOON - HOUR / 6
    assert "no masks" in text(browser.get(answer.url))
    assert Finding.objects.get().observation == seen.pk


def test_a_double_submit_records_one_visit(inspected, world):
    place = add_place(world)
    browser = inspected("grid")
    sent = {**typed(browser.get(form_of(place))), **NO_MASKS}

    for _press in range(2):
        assert browser.post(form_of(place), sent).status_code == 302

    assert Observation.objects.count() == 1
    assert Finding.objects.count() == 1


def test_a_wrong_form_marks_each_answer_and_keeps_the_others(inspected, world):
    place = add_place(world)
    browser = inspected("grid")
    sent = {
        **typed(browser.get(form_of(place))),
        **SEEN,
        "q_masks": "no",
        "photos": SimpleUploadedFile("a.png", PIXEL, "image/png"),
    }

    refused = browser.post(form_of(place), sent)

    assert refused.status_code == 422
    form = refused.context["form"]
    assert list(form.errors) == ["q_exits"]
    assert form["q_masks"].value() == "no"
    again = {**typed(refused), **NO_MASKS}
    assert browser.post(form_of(place), again).status_code == 302
    assert Evidence.objects.count() == 1
    assert Observation.objects.get().answers["photos"] == [
        Evidence.objects.get().digest
    ]


def test_an_answer_that_is_not_asked_is_left_out(settings, tmp_path):
    """Skip logic without a script: what follows from earlier answers is decided here."""
    settings.FANGXIAN_DATA = tmp_path
    asked = read_pack(CONTENT).forms["look_back"]

    right = AnswersForm(asked, {"q_put_right": "yes", "q_what_remains": "nonsense"})
    assert right.is_valid()
    assert right.answers == {"put_right": True}

    wrong = AnswersForm(asked, {"q_put_right": "no", "q_what_remains": ""})
    assert not wrong.is_valid()
    assert list(wrong.errors) == ["q_what_remains"]


def test_each_question_tells_the_browser_when_it_is_asked(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    form = AnswersForm(read_pack(CONTENT).forms["look_back"])

    always, then = form.around["q_put_right"], form.around["q_what_remains"]
    assert always == {"data-question": "put_right", "data-type": "yes_no"}
    assert json.loads(then.pop("data-relevant")) == {
        "==": [{"fact": "put_right"}, False]
    }
    assert then == {
        "data-question": "what_remains",
        "data-type": "text",
        "data-required": "yes",
    }
    shown = str(field(form["q_what_remains"])["around"])
    assert 'data-relevant="{&quot;==&quot;:' in shown


def test_a_place_is_chosen_then_a_checklist_with_what_is_owed_first(inspected, world):
    place = add_place(world)
    add_place(world, "隔壁宾馆", area="next_community")
    actions.plan_patrols(
        area=world["district"], day=TODAY, by=world.actor("district"), at=NOON
    )
    browser = inspected("grid")

    places = text(browser.get(reverse("visit_new")))
    assert "永安宾馆" in places
    assert "隔壁宾馆" not in places
    forms = browser.get(f"{reverse('visit_new')}?place={place}").context["forms"]
    assert [(code, task) for code, _title, task in forms] == [
        ("six_haves", Task.objects.get())
    ]


@pytest.mark.parametrize(
    ("kind", "asked", "others"),
    [("hotel", ["six_haves"], ["patrol"]), ("restaurant", ["six_haves", "patrol"], [])],
)
def test_checklists_that_no_rule_asks_of_such_a_place_stand_behind(
    inspected, world, kind, asked, others
):
    page = inspected("grid").get(
        f"{reverse('visit_new')}?place={add_place(world, kind=kind)}"
    )

    assert [code for code, *_ in page.context["forms"]] == asked
    assert [code for code, *_ in page.context["others"]] == others
    assert ("Other checklists" in text(page)) is bool(others)


def test_a_checklist_that_is_owed_is_never_behind(inspected, world):
    place = add_place(world)
    issued(
        world,
        subject=f"place:{place}",
        kind="hotel",
        area=world["grid"],
        form="patrol",
    )

    page = inspected("grid").get(f"{reverse('visit_new')}?place={place}")

    assert [code for code, *_ in page.context["forms"]] == ["patrol", "six_haves"]
    assert page.context["others"] == []


@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_a_place_out_of_scope_is_not_found(inspected, world, who):
    place = add_place(world)
    browser = inspected(who)

    assert browser.get(form_of(place)).status_code == 404
    assert browser.post(form_of(place), GOOD).status_code == 404
    assert Observation.objects.count() == 0


def test_an_auditor_reads_visits_but_records_none(inspected, world):
    seen = visited(world, add_place(world), {"masks": True, "exits": True})

    assert "永安宾馆" in text(inspected("auditor").get(reverse("visits")))
    assert inspected("auditor").get(reverse("visit_new")).status_code == 403
    assert inspected("auditor").get(reverse("visit", args=[seen.pk])).status_code == 200


def test_one_visit_is_seen_in_scope_only(inspected, world):
    seen = visited(world, add_place(world), {"masks": True, "exits": True})
    address = reverse("visit", args=[seen.pk])

    assert inspected("alice").get(address).status_code == 200
    assert inspected("charlie").get(address).status_code == 404
    assert inspected("market_supervision").get(address).status_code == 404


# ------------------------------------------------------------------- joint visits


@pytest.fixture
def home(inspected, world):
    """A care home, and a post of the fire service that the police hold."""
    del inspected
    fill_post(
        world["district"],
        Role.SECTOR_DEPARTMENT,
        "消防大队",
        holder=PEOPLE["police"],
        kinds=frozenset({"care_home"}),
    )
    return add_place(world, "夕阳红公寓", kind="care_home")


def opened(world, home):
    [fire] = [
        post.id
        for post in posts_held(PEOPLE["police"], at=NOON)
        if post.role is Role.SECTOR_DEPARTMENT
    ]
    return actions.open_joint_visit(
        place=home,
        departments={"civil_affairs": world.posts["civil_affairs"], "fire": fire},
        lead="civil_affairs",
        id=id_number(100),
        by=world.actor("civil_affairs"),
        at=NOON,
    )


def test_departments_are_called_from_the_page(inspected, world, home):
    browser = inspected("civil_affairs")
    address = reverse("visit_joint_new", args=[home])
    page = browser.get(address)
    choices = [
        value for value, _label in page.context["form"]["post_fire"].field.choices
    ]

    answer = browser.post(
        address,
        {
            **typed(page),
            "post_civil_affairs": world.posts["civil_affairs"],
            "post_fire": next(
                value
                for value in choices
                if value and int(value) != world.posts["civil_affairs"]
            ),
            "lead": "civil_affairs",
        },
    )

    assert answer.status_code == 302
    visit = JointVisit.objects.get()
    assert (visit.awaited, visit.lead) == (2, "civil_affairs")
    assert browser.post(address, {**typed(page), "lead": "fire"}).status_code == 409


def test_a_department_fills_in_its_own_section_and_the_lead_closes(
    inspected, world, home
):
    visit = opened(world, home)
    browser = inspected("civil_affairs")
    address = reverse("visit_section", args=[visit.pk, "civil_affairs"])
    page = browser.get(address)
    sent = {**typed(page), **SEEN, "q_nurses": "no"}
    assert browser.post(address, sent).status_code == 302

    refused = browser.post(reverse("visit_close", args=[visit.pk]))
    assert refused.status_code == 409
    assert "fire" in text(refused)

    excuse = reverse("visit_excuse", args=[visit.pk, "fire"])
    assert browser.post(excuse, {"reason": "A fire"}).status_code == 302
    assert browser.post(reverse("visit_close", args=[visit.pk])).status_code == 302
    visit.refresh_from_db()
    assert visit.state == "closed"
    assert "no nurses" in text(browser.get(reverse("visit_joint", args=[visit.pk])))


def test_another_department_s_section_is_refused_and_keeps_what_was_typed(
    inspected, world, home
):
    visit = opened(world, home)
    browser = inspected("civil_affairs")
    address = reverse("visit_section", args=[visit.pk, "fire"])
    sent = {**typed(browser.get(address)), **SEEN, "q_exits": "no"}

    refused = browser.post(address, sent)

    assert refused.status_code == 409
    assert refused.context["form"]["q_exits"].value() == "no"
    assert Section.objects.get(department="fire").state == "awaited"


def test_a_refused_excuse_keeps_the_reason_in_its_field(inspected, world, home):
    visit = opened(world, home)
    address = reverse("visit_excuse", args=[visit.pk, "fire"])

    refused = inspected("civil_affairs").post(address, {"reason": "   "})
    assert refused.status_code == 409
    [kept] = [one for one in refused.context["sections"] if one["typed"]]
    assert (kept["row"].department, kept["excusable"]) == ("fire", True)
    assert 'name="reason" value="   "' in text(refused)
    assert Section.objects.get(department="fire").state == "awaited"


def test_an_excuse_that_came_too_late_is_still_there_to_be_copied(
    inspected, world, home
):
    visit = opened(world, home)
    actions.excuse_department(
        visit.pk,
        "fire",
        reason="A fire",
        by=world.actor("civil_affairs"),
        at=NOON,
    )

    refused = inspected("civil_affairs").post(
        reverse("visit_excuse", args=[visit.pk, "fire"]), {"reason": "On the road"}
    )

    assert refused.status_code == 409
    assert "You wrote: On the road" in text(refused)
    assert Section.objects.get(department="fire").reason == "A fire"


def test_one_joint_visit_and_three_cost_the_same(inspected, world, home):
    browser, address = inspected("civil_affairs"), reverse("visit_joints")
    opened(world, home)
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        assert len(browser.get(address).context["page"]) == 1
    for number, area in ((101, "second_community"), (102, "next_community")):
        elsewhere = add_place(world, f"{area}公寓", area=area, kind="care_home")
        department = {"civil_affairs": world.posts["civil_affairs"]}
        fire = Section.objects.filter(department="fire").first().post_id
        actions.open_joint_visit(
            place=elsewhere,
            departments={**department, "fire": fire},
            lead="civil_affairs",
            id=id_number(number),
            by=world.actor("civil_affairs"),
            at=NOON,
        )
    with CaptureQueriesContext(connection) as three:
        page = browser.get(address)
    assert len(page.context["page"]) == 3
    assert "second_community公寓" in text(page)

    assert len(three) == len(one)


@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_joint_visits_out_of_scope_are_not_found(inspected, world, home, who):
    visit = opened(world, home)
    browser = inspected(who)

    assert "夕阳红公寓" not in text(browser.get(reverse("visit_joints")))
    for name, more in (("visit_joint", []), ("visit_section", ["fire"])):
        address = reverse(name, args=[visit.pk, *more])
        assert browser.get(address).status_code == 404
    assert browser.get(reverse("visit_joint_new", args=[home])).status_code == 404


# ------------------------------------------------------------------------ patrols


def test_coverage_adds_up_by_unit_and_by_kind(inspected, world):
    place = add_place(world)
    add_place(world, "小赵宾馆", area="other_community")
    actions.plan_patrols(
        area=world["district"],
        day=TODAY,
        by=world.actor("district"),
        at=NOON - 4 * HOUR,
    )
    visited(world, place, {"masks": True, "exits": True}, at=NOON)

    shown = inspected("district").get(reverse("patrols")).context

    units = {line.name: line.coverage for line in shown["units"]}
    assert {name: (one.should, one.did) for name, one in units.items()} == {
        "福华街街道": (1, 1),
        "解放路街道": (1, 0),
    }
    assert (shown["total"].should, shown["total"].did, shown["total"].open) == (2, 1, 1)
    assert [line.name for line in shown["kinds"]] == ["hotel"]


@pytest.mark.parametrize(
    ("state", "names"), [("owed", 2), ("done", 1), ("missed", 0), ("open", 1)]
)
def test_every_figure_of_coverage_opens_as_many_duties(inspected, world, state, names):
    place = add_place(world)
    add_place(world, "小赵宾馆", area="other_community")
    actions.plan_patrols(
        area=world["district"],
        day=TODAY,
        by=world.actor("district"),
        at=NOON - 4 * HOUR,
    )
    visited(world, place, {"masks": True, "exits": True}, at=NOON)
    browser = inspected("district")
    shown = browser.get(reverse("patrols")).context
    [kind] = shown["kinds"]

    def listed(who, asks):
        page = who.get(f"{reverse('tasks')}?{asks}&state={state}")
        return page.context["page"].paginator.count

    assert listed(browser, shown["asks"]) == listed(browser, kind.asks) == names
    assert sum(listed(browser, line.asks) for line in shown["units"]) == names
    elsewhere = inspected("charlie").get(f"{reverse('tasks')}?{shown['asks']}")
    assert elsewhere.status_code == 404


def test_what_lies_in_no_unit_below_opens_by_itself(inspected, world):
    add_place(world)
    add_place(world, "街边宾馆", area="street")
    actions.plan_patrols(
        area=world["district"], day=TODAY, by=world.actor("district"), at=NOON
    )

    browser = inspected("alice")
    units = {one.name: one for one in browser.get(reverse("patrols")).context["units"]}
    own = browser.get(f"{reverse('tasks')}?{units['福华街街道'].asks}").context

    assert [row.about for row in own["rows"]] == ["街边宾馆"]


def test_a_unit_opens_its_own_units(inspected, world):
    add_place(world)
    actions.plan_patrols(
        area=world["district"], day=TODAY, by=world.actor("district"), at=NOON
    )

    address = f"{reverse('patrols')}?area={world['street']}"
    shown = inspected("district").get(address).context

    assert [line.name for line in shown["units"]] == ["福华社区"]
    assert inspected("charlie").get(address).status_code == 404


def test_a_department_covers_its_kinds_alone(inspected, world):
    add_place(world)
    actions.plan_patrols(
        area=world["district"], day=TODAY, by=world.actor("district"), at=NOON
    )

    shown = inspected("market_supervision").get(reverse("patrols")).context

    assert shown["total"].should == 0


def test_the_day_is_planned_from_the_page_once(inspected, world):
    add_place(world)
    browser = inspected("alice")

    for _press in range(2):
        assert browser.post(reverse("patrols_plan")).status_code == 302

    assert Task.objects.count() == 1
    assert inspected("grid").post(reverse("patrols_plan")).status_code == 403


def test_self_checks_are_ordered_from_the_page(inspected, world):
    add_place(world)
    browser = inspected("district")
    sent = {
        "source": "通报第3期",
        "problem": "No masks",
        "kinds": ["hotel"],
        "due": "2020-11-10T18:00",
    }

    refused = browser.post(reverse("patrols_self_check"), {**sent, "problem": ""})
    assert refused.status_code == 422
    assert browser.post(reverse("patrols_self_check"), sent).status_code == 302
    assert Task.objects.get().form == "self_check"
