"""What a legal code, an ID number, a telephone and a name may look like."""

import random
import string

import pytest
from stdnum.cn import uscc

from fangxian.kernel import identifiers as ids


def invented_code(random_):
    body = "91" + "".join(random_.choices(string.digits, k=6))
    body += "".join(random_.choices(ids.LEGAL_CODE_ALPHABET, k=9))
    return body + ids.legal_code_check(body)


def test_the_check_character_is_the_one_that_stdnum_computes():
    random_ = random.Random(32100)
    bodies = [invented_code(random_)[:-1] for _ in range(2000)]

    assert [ids.legal_code_check(body) for body in bodies] == [
        uscc.calc_check_digit(body) for body in bodies
    ]


def test_every_single_wrong_character_is_noticed():
    code = invented_code(random.Random(1))

    wrong = {
        code[:place] + sign + code[place + 1 :]
        for place in range(18)
        for sign in ids.LEGAL_CODE_ALPHABET
        if sign != code[place]
    }

    assert [changed for changed in wrong if ids.is_legal_code(changed)] == []


@pytest.mark.parametrize("code", ["", "91", "9" * 19, "I" * 18, "９" * 18])
def test_what_is_no_legal_code_at_all(code):
    assert ids.is_legal_code(code) is False


def test_a_typed_code_is_tidied_before_it_is_judged():
    code = invented_code(random.Random(2))
    typed = f" {code[:8].lower()}-{code[8:]}\u3000".translate(
        {ord(d): ord(d) + 0xFEE0 for d in string.digits}
    )

    assert ids.tidy(typed) == code


@pytest.mark.parametrize(("meant", "typed"), [("0", "O"), ("1", "I"), ("2", "Z")])
def test_a_letter_outside_the_alphabet_is_read_as_the_digit_it_resembles(meant, typed):
    random_ = random.Random(3)
    code = next(c for c in iter(lambda: invented_code(random_), None) if meant in c[8:])
    place = code.rindex(meant, 8)
    wrong = code[:place] + typed + code[place + 1 :]

    assert ids.likely_legal_codes(wrong) == (code,)


def test_two_neighbours_swapped_are_put_back():
    code = "91410103MA4567890" + ids.legal_code_check("91410103MA4567890")
    wrong = code[:11] + code[12] + code[11] + code[13:]

    assert ids.is_legal_code(wrong) is False
    assert code in ids.likely_legal_codes(wrong)


@pytest.mark.parametrize("place", range(17))
def test_neighbours_swapped_anywhere_are_put_back(place):
    code = "91410103MA4567890" + ids.legal_code_check("91410103MA4567890")
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert code in ids.likely_legal_codes(wrong)


@pytest.mark.parametrize(("meant", "typed"), [("8", "B"), ("0", "Q"), ("7", "1")])
def test_one_look_alike_inside_the_alphabet_is_put_back(meant, typed):
    code = "91410103MA4567890" + ids.legal_code_check("91410103MA4567890")
    place = code.index(meant)
    wrong = code[:place] + typed + code[place + 1 :]

    assert ids.is_legal_code(wrong) is False
    assert code in ids.likely_legal_codes(wrong)


def test_a_guess_differs_by_one_slip_and_no_more():
    code = "91410103MA4567890" + ids.legal_code_check("91410103MA4567890")
    wrong = code[:2] + "B" + code[3:]  # no digit looks like this one
    guesses = ids.likely_legal_codes(wrong)

    assert guesses
    assert code not in guesses
    assert all(ids.is_legal_code(guess) and len(guess) == 18 for guess in guesses)


def test_a_code_that_is_too_short_gives_no_guess():
    assert ids.likely_legal_codes("9141010") == ()


def test_a_right_code_is_its_own_first_guess():
    code = invented_code(random.Random(4))

    assert ids.likely_legal_codes(code)[0] == code


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("11010519491231002X", True),  # the example of GB 11643-1999 itself
        ("440524188001010014", True),  # its second example
        ("110105194912310021", False),  # wrong check
        ("110105194913310020", False),  # there is no 13th month
        ("11010519491231002", False),
        ("X1010519491231002X", False),
        ("", False),
    ],
)
def test_id_numbers(number, right):
    assert ids.is_citizen_number(number) is right


@pytest.mark.parametrize("birthday", ["19491331", "19490231", "19491200", "00001231"])
def test_a_day_that_never_was_is_refused_even_with_a_right_check(birthday):
    body = f"110105{birthday}002"

    assert ids.is_citizen_number(body + ids.citizen_check(body)) is False


@pytest.mark.parametrize("body", ["1101051949123100", "110105194912310022"])
def test_a_check_is_made_of_seventeen_digits(body):
    with pytest.raises(ValueError, match="argument"):
        ids.citizen_check(body)


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", True),  # its check is wrong, and still it is somebody's
        ("110105204912310021", True),
        ("110105184912310021", False),  # nobody alive was born in 1849
        ("110105194913310021", False),
        ("11010519491231002", False),
        ("91410103MA4567890X", False),
    ],
)
def test_what_may_be_somebodys_number_is_not_repeated(text, may_be):
    assert ids.resembles_citizen_number(text) is may_be


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("１３８ １２３４ ５６７８", "13812345678"),
        ("10012345678", "10012345678"),  # how generated people are marked
        ("(0371) 6666 0000", "0371-66660000"),
        ("037166660000", "0371-66660000"),
        ("010-12345678", None),  # no line begins with 1
        ("010-62345678", "010-62345678"),
        ("66660000", "66660000"),
        ("400-123-4567", "4001234567"),
        ("1381234567", None),
        ("1.38E+10", None),
        ("王小明", None),
        ("", None),
    ],
)
def test_telephones(typed, spelled):
    assert ids.telephone(typed) == spelled


@pytest.mark.parametrize(
    "spelling",
    [
        "福华宾馆",
        " 福 华 宾 馆 ",
        "福华宾馆有限公司",
        "福华宾馆有限责任公司",
        "福华宾馆（有限公司）",
        "福华·宾馆",
        "福华宾馆有限公司（个体工商户）",
    ],
)
def test_spellings_of_one_name_have_one_key(spelling):
    forms = ("公司", "有限公司", "有限责任公司", "个体工商户")

    assert ids.name_key(spelling, legal_forms=forms) == "福华宾馆"


def test_full_width_and_case_do_not_matter():
    assert ids.name_key("ＫＴＶ（2号店）") == ids.name_key("ktv(2号店)") == "ktv2号店"


def test_a_name_that_is_only_a_legal_form_is_kept():
    assert ids.name_key("有限公司", legal_forms=("有限公司",)) == "有限公司"


def test_likeness_is_one_for_equal_and_zero_for_unlike_names():
    assert ids.likeness("福华宾馆", "福华宾馆") == 1
    assert ids.likeness("福华宾馆", "京广诊所") == 0
    assert ids.likeness("福华街宾馆", "福华宾馆") == pytest.approx(4 / 7)
    assert ids.likeness("店", "店") == 1
    assert ids.likeness("店", "馆") == 0
