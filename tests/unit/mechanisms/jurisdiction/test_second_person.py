"""Posts that read results and sign measures: two persons appoint, and no administrator."""

import datetime as dt
from functools import partial
from uuid import UUID

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions, queries, rules
from tests.people import JOINER, PEOPLE
from tests.worlds import NOON


pytestmark = pytest.mark.django_db


def kind_of(act, **said):
    with pytest.raises(Refusal) as refused:
        act(**said)
    return refused.value.kind


@pytest.fixture(params=["cdc", "hospital"])
def doctors(world, request):
    """The acts on a doctor's post, with the administrator and the district."""
    post = world.posts[request.param]
    said = {"staff": JOINER, "at": NOON}
    return (
        partial(actions.nominate, post, **said),
        partial(actions.appoint, post, **said),
        world.actor("administrator"),
        world.actor("district"),
    )


def test_nobody_alone_gives_somebody_the_post_of_a_doctor(doctors):
    nominate, appoint, administrator, district = doctors

    assert kind_of(appoint, by=administrator) is rules.SECOND_NEEDED
    nominate(by=administrator)
    assert kind_of(appoint, by=administrator) is rules.SECOND_NEEDED

    assert appoint(by=district).staff_id == JOINER
    named = Entry.objects.get(event="post.nominated")
    assert named.person == PEOPLE["administrator"]


def test_somebody_new_to_the_line_is_no_way_around_it(world):
    """Else an administrator would become a doctor under another name."""
    post, new = world.posts["cdc"], UUID(int=77)
    said = {"person": new, "name": "关新人", "at": NOON}
    said["by"] = world.actor("administrator")

    kind = kind_of(partial(actions.appoint_new, post), **said)

    assert kind is rules.SECOND_NEEDED
    actions.appoint_new(post, only_named=True, **said)
    assert queries.holder_of(post, NOON) == PEOPLE["cdc"]
    assert queries.named_for(post, NOON).staff == new


def test_another_than_who_was_named_is_named_anew(doctors):
    nominate, appoint, administrator, district = doctors
    nominate(by=administrator, staff=PEOPLE["dana"])

    assert kind_of(appoint, by=district) is rules.SECOND_NEEDED


def test_who_was_named_long_ago_is_named_anew(doctors):
    nominate, appoint, administrator, district = doctors
    nominate(by=administrator)

    late = NOON + rules.NAMED_FOR
    assert kind_of(appoint, by=district, at=late) is rules.SECOND_NEEDED
    assert appoint(by=district, at=late - dt.timedelta(minutes=1))


@pytest.mark.parametrize("who", ["administrator", "auditor"])
@pytest.mark.parametrize("post", ["cdc", "community", "grid", "police"])
def test_who_runs_or_audits_the_system_reads_about_nobody_in_it(world, who, post):
    by = world.actor("district")
    act = actions.nominate if post == "cdc" else actions.appoint

    kind = kind_of(partial(act, world.posts[post]), staff=PEOPLE[who], by=by, at=NOON)

    assert kind is rules.KEPT_APART


def test_nor_does_who_reads_about_people_come_to_run_the_system(world):
    act = partial(actions.appoint, world.posts["administrator"])
    by = world.actor("administrator")

    kind = kind_of(act, staff=PEOPLE["cdc"], by=by, at=NOON)

    assert kind is rules.KEPT_APART


def test_other_posts_are_given_by_one(world):
    given = actions.appoint(
        world.posts["community"], staff=JOINER, by=world.actor("district"), at=NOON
    )

    assert given.staff_id == JOINER
