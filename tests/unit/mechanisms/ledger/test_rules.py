"""Every entry of the catalogue can be said, and names no person."""

import string
from dataclasses import replace
from uuid import UUID

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.ledger import rules
from fangxian.mechanisms.ledger.models import Place
from fangxian.mechanisms.ledger.rules import Details
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


# ------------------------------------------------------------------- what is said
def said(**changes):
    return Details(**{"kind": "hotel", "name": "福华宾馆", "area": 1, **changes})


def test_details_are_given_in_one_spelling():
    written = said(
        name="  福华   宾馆\n",
        address=" 福华街 1号  后院 ",
        uscc=f" {legal_code(1).lower()} ",
        responsible=" 王小明 ",
        telephone="+86 138 1234 5678",
    )

    assert rules.check_details(written) == said(
        name="福华 宾馆",
        address="福华街 1号 后院",
        uscc=legal_code(1),
        responsible="王小明",
        telephone="13812345678",
    )


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_nobody_in_charge_is_nobody(nobody):
    assert rules.check_details(said(responsible=nobody)) == said()


@pytest.mark.parametrize("name", ["", "  ", "——"])
def test_a_place_without_a_name_is_refused(name):
    assert refusal_of(rules.check_details, said(name=name)).kind is rules.NAME_MISSING


def test_the_name_is_compared_by_its_key():
    assert said(name="福华宾馆").name_key == said(name=" 福华 宾馆").name_key
    assert said(name="福华宾馆").name_key != said(name="京广宾馆").name_key


CODE = legal_code(1)


@pytest.mark.parametrize(
    ("typed", "kind", "facts"),
    [
        (CODE[:-1], rules.CODE_LENGTH, {"code": CODE[:-1], "length": 17}),
        (CODE + "1", rules.CODE_LENGTH, {"code": CODE + "1", "length": 19}),
        (
            CODE.replace("0", "O", 1),
            rules.CODE_MISREAD,
            {"code": CODE.replace("0", "O", 1), "guess": CODE},
        ),
        ("999999999999999999", rules.CODE_WRONG, {"code": "999999999999999999"}),
    ],
)
def test_a_code_that_cannot_be_right_is_named(typed, kind, facts):
    refusal = refusal_of(rules.checked_code, typed)

    assert (refusal.kind, refusal.facts) == (kind, facts)


def test_a_telephone_is_dialled_or_refused_without_being_repeated():
    assert rules.checked_telephone("0371-6666 1234") == "0371-66661234"

    refusal = refusal_of(rules.checked_telephone, "12345")

    assert (refusal.kind, refusal.facts) == (rules.TELEPHONE_WRONG, {})


# --------------------------------------------------------------- who is in charge
WORKER = UUID(int=7)


@pytest.mark.parametrize(
    ("changes", "staff"),
    [
        ({"address": "福华街2号"}, WORKER),
        ({"responsible": " 王小明 "}, WORKER),
        ({"responsible": "接任者"}, None),
        ({"responsible": None}, None),
        ({"responsible": "接任者", "responsible_staff": WORKER}, WORKER),
        ({"responsible_staff": None}, None),
    ],
)
def test_another_name_in_charge_is_another_person(changes, staff):
    before = said(responsible="王小明", responsible_staff=WORKER)

    assert rules.with_changes(before, changes) == replace(
        before, **{**changes, "responsible_staff": staff}
    )


def test_where_nobody_was_in_charge_no_name_changes_that():
    before = said(responsible_staff=WORKER)

    assert rules.with_changes(before, {"address": "x"}).responsible_staff == WORKER
