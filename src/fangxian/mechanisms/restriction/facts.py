"""Evidence as it is sealed and opened: canonical facts with a salt, and a digest."""

import json
import secrets
from collections.abc import Mapping
from uuid import UUID

from fangxian.kernel.canonical import canonical, digest
from fangxian.kernel.conditions import Value
from fangxian.mechanisms.protocol.evidence import Stated
from fangxian.mechanisms.restriction.models import Decision, Evidence, Proposal


SALT_BYTES = 16


def spell(facts: Mapping[str, Value]) -> str:
    """Spell facts with a fresh salt, so that their digest cannot be guessed back."""
    return canonical({"facts": facts, "salt": secrets.token_hex(SALT_BYTES)}).decode()


def read(spelt: str | None) -> dict[str, Value]:
    """Read facts that were spelt; TypeError where there are none."""
    facts: dict[str, Value] = json.loads(spelt or "null")["facts"]
    return facts


def body_of(evidence: Evidence) -> dict[str, object]:
    """Give what makes two records the same: all but who received it when."""
    return {
        "id": evidence.pk,
        "subject": evidence.subject,
        "venue": evidence.venue,
        "area": evidence.area_id,
        "kind": evidence.kind,
        "grade": evidence.grade,
        "facts": read(evidence.facts),
        "seen_at": evidence.seen_at,
        "by": evidence.by,
        "role": evidence.role,
        "observation": evidence.observation_id,
    }


def digest_of(evidence: Evidence) -> str:
    """Seal a record: its body, with the salted spelling of its facts."""
    return digest({**body_of(evidence), "facts": evidence.facts})


def evidence_of(proposal: Proposal) -> tuple[UUID, ...]:
    """Name what a proposal rests on, in one order."""
    return tuple(sorted(one.evidence_id for one in proposal.grounds.all()))


def digest_of_decision(decision: Decision) -> str:
    """Seal a restriction: whose, by which rule and evidence, what, until when, by whom."""
    edition = decision.edition
    return digest(
        {
            "subject": decision.subject,
            "rule": [edition.pack, edition.version, decision.rule],
            "evidence": evidence_of(decision.proposal),
            "measure": decision.measure,
            "from": decision.since,
            "until": decision.until,
            "why": decision.why,
            "signer": decision.signed_by,
        }
    )


def stated(evidence: Evidence) -> Stated:
    """Give evidence as rules see it: without who it is about."""
    return Stated(
        id=str(evidence.pk),
        kind=evidence.kind,
        grade=evidence.grade,
        facts=read(evidence.facts),
        seen_at=evidence.seen_at,
        venue=evidence.venue,
    )
