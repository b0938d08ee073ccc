"""Pure judgements about handing people over; the acts are tried in ``people``."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.ledger.exports import rules
from fangxian.mechanisms.ledger.states import ExportForm, ExportState
from tests.worlds import NOON


ONE, OTHER = UUID(int=1), UUID(int=2)
BOUND = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))
FILES = (ExportForm.ROWS, ExportForm.DOCUMENTS)
EXPORTERS = {Role.COMMUNITY, Role.STREET, Role.HOSPITAL, Role.CDC}
IN_TWO = {Role.STREET, Role.DISTRICT, Role.AUDITOR}
ALONE = {Role.COMMUNITY}
SECOND = dt.timedelta(seconds=1)


def actor(role, *, scope=EVERYWHERE, person=OTHER):
    return Actor(person=person, post=1, role=role, scope=scope)


def refused(check, *args, **said):
    """What a judgement refuses with and says; nothing if it lets pass."""
    try:
        check(*args, **said)
    except Refusal as refusal:
        return refusal.kind, refusal.sentence
    return None, ""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("form", ExportForm)
def test_who_may_ask(form, role):
    may = role in (IN_TWO if form is ExportForm.SCREEN else EXPORTERS)

    assert rules.can_request(form, by=actor(role)) is may
    assert not rules.can_request(form, by=actor(role, scope=BOUND))
    kind, _ = refused(rules.check_can_request, form, by=actor(role))
    assert kind is (None if may else rules.NOT_YOURS_TO_EXPORT)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("requester", sorted(EXPORTERS))
@pytest.mark.parametrize("form", FILES)
def test_who_may_agree_to_a_file(form, requester, role):
    clinical = requester in {Role.HOSPITAL, Role.CDC}
    may = role in (EXPORTERS if clinical else {Role.COMMUNITY, Role.STREET})

    decides(may, form, requester, role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("requester", sorted(IN_TWO))
def test_who_may_agree_to_reading(requester, role):
    decides(role in ALONE | IN_TWO, ExportForm.SCREEN, requester, role)


def decides(may, form, requester, role):
    """Compare all ways to ask whether somebody may decide."""
    by, said = actor(role), {"form": form, "requester": ONE, "role": requester}

    assert rules.can_decide(**said, by=by) is may
    assert ((form, requester) in rules.decided_by(by)) is may
    kind, _ = refused(rules.check_can_decide, **said, by=by)
    assert kind is (None if may else rules.NOT_YOURS_TO_APPROVE)
    bound = actor(role, scope=BOUND)
    assert not rules.can_decide(**said, by=bound)
    assert rules.decided_by(bound) == []


def test_nobody_decides_on_their_own():
    by = actor(Role.STREET, person=ONE)
    said = {"form": ExportForm.ROWS, "requester": ONE, "role": Role.STREET}

    assert not rules.can_decide(**said, by=by)
    assert refused(rules.check_can_decide, **said, by=by)[0] is rules.OWN_EXPORT


def test_what_waits_for_somebody_is_listed_in_one_order():
    listed = rules.decided_by(actor(Role.COMMUNITY))

    assert listed == sorted(listed, key=lambda one: list(ExportForm).index(one[0]))
    assert [role for form, role in listed if form is ExportForm.ROWS] == sorted(
        EXPORTERS
    )


@pytest.mark.parametrize("role", Role)
def test_strangers_are_handed_over_by_no_doctor(role):
    kind, said = refused(rules.check_are_own, 3, by=actor(role))

    clinical = role in {Role.HOSPITAL, Role.CDC}
    assert kind is (rules.NOT_YOUR_PEOPLE if clinical else None)
    assert said.startswith("3 ") is clinical
    assert refused(rules.check_are_own, 0, by=actor(role)) == (None, "")


@pytest.mark.parametrize(
    ("people", "form", "kind", "numbers"),
    [
        (0, ExportForm.ROWS, rules.NOBODY_TO_EXPORT, ()),
        (0, ExportForm.SCREEN, rules.NOBODY_TO_EXPORT, ()),
        (1, ExportForm.SCREEN, None, ()),
        (2, ExportForm.SCREEN, rules.ONE_AT_A_TIME, ("2",)),
        (1, ExportForm.ROWS, None, ()),
        (50, ExportForm.ROWS, None, ()),
        (50, ExportForm.DOCUMENTS, None, ()),
        (51, ExportForm.ROWS, rules.TOO_MANY_TO_EXPORT, ("51", "50")),
        (51, ExportForm.DOCUMENTS, rules.TOO_MANY_TO_EXPORT, ("51", "50")),
    ],
)
def test_how_many_stand_in_a_file(people, form, kind, numbers):
    found, said = refused(rules.check_size, people, form)

    assert found is kind
    assert all(number in said for number in numbers)


def test_who_receives_it_is_said_in_one_line():
    assert rules.check_recipient(" 区疾控中心\n 周医生 ") == "区疾控中心 周医生"
    assert refused(rules.check_recipient, " \n")[0] is rules.RECIPIENT_MISSING


def test_only_who_asked_withdraws():
    by = actor(Role.STREET, person=ONE)

    assert refused(rules.check_can_withdraw, requester=ONE, by=by) == (None, "")
    kind, _ = refused(rules.check_can_withdraw, requester=OTHER, by=by)
    assert kind is rules.NOT_YOURS_TO_WITHDRAW


@pytest.mark.parametrize("state", ExportState)
@pytest.mark.parametrize("to", sorted(set(ExportState) - {ExportState.REQUESTED}))
def test_what_was_decided_is_decided(state, to):
    kind, _ = refused(rules.check_is_waiting, state, to, NOON, NOON)

    waits = state is ExportState.REQUESTED
    assert kind is (None if waits else rules.EXPORT_DECIDED)


def test_what_waited_for_a_day_waits_no_more():
    said = (ExportState.REQUESTED, ExportState.APPROVED, NOON)
    ends = NOON + dt.timedelta(hours=24)

    assert rules.waits_until(NOON) == ends
    assert refused(rules.check_is_waiting, *said, ends - SECOND) == (None, "")
    kind, told = refused(rules.check_is_waiting, *said, ends)
    assert kind is rules.EXPORT_UNDECIDED
    assert "24 hours" in told


@pytest.mark.parametrize(
    ("form", "hours"), [*((form, 24) for form in FILES), (ExportForm.SCREEN, 1)]
)
def test_for_how_long_it_opens(form, hours):
    closes = NOON + dt.timedelta(hours=hours)
    said = (form, ExportState.APPROVED, NOON)

    assert rules.opens_until(form, NOON) == closes
    assert refused(rules.check_is_open, *said, closes - SECOND) == (None, "")
    kind, told = refused(rules.check_is_open, *said, closes)
    assert kind is rules.EXPORT_LAPSED
    assert f"{hours} hours" in told


@pytest.mark.parametrize(
    ("state", "decided_at"),
    [
        (ExportState.REQUESTED, None),
        (ExportState.REFUSED, NOON),
        (ExportState.REQUESTED, NOON),
        (ExportState.APPROVED, None),
    ],
)
def test_what_nobody_approved_does_not_open(state, decided_at):
    said = (ExportForm.ROWS, state, decided_at, NOON)

    assert refused(rules.check_is_open, *said)[0] is rules.EXPORT_NOT_APPROVED


def test_a_day_allows_so_many_and_no_more():
    assert refused(rules.check_within_the_day, 40, 60, most=100) == (None, "")
    kind, said = refused(rules.check_within_the_day, 40, 61, most=100)

    assert kind is rules.EXPORT_OVER_THE_DAY
    assert "40" in said
    assert "100" in said
