"""From what the rules decide to what is issued."""

from fangxian.mechanisms.protocol.evaluation import Decision
from fangxian.mechanisms.task.actions import IssueRequest


def request_for(
    decision: Decision, *, kind: str, area: int, post: int | None
) -> IssueRequest:
    """Spell a decision as a duty of one post in one area."""
    return IssueRequest(
        key=decision.key,
        duty=decision.clause,
        form=decision.form,
        subject=decision.subject,
        kind=kind,
        area=area,
        post=post,
        opens_at=decision.opens_at,
        due_at=decision.due_at,
        closes_at=decision.closes_at,
        ladder=decision.ladder,
        decision=decision.trace.as_data(),
    )
