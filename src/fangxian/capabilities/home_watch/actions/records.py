"""The visits to a door: the notice, temperature and symptoms, samples, the last check."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.home_watch import queries, rules
from fangxian.capabilities.home_watch.actions.recording import Seen, write_down
from fangxian.capabilities.home_watch.actions.sampling import move_sample
from fangxian.capabilities.home_watch.facts import decision_of
from fangxian.capabilities.home_watch.states import SAMPLINGS, Form
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.finding.actions import Followed, follow_correction
from fangxian.mechanisms.observation.actions import correct, is_repeated
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.observation.queries import get_observation


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation


class Visit(TypedDict):
    """What every record of a visit says; ``id`` was made where it was seen."""

    id: UUID
    answers: Mapping[str, object]
    seen_at: datetime
    by: Actor
    at: datetime
    task: NotRequired[int | None]
    evidence: NotRequired[Sequence[EvidenceFacts]]


def hand_over_notice(watch_id: int, **visit: Unpack[Visit]) -> "Observation":
    """Write down that the notice was handed over and explained."""
    return record_visit(watch_id, Form.NOTICE, **visit)


def record_health(watch_id: int, **visit: Unpack[Visit]) -> "Observation":
    """Write down temperature and symptoms; a fever is a finding at once."""
    return record_visit(watch_id, Form.HEALTH, **visit)


def record_sampling(watch_id: int, **visit: Unpack[Visit]) -> "Observation":
    """Write down that a sample was taken; its result is the laboratory's to state."""
    return record_visit(watch_id, Form.SAMPLING, **visit)


def check_release(watch_id: int, **visit: Unpack[Visit]) -> "Observation":
    """Write down the check of the last day; the measure ends by itself all the same."""
    return record_visit(watch_id, Form.RELEASE, **visit)


@transaction.atomic
def record_visit(watch_id: int, form: Form, **visit: Unpack[Visit]) -> "Observation":
    """Write a visit down by one of the forms: the record, the duties done, the problems.

    Sent again with the same id and body it gives the known record and does nothing.
    """
    by = visit["by"]
    rules.check_can_watch(by=by)
    seen = Seen(
        id=visit["id"],
        watch=queries.get_watch(watch_id, by.scope),
        form=form,
        answers=visit["answers"],
        seen_at=visit["seen_at"],
        task=visit.get("task"),
        evidence=visit.get("evidence", ()),
    )
    return write_down(seen, by=by, at=visit["at"])


@transaction.atomic
def correct_record(
    observation_id: UUID,
    *,
    corrected: UUID,
    answers: Mapping[str, object],
    reason: str,
    by: Actor,
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> Followed:
    """Put the record of a visit to somebody at home right by another one.

    Its problems follow it, and so does the sample, until a laboratory has spoken of
    it. Duties that were done stay done. Sent again, nothing happens a second time.
    """
    wrong = get_observation(observation_id, by.scope)
    watch = queries.get_watch(decision_of(wrong.subject) or 0, by.scope)
    repeated = is_repeated(corrected)
    right = correct(
        wrong.pk,
        corrected=corrected,
        answers=answers,
        reason=reason,
        evidence=evidence,
        by=by,
        at=at,
    )
    if repeated:
        return Followed()
    if wrong.form in SAMPLINGS:
        move_sample(watch, wrong, right, by=by, at=at)
    return follow_correction(wrong, right, by=by, at=at)
