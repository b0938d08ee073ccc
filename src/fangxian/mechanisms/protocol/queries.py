"""Readers. Which edition holds where is one query; a pack is parsed once a process."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Q

from fangxian.mechanisms.jurisdiction.queries import within
from fangxian.mechanisms.protocol import rules
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.models import Adoption, Edition
from fangxian.mechanisms.protocol.packs import Pack, read_pack


if TYPE_CHECKING:
    from django.db.models import QuerySet

    from fangxian.kernel.scopes import Scope


PACKS_KEPT = 64
DIGEST = "SELECT digest FROM protocol_edition WHERE id = %s"
HOLDING = """
    SELECT edition.id, edition.pack, edition.digest, adoption.area_id
    FROM protocol_adoption adoption
    JOIN protocol_edition edition ON edition.id = adoption.edition_id
    JOIN jurisdiction_area area ON area.id = adoption.area_id
    JOIN jurisdiction_reach reach ON reach.ancestor_id = adoption.area_id
    WHERE reach.descendant_id = %s
        AND adoption.since <= %s
        AND (adoption.until IS NULL OR adoption.until > %s)
    ORDER BY area.level DESC, adoption.since DESC, adoption.id DESC
"""


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """An edition in force: its id, its pack, and the area that adopted it."""

    id: int
    pack: Pack
    area: int


# ------------------------------------------------------------------ in force
def in_force(pack: str, area: int, at: datetime) -> LoadedEdition | None:
    """Give the edition of a pack that holds in an area at a moment, if any.

    What the area itself or the nearest area above it has adopted comes before what
    was adopted higher up. One query; the pack comes from memory.
    """
    held = (one for one in _holding(area, at) if one.pack == pack)
    nearest = next(held, None)
    return None if nearest is None else _loaded(nearest)


def packs_in_force(area: int, at: datetime) -> list[LoadedEdition]:
    """Give every pack that holds in an area at a moment, by name: one query."""
    nearest: dict[str, Held] = {}
    for held in _holding(area, at):
        nearest.setdefault(held.pack, held)
    return [_loaded(nearest[pack]) for pack in sorted(nearest)]


def _holding(area: int, at: datetime) -> list["Held"]:
    """Find the adoptions that hold in an area, the nearest and latest first."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:  # every act asks; the ORM would cost more
        cursor.execute(HOLDING, [area, moment, moment])
        return [Held(*row) for row in cursor.fetchall()]


class Held(NamedTuple):
    """What is read of an adoption to tell the edition that holds."""

    edition: int
    pack: str
    digest: str
    area: int


def _loaded(held: Held) -> LoadedEdition:
    return LoadedEdition(
        id=held.edition,
        pack=_parsed(held.digest),
        area=held.area,
    )


@lru_cache(maxsize=PACKS_KEPT)
def _parsed(digest: str) -> Pack:
    """Parse an edition's content; refuses content that is not what was reviewed."""
    edition = Edition.objects.get(digest=digest)
    pack = read_pack(edition.content)
    if pack.digest != digest:
        raise rules.CONTENT_CHANGED(pack=edition.pack, version=edition.version)
    return pack


def changes_between(from_: datetime, until: datetime) -> bool:
    """Whether an adoption began or ceased to hold, anywhere, in ``(from_, until]``."""
    begun = Q(since__gt=from_, since__lte=until)
    ended = Q(until__gt=from_, until__lte=until)
    return Adoption.objects.filter(begun | ended).exists()


# ------------------------------------------------------------------ editions
def get_edition(edition_id: int) -> Edition:
    """Get an edition; protocols are public to all who work here."""
    edition = Edition.objects.filter(pk=edition_id).first()
    if edition is None:
        raise rules.NO_SUCH_EDITION()
    return edition


def previous(edition: Edition) -> Edition | None:
    """Find the edition of the same pack that was drafted before this one."""
    return editions(edition.pack).filter(pk__lt=edition.pk).order_by("-pk").first()


def editions(pack: str | None = None) -> "QuerySet[Edition]":
    """List editions, the latest of each pack first, without their content."""
    known = Edition.objects.defer("content").order_by("pack", "-drafted_at", "-pk")
    return known if pack is None else known.filter(pack=pack)


def pack_of(edition: Edition) -> Pack:
    """Give the pack of an edition that has been listed; from memory if it is known."""
    return _parsed(edition.digest)


def loaded(edition_id: int) -> Pack:
    """Get the pack of an edition: one small query, the pack from memory."""
    with connection.cursor() as cursor:  # every record asks; the ORM would cost more
        cursor.execute(DIGEST, [edition_id])
        found = cursor.fetchone()
    if found is None:
        raise rules.NO_SUCH_EDITION()
    return _parsed(found[0])


def get_form(edition_id: int, form: str) -> Form:
    """Get a form of an edition."""
    pack = loaded(edition_id)
    found = pack.form(form)
    if found is None:
        raise rules.NO_SUCH_FORM(pack=pack.id, version=pack.version, form=form)
    return found


# ----------------------------------------------------------------- adoptions
def adoptions(scope: "Scope", edition: int | None = None) -> "QuerySet[Adoption]":
    """List the adoptions in a scope, the latest first."""
    known = Adoption.objects.filter(within(scope)).select_related("area", "edition")
    found = known if edition is None else known.filter(edition_id=edition)
    return found.defer("edition__content").order_by("-since", "-pk")
