"""What rules about restrictions may speak of: a closed vocabulary, and its order.

Nothing here names anybody: no name, number, address, employer, origin or list is a
word of the language, so that no rule can be made for somebody. Days are days, texts
come from a few words each, and every word says which of its values favours the person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fangxian.kernel.conditions import Type, Value, Vocabulary, fits


class Kind(StrEnum):
    """The kinds of evidence, which are also the first halves of the words."""

    LAB = "lab"
    VISIT = "visit"
    EXPOSURE = "exposure"
    CONTACT = "contact"
    STAY = "stay"


class Grade(StrEnum):
    """How good evidence is: a document, what an official saw, or hearsay."""

    A = "A"
    B = "B"
    C = "C"


class Ending(StrEnum):
    """Why a restriction is over."""

    EXPIRED = "expired"  # its time had come; nobody had to do anything
    RELEASED = "released"  # a doctor ended it early
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_LAPSED = "appeal_lapsed"  # nobody answered an appeal in time
    EVIDENCE_WITHDRAWN = "evidence_withdrawn"
    RULE_REPEALED = "rule_repealed"
    DUPLICATE = "duplicate"  # another one says the same


# Hearsay can bring about a call or a visit, never a restriction.
GROUNDING = frozenset({Grade.A, Grade.B})


@dataclass(frozen=True, slots=True)
class Word:
    """One fact: its type, and its values from the most to the least favourable.

    ``rising`` says that of two numbers the greater one is the less favourable.
    """

    type: Type
    values: tuple[Value, ...] = ()
    rising: bool = True

    def admits(self, value: object) -> bool:
        """Whether a value is one that this fact can have."""
        if not fits(value, self.type):
            return False
        if self.type is Type.NUMBER:
            return isinstance(value, int) and 0 <= value <= NUMBER_MOST
        return not self.values or value in self.values


NUMBER_MOST = 100_000
YES_NO = Word(Type.YES_NO, (False, True))
DAY = Word(Type.DAY)
GRADE = Word(Type.TEXT, (Grade.B.value, Grade.A.value))
RISK = "stay.risk"
STAYED_IN = "stay.area"
STAYED_ON = "stay.left_on"
AGE = "age"

# What evidence states.
STATED: Mapping[str, Word] = {
    "lab.result": Word(Type.TEXT, ("negative", "inconclusive", "positive")),
    "lab.sampled_on": DAY,
    "visit.on": DAY,
    "visit.minutes": Word(Type.NUMBER),
    "visit.presence": Word(Type.TEXT, ("remote", "verified")),
    "exposure.confirmed": YES_NO,
    "exposure.from_on": DAY,
    "exposure.to_on": DAY,
    "contact.type": Word(Type.TEXT, ("general", "secondary", "close")),
    "contact.last_on": DAY,
    "stay.abroad": YES_NO,
    "stay.entered_on": DAY,
    STAYED_ON: DAY,
}
# What follows from it: the published risk of the area on that day, the grade, and
# the age of the youngest evidence in whole hours.
DERIVED: Mapping[str, Word] = {
    RISK: Word(Type.TEXT, ("low", "medium", "high")),
    **{f"{kind}.grade": GRADE for kind in Kind},
    AGE: Word(Type.NUMBER, rising=False),
}
WORDS: Mapping[str, Word] = {**STATED, **DERIVED}
VOCABULARY: Vocabulary = {name: word.type for name, word in WORDS.items()}

# The moment at which evidence was seen, for restrictions that run by the hour.
SEEN_AT: Mapping[str, Kind] = {f"{kind}.seen_at": kind for kind in Kind}


def kind_of(fact: str) -> Kind | None:
    """Name the kind of evidence that a fact comes from; age comes from all."""
    return None if fact == AGE else Kind(fact.partition(".")[0])


def days_in(facts: Mapping[str, Value]) -> Iterator[str]:
    """Give the days that evidence states."""
    for name, value in facts.items():
        if name in STATED and STATED[name].type is Type.DAY:
            yield str(value)
