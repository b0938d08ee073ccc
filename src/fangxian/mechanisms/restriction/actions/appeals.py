"""Appeals: taken from anybody in any way, answered by another doctor within a day."""

import datetime as dt

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction import events, rules
from fangxian.mechanisms.restriction.actions.endings import end_all, locked
from fangxian.mechanisms.restriction.models import Appeal, Decision, Ruling
from fangxian.mechanisms.restriction.states import Channel


@transaction.atomic
def file_appeal(
    decision_id: int, *, said: str, channel: Channel, by: Actor, at: dt.datetime
) -> Appeal:
    """Take an appeal; if nobody answers it in time the restriction lapses.

    Whoever reaches the restriction may take it, for the person or for themselves.
    """
    decision = locked(decision_id, by=by, at=at)
    rules.check_reason(said)
    if Appeal.objects.filter(decision=decision, ruling=None).exists():
        raise rules.APPEAL_WAITS(decision=decision_id, hours=rules.APPEAL_HOURS)
    appeal = Appeal.objects.create(
        decision=decision,
        channel=channel,
        said=said.strip(),
        filed_by=by.person,
        filed_by_post=by.post,
        filed_at=at,
        due_at=at + rules.APPEAL_ANSWERED_WITHIN,
    )
    event = events.AppealFiled(
        appeal=appeal.pk, decision=decision.pk, channel=channel, due_at=appeal.due_at
    )
    count = Count(
        area=decision.area_id, day=day_of(at), measure=events.APPEALED, kind=channel
    )
    record(
        event,
        by=by,
        at=at,
        subject=_subject(decision),
        area=decision.area_id,
        tally=[count],
    )
    return appeal


@transaction.atomic
def decide_appeal(
    appeal_id: int, *, upheld: bool, reason: str, by: Actor, at: dt.datetime
) -> Ruling:
    """Answer an appeal, as a doctor who did not sign; upheld, the restriction ends."""
    appeal = Appeal.objects.select_for_update().filter(pk=appeal_id).first()
    if appeal is None:
        raise rules.UNKNOWN_APPEAL(appeal=appeal_id)
    decision = locked(appeal.decision_id, by=by, at=at)
    rules.check_can_decide(
        appeal=appeal_id,
        decision=decision.pk,
        signer=decision.signed_by,
        filer=appeal.filed_by,
        by=by,
    )
    rules.check_reason(reason)
    if Ruling.objects.filter(appeal=appeal).exists():
        raise rules.ALREADY_DECIDED(appeal=appeal_id)
    ruling = Ruling.objects.create(
        appeal=appeal,
        upheld=upheld,
        reason=reason.strip(),
        signer=decision.signed_by,
        by=by.person,
        post=by.post,
        at=at,
    )
    event = events.AppealDecided(appeal=appeal_id, decision=decision.pk, upheld=upheld)
    record(event, by=by, at=at, subject=_subject(decision), area=decision.area_id)
    if upheld:
        end_all([decision], Ending.APPEAL_UPHELD, by=by, at=at)
    return ruling


def _subject(decision: Decision) -> str:
    return f"restriction:{decision.pk}"
