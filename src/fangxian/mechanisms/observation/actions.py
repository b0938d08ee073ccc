"""The only writers: one verb, one transaction, one journal entry."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from operator import itemgetter
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.canonical import digest
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.observation import events, rules
from fangxian.mechanisms.observation.evidence import EvidenceFacts, check_kept
from fangxian.mechanisms.observation.models import Evidence, Observation
from fangxian.mechanisms.observation.queries import is_known, measure_of
from fangxian.mechanisms.protocol.queries import get_form
from fangxian.mechanisms.protocol.rules import check_answers
from fangxian.mechanisms.task.actions import complete
from fangxian.store.rows import insert, take_turns


WHAT = "record"
SALT_BYTES = 16


@transaction.atomic
def observe(
    *,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    form: str,
    edition: int,
    subject: str,
    kind: str,
    area: int,
    answers: Mapping[str, object],
    seen_at: dt.datetime,
    by: Actor,
    at: dt.datetime,
    evidence: Sequence[EvidenceFacts] = (),
    task: int | None = None,
) -> Observation:
    """Write down what was seen or done, once and for ever.

    The same id with the same body gives the known record and writes nothing.
    ``answers`` are checked by the edition's form; a task, if named, is completed.
    """
    seen = Observation(
        id=id,
        form=form,
        edition_id=edition,
        subject=subject,
        kind=kind,
        area_id=area,
        at=seen_at,
        answers=dict(answers),
    )
    _check_answers(seen, evidence)
    known = _known(seen, evidence, by=by, at=at)
    if known is not None:
        return known
    check_reaches(by.scope, area, kind or None, what=WHAT)
    rules.check_has_been_seen(seen_at=seen_at, at=at)
    check_kept(evidence)

    _insert(seen, evidence)
    _record_observed(seen, task=task, by=by, at=at)
    if task is not None:
        done = complete(task, observation=id, by=by, at=at)
        rules.check_answers_task(done, form=form, subject=subject)
    return seen


def is_repeated(observation_id: UUID) -> bool:
    """Whether a record with this id has been written; of two sent at once, one.

    The second waits for the first, whose record it then finds. Must run inside the
    caller's transaction, before anything that follows from a new record.
    """
    take_turns(observation_id)
    return is_known(observation_id)


@transaction.atomic
def correct(
    observation_id: UUID,
    *,
    corrected: UUID,
    answers: Mapping[str, object],
    reason: str,
    by: Actor,
    at: dt.datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> Observation:
    """Put a record right by another, whose id is ``corrected``; the first one stays.

    What was seen when, where and of whom does not change; only the answers do.
    """
    wrong = _locked(observation_id, by=by)
    right = Observation(
        id=corrected,
        form=wrong.form,
        edition_id=wrong.edition_id,
        subject=wrong.subject,
        kind=wrong.kind,
        area_id=wrong.area_id,
        at=wrong.at,
        answers=dict(answers),
        corrects_id=wrong.pk,
        reason=reason,
    )
    _check_answers(right, evidence)
    known = _known(right, evidence, by=by, at=at)
    if known is not None:
        return known
    rules.check_can_correct(wrong, answers=answers, by=by)
    rules.check_reason(wrong.pk, reason)
    check_kept(evidence)

    _insert(right, evidence)
    _record_corrected(right, by=by, at=at)
    return right


def _check_answers(draft: Observation, evidence: Sequence[EvidenceFacts]) -> None:
    form = get_form(draft.edition_id, draft.form)
    check_answers(form, draft.answers)
    rules.check_photos(form, draft.answers, [file.digest for file in evidence])


def _known(
    draft: Observation,
    evidence: Sequence[EvidenceFacts],
    *,
    by: Actor,
    at: dt.datetime,
) -> Observation | None:
    """Sign a draft; give the record that has its id already and says the same."""
    known = Observation.objects.get(pk=draft.pk) if is_repeated(draft.pk) else None
    draft.salt = known.salt if known else secrets.token_hex(SALT_BYTES)
    _sign(draft, evidence, by=by, at=at)
    if known is not None:
        rules.check_same_body(draft.pk, known=known.digest, sent=draft.digest)
    return known


def _sign(
    draft: Observation,
    evidence: Sequence[EvidenceFacts],
    *,
    by: Actor,
    at: dt.datetime,
) -> None:
    """Complete a draft with who wrote it when, and seal it.

    The digest leaves out when it was received, so that a record sent again is the same;
    the salt keeps few answers from being guessed back from it.
    """
    draft.by = by.person
    draft.post = by.post
    draft.device = by.device
    draft.received_at = at
    draft.digest = digest(
        {
            "id": draft.pk,
            "form": draft.form,
            "edition": draft.edition_id,
            "subject": draft.subject,
            "kind": draft.kind,
            "area": draft.area_id,
            "at": draft.at,
            "by": draft.by,
            "post": draft.post,
            "device": draft.device,
            "answers": draft.answers,
            "salt": draft.salt,
            "corrects": draft.corrects_id,
            "reason": draft.reason,
            "evidence": sorted(map(asdict, evidence), key=itemgetter("digest")),
        }
    )


def _insert(draft: Observation, evidence: Sequence[EvidenceFacts]) -> None:
    insert(draft)
    for file in evidence:
        insert(Evidence(observation=draft, **asdict(file)))


def _record_observed(
    seen: Observation, *, task: int | None, by: Actor, at: dt.datetime
) -> None:
    event = events.Observed(
        observation=seen.pk,
        form=seen.form,
        edition=seen.edition_id,
        subject=seen.subject,
        seen_at=seen.at,
        digest=seen.digest,
        task=task,
    )
    count = Count(
        area=seen.area_id,
        day=day_of(seen.at),
        measure=measure_of(seen.form),
        kind=seen.kind,
    )
    subject = f"observation:{seen.pk}"
    record(event, by=by, at=at, subject=subject, area=seen.area_id, tally=[count])


def _record_corrected(right: Observation, *, by: Actor, at: dt.datetime) -> None:
    assert right.corrects_id is not None  # noqa: S101 -- only corrections come here
    event = events.Corrected(
        observation=right.pk,
        corrects=right.corrects_id,
        form=right.form,
        subject=right.subject,
        digest=right.digest,
        reason=right.reason,
    )
    subject = f"observation:{right.corrects_id}"
    record(event, by=by, at=at, subject=subject, area=right.area_id)


def _locked(observation_id: UUID, *, by: Actor) -> Observation:
    """Lock a record; what the lock waited for may have corrected it, so look then."""
    Observation.objects.select_for_update().filter(pk=observation_id).first()
    found = (
        Observation.objects.select_related("corrected_by")
        .filter(pk=observation_id)
        .first()
    )
    if found is None:
        raise rules.UNKNOWN(observation=observation_id)
    check_reaches(by.scope, found.area_id, found.kind or None, what=WHAT)
    return found
