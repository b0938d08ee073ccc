"""Conditions of packs as sentences: "place is open and venue code is not in use"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.arrivals import RISKS
from fangxian.interfaces.console.arrivals import STANDINGS as ARRIVALS
from fangxian.interfaces.console.findings import SEVERITIES
from fangxian.interfaces.console.findings import STATES as FINDING_STATES
from fangxian.interfaces.console.places import STANDINGS, VENUE_CODES
from fangxian.kernel.conditions import Condition, Type
from fangxian.kernel.conditions.language import (
    Among,
    Comparison,
    Every,
    Exists,
    Fact,
    Holds,
    Literal,
    Not,
    Operand,
    Some,
)
from fangxian.mechanisms.protocol.forms import FACT_TYPES, Form


if TYPE_CHECKING:
    from fangxian.mechanisms.protocol.packs import Pack
    from fangxian.mechanisms.protocol.words import Words

Word = str | Promise

# What the house's own subjects are judged by; other packs' facts keep their codes.
FACTS: Mapping[str, Word] = {
    "place.standing": _("the place"),
    "place.venue_code": _("its venue code"),
    "place.group": _("its group of kinds"),
    "finding.state": _("the finding"),
    "finding.severity": _("its severity"),
    "finding.reopened": _("how often it was sent back"),
    "restriction.day": _("the day of the restriction"),
    "restriction.days_left": _("the days that are left"),
    "arrival.standing": _("the arrival"),
    "arrival.grade": _("the grade of its evidence"),
    "arrival.risk": _("the risk of where they came from"),
}
VALUES: Mapping[str, Mapping[str, Word]] = {
    "place.standing": {one.value: look[2] for one, look in STANDINGS.items()},
    "place.venue_code": {one.value: look[2] for one, look in VENUE_CODES.items()},
    "finding.state": {one.value: look[2] for one, look in FINDING_STATES.items()},
    "finding.severity": {one.value: word for one, word in SEVERITIES.items()},
    "arrival.standing": {one.value: look[2] for one, look in ARRIVALS.items()},
    "arrival.risk": {one.value: look[2] for one, look in RISKS.items()},
}
COMPARISONS: Mapping[str, Word] = {
    "==": _("{left} is {right}"),
    "!=": _("{left} is not {right}"),
    "<": _("{left} is less than {right}"),
    "<=": _("{left} is at most {right}"),
    ">": _("{left} is more than {right}"),
    ">=": _("{left} is at least {right}"),
}
IN_TIME: Mapping[str, Word] = {
    "<": _("{left} is before {right}"),
    "<=": _("{left} is not after {right}"),
    ">": _("{left} is after {right}"),
    ">=": _("{left} is not before {right}"),
}
TIMES = frozenset({Type.DAY, Type.TIME})


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What facts and their values are called, and which of them are days or times."""

    names: Mapping[str, Word] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)

    def name(self, fact: str) -> SafeString:
        """Call a fact by its word; one without a word keeps its code."""
        if fact in self.names:
            return format_html("{}", self.names[fact])
        return format_html('<code translate="no">{}</code>', fact)

    def value(self, literal: Any, fact: str) -> SafeString:
        """Call a value by its word where the fact has words for its values."""
        if isinstance(literal, bool):
            return format_html("{}", gettext("yes") if literal else gettext("no"))
        known = self.values.get(fact, {})
        if literal in known:
            return format_html("{}", known[literal])
        text = str(literal)
        is_code = isinstance(literal, str) and self.types.get(fact) not in TIMES
        shape = '<code translate="no">{}</code>' if is_code else "{}"
        return format_html(shape, text)


def words_of_form(form: Form) -> Dictionary:
    """Call answers by the questions of a form, and choices by their labels."""
    return Dictionary(
        names={one.name: _quoted(one.label) for one in form.questions},
        values={
            one.name: {code: _in_words(label) for code, label in one.choices}
            for one in form.questions
            if one.choices
        },
        types={one.name: FACT_TYPES[one.type] for one in form.questions},
    )


def words_of_subject(pack: "Pack", subject: str) -> Dictionary:
    """Call facts about a subject of a pack's duties by the words of the house."""
    kinds = {kind.code: _in_words(kind.name) for kind in pack.kinds}
    return Dictionary(
        names=FACTS,
        values={**VALUES, "place.kind": kinds},
        types=pack.subjects[subject].facts,
    )


def _in_words(words: "Words") -> str:
    return words.text(get_language() or "zh-hans")


def _quoted(words: "Words") -> str:
    return pgettext("question", "“{label}”").format(label=_in_words(words))


# ----------------------------------------------------------------------- sentences
def sentence(condition: Condition, words: Dictionary) -> SafeString:
    """Say a condition in the reader's language; what has no word stands as code."""
    return _SAY[type(condition)](condition, words)


def _filled(template: Word, **parts: SafeString) -> SafeString:
    return format_html(str(template), **parts)


def _operand(one: Operand, other: Operand, words: Dictionary) -> SafeString:
    if isinstance(one, Fact):
        return words.name(one.name)
    return words.value(one.literal, other.name if isinstance(other, Fact) else "")


def _literal(one: Literal, words: Dictionary) -> SafeString:
    del words
    return format_html("{}", gettext("always") if one.literal else gettext("never"))


def _fact(one: Fact, words: Dictionary) -> SafeString:
    right = words.value(literal=True, fact=one.name)
    return _filled(COMPARISONS["=="], left=words.name(one.name), right=right)


def _comparison(one: Comparison, words: Dictionary) -> SafeString:
    sides = [side.name for side in (one.left, one.right) if isinstance(side, Fact)]
    in_time = any(words.types.get(name) in TIMES for name in sides)
    told = {**COMPARISONS, **IN_TIME} if in_time else COMPARISONS
    return _filled(
        told[one.operator],
        left=_operand(one.left, one.right, words),
        right=_operand(one.right, one.left, words),
    )


def _among(one: Among, words: Dictionary) -> SafeString:
    options = ((_operand(option, one.item, words),) for option in one.options)
    return _filled(
        _("{item} is one of: {options}"),
        item=_operand(one.item, one.options[0], words),
        options=format_html_join(pgettext("list", ", "), "{}", options),
    )


def _holds(one: Holds, words: Dictionary) -> SafeString:
    return _filled(
        _("{texts} include {item}"),
        texts=words.name(one.texts.name),
        item=_operand(one.item, one.texts, words),
    )


def _exists(one: Exists, words: Dictionary) -> SafeString:
    return _filled(_("{fact} is known"), fact=words.name(one.name))


def _not(one: Not, words: Dictionary) -> SafeString:
    if isinstance(one.part, Exists):
        return _filled(_("{fact} is not known"), fact=words.name(one.part.name))
    return _filled(_("not so: ({part})"), part=sentence(one.part, words))


def _every(one: Every, words: Dictionary) -> SafeString:
    return _joined(pgettext("condition", " and "), one.parts, words)


def _some(one: Some, words: Dictionary) -> SafeString:
    return _joined(pgettext("condition", " or "), one.parts, words)


def _joined(by: str, parts: tuple[Condition, ...], words: Dictionary) -> SafeString:
    return format_html_join(by, "{}", ((_bracketed(part, words),) for part in parts))


def _bracketed(part: Condition, words: Dictionary) -> SafeString:
    said = sentence(part, words)
    if not isinstance(part, Every | Some):
        return said
    return _filled(pgettext("condition", "({part})"), part=said)


_SAY: Mapping[type[Condition], Callable[[Any, Dictionary], SafeString]] = {
    Literal: _literal,
    Fact: _fact,
    Comparison: _comparison,
    Among: _among,
    Holds: _holds,
    Exists: _exists,
    Not: _not,
    Every: _every,
    Some: _some,
}
