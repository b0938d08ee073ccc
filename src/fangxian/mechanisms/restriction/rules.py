"""Pure judgements: check_* refuses, can_* asks."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fangxian.kernel.actors import Role
from fangxian.kernel.canonical import digest
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.protocol.evidence import is_ahead, wrong_facts
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind


if TYPE_CHECKING:
    from uuid import UUID

    from fangxian.kernel.actors import Actor
    from fangxian.kernel.conditions import Value


APPEAL_HOURS = 24
APPEAL_ANSWERED_WITHIN = dt.timedelta(hours=APPEAL_HOURS)
# A telephone's clock may run this far ahead of the server's.
CLOCK_AHEAD_MAX = dt.timedelta(minutes=5)

# Who is a source of what, and how good it can be from there. A self-report, and what
# is taken from a file nobody stands for, is hearsay whatever it says.
SOURCES: Mapping[Kind, Mapping[Role, Grade]] = {
    Kind.LAB: {Role.HOSPITAL: Grade.A, Role.CDC: Grade.A},
    Kind.VISIT: {
        Role.CDC: Grade.A,
        Role.GRID_WORKER: Grade.B,
        Role.COMMUNITY: Grade.B,
        Role.CHECKPOINT_STAFF: Grade.B,
        Role.VENUE_MANAGER: Grade.C,
        Role.RESIDENT: Grade.C,
    },
    Kind.EXPOSURE: {Role.CDC: Grade.A},
    Kind.CONTACT: {Role.CDC: Grade.A, Role.RESIDENT: Grade.C},
    Kind.STAY: {
        Role.CDC: Grade.A,
        Role.POLICE: Grade.B,
        Role.GRID_WORKER: Grade.B,
        Role.COMMUNITY: Grade.B,
        Role.CHECKPOINT_STAFF: Grade.B,
        Role.RESIDENT: Grade.C,
        Role.SYSTEM: Grade.C,
    },
}
# What these have seen is written down as a record before it can ground anything.
SEEN_BY_VISIT = frozenset({Role.GRID_WORKER, Role.COMMUNITY})
BETTER = (Grade.C, Grade.B, Grade.A)

PROPOSERS = frozenset({Role.CDC, Role.HOSPITAL, Role.SYSTEM})
SIGNERS = frozenset({Role.CDC})
JUDGES = frozenset({Role.CDC, Role.HOSPITAL})
READERS = frozenset(
    {
        *(Role.GRID_WORKER, Role.COMMUNITY, Role.STREET),
        *(Role.CDC, Role.HOSPITAL, Role.AUDITOR),
    }
)
READERS_OF_EVIDENCE = frozenset({Role.CDC, Role.HOSPITAL})

# ---------------------------------------------------------------------- evidence
UNKNOWN_EVIDENCE = RefusalKind(
    code="restriction.unknown_evidence",
    sentence="There is no evidence {evidence} here.",
    remedy="Look for it among the evidence of your area.",
    hidden=True,
)
FOREIGN_SOURCE = RefusalKind(
    code="restriction.foreign_source",
    sentence="A {role} is no source of {kind} evidence of grade {grade}.",
    remedy="Ask whoever saw it to record it: the laboratory, the CDC, the visitor.",
)
OUTSIDE_VOCABULARY = RefusalKind(
    code="restriction.outside_vocabulary",
    sentence="Evidence of the kind {kind} cannot state this: {facts}.",
    remedy="State only what the kind of evidence has words for.",
)
ABOUT_NOBODY = RefusalKind(
    code="restriction.about_nobody",
    sentence="Evidence is about a person; only an exposure may be about a venue.",
    remedy="Name the person, or for an exposure the venue.",
)
SEEN_IN_FUTURE = RefusalKind(
    code="restriction.seen_in_future",
    sentence="The evidence speaks of a time that had not come.",
    remedy="Check the days that were typed in, and the clock of the device.",
)
VISIT_NEEDED = RefusalKind(
    code="restriction.visit_needed",
    sentence="What a visit has shown grounds something only with its record.",
    remedy="Write the visit down first and name its record, or give grade C.",
)
OTHER_VISIT = RefusalKind(
    code="restriction.other_visit",
    sentence="Record {observation} is not of this person, or not of this visit.",
    remedy="Name the record of the visit to this very person.",
)
OTHER_BODY = RefusalKind(
    code="restriction.other_body",
    sentence="Evidence {evidence} is already known and says something else.",
    remedy="Nothing was overwritten. Record it as new evidence.",
)
NOT_YOUR_EVIDENCE = RefusalKind(
    code="restriction.not_your_evidence",
    sentence="Evidence is withdrawn by its source or by the CDC, not by a {role}.",
    remedy="Ask the source, or appeal against what rests on it.",
)
ALREADY_WITHDRAWN = RefusalKind(
    code="restriction.already_withdrawn",
    sentence="Evidence {evidence} has been withdrawn before.",
    remedy="Nothing needs to be done.",
)
REASON_NEEDED = RefusalKind(
    code="restriction.reason_needed",
    sentence="This step needs a reason.",
    remedy="Say in a sentence why.",
)
# ----------------------------------------------------------------------- cohorts
NO_RULES = RefusalKind(
    code="restriction.no_rules",
    sentence="No protocol in force here has rules about restrictions under {pack}.",
    remedy="Have the protocol adopted for the area.",
)
NOT_A_PROPOSER = RefusalKind(
    code="restriction.not_a_proposer",
    sentence="A {role} may not have evidence evaluated.",
    remedy="Ask the CDC; it is done for everybody at once.",
)
UNKNOWN_COHORT = RefusalKind(
    code="restriction.unknown_cohort",
    sentence="There is no proposal {cohort} here.",
    remedy="Open it from the list of your area's proposals.",
    hidden=True,
)
NOT_A_SIGNER = RefusalKind(
    code="restriction.not_a_signer",
    sentence="A {role} may not sign a restriction, nor end one.",
    remedy="Ask the doctor of the district's CDC.",
)
ALREADY_ANSWERED = RefusalKind(
    code="restriction.already_answered",
    sentence="Proposal {cohort} has been answered before.",
    remedy="Reload: somebody was quicker. New evidence makes a new proposal.",
)
RULE_NOT_IN_FORCE = RefusalKind(
    code="restriction.rule_not_in_force",
    sentence="The rule {rule} is not in force here any more.",
    remedy="Refuse the proposal and have the evidence evaluated again.",
)
# --------------------------------------------------------------------- decisions
UNKNOWN_DECISION = RefusalKind(
    code="restriction.unknown_decision",
    sentence="There is no restriction {decision} here.",
    remedy="Open it from the list of your area's restrictions.",
    hidden=True,
)
NOT_A_READER = RefusalKind(
    code="restriction.not_a_reader",
    sentence="A {role} does not read who is restricted, or why.",
    remedy="Ask the community whether it concerns your work.",
)
OVER = RefusalKind(
    code="restriction.over",
    sentence="Restriction {decision} is over.",
    remedy="Nothing needs to be done.",
)
NOT_THE_SAME = RefusalKind(
    code="restriction.not_the_same",
    sentence="Restriction {other} does not stand in for {decision}.",
    remedy="Name one about the same person that is in force, by the same rule, and ends no earlier.",
)
# ----------------------------------------------------------------------- appeals
UNKNOWN_APPEAL = RefusalKind(
    code="restriction.unknown_appeal",
    sentence="There is no appeal {appeal} here.",
    remedy="Open it from the list of your area's appeals.",
    hidden=True,
)
APPEAL_WAITS = RefusalKind(
    code="restriction.appeal_waits",
    sentence="An appeal against restriction {decision} waits for its answer.",
    remedy="It is answered within {hours} hours, or the restriction lapses.",
)
NOT_A_JUDGE = RefusalKind(
    code="restriction.not_a_judge",
    sentence="A {role} may not decide an appeal.",
    remedy="Ask a doctor of the CDC or of a hospital who did not sign it.",
)
OWN_SIGNATURE = RefusalKind(
    code="restriction.own_signature",
    sentence="Whoever signed restriction {decision} may not decide an appeal on it.",
    remedy="Ask another doctor; the persons are compared, not their posts.",
)
OWN_APPEAL = RefusalKind(
    code="restriction.own_appeal",
    sentence="Whoever filed appeal {appeal} may not decide it.",
    remedy="Ask another doctor.",
)
ALREADY_DECIDED = RefusalKind(
    code="restriction.already_decided",
    sentence="Appeal {appeal} has been decided before.",
    remedy="New facts make a new appeal.",
)


# ---------------------------------------------------------------------- evidence
def check_source(kind: Kind, grade: Grade, *, by: "Actor") -> None:
    """Refuse evidence from who is no source of it, or better than it can be there."""
    best = SOURCES[kind].get(by.role)
    if best is None or BETTER.index(grade) > BETTER.index(best):
        raise FOREIGN_SOURCE(role=by.role.value, kind=kind.value, grade=grade.value)


def check_facts(
    kind: Kind, facts: "Mapping[str, Value]", *, seen_at: dt.datetime, at: dt.datetime
) -> None:
    """Refuse what the vocabulary has no words for, and what had not happened."""
    wrong = sorted(wrong_facts(kind, facts))
    if wrong:
        raise OUTSIDE_VOCABULARY(kind=kind.value, facts=", ".join(wrong))
    if seen_at > at + CLOCK_AHEAD_MAX or is_ahead(facts, seen_at=seen_at):
        raise SEEN_IN_FUTURE()


def check_about(kind: Kind, subject: "UUID | None", venue: str) -> None:
    """Refuse evidence about nobody; an exposure names its venue instead."""
    if subject is None and not (kind is Kind.EXPOSURE and venue):
        raise ABOUT_NOBODY()


def check_visited(grade: Grade, observation: "UUID | None", *, by: "Actor") -> None:
    """Refuse a worker's word without the record of the visit."""
    if grade is Grade.B and by.role in SEEN_BY_VISIT and observation is None:
        raise VISIT_NEEDED()


def check_is_of(
    observation: "UUID", *, about: str | None, subject: "UUID | None"
) -> None:
    """Refuse a record of somebody else, or one that is not there."""
    if about != f"person:{subject}":
        raise OTHER_VISIT(observation=observation)


def check_same_body(evidence: "UUID", *, is_same: bool) -> None:
    """Refuse a second body under one id. The same body again is no fault."""
    if not is_same:
        raise OTHER_BODY(evidence=evidence)


def check_can_withdraw(*, source: str, by: "Actor") -> None:
    """Refuse unless the source's role, or the CDC, takes its evidence back."""
    if by.role.value != source and by.role is not Role.CDC:
        raise NOT_YOUR_EVIDENCE(role=by.role.value)


def check_reason(reason: str) -> None:
    """Refuse an empty reason."""
    if not reason.strip():
        raise REASON_NEEDED()


# ----------------------------------------------------------------------- cohorts
def key_of(edition: int, rule: str, subject: "UUID", evidence: tuple[str, ...]) -> str:
    """Name a proposal: the same evidence is put to a doctor once, by one rule."""
    return digest([edition, rule, subject, sorted(evidence)])


def check_can_propose(*, by: "Actor") -> None:
    """Refuse unless this post, or the system, may have evidence evaluated."""
    if by.role not in PROPOSERS:
        raise NOT_A_PROPOSER(role=by.role.value)


def check_can_sign(*, by: "Actor") -> None:
    """Refuse unless a doctor of the CDC signs; nobody else imposes or ends."""
    if by.role not in SIGNERS:
        raise NOT_A_SIGNER(role=by.role.value)


def can_sign(*, by: "Actor") -> bool:
    """Whether the sign button is worth showing."""
    return by.role in SIGNERS


# --------------------------------------------------------------------- decisions
def check_can_read(*, by: "Actor") -> None:
    """Refuse whoever reads no rows about persons under a measure."""
    if not can_read(by=by):
        raise NOT_A_READER(role=by.role.value)


def can_read(*, by: "Actor") -> bool:
    """Whether rows about persons under a measure are worth showing."""
    return by.role in READERS and by.scope.kinds is None


def check_can_read_evidence(*, by: "Actor") -> None:
    """Refuse whoever is no doctor: results, contacts and stays are theirs to read."""
    if by.role not in READERS_OF_EVIDENCE:
        raise NOT_A_READER(role=by.role.value)


# ----------------------------------------------------------------------- appeals
def check_can_decide(
    *, appeal: int, decision: int, signer: "UUID", filer: "UUID", by: "Actor"
) -> None:
    """Refuse unless another doctor decides; persons are compared, not posts."""
    if by.role not in JUDGES:
        raise NOT_A_JUDGE(role=by.role.value)
    if by.person == signer:
        raise OWN_SIGNATURE(decision=decision)
    if by.person == filer:
        raise OWN_APPEAL(appeal=appeal)


def can_decide(
    *, appeal: int, decision: int, signer: "UUID", filer: "UUID", by: "Actor"
) -> bool:
    """Whether the buttons of an appeal are worth showing."""
    try:
        check_can_decide(
            appeal=appeal, decision=decision, signer=signer, filer=filer, by=by
        )
    except Refusal:
        return False
    return True
