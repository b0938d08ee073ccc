"""From everybody's evidence to cohorts, and from a doctor's signature to decisions."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.canonical import digest
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record, record_all, take_turns
from fangxian.mechanisms.journal.events import Act, Count
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.protocol.evidence import is_usable
from fangxian.mechanisms.protocol.grounds import Grounded, ground_by
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force
from fangxian.mechanisms.protocol.restrictions import Rule
from fangxian.mechanisms.restriction import events, facts, rules
from fangxian.mechanisms.restriction.evaluation import Following, evaluate
from fangxian.mechanisms.restriction.models import (
    Answer,
    Cohort,
    Decision,
    Evidence,
    Ground,
    Proposal,
)
from fangxian.mechanisms.restriction.queries import not_over, proposals_of


WHAT = "proposal"
AT_ONCE = 500


# ---------------------------------------------------------------------- proposing
@transaction.atomic
def propose(*, pack: str, area: int, by: Actor, at: dt.datetime) -> tuple[Cohort, ...]:
    """Evaluate the evidence about everybody of an area, one cohort for each rule.

    Nobody can be named here, neither in nor out: the rules are asked of all. What
    was put to a doctor before, and what another restriction already says, is not
    proposed again. A proposal restricts nobody. Two who ask at once take turns.
    """
    rules.check_can_propose(by=by)
    check_reaches(by.scope, area, what="area")
    held = _held(pack, area, at=at)
    take_turns(f"restriction.propose:{held.id}")
    new: dict[str, list[Following]] = defaultdict(list)
    following = evaluate(held.pack, area, at)
    while some := list(islice(following, AT_ONCE)):
        for one in _not_yet_said(some, edition=held.id, at=at):
            new[one.grounded.rule.code].append(one)
    return tuple(
        _put(new[rule], rule, held, area=area, by=by, at=at) for rule in sorted(new)
    )


def _held(pack: str, area: int, *, at: dt.datetime) -> LoadedEdition:
    held = in_force(pack, area, at)
    if held is None or not held.pack.restrictions:
        raise rules.NO_RULES(pack=pack)
    return held


def _not_yet_said(
    following: Sequence[Following], *, edition: int, at: dt.datetime
) -> Iterator[Following]:
    keys = [_key(one, edition) for one in following]
    known = set(Proposal.objects.filter(key__in=keys).values_list("key", flat=True))
    said = _said({one.subject for one in following}, at=at)
    for key, one in zip(keys, following, strict=True):
        until = said.get((one.subject, one.grounded.rule.code))
        if key not in known and (until is None or until < one.grounded.until):
            yield one


def _said(
    subjects: Iterable[UUID], *, at: dt.datetime
) -> dict[tuple[UUID, str], dt.datetime]:
    """Give until when each rule already holds each person, or may once signed."""
    decided = Decision.objects.filter(not_over(at), subject__in=subjects)
    waiting = Proposal.objects.filter(subject__in=subjects, cohort__answer=None)
    rows = [
        *decided.values_list("subject", "rule", "until"),
        *waiting.values_list("subject", "cohort__rule", "until"),
    ]
    said: dict[tuple[UUID, str], dt.datetime] = {}
    for subject, rule, until in rows:
        said[subject, rule] = max(until, said.get((subject, rule), until))
    return said


def _key(following: Following, edition: int) -> str:
    grounded = following.grounded
    return rules.key_of(
        edition, grounded.rule.code, following.subject, grounded.evidence
    )


def _put(
    following: Sequence[Following],
    rule: str,
    held: LoadedEdition,
    *,
    area: int,
    by: Actor,
    at: dt.datetime,
) -> Cohort:
    keys = [_key(one, held.id) for one in following]
    cohort = Cohort.objects.create(
        edition_id=held.id,
        rule=rule,
        area_id=area,
        at=at,
        by=by.person,
        post=by.post,
        digest=digest(sorted(keys)),
    )
    proposals = Proposal.objects.bulk_create(
        _proposal(cohort, one, key) for one, key in zip(following, keys, strict=True)
    )
    Ground.objects.bulk_create(
        Ground(proposal=proposal, evidence_id=UUID(evidence))
        for proposal, one in zip(proposals, following, strict=True)
        for evidence in one.grounded.evidence
    )
    event = events.Proposed(
        cohort=cohort.pk,
        edition=held.id,
        rule=rule,
        persons=len(proposals),
        digest=cohort.digest,
    )
    record(event, by=by, at=at, subject=_subject(cohort), area=area)
    return cohort


def _proposal(cohort: Cohort, following: Following, key: str) -> Proposal:
    grounded = following.grounded
    return Proposal(
        cohort=cohort,
        subject=following.subject,
        area_id=following.area,
        measure=grounded.rule.measure,
        since=grounded.begins,
        until=grounded.until,
        why=list(grounded.why),
        key=key,
    )


# ------------------------------------------------------------------------ signing
@transaction.atomic
def sign(cohort_id: int, *, by: Actor, at: dt.datetime) -> tuple[Decision, ...]:
    """Impose what a cohort proposes, on all of it, by one doctor's signature.

    Every proposal is derived again from its evidence: what has been withdrawn, has
    ended or does not follow any more falls away. Nobody is restricted before now.
    """
    cohort = _locked(cohort_id, by=by)
    rules.check_can_sign(by=by)
    held, rule = _rule_of(cohort, at=at)
    Answer.objects.create(
        cohort=cohort, accepted=True, by=by.person, post=by.post, at=at
    )
    _hold_evidence(cohort)
    proposals = list(proposals_of(cohort))
    standing = [one for one in proposals if _still_follows(one, held.pack, rule, at=at)]
    decisions = [_decision(one, cohort, by=by, at=at) for one in standing]
    Decision.objects.bulk_create(decisions)
    fallen = sorted({one.pk for one in proposals} - {one.pk for one in standing})
    event = events.Accepted(
        cohort=cohort.pk, imposed=len(decisions), fallen=tuple(fallen)
    )
    record(event, by=by, at=at, subject=_subject(cohort), area=cohort.area_id)
    record_all([_act(one) for one in decisions], by=by, at=at)
    return tuple(decisions)


@transaction.atomic
def refuse(cohort_id: int, *, reason: str, by: Actor, at: dt.datetime) -> Answer:
    """Refuse a whole cohort, with a reason; the refusal is kept like a signature."""
    cohort = _locked(cohort_id, by=by)
    rules.check_can_sign(by=by)
    rules.check_reason(reason)
    answer = Answer.objects.create(
        cohort=cohort,
        accepted=False,
        reason=reason.strip(),
        by=by.person,
        post=by.post,
        at=at,
    )
    event = events.Refused(cohort=cohort.pk, persons=cohort.proposals.count())
    record(event, by=by, at=at, subject=_subject(cohort), area=cohort.area_id)
    return answer


def _locked(cohort_id: int, *, by: Actor) -> Cohort:
    cohort = Cohort.objects.select_for_update().filter(pk=cohort_id).first()
    if cohort is None:
        raise rules.UNKNOWN_COHORT(cohort=cohort_id)
    check_reaches(by.scope, cohort.area_id, what=WHAT)
    if Answer.objects.filter(cohort=cohort).exists():
        raise rules.ALREADY_ANSWERED(cohort=cohort_id)
    return cohort


def _hold_evidence(cohort: Cohort) -> None:
    """Lock what the cohort rests on, so that none of it is withdrawn meanwhile."""
    resting = Ground.objects.filter(proposal__cohort=cohort).values("evidence")
    held = Evidence.objects.select_for_update().filter(pk__in=resting)
    list(held.order_by("pk").values_list("pk"))


def _rule_of(cohort: Cohort, *, at: dt.datetime) -> tuple[LoadedEdition, Rule]:
    """Give the rule as it holds; refuse one that another edition has replaced."""
    held = in_force(cohort.edition.pack, cohort.area_id, at)
    if held is None or held.id != cohort.edition_id:
        raise rules.RULE_NOT_IN_FORCE(rule=cohort.rule)
    rule = held.pack.restrictions[cohort.rule]
    if not rule.holds_on(day_of(at)):
        raise rules.RULE_NOT_IN_FORCE(rule=cohort.rule)
    return held, rule


def _still_follows(
    proposal: Proposal, pack: Pack, rule: Rule, *, at: dt.datetime
) -> bool:
    return _derived(proposal, pack, rule, at=at) is not None


def _derived(
    proposal: Proposal, pack: Pack, rule: Rule, *, at: dt.datetime
) -> Grounded | None:
    """Derive a proposal again from the evidence that it rests on and that stands."""
    resting = [
        one.evidence
        for one in proposal.grounds.all()
        if not hasattr(one.evidence, "withdrawal")
        and one.evidence.subject in {None, proposal.subject}
    ]
    stated = [facts.stated(one) for one in resting]
    grounded = ground_by(pack, rule, [one for one in stated if is_usable(one, at)], at)
    if grounded is None or grounded.until != proposal.until:
        return None
    return grounded


def _decision(
    proposal: Proposal, cohort: Cohort, *, by: Actor, at: dt.datetime
) -> Decision:
    decision = Decision(
        proposal=proposal,
        subject=proposal.subject,
        area_id=proposal.area_id,
        edition=cohort.edition,
        rule=cohort.rule,
        measure=proposal.measure,
        since=max(proposal.since, at),
        until=proposal.until,
        why=proposal.why,
        signed_by=by.person,
        signed_by_post=by.post,
        signed_at=at,
    )
    decision.digest = facts.digest_of_decision(decision)
    return decision


def _act(decision: Decision) -> Act:
    event = events.Imposed(
        decision=decision.pk,
        person=decision.subject,
        edition=decision.edition_id,
        rule=decision.rule,
        measure=decision.measure,
        evidence=facts.evidence_of(decision.proposal),
        since=decision.since,
        until=decision.until,
        digest=decision.digest,
    )
    count = Count(
        area=decision.area_id,
        day=day_of(decision.signed_at),
        measure=events.IMPOSED,
        kind=decision.measure,
    )
    return Act(event, f"restriction:{decision.pk}", decision.area_id, (count,))


def _subject(cohort: Cohort) -> str:
    return f"cohort:{cohort.pk}"
