import pytest

from fangxian.capabilities.inspection import actions
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.finding import rules as finding_rules
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.inspection.conftest import (
    HOUR,
    NO_MASKS,
    id_number,
    written,
)
from tests.worlds import NOON


@pytest.fixture
def rectified(world, visit):
    """The grid worker found it; Alice says that it has been put right."""
    visit(NO_MASKS)
    finding = Finding.objects.get()
    return rectify(finding.pk, how="Bought", by=world.actor("alice"), at=NOON + HOUR)


def look_back(world, finding, *, passed, who="grid", number=9, at=NOON + 2 * HOUR):
    return actions.look_back(
        finding.pk,
        passed=passed,
        note="" if passed else "Two boxes only",
        answers={},
        id=id_number(number),
        by=world.actor(who),
        at=at,
    )


def test_passing_closes_on_the_record_of_the_look_back(world, rectified):
    finding = look_back(world, rectified, passed=True)

    assert (finding.state, finding.confirmed_observation) == ("confirmed", id_number(9))
    record = Observation.objects.get(pk=id_number(9))
    assert (record.form, record.subject, record.answers) == (
        "look_back",
        f"finding:{finding.pk}",
        {"put_right": True},
    )


def test_failing_sends_back_with_the_hours_of_its_severity(world, rectified):
    finding = look_back(world, rectified, passed=False)

    assert (finding.state, finding.reason) == ("open", "Two boxes only")
    assert finding.deadline_at == NOON + 26 * HOUR
    answers = Observation.objects.get(pk=id_number(9)).answers
    assert answers == {"put_right": False, "what_remains": "Two boxes only"}


@pytest.mark.parametrize("passed", [True, False])
def test_a_look_back_sent_twice_acts_once(world, rectified, passed):
    look_back(world, rectified, passed=passed)
    before = written()

    look_back(world, rectified, passed=passed)

    assert written() == before


def test_the_rectifier_leaves_no_record_of_a_look_back(world, rectified):
    before = written()

    with pytest.raises(Refusal) as refusal:
        look_back(world, rectified, passed=True, who="alice")

    assert refusal.value.kind is finding_rules.LOOK_BACK_NOT_INDEPENDENT
    assert written() == before


def test_what_nobody_has_put_right_is_not_looked_back_on(world, visit):
    visit(NO_MASKS)
    before = written()

    with pytest.raises(Refusal) as refusal:
        look_back(world, Finding.objects.get(), passed=True)

    assert refusal.value.kind is NOT_A_STEP
    assert written() == before


@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_out_of_scope_there_is_nothing_to_look_back_on(world, rectified, who):
    with pytest.raises(Refusal) as refusal:
        look_back(world, rectified, passed=True, who=who)

    assert refusal.value.kind is finding_rules.NO_SUCH


# ----------------------------------------------------------- the duty to look back


def owe(world, finding):
    return actions.owe_look_back(finding.pk, by=world.actor("district"), at=NOON + HOUR)


def test_a_rectified_finding_is_owed_a_look_back_by_an_independent_post(
    world, rectified
):
    assert owe(world, rectified) == 1

    task = Task.objects.get(duty="look-back")
    assert (task.post_id, task.due_at) == (world.posts["grid"], NOON + 25 * HOUR)
    assert task.subject == f"finding:{rectified.pk}"


def test_the_duty_goes_up_if_the_unit_is_not_independent(world, visit):
    visit(NO_MASKS)
    finding = Finding.objects.get()
    rectify(finding.pk, how="x", by=world.actor("grid"), at=NOON + HOUR)

    owe(world, finding)

    assert Task.objects.get(duty="look-back").post_id == world.posts["community"]


def test_it_is_owed_once_an_attempt(world, rectified):
    owe(world, rectified)

    assert owe(world, rectified) == 0
    look_back(world, rectified, passed=False)
    rectify(rectified.pk, how="x", by=world.actor("alice"), at=NOON + 3 * HOUR)
    assert (
        actions.owe_look_back(
            rectified.pk, by=world.actor("district"), at=NOON + 4 * HOUR
        )
        == 1
    )


def test_the_rules_ask_for_no_look_back_on_an_open_finding(world, visit):
    visit(NO_MASKS)

    assert owe(world, Finding.objects.get()) == 0


def test_looking_back_completes_the_duty(world, rectified):
    owe(world, rectified)

    look_back(world, rectified, passed=True)

    assert Task.objects.get(duty="look-back").state == "completed"
