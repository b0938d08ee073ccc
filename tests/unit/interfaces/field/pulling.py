"""A phone without a screen that asks what is new, as the app does."""

import datetime as dt
from dataclasses import dataclass, field
from typing import get_args, get_type_hints
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.test import Client

from fangxian.interfaces.field import wire
from fangxian.interfaces.field.asking import SIGNED
from tests.unit.mechanisms.jurisdiction.phones import signed_by
from tests.worlds import NOON


PATH = "/field/api/bundle"
TYPES = {
    kind: item
    for item in get_args(wire.Item)
    for kind in get_args(get_type_hints(item)["t"])
}


def is_as_written(page):
    """Whether a page is what docs/reference/field-wire.json says of it."""
    assert set(page) == set(wire.Bundle.__annotations__)
    for item in page["items"]:
        shape = TYPES[item["t"]]
        msgspec.convert(item, shape)
        assert set(item) <= set(shape.__annotations__)
    return True


@dataclass
class Puller:
    """An enrolment: its key's number, and what it was told so far, by kind and id."""

    device: UUID
    key: int
    cursor: int | None = None
    known: dict = field(default_factory=dict)
    at: dt.datetime = NOON

    def ask(self, *, at=None, language="zh", signed=None, **query):
        """Ask once; a query may name ``cursor`` and ``after``."""
        path = f"{PATH}?{urlencode(query)}" if query else PATH
        said = at if isinstance(at, str) else (at or self.at).isoformat()
        message = f"{SIGNED}GET{path if signed is None else signed}{said}".encode()
        headers = {
            "Fangxian-Device": str(self.device),
            "Fangxian-At": said,
            "Fangxian-Signature": signed_by(self.key, message),
            "Accept-Language": language,
        }
        return Client().get(path, headers=headers)

    def pull(self):
        """Pull to the end as the app does; give the pages."""
        base, after, reached, pages = self.cursor, None, None, []
        while True:
            query = {"cursor": base, "after": after}
            asked = {name: one for name, one in query.items() if one is not None}
            answer = self.ask(**asked)
            assert answer.status_code == 200, answer.content
            page = answer.json()
            assert is_as_written(page)
            if after is None and (base is None or page["whole"]):
                self.known.clear()
            self._keep(page)
            pages.append(page)
            reached = page["cursor"] if reached is None else reached
            if not page["more"]:
                self.cursor = reached
                return pages
            assert page["after"] != after, "a pull must get on"
            after = page["after"]

    def _keep(self, page):
        for item in page["items"]:
            self.known[item["t"], str(item["id"])] = item
        for kind, key in page["gone"]:
            self.known.pop((kind, key), None)

    def all(self, kind):
        """What it knows of one kind."""
        return [item for (what, _), item in self.known.items() if what == kind]
