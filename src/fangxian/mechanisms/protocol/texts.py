"""Texts of a pack: notices and letters with named gaps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.protocol.reading import Slot
from fangxian.mechanisms.protocol.words import Words


GAP = re.compile(r"\{([a-z_]+)\}")

GAP_NOT_FILLED = RefusalKind(
    code="protocol.gap_not_filled",
    sentence="The text {text} has a gap that nothing fills: {gap}.",
    remedy="Give a value for each of: {gaps}.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in two languages; ``gaps`` names what is filled in."""

    code: str
    title: Words
    body: Words
    gaps: frozenset[str]

    def fill(self, language: str, values: Mapping[str, str]) -> str:
        """Give the body with every gap filled; values are put in as they are."""
        missing = sorted(self.gaps - set(values))
        if missing:
            raise GAP_NOT_FILLED(
                text=self.code, gap=missing[0], gaps=", ".join(sorted(self.gaps))
            )
        return GAP.sub(lambda gap: values[gap[1]], self.body.text(language))


def read_text(slot: Slot) -> Text:
    """Read a text; both languages must have the declared gaps and no others."""
    record = slot.record(("text", "title", "body"), ("gaps",))
    gaps = record.maybe(
        "gaps", lambda one: frozenset(each.code() for each in one.each()), frozenset()
    )
    body = record["body"].words()
    for language in ("zh", "en"):
        found = frozenset(GAP.findall(body.text(language)))
        if found != gaps:
            raise record["body"].wrong(
                f"the gaps of the {language} body are {', '.join(sorted(found))}",
                f"Write each of the declared gaps: {', '.join(sorted(gaps)) or 'none'}",
            )
    return Text(
        code=record["text"].code(),
        title=record["title"].words(),
        body=body,
        gaps=gaps,
    )
