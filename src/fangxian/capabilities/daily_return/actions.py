"""The only writers: the day's duties, the units' signatures, the bulletins."""

import datetime as dt
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction

from fangxian.capabilities.daily_return import rules
from fangxian.capabilities.daily_return.bulletins import compose, what_changed
from fangxian.capabilities.daily_return.duties import SUBJECT, duties_on
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.moments import bounds_of
from fangxian.mechanisms.observation.actions import observe
from fangxian.mechanisms.report import actions as report
from fangxian.mechanisms.report.layouts import Stated, layout_in_force
from fangxian.mechanisms.task.actions import issue_all
from fangxian.mechanisms.task.queries import find_open


if TYPE_CHECKING:
    from fangxian.mechanisms.report.models import Bulletin, Return


def issue_duties(*, day: dt.date, at: dt.datetime) -> int:
    """Issue what every unit owes on a day; asking again adds only what is missing."""
    return issue_all(duties_on(day), by=SYSTEM, at=at)


@transaction.atomic
def attest_daily(
    *,
    area: int,
    day: dt.date,
    by: Actor,
    at: dt.datetime,
    zero: bool,
    happened: str = "",
) -> "Return":
    """Sign the day's figures of a unit, which ends the duty to return them.

    ``zero`` states that nothing happened: the return is a zero report. That is
    refused while the records of the day say otherwise; and where they say that
    nothing happened, it is this statement, or ``happened`` says in words what did.
    """
    answers: dict[str, object] = {"figures_read": True, "nothing_happened": zero}
    if happened.strip():
        answers["what_happened"] = happened.strip()
    stated = _answer(answers, area=area, day=day, by=by, at=at)
    returned = report.attest(
        area=area,
        layout=rules.DAILY.layout,
        day=day,
        zero=zero,
        stated=stated,
        by=by,
        at=at,
    )
    rules.check_stated(answers, stated.layout, returned.figures)
    return returned


def _answer(
    answers: Mapping[str, object],
    *,
    area: int,
    day: dt.date,
    by: Actor,
    at: dt.datetime,
) -> Stated:
    """Write down what the signer says, on the duty of that day if it is still open.

    Gives the layout that the return is to be made by.
    """
    kind, subject = rules.DAILY, f"{SUBJECT}:{area}"
    seen_at = rules.seen_at(day, at=at)
    seed = sha256(f"{kind.form}/{subject}/{day}".encode()).digest()
    stated = layout_in_force(kind.layout, area, day=day, at=at)
    observe(
        id=new_id(seen_at, seed[:RANDOM_BYTES]),
        form=kind.form,
        edition=stated.edition,
        subject=subject,
        kind="",
        area=area,
        answers=answers,
        seen_at=seen_at,
        by=by,
        at=at,
        task=_duty_of(kind, subject, day),
    )
    return stated


def _duty_of(kind: rules.Kind, subject: str, day: dt.date) -> int | None:
    from_, until = bounds_of(day)
    return find_open(subject, kind.form, from_=from_, until=until)


def compose_bulletin(
    *, area: int, day: dt.date, by: Actor, at: dt.datetime
) -> "Bulletin":
    """Compose an area's bulletin of a day from the records, and issue it."""
    content = compose(area, day, at=at)
    return report.issue_bulletin(
        area=area, layout=rules.BULLETIN, day=day, content=content, by=by, at=at
    )


@transaction.atomic
def correct_bulletin(bulletin_id: int, *, by: Actor, at: dt.datetime) -> "Bulletin":
    """Issue another bulletin that says what the latest of the day should have said."""
    first, latest = report.lock_bulletins(bulletin_id, by=by)
    content = compose(first.area_id, first.day, at=at)
    changes = what_changed(latest.content, content)
    if not changes:
        raise rules.NOTHING_TO_CORRECT(number=latest.number)
    corrected = {"number": latest.number, "digest": latest.digest, "changes": changes}
    return report.issue_bulletin(
        area=first.area_id,
        layout=first.layout,
        day=first.day,
        content={**content, "corrects": corrected},
        by=by,
        at=at,
        corrects=first.pk,
    )
