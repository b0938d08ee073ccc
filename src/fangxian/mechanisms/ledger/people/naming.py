"""What a person is found by: parts of the name, its sound, the end of a telephone. Pure.

A name of characters is cut into its family character, pairs of neighbours, and all of
it; its sound into syllables, pairs of syllables and initials. A name in letters is cut
into words. Whoever asks may write characters, pinyin or initials, and the last four
digits of a telephone after a gap.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, pairwise, product
from pathlib import Path

import yaml


READINGS = Path(__file__).with_name("readings.yaml")
LAST_DIGITS = 4
SOUNDS_MAX = 8  # of one name: two characters with two readings each are common
SPELLINGS_MAX = 8  # of one question: "xian" is one syllable or two
INITIALS = range(2, 5)
BEGINNING = 3  # letters of a foreign word that find it

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[a-z]+")
_WITH_TELEPHONE = re.compile(r"(?P<name>.*?)\s*(?P<last>[0-9]{4})")

Parts = frozenset[str]


# ------------------------------------------------------------------- what is written
def parts_of(name: str, telephone: str | None) -> Parts:
    """Give all parts that a person with this name and telephone is found by."""
    parts = set(_characters(_han(name)))
    for sound in _sounds(_han(name)):
        parts.update(_syllables(sound))
    words = _words(name)
    parts.update(f"word {word}" for word in words)
    parts.update(f"beginning {word[:BEGINNING]}" for word in words)
    parts.update(_initials([word[0] for word in words]))
    parts.add(whole(name))
    if telephone:
        parts.add(_last(telephone))
    return frozenset(parts)


def whole(name: str) -> str:
    """Give the part that only the whole name has."""
    return f"whole {name_of(name)}"


def name_of(name: str) -> str:
    """Bring a name to one spelling: half-width, lower case, no gaps, dots or marks."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    if folded.isalnum():
        return folded
    return "".join(sign for sign in folded if sign.isalnum())


def sound_of(name: str) -> str:
    """Give the commonest sound of a name: homophones, often mistyped, share it."""
    han = _han(name)
    return " ".join(map(_reading, han)) if han else " ".join(sorted(_words(name)))


def _characters(han: Sequence[str]) -> Iterator[str]:
    if han:
        yield f"family {han[0]}"
    for one, other in pairwise(han):
        yield f"pair {one}{other}"


def _syllables(sound: Sequence[str]) -> Iterator[str]:
    yield from (f"sound {syllable}" for syllable in sound)
    yield from (f"sounds {one} {other}" for one, other in pairwise(sound))
    yield from _initials([syllable[0] for syllable in sound])


def _initials(letters: Sequence[str]) -> Iterator[str]:
    for length in INITIALS:
        if length <= len(letters):
            yield f"initials {''.join(letters[:length])}"


def _last(telephone: str) -> str:
    return f"telephone {telephone[-LAST_DIGITS:]}"


# ---------------------------------------------------------------------- what is asked
def asked(text: str) -> tuple[Parts, ...]:
    """Give what a question may mean: somebody is found who has all parts of one.

    Nothing that can be asked of the index gives no meaning at all.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    if found := _WITH_TELEPHONE.fullmatch(folded):
        last = frozenset({_last(found["last"])})
        named = _meanings(found["name"]) if found["name"] else (frozenset(),)
        return tuple(meaning | last for meaning in named)
    return _meanings(folded)


def _meanings(text: str) -> tuple[Parts, ...]:
    if any(sign.isdecimal() for sign in text):
        return ()
    han = _han(text)
    if len(han) == 1:
        return (frozenset({f"family {han[0]}"}),)
    if han:
        return (frozenset(p for p in _characters(han) if not p.startswith("family")),)
    return tuple(dict.fromkeys(_meanings_of_letters(text)))


def _meanings_of_letters(text: str) -> Iterator[Parts]:
    words = _words(text)
    for spelling in islice(_spellings(_words(text, umlaut="v")), SPELLINGS_MAX):
        pairs = frozenset(f"sounds {one} {other}" for one, other in pairwise(spelling))
        yield pairs or frozenset({f"sound {spelling[0]}"})
    letters = "".join(words)
    if len(letters) in INITIALS:
        yield frozenset({f"initials {letters}"})
    if words and all(len(word) >= BEGINNING for word in words):
        yield frozenset(_word_asked(word) for word in words)


def _word_asked(word: str) -> str:
    return f"beginning {word}" if len(word) == BEGINNING else f"word {word}"


def _spellings(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Cut letters into syllables in every way there is, fewest syllables first."""
    ways = [_cuts(word) for word in words] if words else [()]
    spelled = [tuple(s for part in parts for s in part) for parts in product(*ways)]
    yield from sorted(spelled, key=len)


@lru_cache(maxsize=4096)
def _cuts(word: str) -> tuple[tuple[str, ...], ...]:
    if not word:
        return ((),)
    longest = max(map(len, _all_syllables()))
    return tuple(
        (word[:length], *rest)
        for length in range(1, min(longest, len(word)) + 1)
        if word[:length] in _all_syllables()
        for rest in _cuts(word[length:])[:SPELLINGS_MAX]
    )


# ------------------------------------------------------------------------- characters
def _han(text: str) -> list[str]:
    return _HAN.findall(unicodedata.normalize("NFKC", text))


def _words(text: str, *, umlaut: str = "u") -> list[str]:
    """Give the words in letters, without marks; pinyin types its umlaut as a v."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u00fc", umlaut)
    without_marks = (
        sign
        for sign in unicodedata.normalize("NFD", folded)
        if not unicodedata.combining(sign)
    )
    return _WORD.findall("".join(without_marks).replace("'", "").replace("\u2019", ""))


def _sounds(han: Sequence[str]) -> Iterable[tuple[str, ...]]:
    readings = [
        _also_read("family" if place == 0 else "given", sign)
        for place, sign in enumerate(han)
    ]
    return islice(product(*readings), SOUNDS_MAX) if han else ()


@lru_cache(maxsize=16_384)
def _also_read(where: str, sign: str) -> tuple[str, ...]:
    also = _readings().get(where, {}).get(sign, ())
    return tuple(dict.fromkeys((*also, _reading(sign))))


@lru_cache(maxsize=16_384)
def _reading(sign: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 -- half of a program's start, and most read no name

    return str(lazy_pinyin(sign, style=Style.NORMAL)[0])


@cache
def _readings() -> dict[str, dict[str, list[str]]]:
    spelled: dict[str, dict[str, list[str]]] = yaml.safe_load(
        READINGS.read_text(encoding="utf-8")
    )
    return spelled


@cache
def _all_syllables() -> frozenset[str]:
    """Every syllable that some character has; sounds without a vowel are none."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 -- as above
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 -- as above

    written = {reading for line in PINYIN_DICT.values() for reading in line.split(",")}
    plain = {to_normal(reading) for reading in written}
    return frozenset(s for s in plain if s.isascii() and set(s) & set("aeiouv"))
