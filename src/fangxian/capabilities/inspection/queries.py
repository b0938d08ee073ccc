"""Readers; every one takes a scope, or serves the unit's own acts."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac

from fangxian.capabilities.inspection import rules
from fangxian.capabilities.inspection.models import JointVisit, Link, Section
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import day_of, start_of
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.finding.queries import get_finding
from fangxian.mechanisms.jurisdiction.queries import (
    descendants,
    reaches_area,
    within,
    within_kinds,
)
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger.queries import get_place, place_facts
from fangxian.mechanisms.observation.queries import observations
from fangxian.mechanisms.protocol.queries import LoadedEdition, get_form, in_force
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import State as TaskState


if TYPE_CHECKING:
    from fangxian.mechanisms.finding.models import Finding
    from fangxian.mechanisms.observation.models import Observation
    from fangxian.mechanisms.protocol.forms import Form

PACK = "routine"
SIGNER = Signer(salt="fangxian.inspection.link")
PLACE = "place:"
JOINT = "joint_"


# ----------------------------------------------------------------------- rules
def edition_for(area: int, at: datetime) -> LoadedEdition:
    """Give the rules for patrols that hold in an area; refuse where there are none."""
    edition = in_force(PACK, area, at)
    if edition is None:
        raise rules.NO_PACK(day=day_of(at))
    return edition


def check_area(scope: Scope, area: int) -> None:
    """Refuse an area out of scope; a department's kinds narrow no area."""
    if not reaches_area(scope, area):
        raise OUT_OF_REACH(what="area")


def form_of(edition: LoadedEdition, form: str) -> "Form":
    """Give a form of an edition."""
    return get_form(edition.id, form)


def visit_forms(edition: LoadedEdition) -> tuple["Form", ...]:
    """Give the checklists with which a unit visits a place by itself."""
    return tuple(
        form
        for form in edition.pack.forms.values()
        if form.subject == "place" and not form.department and form.code not in SPECIAL
    )


def forms_asked(edition: LoadedEdition, kind: str) -> frozenset[str]:
    """Give the codes of the forms that some clause asks of this kind of place."""
    clauses = edition.pack.clauses_about(PLACE.removesuffix(":"), kind)
    return frozenset(clause.form for clause in clauses)


def departments(edition: LoadedEdition) -> tuple["Form", ...]:
    """Give the checklists of the departments that join a visit."""
    forms = edition.pack.forms.values()
    return tuple(form for form in forms if form.code.startswith(JOINT))


SPECIAL = frozenset({"look_back", "rectification", "self_check"})
"""Forms about a place that belong to another act than a visit."""


# ---------------------------------------------------------------------- visits
def visits(
    scope: Scope,
    *,
    form: str | None = None,
    place: int | None = None,
    area: int | None = None,
    from_: datetime | None = None,
    until: datetime | None = None,
) -> "QuerySet[Observation]":
    """What was seen at places in scope, the latest first."""
    subject = None if place is None else f"{PLACE}{place}"
    seen = observations(
        scope, form=form, subject=subject, area=area, from_=from_, until=until
    )
    return seen.filter(subject__startswith=PLACE)


def place_of(subject: str) -> int | None:
    """The place that a record is about, or None where it is about something else."""
    return int(subject.removeprefix(PLACE)) if subject.startswith(PLACE) else None


def joint_visits(
    scope: Scope, *, state: str | None = None, area: int | None = None
) -> "QuerySet[JointVisit]":
    """Joint visits in scope with their sections, the latest first."""
    seen = JointVisit.objects.filter(within(scope), within_kinds(scope))
    if state is not None:
        seen = seen.filter(state=state)
    if area is not None:
        seen = seen.filter(area__in=descendants(area))
    return seen.prefetch_related("sections").order_by("-opened_at", "-pk")


def get_joint_visit(visit: UUID, scope: Scope) -> JointVisit:
    """Give a joint visit in scope; one out of scope looks like none."""
    found = joint_visits(scope).filter(pk=visit).first()
    if found is None:
        raise rules.NO_SUCH_VISIT(visit=visit)
    return found


def lead_post(visit: JointVisit) -> int:
    """The post that leads the visit."""
    return _section(visit, visit.lead).post_id


def _section(visit: JointVisit, department: str) -> Section:
    [section] = [one for one in visit.sections.all() if one.department == department]
    return section


# -------------------------------------------------------------------- coverage
@dataclass(frozen=True, slots=True)
class Coverage:
    """How many duties of a kind of place an area owed in a period, and what became.

    ``should`` leaves out what was waived; what is neither done nor missed is open.
    """

    area: int
    kind: str
    should: int
    did: int
    missed: int

    @property
    def open(self) -> int:
        """How many are still owed."""
        return self.should - self.did - self.missed


def coverage(
    scope: Scope,
    *,
    from_: date,
    until: date,
    area: int | None = None,
    forms: Collection[str] | None = None,
) -> list[Coverage]:
    """Count should, did and missed per area and kind of place, from the tasks due."""
    owed = tasks(scope, area=area, from_=start_of(from_), until=start_of(until))
    owed = owed.filter(subject__startswith=PLACE).exclude(state=TaskState.WAIVED)
    if forms is not None:
        owed = owed.filter(form__in=forms)
    rows = (
        owed.order_by("area", "kind")
        .values_list("area", "kind")
        .annotate(
            should=Count("pk"),
            did=Count("pk", filter=Q(state=TaskState.COMPLETED)),
            missed=Count("pk", filter=Q(state=TaskState.LAPSED)),
        )
    )
    return [Coverage(*row) for row in rows]


def summed(rows: Iterable[Coverage], *, area: int, kind: str = "") -> Coverage:
    """Add rows up, under the name of one area and kind."""
    listed = list(rows)
    return Coverage(
        area=area,
        kind=kind,
        should=sum(row.should for row in listed),
        did=sum(row.did for row in listed),
        missed=sum(row.missed for row in listed),
    )


# ----------------------------------------------------------------------- links
@dataclass(frozen=True, slots=True)
class InCharge:
    """The person whom the ledger names as responsible for a place."""

    person: UUID
    name: str


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that stands: its finding, and the actor that its holder is."""

    link: Link
    finding: "Finding"
    holder: InCharge
    actor: Actor


def person_in_charge(finding: "Finding", scope: Scope) -> InCharge:
    """Give the person responsible for the finding's place, by the ledger.

    Where they also hold a post, they are the person who holds it. Else their id
    follows from place and name by a keyed digest: the same manager is the same person
    in every finding, and no name can be guessed from it.
    """
    place_id = place_of(finding.subject)
    if place_id is None:
        raise rules.NOT_A_PLACE(finding=finding.pk)
    place = get_place(place_id, scope)
    name = (place.responsible or "").strip()
    if not name:
        raise rules.NOBODY_RESPONSIBLE(place=place.name)
    if place.responsible_staff_id is not None:
        return InCharge(person=place.responsible_staff_id, name=name)
    digest = salted_hmac("fangxian.inspection.person", f"{place.pk}/{name}")
    return InCharge(person=UUID(bytes=digest.digest()[:16]), name=name)


def staff_in_charge(finding: "Finding") -> UUID | None:
    """The person in charge of the finding's place, if they also hold a post."""
    place_id = place_of(finding.subject)
    return None if place_id is None else place_facts(place_id).in_charge


def open_link(token: str, *, at: datetime) -> OpenLink:
    """Open a link, or refuse a forged, ended or overtaken one.

    It ends also when the ledger names somebody else as responsible.
    """
    try:
        secret = SIGNER.unsign(token)
    except BadSignature:
        raise rules.LINK_UNKNOWN() from None
    link = Link.objects.filter(digest=digest_of(secret)).first()
    if link is None:
        raise rules.LINK_UNKNOWN()
    rules.check_link_stands(link, at=at)
    finding = get_finding(link.finding_id, EVERYWHERE)
    holder = person_in_charge(finding, EVERYWHERE)
    if holder.person != link.person:
        raise rules.LINK_ENDED()
    return OpenLink(link, finding, holder, _holder_as_actor(link, finding))


def _holder_as_actor(link: Link, finding: "Finding") -> Actor:
    reach = Scope(roots=frozenset({finding.area_id}), kinds=frozenset({finding.kind}))
    return Actor(
        person=link.person,
        post=None,
        role=Role.VENUE_MANAGER,
        scope=reach,
        device="link",
    )


def digest_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_link(finding: int) -> Link | None:
    """The link that stands for a finding, if one does."""
    return Link.objects.filter(finding=finding, ended_at=None).first()
