"""A lane without a network: real inbox, real writer, ASGI messages by hand."""

import json
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from fangxian.interfaces.intake.app import Intake
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.interfaces.intake.tokens import tag_of
from fangxian.privacy.signing import SigningKey
from tests.people import ALICE


KEY = SigningKey.from_seed(bytes(32))
TOKEN = "alices-phone"  # noqa: S105 -- a test's token
PHONE = Device(name="phone-1", person=ALICE, post=None)


def act(number, *, kind="observation", **body):
    """An act with an id of its own."""
    return {
        "id": str(UUID(int=number)),
        "kind": kind,
        "seen_at": "2020-11-09T11:00:00+08:00",
        "body": body,
    }


def spelled(acts):
    return json.dumps(acts).encode()


@asynccontextmanager
async def lane_at(path, **options):
    """A running lane in front of the inbox at this path, with Alice's phone."""
    inbox = open_file(path)
    inbox.register(tag_of(TOKEN, KEY), PHONE)
    inbox.close()
    lane = Intake(open_inbox=partial(open_file, path), key=KEY, **options)
    try:
        yield lane
    finally:
        lane.stop()


async def call(
    lane, content, *, token=TOKEN, method="POST", where="/intake/acts", more=()
):
    """Send one request; give status, headers and decoded answer."""
    parts = content if isinstance(content, list) else [content]
    waiting = [
        {"type": "http.request", "body": part, "more_body": place < len(parts) - 1}
        for place, part in enumerate(parts)
    ]
    sent = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    headers += more
    scope = {"type": "http", "method": method, "path": where, "headers": headers}
    await lane(scope, receive, send)
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]
