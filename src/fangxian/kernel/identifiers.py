"""Identifiers people copy by hand: legal codes, ID numbers, telephones and names.

Nothing here says that a code was ever issued; it says whether it can be one.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache


LEGAL_CODE_LENGTH = 18
LEGAL_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
CITIZEN_CHECKS = "10X98765432"
CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# What the eye takes for what: letters that the alphabet leaves out come first,
# because they are certainly wrong.
_NOT_IN_ALPHABET = str.maketrans("IOSVZ", "10502")
_ALIKE = tuple(map(frozenset, ("0DQ", "1L7", "6G", "8B", "UY", "MN", "KX")))

_CITIZEN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_TELEPHONE = re.compile(
    r"(?P<mobile>1[0-9]{10})"
    r"|(?P<area>010|02[0-9]|0[3-9][0-9]{2})?(?P<line>[2-9][0-9]{6,7})"
    r"|(?P<service>[48]00[0-9]{7})"
)
_COUNTRY = re.compile(r"^(?:\+|00)86(?=[0-9]{7})")


def tidy(text: str) -> str:
    """Bring a typed code to one spelling: half-width, upper case, no gaps."""
    if text.isascii() and text.isalnum():
        return text.upper()
    half_width = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in half_width if sign.isalnum())


def legal_code_check(first_17: str) -> str:
    """Give the 18th character of a unified social credit code (GB 32100-2015).

    The i-th weight is 3 to the power i, modulo 31. Raises ValueError for a
    character outside the standard's alphabet.
    """
    total = sum(
        LEGAL_CODE_ALPHABET.index(sign) * pow(3, place, 31)
        for place, sign in enumerate(first_17)
    )
    return LEGAL_CODE_ALPHABET[-total % 31]


def is_legal_code(code: str) -> bool:
    """Whether a tidied text can be a unified social credit code."""
    return (
        len(code) == LEGAL_CODE_LENGTH
        and set(code) <= set(LEGAL_CODE_ALPHABET)
        and legal_code_check(code[:-1]) == code[-1]
    )


def likely_legal_codes(code: str) -> tuple[str, ...]:
    """Guess which legal codes a wrong one was meant to be, likeliest first.

    Letters that the alphabet leaves out are replaced by the digits they resemble;
    if that is not enough, one look-alike or one swap of neighbours is tried.
    """
    if len(code) != LEGAL_CODE_LENGTH:
        return ()
    legible = code.translate(_NOT_IN_ALPHABET)
    guesses = dict.fromkeys((legible, *_slips(legible)))
    return tuple(guess for guess in guesses if is_legal_code(guess))


def _slips(code: str) -> Iterator[str]:
    for place, sign in enumerate(code):
        for family in _ALIKE:
            if sign in family:
                for other in sorted(family - {sign}):
                    yield code[:place] + other + code[place + 1 :]
    for place in range(len(code) - 1):
        swapped = code[place + 1] + code[place]
        yield code[:place] + swapped + code[place + 2 :]


def citizen_check(first_17: str) -> str:
    """Give the 18th character of a citizen's ID number (GB 11643-1999)."""
    digits = zip(CITIZEN_WEIGHTS, map(int, first_17), strict=True)
    return CITIZEN_CHECKS[sum(weight * digit for weight, digit in digits) % 11]


def is_citizen_number(number: str) -> bool:
    """Whether a tidied text can be an ID number: shape, a real birthday, the check."""
    return (
        _CITIZEN_NUMBER.fullmatch(number) is not None
        and _is_day(number[6:14])
        and citizen_check(number[:-1]) == number[-1]
    )


def resembles_citizen_number(text: str) -> bool:
    """Whether a tidied text may be an ID number, though its check may be mistyped.

    What is refused is often repeated to the reader; this must not be.
    """
    return _CITIZEN_NUMBER.fullmatch(text) is not None and _is_birthday(text[6:14])


def _is_birthday(digits: str) -> bool:
    return digits[:2] in {"19", "20"} and _is_day(digits)


def _is_day(digits: str) -> bool:
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def telephone(text: str) -> str | None:
    """Spell a telephone number as digits, a landline as ``0371-66660000``.

    None for what cannot be dialled in China. Country code, gaps and brackets are
    dropped; a local line keeps no area code, because none was said.
    """
    half_width = unicodedata.normalize("NFKC", text)
    dialled = re.sub(r"[^0-9+A-Za-z]", "", half_width)
    found = _TELEPHONE.fullmatch(_COUNTRY.sub("", dialled))
    if found is None:
        return None
    return "-".join(part for part in found.groups() if part)


@lru_cache(maxsize=16_384)
def name_key(name: str, *, legal_forms: tuple[str, ...] = ()) -> str:
    """Reduce a name to what makes two spellings of one place equal.

    Half-width, lower case, letters and digits only: gaps, brackets and marks
    go, what stands inside brackets stays. ``legal_forms`` are endings such as
    the words for "limited company"; the longest that fits goes, again and again,
    but never the whole name.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    key = "".join(sign for sign in folded if sign.isalnum())
    by_length = sorted(legal_forms, key=len, reverse=True)
    while ending := next((e for e in by_length if _ends_with(key, e)), None):
        key = key.removesuffix(ending)
    return key


def _ends_with(key: str, ending: str) -> bool:
    return len(key) > len(ending) and key.endswith(ending)


def likeness(one: str, other: str) -> float:
    """Say how alike two keys are, from 0 to 1: Dice's measure of their bigrams."""
    ours, theirs = bigrams(one), bigrams(other)
    if not ours or not theirs:
        return float(one == other)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def bigrams(key: str) -> frozenset[str]:
    """Give the pairs of neighbouring characters of a key."""
    return frozenset(key[place : place + 2] for place in range(len(key) - 1))
