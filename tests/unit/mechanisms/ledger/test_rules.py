"""Every entry of the catalogue can be said, and names no person."""

import string

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.ledger import rules
from fangxian.mechanisms.ledger.models import Place
from fangxian.mechanisms.ledger.states import Standing
from tests.roles import LEADING, refusal_of, roles_passing, roles_that
from tests.unit.mechanisms.ledger.ledgers import legal_code


CATALOGUE = [kind for kind in vars(rules).values() if isinstance(kind, RefusalKind)]
PUBLIC_FACTS = {
    "kind",
    "code",
    "length",
    "guess",
    "name",
    "place",
    "survivor",
    "row",
    "known",
}


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.code)
def test_a_refusal_has_a_sentence_a_remedy_and_no_private_fact(kind):
    spoken = f"{kind.sentence} {kind.remedy}"
    facts = {name for _, name, _, _ in string.Formatter().parse(spoken) if name}

    assert kind.code.startswith("ledger.")
    assert kind.sentence.endswith(".")
    assert kind.remedy.endswith(".")
    assert facts <= PUBLIC_FACTS


def test_a_fact_may_be_called_kind():
    refusal = rules.KIND_UNKNOWN(kind="castle")

    assert refusal.kind is rules.KIND_UNKNOWN
    assert refusal.sentence == "There is no kind of place called castle."


def test_an_empty_code_and_telephone_are_nothing():
    assert rules.checked_code(" ") == ""
    assert rules.checked_telephone(" ") is None
    assert rules.checked_telephone(None) is None


@pytest.mark.parametrize("number", ["110105194912310021", "11010519491231002X"])
def test_an_id_number_in_place_of_a_code_is_not_repeated(number):
    with pytest.raises(Refusal) as refusal:
        rules.checked_code(number)

    assert refusal.value.kind is rules.CODE_IS_PERSONAL
    assert refusal.value.facts == {}


def test_a_code_is_given_tidied():
    assert rules.checked_code(f" {legal_code(7).lower()}\n") == legal_code(7)


def test_the_order_of_headings_counts():
    one = rules.layout_fingerprint(["名称", "电话"])

    assert one == rules.layout_fingerprint([" 名称 ", "电话"])
    assert one != rules.layout_fingerprint(["电话", "名称"])


# ------------------------------------------------------------------- every role
KEEPERS = {
    *LEADING,
    Role.GRID_WORKER,
    Role.SECTOR_DEPARTMENT,
    Role.SYSTEM,
}
SETTLERS = KEEPERS - {Role.GRID_WORKER}
ORDERERS = SETTLERS - {Role.COMMUNITY}


def test_who_keeps_settles_and_declares():
    assert roles_passing(lambda by: rules.check_can_keep(by=by)) == KEEPERS
    assert roles_that(lambda by: rules.can_keep(by=by)) == KEEPERS
    assert roles_passing(lambda by: rules.check_can_settle(by=by)) == SETTLERS
    assert roles_that(lambda by: rules.can_settle(by=by)) == SETTLERS
    assert roles_passing(lambda by: rules.check_can_declare(by=by)) == {
        Role.DISTRICT,
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    }


@pytest.mark.parametrize("target", Standing)
def test_that_a_place_is_gone_is_noted_and_all_else_is_ordered(target):
    may = SETTLERS if target is Standing.CLOSED else ORDERERS

    assert roles_passing(lambda by: rules.check_can_stand(target, by=by)) == may
    assert roles_that(lambda by: rules.can_stand(target, by=by)) == may


def test_nobody_acts_on_an_entry_that_was_merged_away():
    gone = Place(merged_into_id=3)

    assert roles_that(lambda by: rules.can_act_on(Place(), by=by)) == KEEPERS
    assert roles_that(lambda by: rules.can_act_on(gone, by=by)) == set()
    assert refusal_of(rules.check_not_merged, Place()) is None
    refusal = refusal_of(rules.check_not_merged, gone)
    assert refusal.kind is rules.MERGED_AWAY
    assert refusal.facts == {"survivor": 3}


def test_a_reason_is_given_without_margins():
    assert rules.check_reason(" moved away\n") == "moved away"
    assert refusal_of(rules.check_reason, " \n").kind is rules.REASON_MISSING


def test_a_place_is_compared_with_another():
    assert refusal_of(rules.check_are_two, 1, 2) is None
    assert refusal_of(rules.check_are_two, 1, 1).kind is rules.SAME_PLACE
