"""Every entry of the catalogue can be said, and names no person."""

import string

import pytest

from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.ledger import rules
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
