"""Readers; every one takes a scope."""

from fangxian.capabilities.daily_return.rendering.document import Paper
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.report.queries import get_bulletin


def get_paper(bulletin_id: int, scope: Scope) -> Paper:
    """Give an issued bulletin to be set on paper; what is out of scope is unknown."""
    bulletin = get_bulletin(bulletin_id, scope)
    return Paper(
        number=bulletin.number,
        content=bulletin.content,
        digest=bulletin.digest,
        issued_at=bulletin.issued_at,
    )
