"""Readers; every one takes a scope, or serves the unit's own acts."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from fangxian.kernel.moments import SHANGHAI, start_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import within, within_kinds
from fangxian.mechanisms.observation import rules
from fangxian.mechanisms.observation.models import Evidence, Observation


DIGEST = "SELECT digest FROM observation_observation WHERE id = %s"


def observations(
    scope: Scope,
    *,
    form: str | None = None,
    subject: str | None = None,
    kind: str | None = None,
    area: int | None = None,
    from_: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> QuerySet[Observation]:
    """List what was seen in scope, the latest first; the period is of ``at``.

    Corrections stand beside what they correct. ``area`` narrows to a subtree.
    """
    exact = {
        "form": form,
        "subject": subject,
        "kind": kind,
        "at__gte": from_,
        "at__lt": until,
    }
    given = {name: value for name, value in exact.items() if value is not None}
    rows = Observation.objects.filter(_in(scope), **given)
    if area is not None:
        rows = rows.filter(within(Scope(roots=frozenset({area}))))
    return rows.order_by("-at", "-pk")


def get_observation(observation_id: UUID, scope: Scope) -> Observation:
    """Give one record in scope; refuse as if it did not exist outside it."""
    found = observations(scope).filter(pk=observation_id).first()
    if found is None:
        raise rules.UNKNOWN(observation=observation_id)
    return found


def named_among(digests: Collection[str]) -> set[str]:
    """Give those of these files that a record names, wherever it is."""
    found = Evidence.objects.filter(digest__in=digests)
    return set(found.values_list("digest", flat=True))


def is_known(observation_id: UUID) -> bool:
    """Whether a record with this id has been written, wherever it was."""
    return find_digest(observation_id) is not None


def find_digest(observation_id: UUID) -> str | None:
    """Give the digest of a record, wherever it was, if it has been written."""
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:  # every record asks; the ORM would cost more
        cursor.execute(DIGEST, [observation_id if native else observation_id.hex])
        found = cursor.fetchone()
    return None if found is None else str(found[0])


def subject_of(observation_id: UUID) -> str | None:
    """Say what a record is about, wherever it was written; None if there is none."""
    found = Observation.objects.filter(pk=observation_id)
    return found.values_list("subject", flat=True).first()


def latest(subject: str, form: str | None = None) -> Observation | None:
    """Give what was last seen of a subject, as it counts now."""
    rows = Observation.objects.filter(subject=subject, corrected_by=None)
    if form is not None:
        rows = rows.filter(form=form)
    return rows.order_by("-at", "-pk").first()


def records_before(record: Observation) -> list[UUID]:
    """Give a record and all that it corrects, the latest first."""
    found, earlier = [record.pk], record.corrects_id
    while earlier is not None:
        found.append(earlier)
        about = Observation.objects.filter(pk=earlier)
        earlier = about.values_list("corrects", flat=True).get()
    return found


def as_they_count(observation_ids: Collection[UUID]) -> dict[UUID, Observation]:
    """Give for each of these records the one that counts now: itself, or what corrects it.

    Costs one query for each correction of a correction, and none more for many records.
    """
    counting = {
        one.pk: one for one in Observation.objects.filter(pk__in=observation_ids)
    }
    latest_of = {one.pk: pk for pk, one in counting.items()}
    while latest_of:
        right = Observation.objects.filter(corrects__in=latest_of)
        found = {latest_of[one.corrects_id]: one for one in right if one.corrects_id}
        counting |= found
        latest_of = {one.pk: pk for pk, one in found.items()}
    return counting


def count(
    scope: Scope,
    *,
    form: str | None = None,
    kind: str | None = None,
    area: int | None = None,
    from_: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> int:
    """Count what was seen in scope; a correction is not seen a second time."""
    rows = observations(
        scope, form=form, kind=kind, area=area, from_=from_, until=until
    )
    return rows.filter(corrects=None).count()


@dataclass(frozen=True, slots=True)
class Visited:
    """How many records of one form there are about one kind, and of how many places."""

    form: str
    kind: str
    records: int
    places: int


def visited(area: int, *, from_: dt.datetime, until: dt.datetime) -> list[Visited]:
    """Count what was seen of places in an area, form by form and kind by kind."""
    counted = (
        observations(Scope(roots=frozenset({area})), from_=from_, until=until)
        .filter(corrects=None, subject__startswith="place:")
        .order_by("form", "kind")
        .values_list("form", "kind")
        .annotate(records=CountRows("pk"), places=CountRows("subject", distinct=True))
    )
    return [Visited(*row) for row in counted]


def recount(*, from_: dt.date, until: dt.date) -> list[Count]:
    """Count the rows again, as the tallies of ``[from_, until)`` should stand."""
    rows = (
        Observation.objects.filter(
            at__gte=start_of(from_), at__lt=start_of(until), corrects=None
        )
        .annotate(day=TruncDate("at", tzinfo=SHANGHAI))
        .values("area", "day", "kind", "form")
        .annotate(n=CountRows("pk"))
    )
    return [
        Count(row["area"], row["day"], measure_of(row["form"]), row["n"], row["kind"])
        for row in rows
    ]


def measure_of(form: str) -> str:
    """Name the measure that counts the records of one form."""
    return f"observation.{form}"


def _in(scope: Scope) -> Q:
    return within(scope) & within_kinds(scope)
