"""The only writers: draft, review, send back, adopt."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from fangxian.kernel.actors import Actor
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger.actions import declare_kind
from fangxian.mechanisms.protocol import events, rules
from fangxian.mechanisms.protocol.models import Adoption, Edition
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.protocol.states import LIFECYCLE, State


@transaction.atomic
def draft(pack: Pack, *, by: Actor, at: datetime) -> Edition:
    """Put a version of a pack up for review; the same content again is the same."""
    rules.check_is_keeper(by=by)
    known = Edition.objects.filter(pack=pack.id, version=pack.version).first()
    if known is not None:
        if known.digest != pack.digest:
            raise rules.VERSION_TAKEN(pack=pack.id, version=pack.version)
        return known
    edition = Edition.objects.create(
        pack=pack.id,
        version=pack.version,
        digest=pack.digest,
        content=pack.content,
        state=State.DRAFT,
        drafted_by=by.person,
        drafted_at=at,
    )
    event = events.Drafted(edition.pk, pack.id, pack.version, pack.digest)
    record(event, by=by, at=at, subject=_subject(edition), area=None)
    return edition


@transaction.atomic
def review(edition_id: int, *, by: Actor, at: datetime) -> Edition:
    """Stand for an edition, as a second person who has read it."""
    edition = _locked(edition_id)
    LIFECYCLE.check(State(edition.state), State.REVIEWED)
    rules.check_can_review(edition, by=by)
    _move(edition, State.REVIEWED, reviewed_by=by.person, reviewed_at=at)
    event = events.Reviewed(edition.pk, edition.digest)
    record(event, by=by, at=at, subject=_subject(edition), area=None)
    return edition


@transaction.atomic
def send_back(edition_id: int, *, reason: str, by: Actor, at: datetime) -> Edition:
    """Take a review back, with the reason; the edition is a draft again."""
    edition = _locked(edition_id)
    LIFECYCLE.check(State(edition.state), State.DRAFT)
    rules.check_is_keeper(by=by)
    rules.check_reason(reason)
    _move(edition, State.DRAFT, reviewed_by=None, reviewed_at=None)
    event = events.SentBack(edition.pk, reason)
    record(event, by=by, at=at, subject=_subject(edition), area=None)
    return edition


@transaction.atomic
def adopt(
    edition_id: int,
    *,
    area: int,
    from_: datetime,
    until: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Adoption:
    """Put a reviewed edition in force for an area and all below it.

    The edition of the same pack that held there until now ends at ``from_``.
    The pack's kinds of place are declared to the ledger.
    """
    edition = _locked(edition_id)
    if edition.state != State.ADOPTED:  # another area may have adopted it before
        LIFECYCLE.check(State(edition.state), State.ADOPTED)
    rules.check_can_adopt(by=by)
    check_reaches(by.scope, area, what="area")
    rules.check_period(from_, until)
    _supersede(edition, area=area, from_=from_, by=by, at=at)
    adoption = Adoption.objects.create(
        edition=edition,
        area_id=area,
        since=from_,
        until=until,
        signed_by=by.person,
        signed_at=at,
    )
    _move(edition, State.ADOPTED)
    _declare_kinds(loaded(edition.pk), by=by, at=at)
    event = events.Adopted(edition.pk, adoption.pk, edition.digest, from_, until)
    record(event, by=by, at=at, subject=_subject(edition), area=area)
    return adoption


def _supersede(
    edition: Edition, *, area: int, from_: datetime, by: Actor, at: datetime
) -> None:
    """End what holds in this very area; what a higher area adopted stays."""
    holding = Adoption.objects.select_for_update().filter(
        Q(until=None) | Q(until__gt=from_), area_id=area, edition__pack=edition.pack
    )
    for adoption in holding.select_related("edition").defer("edition__content"):
        rules.check_follows(adoption, from_)
        adoption.until = from_
        adoption.save(update_fields=["until"])
        event = events.Superseded(adoption.edition_id, adoption.pk, from_)
        record(event, by=by, at=at, subject=_subject(adoption.edition), area=area)
        if adoption.edition_id != edition.pk and not _holds_after(adoption, from_):
            _move(adoption.edition, State.SUPERSEDED)


def _holds_after(ended: Adoption, from_: datetime) -> bool:
    """Whether the edition still holds in some other area."""
    others = Adoption.objects.filter(edition=ended.edition_id).exclude(pk=ended.pk)
    return others.filter(Q(until=None) | Q(until__gt=from_)).exists()


def _declare_kinds(pack: Pack, *, by: Actor, at: datetime) -> None:
    for kind in pack.kinds:
        declare_kind(
            code=kind.code,
            name=kind.name.zh,
            name_en=kind.name.en,
            group=kind.group,
            key=kind.key,
            by=by,
            at=at,
        )


def _locked(edition_id: int) -> Edition:
    edition = (
        Edition.objects.select_for_update()
        .defer("content")
        .filter(pk=edition_id)
        .first()
    )
    if edition is None:
        raise rules.NO_SUCH_EDITION()
    return edition


def _move(edition: Edition, state: State, **signed: object) -> None:
    edition.state = state
    for field, value in signed.items():
        setattr(edition, field, value)
    edition.save(update_fields=["state", *signed])


def _subject(edition: Edition) -> str:
    return f"edition:{edition.pk}"
