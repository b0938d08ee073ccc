"""Why an act is in quarantine: kept with the act, and said in any language later."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from fangxian.capabilities.daily_return import rules as daily_return
from fangxian.capabilities.enrolment import rules as enrolment
from fangxian.capabilities.enrolment.sweeps import rules as sweeps
from fangxian.capabilities.home_watch import rules as home_watch
from fangxian.capabilities.inspection import rules as inspection
from fangxian.kernel import transitions
from fangxian.kernel.canonical import plain
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.finding import rules as finding
from fangxian.mechanisms.jurisdiction import rules as jurisdiction
from fangxian.mechanisms.ledger import rules as ledger
from fangxian.mechanisms.ledger.people import rules as people
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation import rules as observation
from fangxian.mechanisms.protocol import rules as protocol
from fangxian.mechanisms.report import rules as report
from fangxian.mechanisms.restriction import rules as restriction
from fangxian.mechanisms.task import rules as task
from fangxian.privacy import keys


UNKNOWN_KIND = RefusalKind(
    code="intake.unknown_kind",
    sentence="Acts of the kind {kind} are not known here.",
    remedy="Update the installation; the act is kept.",
)
UNOPENED = RefusalKind(
    code="intake.unopened",
    sentence="The keys of this installation do not open the act.",
    remedy="Put the key file back that belongs to the inbox, then try it again.",
)
WRONG_SHAPE = RefusalKind(
    code="intake.wrong_shape",
    sentence="The body of the act does not have the shape of its kind: {problem}.",
    remedy="Update the device; the act is kept.",
)
FAILED = RefusalKind(
    code="intake.failed",
    sentence="The act could not be processed: {problem}.",
    remedy="Report this with the act's id; the act is kept.",
)
OTHER_BODY = RefusalKind(
    code="intake.other_body",
    sentence="An act of this id came before, and said something else.",
    remedy="Ask whose device it is which of the two holds; set the other aside.",
)

OTHER_ACT = RefusalKind(
    code="intake.other_act",
    sentence="Another act came before in this place of the phone's row.",
    remedy="Ask whose phone it is whether it was copied; revoke it if so.",
)
BROKEN_CHAIN = RefusalKind(
    code="intake.broken_chain",
    sentence="The act does not follow the one that the phone sent before it.",
    remedy="Ask whose phone it is whether the act holds; then try it again.",
)
TOO_LONG = RefusalKind(
    code="intake.too_long",
    sentence="The act has more than {bytes} bytes.",
    remedy="Enter what it says on the console, and set it aside.",
)
PICTURES_MISSING = RefusalKind(
    code="intake.pictures_missing",
    sentence="{count} pictures that the act names have not come.",
    remedy="Let the phone reach the network: the act is done by itself when they come.",
)
LOST_TOO_MANY = RefusalKind(
    code="intake.lost_too_many",
    sentence="A phone cannot lose more than {most} acts at once.",
    remedy="Ask whose phone it is what became of it.",
)

OWN = (
    UNKNOWN_KIND,
    UNOPENED,
    WRONG_SHAPE,
    FAILED,
    OTHER_BODY,
    OTHER_ACT,
    BROKEN_CHAIN,
    TOO_LONG,
    LOST_TOO_MANY,
    PICTURES_MISSING,
)
SLICES = (
    daily_return,
    enrolment,
    evidence,
    finding,
    home_watch,
    inspection,
    jurisdiction,
    keys,
    ledger,
    observation,
    people,
    protocol,
    report,
    restriction,
    sweeps,
    task,
    transitions,
)
CATALOGUE = {
    kind.code: kind
    for kind in (*OWN, *(one for rules in SLICES for one in vars(rules).values()))
    if isinstance(kind, RefusalKind)
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an act could not be done, how often that was tried, and a person's word.

    Its text begins with a line for people, ``code: sentence``; a second line holds
    the rest.
    """

    said: str
    facts: dict[str, Any] = field(default_factory=dict)
    tries: int = 1
    note: str = ""

    @property
    def code(self) -> str:
        """The refusal's code: all that the journal is told, for it repeats no act."""
        return self.said.partition(":")[0]

    @property
    def refusal(self) -> Refusal | None:
        """The refusal, to be said in words; None if its code is no longer known."""
        kind = CATALOGUE.get(self.code)
        try:
            return None if kind is None else kind(**self.facts)
        except KeyError:
            return None

    def again(self, refusal: Refusal) -> "Reason":
        """The reason of the next try."""
        return replace(reason_of(refusal), tries=self.tries + 1)

    def noted(self, note: str) -> "Reason":
        """The same reason, with what a person says to it."""
        return replace(self, note=note)

    def to_text(self) -> str:
        """Spell it for the inbox."""
        rest = {"facts": self.facts, "tries": self.tries, "note": self.note}
        return f"{self.said}\n{json.dumps(rest, ensure_ascii=False)}"


def reason_of(refusal: Refusal) -> Reason:
    """Take a refusal as the reason of a quarantine."""
    return Reason(
        said=str(refusal).replace("\n", " "),
        facts={name: _kept(fact) for name, fact in refusal.facts.items()},
    )


def read_reason(text: str) -> Reason:
    """Read what ``to_text`` spelled, or a bare code."""
    said, _, rest = text.partition("\n")
    return Reason(said, **json.loads(rest or "{}"))


def _kept(fact: object) -> object:
    try:
        return plain(fact)
    except TypeError:
        return str(fact)
