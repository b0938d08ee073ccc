"""Packs as the repository ships them, and adopted as an installation would."""

import datetime as dt
from functools import cache
from pathlib import Path
from uuid import UUID

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.protocol import actions, queries
from fangxian.mechanisms.protocol.loading import load_pack


PROTOCOLS = Path(__file__).parent.parent / "protocols"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

DRAFTER = Actor(
    person=UUID(int=0xD1), post=None, role=Role.ADMINISTRATOR, scope=EVERYWHERE
)
REVIEWER = Actor(person=UUID(int=0xD2), post=None, role=Role.CDC, scope=EVERYWHERE)
SIGNER = Actor(person=UUID(int=0xD3), post=None, role=Role.DISTRICT, scope=EVERYWHERE)


@cache
def pack_of(name):
    """Read a pack of the repository once a process."""
    return load_pack(PROTOCOLS / name)


def adopted(name, area, *, from_=LONG_AGO, until=None):
    """Draft, review and adopt a pack for an area, by three people."""
    edition = actions.draft(pack_of(name), by=DRAFTER, at=LONG_AGO)
    if edition.state == "draft":
        actions.review(edition.pk, by=REVIEWER, at=LONG_AGO)
    actions.adopt(
        edition.pk, area=area, from_=from_, until=until, by=SIGNER, at=LONG_AGO
    )
    return queries.in_force(name, area, from_)
