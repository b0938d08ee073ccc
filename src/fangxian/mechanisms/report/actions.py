"""The only writers: one verb, one transaction, one journal entry."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Max

from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.canonical import digest, plain
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.report import events, queries, rules
from fangxian.mechanisms.report.closing import close_day, days_to_close
from fangxian.mechanisms.report.computing import (
    Computed,
    compute,
    is_changed,
    seal_of,
    standing_of,
)
from fangxian.mechanisms.report.layouts import Stated, layout_in_force, layout_of
from fangxian.mechanisms.report.models import Bulletin, Restatement, Return
from fangxian.mechanisms.report.numbers import find_number, numbers_above
from fangxian.mechanisms.report.states import LIFECYCLE, Because, State
from fangxian.mechanisms.report.units import returns_it, unit_on
from fangxian.store.rows import keep


@transaction.atomic
def prepare(
    *, area: int, layout: str, day: dt.date, by: Actor, at: dt.datetime
) -> Return:
    """Compute a unit's return for review. It still counts as missing until signed."""
    returned, _, _ = _compute_for(area, layout, day, by=by, at=at)
    returned.save()
    record(
        events.Computed(
            returned=returned.pk, layout=layout, day=day, digest=returned.digest
        ),
        by=by,
        at=at,
        subject=_subject(returned),
        area=area,
    )
    return returned


@transaction.atomic
def attest(
    *,
    area: int,
    layout: str,
    day: dt.date,
    by: Actor,
    at: dt.datetime,
    zero: bool = False,
    stated: Stated | None = None,
) -> Return:
    """Sign a unit's return of a day; its figures are computed at this moment.

    After the cut-off it is accepted and marked late, and every return that had to
    do without it is restated. ``zero`` is refused while there is something to
    report; figures that do not balance cannot be signed. ``stated`` is the layout
    in force, where the caller has just looked it up.
    """
    returned, computed, found = _compute_for(
        area, layout, day, stated=stated, by=by, at=at
    )
    rules.check_balanced(found.layout, computed.figures)
    if zero:
        rules.check_nothing(found.layout, computed.figures)
    _sign(returned, computed, found, zero=zero, by=by, at=at)
    _record_attested(returned, by=by, at=at)
    _carry_up(returned, because=Because.LATE_BELOW, by=by, at=at)
    return returned


def _compute_for(
    area: int,
    layout: str,
    day: dt.date,
    *,
    stated: Stated | None = None,
    by: Actor,
    at: dt.datetime,
) -> tuple[Return, Computed, Stated]:
    rules.check_begun(day, at=at)
    check_reaches(by.scope, area, what="unit")
    rules.check_can_sign(area, by=by)
    found = stated or layout_in_force(layout, area, day=day, at=at)
    unit = unit_on(area, found.layout, day)
    if not returns_it(unit, found.layout):
        raise rules.NO_LAYOUT(layout=layout)
    returned = _unsigned(area, layout, day)
    computed = compute(unit, found.layout, day, at=at)
    returned.edition_id = found.edition
    _fill(returned, computed, at=at)
    return returned, computed, found


def _unsigned(area: int, layout: str, day: dt.date) -> Return:
    """Lock the return that was prepared, or begin one; refuse a signed one."""
    number = find_number(area, layout, day)
    if number is None:
        return Return(area_id=area, layout=layout, day=day, state=LIFECYCLE.start)
    known = Return.objects.select_for_update().get(pk=number)
    if known.state != State.COMPUTED:
        raise rules.ALREADY_ATTESTED(day=day)
    return known


def _fill(returned: Return, computed: Computed, *, at: dt.datetime) -> None:
    returned.figures = computed.figures
    returned.sources = computed.sources
    returned.computed_at = at
    returned.digest = seal_of(returned, computed, number=0)


def _sign(
    returned: Return,
    computed: Computed,
    found: Stated,
    *,
    zero: bool,
    by: Actor,
    at: dt.datetime,
) -> None:
    LIFECYCLE.check(State(returned.state), State.ATTESTED)
    closed = at >= found.freeze(returned.day)
    returned.state = State.FROZEN if closed else State.ATTESTED
    returned.frozen_at = at if closed else None
    returned.zero = zero
    returned.late = at > found.cut_off(returned.day)
    returned.attested_by = by.person
    returned.attested_by_post = by.post
    returned.attested_at = at
    returned.digest = seal_of(returned, computed, number=0)
    keep(returned)


def _record_attested(returned: Return, *, by: Actor, at: dt.datetime) -> None:
    measures = [events.ATTESTED]
    measures += [events.LATE] if returned.late else []
    measures += [events.ZERO] if returned.zero else []
    record(
        events.Attested(
            returned=returned.pk,
            layout=returned.layout,
            day=returned.day,
            zero=returned.zero,
            late=returned.late,
            digest=returned.digest,
        ),
        by=by,
        at=at,
        subject=_subject(returned),
        area=returned.area_id,
        tally=[
            Count(returned.area_id, returned.day, measure, kind=returned.layout)
            for measure in measures
        ],
    )


@transaction.atomic
def restate(
    return_id: int, *, reason: str, by: Actor, at: dt.datetime, cause: str = ""
) -> Restatement:
    """Compute a signed return anew and keep both; every return above follows.

    ``cause`` is the subject of what brought it about, such as ``observation:…``.
    """
    rules.check_reason(reason)
    returned = _signed(return_id, by=by)
    rules.check_can_sign(returned.area_id, by=by)
    said = reason.strip()
    restated = _restate(returned, reason=said, cause=cause, by_hand=True, by=by, at=at)
    if restated is None:
        raise rules.NOTHING_CHANGED()
    return restated


def _signed(return_id: int, *, by: Actor) -> Return:
    returned = Return.objects.select_for_update().filter(pk=return_id).first()
    if returned is None:
        raise rules.UNKNOWN_RETURN(returned=return_id)
    check_reaches(by.scope, returned.area_id, what="return")
    if returned.state == State.COMPUTED:
        raise rules.NOT_ATTESTED()
    return returned


def _restate(
    returned: Return,
    *,
    reason: str,
    cause: str,
    by_hand: bool = False,
    by: Actor,
    at: dt.datetime,
) -> Restatement | None:
    """Restate one return and all that summed it; None if nothing changed."""
    layout = layout_of(returned.edition_id, returned.layout).layout
    unit = unit_on(returned.area_id, layout, returned.day)
    computed = compute(unit, layout, returned.day, at=at)
    standing = standing_of([returned])[returned.area_id]
    if not is_changed(standing, computed):
        return None
    rules.check_balanced(layout, computed.figures)
    number = standing.number + 1
    restated = Restatement.objects.create(
        of=returned,
        number=number,
        figures=computed.figures,
        sources=computed.sources,
        reason=reason,
        by_hand=by_hand,
        cause=cause,
        by=by.person,
        at=at,
        digest=seal_of(returned, computed, number),
    )
    _record_restated(returned, restated, by=by, at=at)
    _carry_up(returned, because=Because.RESTATED_BELOW, by=by, at=at)
    return restated


def _record_restated(
    returned: Return, restated: Restatement, *, by: Actor, at: dt.datetime
) -> None:
    record(
        events.Restated(
            returned=returned.pk,
            number=restated.number,
            reason=restated.reason,
            cause=restated.cause,
            digest=restated.digest,
        ),
        by=by,
        at=at,
        subject=_subject(returned),
        area=returned.area_id,
    )


def _carry_up(
    returned: Return, *, because: Because, by: Actor, at: dt.datetime
) -> None:
    """Restate each signed return that summed this unit, or had to do without it."""
    for number in numbers_above(returned.area_id, returned.layout, returned.day):
        upper = Return.objects.select_for_update().get(pk=number)
        _restate(upper, reason=because, cause=_subject(returned), by=by, at=at)


def freeze_due(*, at: dt.datetime) -> int:
    """Close every day whose freeze has passed; gives how many returns were frozen.

    What happened on the day after a return was signed is added as a restatement,
    so that the closing figures are those of the whole day. One transaction a day.
    """
    return sum(_freeze(layout, day, at=at) for layout, day in days_to_close(at=at))


@transaction.atomic
def _freeze(layout: str, day: dt.date, *, at: dt.datetime) -> int:
    closed = close_day(layout, day, by=SYSTEM, at=at)
    for top, digests in closed.items():
        record(
            events.Frozen(layout=layout, day=day, digests=digests),
            by=SYSTEM,
            at=at,
            subject=f"day:{day}/{layout}",
            area=top,
        )
    return sum(len(digests) for digests in closed.values())


@transaction.atomic
def issue_bulletin(
    *,
    area: int,
    layout: str,
    day: dt.date,
    content: Mapping[str, object],
    by: Actor,
    at: dt.datetime,
    corrects: int | None = None,
) -> Bulletin:
    """Publish a bulletin: numbered, sealed, never changed afterwards.

    ``content`` is plain data. ``corrects`` names the earlier bulletin of the same
    area that this one corrects.
    """
    check_reaches(by.scope, area, what="unit")
    rules.check_can_issue(area, by=by)
    _check_corrects(area, layout, day, corrects)
    paper = Bulletin(
        area_id=area,
        layout=layout,
        day=day,
        corrects_id=corrects,
        content=plain(content),
        issued_by=by.person,
        issued_at=at,
    )
    _number(paper)
    try:
        _keep(paper)
    except IntegrityError:  # somebody was faster: with this day's, or with the number
        _check_corrects(area, layout, day, corrects)
        _number(paper)
        _keep(paper)
    _record_issued(paper, by=by, at=at)
    return paper


def lock_bulletins(bulletin_id: int, *, by: Actor) -> tuple[Bulletin, Bulletin]:
    """Hold a bulletin, so that corrections of it wait; give it and the latest of its day.

    Must run inside the caller's transaction.
    """
    asked = queries.get_bulletin(bulletin_id, by.scope)
    first = Bulletin.objects.select_for_update().get(pk=asked.pk)
    latest = queries.find_bulletin(first.area_id, first.layout, first.day)
    return first, latest or first


def _number(paper: Bulletin) -> None:
    """Give a bulletin the next number of its series, and seal it."""
    series = Bulletin.objects.filter(area=paper.area_id, layout=paper.layout)
    paper.number = (series.aggregate(last=Max("number"))["last"] or 0) + 1
    facts = [paper.area_id, paper.layout, paper.day, paper.number, paper.corrects_id]
    paper.digest = digest([*facts, paper.content])


@transaction.atomic
def _keep(paper: Bulletin) -> None:
    """Write a bulletin; one that may not be leaves the transaction around it whole."""
    paper.save(force_insert=True)


def _check_corrects(area: int, layout: str, day: dt.date, corrects: int | None) -> None:
    """Refuse a second bulletin of a day, and a correction of nothing."""
    known = Bulletin.objects.filter(area=area, layout=layout, day=day, corrects=None)
    earlier = known.first()
    if corrects is None and earlier is not None:
        raise rules.ALREADY_ISSUED(day=day, number=earlier.number)
    if corrects is not None and (earlier is None or earlier.pk != corrects):
        raise rules.UNKNOWN_BULLETIN(bulletin=corrects)


def _record_issued(bulletin: Bulletin, *, by: Actor, at: dt.datetime) -> None:
    record(
        events.BulletinIssued(
            bulletin=bulletin.pk,
            layout=bulletin.layout,
            day=bulletin.day,
            number=bulletin.number,
            corrects=bulletin.corrects_id,
            digest=bulletin.digest,
        ),
        by=by,
        at=at,
        subject=f"bulletin:{bulletin.pk}",
        area=bulletin.area_id,
    )


def _subject(returned: Return) -> str:
    return f"return:{returned.pk}"
