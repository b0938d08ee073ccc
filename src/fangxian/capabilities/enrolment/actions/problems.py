"""What a visit found wrong becomes findings, as the form says."""

import datetime as dt
from typing import TYPE_CHECKING

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import raise_finding
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import get_form
from fangxian.mechanisms.protocol.rules import failed_items


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation


def raise_problems(
    observation: "Observation", pack: Pack, *, by: Actor, at: dt.datetime
) -> None:
    """Raise a finding for each answer of a record that its form calls a problem."""
    form = get_form(observation.edition_id, observation.form)
    for failed in failed_items(form, observation.answers):
        raise_finding(
            subject=observation.subject,
            kind=observation.kind,
            area=observation.area_id,
            item=failed.item,
            text=failed.text,
            severity=failed.severity,
            deadline_at=pack.deadline(failed.severity, at, day_of(at)),
            observation=observation.pk,
            edition=observation.edition_id,
            by=by,
            at=at,
        )
