"""Rehearsing a pack: its cases are run, and what differs is told in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from fangxian.mechanisms.protocol.cases import (
    AnswerCase,
    Case,
    DutyCase,
    EvidenceCase,
    Expected,
    Restricted,
)
from fangxian.mechanisms.protocol.evaluation import judge
from fangxian.mechanisms.protocol.grounds import ground
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.rules import failed_items, wrong_answers


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One case, and how what followed differs from what it expects, if it does."""

    case: Case
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the pack does what the case says."""
        return not self.differences


def rehearse(pack: Pack) -> tuple[Rehearsed, ...]:
    """Run every case of a pack."""
    return tuple(Rehearsed(case, _differ(pack, case)) for case in pack.cases)


def _differ(pack: Pack, case: Case) -> tuple[str, ...]:
    if isinstance(case, DutyCase):
        return _duties_differ(pack, case)
    if isinstance(case, EvidenceCase):
        return _restrictions_differ(pack, case)
    return _answers_differ(pack, case)


def _duties_differ(pack: Pack, case: DutyCase) -> tuple[str, ...]:
    found = {
        Expected(decision.clause, decision.due_at, decision.roles[0])
        for decision in judge(pack, case.facts, case.at)
    }
    expected = set(case.expected)
    return _told(map(_spelt, expected - found), map(_spelt, found - expected))


def _spelt(duty: Expected) -> str:
    return f"{duty.clause} due {duty.due_at:%Y-%m-%d %H:%M} UTC by {duty.role}"


def _restrictions_differ(pack: Pack, case: EvidenceCase) -> tuple[str, ...]:
    found = {
        Restricted(one.rule.code, one.until)
        for one in ground(pack, case.evidence, case.at)
    }
    expected = set(case.restricted)
    return _told(map(_ending, expected - found), map(_ending, found - expected))


def _ending(restricted: Restricted) -> str:
    return f"{restricted.rule} until {restricted.until:%Y-%m-%d %H:%M} UTC"


def _answers_differ(pack: Pack, case: AnswerCase) -> tuple[str, ...]:
    form = pack.forms[case.form]
    wrong = {one.question for one in wrong_answers(form, case.answers)}
    if wrong or case.wrong:
        expected = set(case.wrong)
        return _told(
            (f"{one} refused" for one in expected - wrong),
            (f"{one} refused" for one in wrong - expected),
        )
    failed = {
        (one.item.rpartition("/")[2], one.severity)
        for one in failed_items(form, case.answers)
    }
    return _told(
        map(" is ".join, set(case.findings) - failed),
        map(" is ".join, failed - set(case.findings)),
    )


def _told(missing: Iterable[str], surplus: Iterable[str]) -> tuple[str, ...]:
    return (
        *(f"expected, but did not follow: {one}" for one in sorted(missing)),
        *(f"followed, but was not expected: {one}" for one in sorted(surplus)),
    )
