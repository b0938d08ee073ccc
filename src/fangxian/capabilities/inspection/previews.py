"""What another version of the rules would change here, told before it is adopted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from fangxian.capabilities.inspection.facts import (
    facts_about_finding,
    facts_about_place,
)
from fangxian.kernel.moments import SHANGHAI, day_of, start_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.finding.states import State as FindingState
from fangxian.mechanisms.jurisdiction.queries import areas_below, get_area
from fangxian.mechanisms.ledger.queries import places
from fangxian.mechanisms.protocol.comparison import Difference, compare
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import in_force
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from fangxian.mechanisms.protocol.changes import What

AREA = "area"


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is owed now and would be otherwise under the other version."""

    task: int
    duty: str
    subject: str
    due_at: datetime
    difference: Difference


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding whose deadline would be otherwise under the other version."""

    finding: int
    subject: str
    deadline_at: datetime
    would_be: datetime


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would change: open tasks, open findings, and the duties of coming days.

    ``held`` is the version in force now, or None; ``subjects`` were looked at.
    """

    held: str | None
    subjects: int
    tasks: tuple[OpenTask, ...]
    findings: tuple[OpenFinding, ...]
    duties: tuple[Difference, ...]


def foresee(
    pack: Pack, *, area: int, scope: Scope, at: datetime, days: int
) -> Foreseen:
    """Compare a version with the one in force, for all that stands in an area.

    Every place, unit and unfinished finding in scope is judged by both versions on
    each of the days from ``at``; nothing is written.
    """
    held = in_force(pack.id, area, at)
    old = None if held is None else held.pack
    subjects = list(_subjects(pack, area, scope))
    return Foreseen(
        held=None if old is None else old.version,
        subjects=len(subjects),
        tasks=tuple(_open_tasks(old, pack, subjects, area, scope)),
        findings=tuple(_open_findings(old, pack, area, scope)),
        duties=tuple(_duties(old, pack, subjects, at, days)),
    )


def _subjects(pack: Pack, area: int, scope: Scope) -> Iterator[Facts]:
    for entry in places(scope, area=area):
        yield facts_about_place(entry)
    for unit in (get_area(area), *areas_below(area)):
        level = unit.level.value.partition("-")[2]
        if AREA in pack.subjects and pack.subjects[AREA].takes(level):
            yield Facts(AREA, unit.id, level)
    for finding in findings(scope, area=area, state=FindingState.RECTIFIED):
        yield facts_about_finding(finding)


def _duties(
    old: Pack | None, new: Pack, subjects: list[Facts], at: datetime, days: int
) -> Iterator[Difference]:
    """Give each difference once, on the first of the days on which it shows."""
    told: set[tuple[str, str, What]] = set()
    for number in range(days):
        moment = start_of(day_of(at) + timedelta(days=number))
        for facts in subjects:
            for one in compare(old, new, facts, max(at, moment)):
                same = (one.subject, one.clause, one.what)
                if same not in told:
                    told.add(same)
                    yield one


def _open_tasks(
    old: Pack | None, new: Pack, subjects: list[Facts], area: int, scope: Scope
) -> Iterator[OpenTask]:
    """Judge each open task's subject again, on the day on which it was issued."""
    known = {facts.reference: facts for facts in subjects}
    for task in tasks(scope, states=OPEN, area=area):
        facts = known.get(task.subject)
        if facts is None or task.decision.get("pack") != new.id:
            continue
        day = start_of(date.fromisoformat(task.decision["day"]))
        for one in compare(old, new, facts, max(day, facts.since or day)):
            if one.key == task.key:
                yield OpenTask(task.pk, task.duty, task.subject, task.due_at, one)


def _open_findings(
    old: Pack | None, new: Pack, area: int, scope: Scope
) -> Iterator[OpenFinding]:
    if old is None:
        return
    known = {one.code for one in new.severities}
    for finding in findings(scope, area=area, state=FindingState.OPEN):
        if finding.severity not in known:
            continue
        day = day_of(finding.raised_at)
        moved = new.deadline(finding.severity, finding.deadline_at, day) - old.deadline(
            finding.severity, finding.deadline_at, day
        )
        if moved:
            yield OpenFinding(
                finding=finding.pk,
                subject=finding.subject,
                deadline_at=finding.deadline_at,
                would_be=finding.deadline_at + moved,
            )


def told(foreseen: Foreseen) -> Iterator[str]:
    """Tell in lines what would change, the open work first."""
    for task in foreseen.tasks:
        due = f"{task.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        yield (
            f"open task {task.task} ({task.duty}, {task.subject}, due {due}):"
            f" {task.difference.reason}"
        )
    for finding in foreseen.findings:
        held = f"{finding.deadline_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        moved = f"{finding.would_be.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        yield (
            f"open finding {finding.finding} ({finding.subject}):"
            f" deadline {held} → {moved}"
        )
    for duty in foreseen.duties:
        yield f"{duty.subject}: {duty.clause} {duty.what}: {duty.reason}"
