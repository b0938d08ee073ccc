import dataclasses

import pytest

from fangxian.capabilities.inspection import actions, queries
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.capabilities.inspection.models import Link
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.finding import rules as finding_rules
from fangxian.mechanisms.finding.actions import confirm
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.actions import amend_place
from fangxian.mechanisms.observation.models import Observation
from tests.people import NAMES
from tests.unit.capabilities.inspection.conftest import (
    HOUR,
    NO_MASKS,
    id_number,
    written,
)
from tests.worlds import NOON


LATER = NOON + HOUR


@pytest.fixture
def finding(visit):
    visit(NO_MASKS)
    return Finding.objects.get()


@pytest.fixture
def token(world, finding):
    return actions.issue_link(finding.pk, by=world.actor("grid"), at=NOON)


def use(token, *, number=9, at=LATER, how="Bought masks"):
    return actions.rectify_by_link(token, how=how, id=id_number(number), at=at)


def refused(kind, act):
    before = written(), list(Link.objects.values())
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.kind is kind
    assert (written(), list(Link.objects.values())) == before


def test_a_link_puts_right_in_the_name_of_the_person_in_charge(world, finding, token):
    person = queries.person_in_charge(finding, world.actor("grid").scope)

    done = use(token)

    assert (done.state, done.rectified_by, done.reported_by, done.responsible) == (
        "rectified",
        person.person,
        person.person,
        person.person,
    )
    record = Observation.objects.get(pk=id_number(9))
    assert (record.form, record.answers, record.device) == (
        "rectification",
        {"done": "Bought masks"},
        "link",
    )


def test_the_token_is_kept_nowhere(token):
    secret = token.rpartition(":")[0]

    assert Link.objects.get().digest == queries.digest_of(secret)
    payloads = str(list(Entry.objects.values_list("payload", flat=True)))
    assert secret not in payloads


def test_the_same_person_is_the_same_in_every_finding_of_the_place(world, visit):
    visit({"masks": False, "exits": False})
    scope = world.actor("grid").scope
    one, two = Finding.objects.order_by("pk")

    assert queries.person_in_charge(one, scope) == queries.person_in_charge(two, scope)


def test_the_holder_can_never_look_back(world, finding, token):
    use(token)
    finding.refresh_from_db()
    holder = queries.open_link(token, at=LATER).actor

    same_person = dataclasses.replace(world.actor("district"), person=holder.person)
    with pytest.raises(Refusal) as declined:
        confirm(finding.pk, by=same_person, at=LATER)
    assert declined.value.kind is finding_rules.LOOK_BACK_BY_RESPONSIBLE


@pytest.fixture
def patrolled_by_who_is_in_charge(world, hotel):
    """The grid worker, whose post patrols the hotel, is also in charge of it."""
    worker = world.actor("grid")
    amend_place(
        hotel, responsible_staff=worker.person, by=world.actor("alice"), at=NOON
    )
    return worker


def look_back(world, finding, *, passed, who="grid"):
    return actions.look_back(
        finding.pk,
        passed=passed,
        note="Two boxes only",
        answers={},
        id=id_number(11),
        by=world.actor(who),
        at=LATER,
    )


@pytest.mark.parametrize("passed", [True, False])
def test_who_is_in_charge_cannot_look_back_in_the_post_that_patrols(
    world, finding, patrolled_by_who_is_in_charge, passed
):
    worker = patrolled_by_who_is_in_charge
    use(actions.issue_link(finding.pk, by=world.actor("alice"), at=NOON))

    refused(
        finding_rules.LOOK_BACK_BY_RESPONSIBLE,
        lambda: look_back(world, finding, passed=passed),
    )
    finding.refresh_from_db()
    assert (finding.responsible, finding.rectified_by) == (worker.person,) * 2
    assert look_back(world, finding, passed=True, who="community").state == "confirmed"


def test_who_comes_to_be_in_charge_later_cannot_look_back_either(
    world, hotel, finding, token
):
    use(token)
    worker = world.actor("grid")
    amend_place(
        hotel, responsible_staff=worker.person, by=world.actor("alice"), at=LATER
    )

    refused(
        finding_rules.LOOK_BACK_BY_RESPONSIBLE,
        lambda: look_back(world, finding, passed=True),
    )


def test_the_link_of_who_holds_a_post_is_theirs_by_name(
    world, finding, patrolled_by_who_is_in_charge
):
    token = actions.issue_link(finding.pk, by=world.actor("alice"), at=NOON)

    holder = queries.open_link(token, at=LATER).holder

    assert holder == queries.InCharge(
        person=patrolled_by_who_is_in_charge.person, name=NAMES["grid"]
    )


def test_sent_twice_it_acts_once(token):
    use(token)
    before = written()

    use(token)

    assert written() == before


def test_a_used_link_rectifies_again_only_when_sent_back(world, finding, token):
    use(token)
    refused(NOT_A_STEP, lambda: use(token, number=10))

    actions.look_back(
        finding.pk,
        passed=False,
        note="Two boxes only",
        answers={},
        id=id_number(11),
        by=world.actor("grid"),
        at=LATER,
    )
    assert use(token, number=12).state == "rectified"


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "A" + token[1:] if token[0] != "A" else "B" + token[1:],
        lambda token: token.rpartition(":")[0],
        lambda _token: "",
        lambda _token: queries.SIGNER.sign("never issued"),
    ],
)
def test_a_forged_token_opens_nothing(token, forge):
    refused(inspection_rules.LINK_UNKNOWN, lambda: use(forge(token)))


def test_a_new_link_ends_the_old_one(world, finding, token):
    newer = actions.issue_link(finding.pk, by=world.actor("grid"), at=LATER)

    refused(inspection_rules.LINK_ENDED, lambda: use(token))
    assert use(newer).state == "rectified"


def test_an_ended_link_opens_nothing(world, finding, token):
    assert actions.end_link(finding.pk, by=world.actor("grid"), at=LATER)

    refused(inspection_rules.LINK_ENDED, lambda: use(token))
    assert not actions.end_link(finding.pk, by=world.actor("grid"), at=LATER)


def test_a_link_ends_by_itself(token):
    late = NOON + inspection_rules.LINK_LASTS

    refused(inspection_rules.LINK_ENDED, lambda: use(token, at=late))


def test_it_ends_when_somebody_else_is_in_charge(world, hotel, token):
    amend_place(hotel, responsible="接任者", by=world.actor("grid"), at=LATER)

    refused(inspection_rules.LINK_ENDED, lambda: use(token))


def test_no_link_without_a_person_in_charge(world, hotel, finding):
    amend_place(hotel, responsible=None, by=world.actor("grid"), at=LATER)

    refused(
        inspection_rules.NOBODY_RESPONSIBLE,
        lambda: actions.issue_link(finding.pk, by=world.actor("grid"), at=LATER),
    )


@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_out_of_scope_no_link_is_issued(world, finding, who):
    refused(
        finding_rules.NO_SUCH,
        lambda: actions.issue_link(finding.pk, by=world.actor(who), at=LATER),
    )


def test_the_link_reaches_its_own_finding_only(visit, token):
    visit({"masks": True, "exits": False}, number=2, at=LATER)

    use(token)

    states = dict(Finding.objects.values_list("item", "state"))
    assert states == {"six_haves/masks": "rectified", "six_haves/exits": "open"}


def test_links_can_be_told_again_from_the_journal(world, finding, token):
    del token
    newer = actions.issue_link(finding.pk, by=world.actor("grid"), at=LATER)
    before = list(Link.objects.order_by("issued_at").values())
    sequence(at=LATER)

    actions.rebuild()

    assert list(Link.objects.order_by("issued_at").values()) == before
    assert use(newer).state == "rectified"
