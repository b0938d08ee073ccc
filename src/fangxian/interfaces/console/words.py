"""How facts are said to a person: refusals in their language, times in Shanghai."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, pgettext_lazy

from fangxian.kernel.actors import Role
from fangxian.kernel.moments import SHANGHAI
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol.words import Words


ROLE_NAMES = {
    Role.RESIDENT: pgettext_lazy("role", "resident"),
    Role.VENUE_MANAGER: pgettext_lazy("role", "venue manager"),
    Role.GRID_WORKER: pgettext_lazy("role", "grid worker"),
    Role.CHECKPOINT_STAFF: pgettext_lazy("role", "checkpoint staff"),
    Role.COMMUNITY: pgettext_lazy("role", "community"),
    Role.STREET: pgettext_lazy("role", "sub-district"),
    Role.DISTRICT: pgettext_lazy("role", "headquarters"),
    Role.SUPERVISION: pgettext_lazy("role", "supervision group"),
    Role.HOSPITAL: pgettext_lazy("role", "hospital"),
    Role.CDC: pgettext_lazy("role", "disease control"),
    Role.POLICE: pgettext_lazy("role", "police"),
    Role.AUDITOR: pgettext_lazy("role", "auditor"),
    Role.ADMINISTRATOR: pgettext_lazy("role", "administrator"),
    Role.SECTOR_DEPARTMENT: pgettext_lazy("role", "sector department"),
    Role.SYSTEM: pgettext_lazy("role", "the system"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal in the reader's language: why not, what would help, the code."""

    sentence: str
    remedy: str
    code: str


def say(refusal: Refusal) -> Said:
    """Translate a refusal by its templates, then fill in its facts."""
    facts = {name: _said(fact) for name, fact in refusal.facts.items()}
    return Said(
        sentence=gettext(refusal.kind.sentence).format(**facts),
        remedy=gettext(refusal.kind.remedy).format(**facts),
        code=refusal.kind.code,
    )


def _said(fact: object) -> object:
    if isinstance(fact, dt.datetime):
        return fact.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
    if isinstance(fact, Words):
        return fact.text(get_language() or "zh-hans")
    if isinstance(fact, str) and fact:
        return gettext(fact)
    return fact
