import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.capabilities.inspection import actions, queries
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.capabilities.inspection.models import JointVisit, Section
from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.jurisdiction.queries import actor_for
from fangxian.mechanisms.observation.models import Observation
from tests.people import PEOPLE
from tests.unit.capabilities.inspection.conftest import HOUR, id_number, written
from tests.worlds import NOON, fill_post


VISIT = id_number(100)
NURSES = {"nurses": True}
NO_EXITS = {"exits": False}


@pytest.fixture
def called(world, place_in):
    """Civil affairs calls fire and health to a care home; who acts for each."""
    kinds = frozenset({"care_home"})
    people = {"fire": "police", "health": "hospital"}
    posts = {
        name: fill_post(
            world["district"],
            Role.SECTOR_DEPARTMENT,
            name,
            holder=PEOPLE[who],
            kinds=kinds,
        )
        for name, who in people.items()
    }
    actors = {
        name: actor_for(PEOPLE[who], at=NOON, post=posts[name])
        for name, who in people.items()
    }
    actors["civil_affairs"] = world.actor("civil_affairs")
    posts["civil_affairs"] = world.posts["civil_affairs"]
    home = place_in("grid", "夕阳红公寓", "care_home")
    open_visit(home, posts, actors["civil_affairs"])
    return actors


def open_visit(place, posts, by, *, lead="civil_affairs", number=100):
    return actions.open_joint_visit(
        place=place,
        departments=posts,
        lead=lead,
        id=id_number(number),
        by=by,
        at=NOON,
    )


def section(by, department, answers, *, number, at=NOON):
    return actions.record_section(
        VISIT,
        department,
        answers=answers,
        seen_at=at,
        id=id_number(number),
        by=by,
        at=at,
    )


def all_written(called):
    section(called["civil_affairs"], "civil_affairs", NURSES, number=1)
    section(called["fire"], "fire", NO_EXITS, number=2)
    section(called["health"], "health", {"doctor": True}, number=3)


def close(by):
    return actions.close_joint_visit(VISIT, by=by, at=NOON + HOUR)


def refused(kind, act):
    before = written(), state()
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.kind is kind
    assert (written(), state()) == before


def state():
    return (
        list(JointVisit.objects.order_by("pk").values()),
        list(Section.objects.order_by("visit", "department").values()),
    )


def test_departments_write_their_sections_and_the_lead_closes(called):
    all_written(called)

    visit = close(called["civil_affairs"])

    assert (visit.state, visit.awaited) == ("closed", 0)
    assert list(Observation.objects.order_by("pk").values_list("form", flat=True)) == [
        "joint_civil_affairs",
        "joint_fire",
        "joint_health",
    ]


def test_what_one_department_finds_is_a_finding_of_the_one_visit(called):
    all_written(called)

    [finding] = Finding.objects.all()
    assert (finding.item, finding.severity, finding.raised_by) == (
        "joint_fire/exits",
        "grave",
        called["fire"].person,
    )


def test_no_department_writes_for_another(called):
    refused(
        inspection_rules.NOT_YOUR_SECTION,
        lambda: section(called["fire"], "health", {"doctor": True}, number=2),
    )


def test_the_district_writes_no_department_s_section_either(world, called):
    del called
    refused(
        inspection_rules.NOT_YOUR_SECTION,
        lambda: section(world.actor("district"), "fire", NO_EXITS, number=2),
    )


def test_a_section_is_written_once(called):
    section(called["fire"], "fire", NO_EXITS, number=2)
    before = written(), state()

    section(called["fire"], "fire", NO_EXITS, number=2)  # sent again
    assert (written(), state()) == before

    refused(NOT_A_STEP, lambda: section(called["fire"], "fire", NO_EXITS, number=3))


def test_a_department_that_was_not_called_has_no_section(called):
    refused(
        inspection_rules.NOT_NAMED,
        lambda: section(called["fire"], "police", {}, number=2),
    )


def test_the_visit_stays_open_while_somebody_is_awaited(called):
    section(called["civil_affairs"], "civil_affairs", NURSES, number=1)

    with pytest.raises(Refusal) as refusal:
        close(called["civil_affairs"])

    assert refusal.value.kind is inspection_rules.STILL_AWAITED
    assert refusal.value.facts["departments"] == "fire, health"
    assert JointVisit.objects.get().state == "open"


def test_an_excused_department_lets_the_visit_close(called):
    section(called["civil_affairs"], "civil_affairs", NURSES, number=1)
    section(called["fire"], "fire", NO_EXITS, number=2)
    actions.excuse_department(
        VISIT, "health", reason="Called away", by=called["civil_affairs"], at=NOON
    )

    assert close(called["civil_affairs"]).state == "closed"
    assert Section.objects.get(department="health").reason == "Called away"


def test_an_excused_department_may_still_come(called):
    actions.excuse_department(
        VISIT, "health", reason="Called away", by=called["civil_affairs"], at=NOON
    )
    section(called["health"], "health", {"doctor": True}, number=3)

    assert JointVisit.objects.get().awaited == 2
    assert Section.objects.get(department="health").reason == ""


@pytest.mark.parametrize(
    ("who", "department", "reason", "kind"),
    [
        (
            "civil_affairs",
            "civil_affairs",
            "x",
            inspection_rules.LEAD_CANNOT_BE_EXCUSED,
        ),
        ("fire", "health", "x", inspection_rules.NOT_YOURS_TO_EXCUSE),
        ("fire", "fire", "x", inspection_rules.NOT_YOURS_TO_EXCUSE),
        ("civil_affairs", "fire", "  ", inspection_rules.REASON_MISSING),
    ],
)
def test_excuses_are_given_by_the_lead_and_with_a_reason(
    called, who, department, reason, kind
):
    refused(
        kind,
        lambda: actions.excuse_department(
            VISIT, department, reason=reason, by=called[who], at=NOON
        ),
    )


def test_only_the_lead_or_the_district_closes(world, called):
    all_written(called)

    refused(inspection_rules.NOT_YOURS_TO_EXCUSE, lambda: close(called["fire"]))
    assert close(world.actor("district")).state == "closed"


def test_what_is_closed_is_not_written_to(called):
    section(called["civil_affairs"], "civil_affairs", NURSES, number=1)
    for department in ("fire", "health"):
        actions.excuse_department(
            VISIT, department, reason="x", by=called["civil_affairs"], at=NOON
        )
    close(called["civil_affairs"])

    refused(
        inspection_rules.VISIT_CLOSED,
        lambda: section(called["fire"], "fire", NO_EXITS, number=2),
    )
    refused(NOT_A_STEP, lambda: close(called["civil_affairs"]))


# -------------------------------------------------------------------- opening


def test_the_same_id_gives_the_visit_that_is_open(called):
    posts = dict(Section.objects.values_list("department", "post_id"))
    place = JointVisit.objects.get().place_id
    before = written(), state()

    open_visit(place, posts, called["civil_affairs"])

    assert (written(), state()) == before


def test_the_same_id_for_other_departments_is_refused(called):
    posts = dict(Section.objects.values_list("department", "post_id"))
    place = JointVisit.objects.get().place_id
    del posts["fire"]

    refused(
        inspection_rules.VISIT_KNOWN,
        lambda: open_visit(place, posts, called["civil_affairs"]),
    )


@pytest.mark.parametrize(
    ("lead", "departments", "kind"),
    [
        ("fire", ["civil_affairs", "health"], inspection_rules.LEAD_NOT_NAMED),
        ("civil_affairs", ["civil_affairs"], inspection_rules.TOO_FEW_DEPARTMENTS),
    ],
)
def test_a_joint_visit_is_led_and_joint(called, lead, departments, kind):
    known = dict(Section.objects.values_list("department", "post_id"))
    posts = {name: known[name] for name in departments}
    place = JointVisit.objects.get().place_id

    refused(
        kind,
        lambda: open_visit(
            place, posts, called["civil_affairs"], lead=lead, number=101
        ),
    )


def test_a_grid_worker_calls_no_departments(world, called):
    del called
    posts = dict(Section.objects.values_list("department", "post_id"))
    place = JointVisit.objects.get().place_id

    refused(
        inspection_rules.NOT_YOURS_TO_CONVENE,
        lambda: open_visit(place, posts, world.actor("grid"), number=101),
    )


# --------------------------------------------------------------------- scopes


def test_joint_visits_are_seen_in_scope_only(world, called):
    assert [v.pk for v in queries.joint_visits(world.actor("alice").scope)] == [VISIT]
    assert [v.pk for v in queries.joint_visits(called["fire"].scope)] == [VISIT]
    assert list(queries.joint_visits(world.actor("charlie").scope)) == []
    assert list(queries.joint_visits(world.actor("market_supervision").scope)) == []


def test_out_of_scope_a_joint_visit_looks_like_none(world, called):
    del called
    with pytest.raises(Refusal) as refusal:
        queries.get_joint_visit(VISIT, world.actor("charlie").scope)
    assert refusal.value.kind.hidden


# ---------------------------------------------------------- what the tables refuse


def test_no_visit_is_written_closed_while_somebody_is_awaited(called):
    del called
    with (
        pytest.raises(IntegrityError, match="closed_when_nobody_is_awaited"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE inspection_jointvisit SET state = 'closed', "
            "closed_by = opened_by, closed_at = opened_at"
        )


@pytest.mark.parametrize(
    "change",
    [
        "state = 'recorded'",
        "state = 'excused'",
        "reason = 'x', state = 'excused'",
        "at = '2020-11-09 00:00:00+00:00'",
    ],
)
def test_no_section_is_written_without_who_and_what(called, change):
    del called
    with (
        pytest.raises(IntegrityError, match="section_says_who_and_what"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE inspection_section SET {change}"  # noqa: S608 -- written above
        )


# ------------------------------------------------------------------- rebuilding


def test_the_working_state_can_be_told_again_from_the_journal(called):
    section(called["civil_affairs"], "civil_affairs", NURSES, number=1)
    actions.excuse_department(
        VISIT, "health", reason="Called away", by=called["civil_affairs"], at=NOON
    )
    section(called["health"], "health", {"doctor": True}, number=3)
    actions.excuse_department(
        VISIT, "fire", reason="A fire", by=called["civil_affairs"], at=NOON
    )
    close(called["civil_affairs"])
    before = without_keys(state())
    sequence(at=NOON + HOUR)

    assert actions.rebuild() == 6

    assert without_keys(state()) == before


def without_keys(rows):
    visits, sections = rows
    return visits, [{**row, "id": None} for row in sections]
