"""What laboratories found: stated once for each sample, as evidence that restricts nobody.

Who tests positive is put to a doctor of the CDC, who signs or does not; of who has to be
sampled again the grid hears. Both follow from the clauses of the pack.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.home_watch import events, queries, rules
from fangxian.capabilities.home_watch.actions.duties import issue_all_for
from fangxian.capabilities.home_watch.actions.recording import Seen, write_down
from fangxian.capabilities.home_watch.facts import (
    RESULT,
    day_zero,
    facts_about_result,
    subject_of,
)
from fangxian.capabilities.home_watch.models import Result, Sample, Watch
from fangxian.capabilities.home_watch.states import Form, Outcome
from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import find_post
from fangxian.mechanisms.protocol.queries import in_force, loaded
from fangxian.mechanisms.protocol.restrictions import told_ending
from fangxian.mechanisms.protocol.vocabulary import Ending, Grade, Kind
from fangxian.mechanisms.restriction.actions import (
    propose,
    record_evidence,
    withdraw_evidence,
)
from fangxian.mechanisms.restriction.queries import end_of
from fangxian.mechanisms.task.actions import waive
from fangxian.mechanisms.task.queries import open_for_subject


@dataclass(frozen=True, slots=True)
class Stated:
    """What a laboratory's report says of a sample.

    ``taken_here`` says that the house itself took the sample, so that no visit did.
    """

    id: UUID
    outcome: Outcome
    sampled_on: dt.date
    laboratory: str
    received_at: dt.datetime
    taken_here: bool = False


@transaction.atomic
def take_result(
    watch_id: int,
    *,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was read
    outcome: Outcome,
    sampled_on: dt.date,
    laboratory: str,
    received_at: dt.datetime,
    taken_here: bool = False,
    by: Actor,
    at: dt.datetime,
) -> Result:
    """Write down what a laboratory found in a sample of somebody at home.

    The same result of the same sample gives the known one and writes nothing; another
    one is refused, and nothing is overwritten.
    """
    said = Stated(
        id=id,
        outcome=outcome,
        sampled_on=sampled_on,
        laboratory=laboratory,
        received_at=received_at,
        taken_here=taken_here,
    )
    return take_down(watch_id, said, by=by, at=at)[0]


@transaction.atomic
def take_down(
    watch_id: int, said: Stated, *, by: Actor, at: dt.datetime
) -> tuple[Result, bool]:
    """As ``take_result``; say also whether it was new."""
    rules.check_can_take(by=by)
    laboratory = rules.check_laboratory(said.laboratory)
    watch = _locked(watch_id, by=by)
    _check_days(watch, said, at=at)
    sample = _sample(watch, said, by=by, at=at)
    known = queries.standing_result(sample)
    if known is not None:
        if queries.outcome_of(known) is not said.outcome:
            raise rules.CONFLICTING(day=sample.on.isoformat())
        return known, False
    return _write(watch, sample, said, laboratory, by=by, at=at), True


def _locked(watch_id: int, *, by: Actor) -> Watch:
    """Give the watch in scope; of two results at once the second sees the first."""
    queries.get_watch(watch_id, by.scope)
    Watch.objects.select_for_update().get(pk=watch_id)
    return queries.get_watch(watch_id, by.scope)


def _check_days(watch: Watch, said: Stated, *, at: dt.datetime) -> None:
    end = end_of(watch.decision).at
    rules.check_sampled_on(
        said.sampled_on,
        first=day_zero(watch.decision),
        last=day_of(end - dt.timedelta.resolution),
        received_at=said.received_at,
        at=at,
    )


def _sample(watch: Watch, said: Stated, *, by: Actor, at: dt.datetime) -> Sample:
    known = queries.find_sample(watch, said.sampled_on)
    if known is not None:
        return known
    if not said.taken_here:
        raise rules.NOT_SAMPLED(day=said.sampled_on.isoformat())
    return _taken_here(watch, said, by=by, at=at)


def _taken_here(watch: Watch, said: Stated, *, by: Actor, at: dt.datetime) -> Sample:
    """Write down that the house took the sample, as a visit would have written it.

    It is what the grid worker was to do that day, so nobody is sent to the door for it.
    """
    last = end_of(watch.decision).at - dt.timedelta.resolution
    seen = Seen(
        id=said.id,
        watch=watch,
        form=Form.SAMPLING,
        answers={"sampled": True, "sampled_on": said.sampled_on.isoformat()},
        seen_at=min(said.received_at, last),
    )
    write_down(seen, by=by, at=at)
    return Sample.objects.get(watch=watch, on=said.sampled_on)


def _write(
    watch: Watch,
    sample: Sample,
    said: Stated,
    laboratory: str,
    *,
    by: Actor,
    at: dt.datetime,
) -> Result:
    record_evidence(
        id=said.id,
        subject=watch.person,
        kind=Kind.LAB,
        grade=Grade.A,
        states={
            "lab.result": said.outcome.value,
            "lab.sampled_on": sample.on.isoformat(),
        },
        seen_at=said.received_at,
        area=watch.area_id,
        by=by,
        at=at,
    )
    result = Result.objects.create(
        evidence_id=said.id,
        sample=sample,
        laboratory=laboratory,
        post=by.post,
    )
    event = events.ResultTaken(
        decision=watch.pk,
        evidence=said.id,
        sample=sample.pk,
        sampled_on=sample.on,
        issued=_owe(watch, said, at=at),
    )
    record(event, by=by, at=at, subject=subject_of(watch.pk), area=watch.area_id)
    return result


def _owe(watch: Watch, said: Stated, *, at: dt.datetime) -> int:
    """Issue what the rules owe on such a result; of a good one, nothing."""
    facts = facts_about_result(said.id, outcome=said.outcome, at=at)
    return issue_all_for(watch, facts, at=at)


@transaction.atomic
def put_to_a_doctor(evidence_id: UUID, *, at: dt.datetime) -> int:
    """Have the rules asked of everybody where a positive result came in.

    What follows is proposed to the doctors who answer there; it restricts nobody. Gives
    the number of new cohorts.
    """
    result = queries.get_result(evidence_id, EVERYWHERE)
    if queries.outcome_of(result) is not Outcome.POSITIVE:
        return 0
    watch = result.sample.watch
    doctor = find_post(watch.area_id, (Role.CDC,))
    area = watch.area_id if doctor is None else doctor.area
    pack = loaded(watch.decision.edition_id).id
    held = in_force(pack, area, at)
    if held is None or not held.pack.restrictions:
        return 0
    return len(propose(pack=pack, area=area, by=SYSTEM, at=at))


@transaction.atomic
def withdraw_result(
    evidence_id: UUID, *, reason: str, by: Actor, at: dt.datetime
) -> tuple[int, ...]:
    """Take a wrong result back: what rested on it ends, and the sample waits again.

    What was owed on it is not owed any more. Gives the restrictions that ended.
    """
    rules.check_can_take(by=by)
    result = queries.get_result(evidence_id, by.scope)
    watch = result.sample.watch
    ended = withdraw_evidence(evidence_id, reason=reason, by=by, at=at)
    _waive_what_was_owed(watch, evidence_id, at=at)
    event = events.ResultWithdrawn(
        decision=watch.pk, evidence=evidence_id, sample=result.sample_id
    )
    record(event, by=by, at=at, subject=subject_of(watch.pk), area=watch.area_id)
    return ended


def _waive_what_was_owed(watch: Watch, evidence: UUID, *, at: dt.datetime) -> None:
    """Say why in the pack's words; the doctor's own stay sealed with the evidence."""
    pack = queries.edition_for(watch, at).pack
    said = str(pack.texts[told_ending(Ending.EVIDENCE_WITHDRAWN)].title)
    owed = open_for_subject(subject_of(watch.pk))
    for task in owed.filter(key__contains=f"/{RESULT}:{evidence}/"):
        waive(task.pk, reason=said, by=SYSTEM, at=at)
