"""Refusal: the one expected failure, with a stable code, a sentence and a remedy."""

from dataclasses import dataclass


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """The system declines an act, and says why and what would help.

    ``kind`` is the catalogue entry; ``facts`` fill the sentence and the remedy.
    """

    def __init__(self, kind: "RefusalKind", /, **facts: object) -> None:
        self.kind = kind
        self.facts = facts
        super().__init__(f"{kind.code}: {kind.sentence.format(**facts)}")

    @property
    def sentence(self) -> str:
        """The reason in English, filled in; interfaces translate the template."""
        return self.kind.sentence.format(**self.facts)

    @property
    def remedy(self) -> str:
        """What would help, in English, filled in."""
        return self.kind.remedy.format(**self.facts)


@dataclass(frozen=True, slots=True)
class RefusalKind:
    """One entry of the catalogue. A code is never reused for another meaning.

    ``hidden`` marks refusals that must look like absence: interfaces answer
    them with 404, so that nobody learns what exists outside their scope.
    """

    code: str
    sentence: str
    remedy: str
    hidden: bool = False

    def __call__(self, /, **facts: object) -> Refusal:
        """Build the refusal for these facts."""
        return Refusal(self, **facts)
