"""The rest of a working day on the phone: looking back, putting right, signing, naming."""

import datetime as dt

import pytest

from fangxian.capabilities.daily_return.actions import issue_duties
from fangxian.capabilities.home_watch.models import Member
from fangxian.capabilities.home_watch.states import Part
from fangxian.capabilities.inspection.actions import note_problem, owe_look_back
from fangxian.interfaces.field.duties import WATCHED
from fangxian.interfaces.intake.bodies import BODIES, LOST_BY_PHONE
from fangxian.interfaces.intake.enrolments import follow
from fangxian.interfaces.intake.kinds import KINDS
from fangxian.interfaces.intake.processing import Processed, process
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.jurisdiction.devices.queries import get_device
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.report.models import Return
from fangxian.mechanisms.task.models import Task
from tests.inboxes import empty_inbox
from tests.packs import pack_of
from tests.unit.capabilities.home_watch.watching import FOUR
from tests.unit.interfaces.field.pulling import Puller
from tests.unit.interfaces.intake.phoning import Phone, Standing, lane
from tests.unit.mechanisms.jurisdiction.phones import enrol
from tests.worlds import FOUNDED, NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TODAY = day_of(NOON)
DONE = Processed(done=1, quarantined=0, postponed=0)
WRONG = "消毒记录不全"


@pytest.fixture
def inbox(world, watching):
    del world, watching
    with empty_inbox() as inbox:
        yield inbox


@pytest.fixture
def community(world, inbox):
    return Worker(world, inbox, 2, who="community", by="street")


@pytest.fixture
def grid(world, inbox):
    return Worker(world, inbox, 1, who="grid", by="community")


class Worker:
    """Somebody with a phone that is enrolled: asks, does, sends."""

    def __init__(self, world, inbox, key, *, who, by):
        device = enrol(world, key, who=who, by=by, at=NOON - HOUR)
        follow(inbox, get_device(device, EVERYWHERE))
        self.inbox, self.puller, self.phone = (
            inbox,
            Puller(device, key),
            Phone(device, key),
        )

    def tasks(self):
        sequence(at=NOON)
        self.puller.pull()
        return self.puller.all("task")

    def task(self, kind):
        [found] = [one for one in self.tasks() if one["send"]["kind"] == kind]
        return found

    def answer(self, task, answers, *, at=NOON, **more):
        send = task["send"]
        body = {**send["body"], "answers": answers}
        self.phone.capture(send["kind"], body, **more)
        self.phone.send(lane(clock=Standing(at)))
        return process(self.inbox, at=at)


@pytest.fixture
def problem(world, watching):
    """Something wrong at a hotel of the grid, found by the district."""
    assert watching
    hotel = register_place(
        kind="hotel",
        name="永安宾馆",
        area=world["grid"],
        source="test",
        by=SYSTEM,
        at=FOUNDED,
    ).pk
    by = world.actor("district")
    return note_problem(
        place=hotel, text=WRONG, severity="major", by=by, at=NOON - HOUR
    )


# -------------------------------------------------------------------- putting right
def test_a_problem_is_put_right_from_the_phone(problem, grid):
    task = grid.task("rectification")
    assert (task["id"], task["what"]) == (f"finding:{problem.pk}", WRONG)
    assert task["where"] == problem.subject
    assert task["due_at"] == problem.deadline_at.isoformat(
        timespec="seconds" if not problem.deadline_at.microsecond else "milliseconds"
    ).replace("+00:00", "Z")
    asked = grid.puller.known["form", task["form"]]["questions"]
    assert [one["name"] for one in asked] == ["done", "photos"]

    assert grid.answer(task, {"done": "已补齐"}, seen_at=NOON - HOUR / 2) == DONE

    problem.refresh_from_db()
    assert (problem.state, problem.rectification) == ("rectified", "已补齐")
    seen = Observation.objects.get(pk=grid.phone.ids[0])
    assert (seen.at, seen.device) == (NOON - HOUR / 2, str(grid.phone.id))
    assert not [one for one in grid.tasks() if one["id"] == task["id"]]


def test_a_problem_elsewhere_is_not_told(world, problem, inbox):
    assert problem
    other = Worker(world, inbox, 3, who="community_next_door", by="charlie")

    assert not other.tasks()


def test_a_post_without_a_small_unit_carries_no_problems(world, problem, inbox):
    assert problem
    street = Worker(world, inbox, 4, who="alice", by="district")

    assert not [one for one in street.tasks() if one["send"]["kind"] == "rectification"]


def test_somebody_was_faster_and_the_phone_is_told_so_in_words(world, problem, grid):
    task = grid.task("rectification")
    rectify(problem.pk, how="已补齐", by=world.actor("alice"), at=NOON)

    assert grid.answer(task, {"done": "已补齐"}).quarantined == 1

    grid.tasks()
    [asked] = grid.puller.all("question")
    assert asked["sentence"]["zh"]
    assert asked["remedy"]["en"] == "Reload: someone may have acted before you."


# --------------------------------------------------------------------- looking back
@pytest.fixture
def rectified(world, problem):
    rectify(problem.pk, how="已补齐", by=world.actor("grid"), at=NOON - HOUR / 2)
    sequence(at=NOON)
    assert owe_look_back(problem.pk, by=SYSTEM, at=NOON - HOUR / 2) == 1
    return problem


def test_who_looks_back_closes_a_problem_from_the_phone(rectified, community):
    task = community.task("look_back")
    assert (task["what"], task["where"]) == (WRONG, rectified.subject)
    assert task["about"] == f"finding:{rectified.pk}"

    assert community.answer(task, {"put_right": True}) == DONE

    rectified.refresh_from_db()
    assert rectified.state == "confirmed"
    assert Task.objects.get(pk=task["id"]).observation == community.phone.ids[0]


def test_what_remains_sends_it_back(rectified, community):
    task = community.task("look_back")
    answers = {"put_right": False, "what_remains": "仍缺三天"}

    assert community.answer(task, answers) == DONE

    rectified.refresh_from_db()
    assert (rectified.state, rectified.reason) == ("open", "仍缺三天")
    again = {one["id"] for one in community.tasks() if one["state"] == "open"}
    assert f"finding:{rectified.pk}" in again


@pytest.mark.parametrize("answers", [{}, {"put_right": "yes"}, {"put_right": False}])
def test_a_look_back_that_says_nothing_is_asked_back(rectified, community, answers):
    assert community.answer(community.task("look_back"), answers).quarantined == 1

    rectified.refresh_from_db()
    assert rectified.state == "rectified"
    community.tasks()
    assert community.puller.all("question")[0]["sentence"]["zh"]


# -------------------------------------------------------------------------- signing
def test_a_day_is_signed_from_the_phone_beside_its_figures(world, community):
    issue_duties(day=TODAY, at=NOON - HOUR)
    task = community.task("daily_report")
    assert task["send"]["body"] == {"area": world["community"], "day": str(TODAY)}
    assert task["figures"]
    assert {tuple(one) for one in task["figures"]} == {("label", "value")}

    answers = {"figures_read": True, "nothing_happened": True}
    assert community.answer(task, answers) == DONE

    signed = Return.objects.get(area=world["community"], day=TODAY)
    assert (signed.attested_by, signed.zero) == (world.actor("community").person, True)
    assert Task.objects.get(pk=task["id"]).state == "completed"
    assert community.task("daily_report")["state"] == "done"


def test_figures_that_change_untold_are_told_with_every_pull(community):
    issue_duties(day=TODAY, at=NOON - HOUR)
    community.task("daily_report")

    sequence(at=NOON)
    [page] = community.puller.pull()

    assert page["whole"] is False
    told = [one for one in page["items"] if one["t"] == "task"]
    assert [one["send"]["kind"] for one in told] == ["daily_report"]


def test_a_day_on_which_something_happened_is_no_zero_report(
    world, watching, community
):
    watching.at_home(at=NOON - HOUR)
    issue_duties(day=TODAY, at=NOON - HOUR)
    task = community.task("daily_report")
    said = {"figures_read": True, "nothing_happened": True}

    became = community.answer(task, {**said, "what_happened": "说不清"})

    assert became.quarantined == 1
    assert not Return.objects.filter(area=world["community"])


# --------------------------------------------------------------------------- naming
def test_the_five_are_named_from_the_phone_and_who_is_not_named_stays(
    watching, community
):
    watch = watching.at_home(at=NOON - HOUR)
    watching.plan(9, at=NOON - HOUR)
    task = community.task("team")
    watching.name(watch, FOUR, at=NOON - HOUR / 2)
    asked = community.puller.known["form", task["form"]]["questions"]
    assert len(asked) == 2 * len(Part)
    assert asked[0]["label"] == {"zh": "社区干部：姓名", "en": "Community cadre: name"}
    assert not any(one["required"] for one in asked)

    named = {"medic_name": "何医生", "medic_telephone": "10055550001"}
    assert community.answer(task, named) == DONE

    running = Member.objects.filter(watch=watch, until=None)
    assert set(running.values_list("part", flat=True)) == {part.value for part in Part}
    assert running.filter(since=NOON).get().part == "medic"


def test_who_is_named_without_a_telephone_is_asked_back(watching, community):
    watching.at_home(at=NOON - HOUR)
    watching.plan(9, at=NOON - HOUR)

    became = community.answer(community.task("team"), {"medic_name": "何医生"})

    assert became.quarantined == 1
    assert not Member.objects.exists()


# ------------------------------------------------------------------------ every duty
OF_DOCTORS = {"result_answer"}
OF_PHONES = {Role.GRID_WORKER, Role.COMMUNITY}


def test_every_duty_of_a_grid_or_a_community_can_be_done_on_the_phone():
    """A clause of a pack for which no act of a phone stands must be added here or there."""
    answered = {form.value for form in WATCHED} | {"team", "look_back", "daily_report"}
    answered |= {"arrival_visit", "hearsay_call", "rectification", "self_check"}
    for name in ("routine", "covid19-cn"):
        pack = pack_of(name)
        visits = {
            form.code
            for form in pack.forms.values()
            if form.subject in ("place", "area")
        }
        asked = {one.form for one in pack.clauses if OF_PHONES & set(one.roles)}
        assert asked - visits - answered <= OF_DOCTORS | {"door_sweep", "place_sweep"}
    assert set(KINDS) | {LOST_BY_PHONE} == set(BODIES)
