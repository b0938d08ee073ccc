"""What a person is told: the rule, the evidence with its dates, the end, how to appeal."""

import datetime as dt
from dataclasses import dataclass

from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.protocol.restrictions import told_ending, told_evidence
from fangxian.mechanisms.restriction.models import Decision, Evidence
from fangxian.mechanisms.restriction.queries import end_of, grounds_of
from fangxian.mechanisms.restriction.rules import APPEAL_HOURS


@dataclass(frozen=True, slots=True)
class Notice:
    """A filled text of the pack; the person's name is for the paper it stands on."""

    title: str
    body: str


def notice(decision: Decision, language: str) -> Notice:
    """Tell what was decided, on what, until when, and how to appeal."""
    pack = loaded(decision.edition_id)
    rule = pack.restrictions[decision.rule]
    measure = pack.measures[decision.measure]
    text = pack.texts[measure.notice]
    evidence = [_told(pack, one, language) for one in grounds_of(decision)]
    filled = {
        **_common(decision, pack, language),
        "rule": rule.title.text(language),
        "source": str(rule.source),
        "explanation": rule.explanation.text(language),
        "evidence": "; ".join(evidence),
        "signed_on": spelt(decision.signed_at),
        "appeal_hours": str(APPEAL_HOURS),
        "reason": "",
        "ended_at": "",
    }
    return Notice(text.title.text(language), text.fill(language, filled))


def release_notice(decision: Decision, language: str) -> Notice:
    """Tell that it is over, since when and why."""
    pack = loaded(decision.edition_id)
    text = pack.texts[pack.measures[decision.measure].release]
    rule = pack.restrictions[decision.rule]
    end = end_of(decision)
    filled = {
        **_common(decision, pack, language),
        "rule": rule.title.text(language),
        "source": str(rule.source),
        "explanation": rule.explanation.text(language),
        "evidence": "",
        "signed_on": spelt(decision.signed_at),
        "appeal_hours": str(APPEAL_HOURS),
        "reason": pack.texts[told_ending(end.reason)].fill(language, {}),
        "ended_at": spelt(end.at),
    }
    return Notice(text.title.text(language), text.fill(language, filled))


def spelt(moment: dt.datetime) -> str:
    """Spell a moment in Shanghai; midnight ends the day before, at 24:00."""
    local = moment.astimezone(SHANGHAI)
    if local.time() == dt.time():
        return f"{local.date() - dt.timedelta(days=1)} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def _common(decision: Decision, pack: Pack, language: str) -> dict[str, str]:
    return {
        "measure": pack.measures[decision.measure].name.text(language),
        "since": spelt(decision.since),
        "until": spelt(decision.until),
    }


def _told(pack: Pack, evidence: Evidence, language: str) -> str:
    text = pack.texts[told_evidence(evidence.kind)]
    seen_on = evidence.seen_at.astimezone(SHANGHAI).date().isoformat()
    return text.fill(language, {"seen_on": seen_on, "grade": evidence.grade})
