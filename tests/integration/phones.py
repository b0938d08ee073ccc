"""A server with a phone at it, as a program: what it did stands in a file beside.

``begin`` makes the world, sends two acts, waits for a line of input (meanwhile somebody
makes a backup), and sends three more. ``go-on`` is the same phone at whatever stands in
the data folder now. Run with FANGXIAN_DATA set; says what it was told as JSON.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from uuid import UUID


def main(what: str, file: Path) -> None:
    """Set Django up for the data folder, and play one part."""
    import django  # noqa: PLC0415 -- reads FANGXIAN_DATA, which the caller has set
    from django.core.management import call_command  # noqa: PLC0415 -- as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    if what == "begin":
        call_command("migrate", verbosity=0, skip_checks=True)
        begin(file)
    else:
        go_on(file)


def begin(file: Path) -> None:
    """Work with a phone before a backup is made, and after."""
    from fangxian.mechanisms.journal.actions import sequence  # noqa: PLC0415 -- after setup
    from tests.packs import adopted  # noqa: PLC0415 -- as above
    from tests.worlds import NOON, make_world  # noqa: PLC0415 -- as above

    world = make_world()
    adopted("routine", world["city"])
    phone = enrolled(world, 1)
    area = world["grid"]
    told = [send(phone, register(phone, area, "一"), register(phone, area, "二"))]
    sequence(at=NOON)
    say(told)
    sys.stdin.readline()
    later = enrolled(world, 2, who="community", by="street")
    send(later, register(later, area, "另"))
    told += [send(phone, *(register(phone, area, name) for name in "三四五"))]
    file.write_text(json.dumps([as_kept(phone), as_kept(later)]), encoding="utf-8")
    say(told)


def go_on(file: Path) -> None:
    """Let the phones come back to a server that may be an older one."""
    from fangxian.mechanisms.ledger.models import Place  # noqa: PLC0415 -- after setup

    phone, later = map(as_phone, json.loads(file.read_text("utf-8")))
    before = sorted(Place.objects.values_list("name", flat=True))
    told = [send(phone), send(phone), send(later)]
    after = sorted(Place.objects.values_list("name", flat=True))
    say({"before": before, "told": told, "after": after})


def say(told):
    print(json.dumps(told), flush=True)  # noqa: T201 -- whoever started this reads it


# --------------------------------------------------------------------------- the phone
def enrolled(world, key, **who):
    from fangxian.interfaces.intake.enrolments import follow  # noqa: PLC0415 -- after setup
    from fangxian.interfaces.intake.inbox import open_inbox  # noqa: PLC0415 -- as above
    from fangxian.kernel.scopes import EVERYWHERE  # noqa: PLC0415 -- as above
    from fangxian.mechanisms.jurisdiction.devices.queries import (  # noqa: PLC0415 -- as above
        get_device,
    )
    from tests.unit.interfaces.intake.phoning import Phone  # noqa: PLC0415 -- as above
    from tests.unit.mechanisms.jurisdiction.phones import enrol  # noqa: PLC0415 -- as above

    device = enrol(world, key, **who)
    with open_inbox() as inbox:
        follow(inbox, get_device(device, EVERYWHERE))
    return Phone(device, key)


def register(phone, area, name):
    return phone.capture("place", {"area": area, "name": name, "kind": "hotel"})


def send(phone, *_made):
    """Offer what is not acknowledged, believe only the server's own receipt, have it done."""
    from django.conf import settings  # noqa: PLC0415 -- after setup

    from fangxian.interfaces.intake.app import Intake  # noqa: PLC0415 -- as above
    from fangxian.interfaces.intake.inbox import open_inbox, open_own  # noqa: PLC0415 -- as above
    from fangxian.interfaces.intake.processing import process  # noqa: PLC0415 -- as above
    from fangxian.interfaces.intake.receipts import is_genuine  # noqa: PLC0415 -- as above
    from fangxian.privacy.signing import signing_key_at  # noqa: PLC0415 -- as above
    from tests.unit.interfaces.intake.phoning import Standing, post  # noqa: PLC0415 -- as above
    from tests.worlds import NOON  # noqa: PLC0415 -- as above

    key = signing_key_at(settings.FANGXIAN_SIGNING_KEY)

    async def ask():
        lane = Intake(open_own, key, clock=Standing())
        try:
            return await post(lane, *phone.batch())
        finally:
            lane.stop()

    status, headers, body = asyncio.run(ask())
    said = json.loads(body)
    if status != 200:
        return [status, said["code"]]
    assert is_genuine(
        body,
        proof=headers[b"fangxian-proof"].decode(),
        signature=headers[b"fangxian-signature"].decode(),
        public=key.public,
    )
    if said["head"] == phone.hash_at(said["upto"]):
        phone.upto = said["upto"]
    with open_inbox() as inbox:
        done = process(inbox, at=NOON)
    return [status, said["upto"], len(said["acts"]), done.done, done.quarantined]


def as_kept(phone):
    return [str(phone.id), phone.key, phone.made, phone.upto]


def as_phone(kept):
    from tests.unit.interfaces.intake.phoning import Phone  # noqa: PLC0415 -- after setup

    device, key, made, upto = kept
    return Phone(UUID(device), key, list(made), [], upto)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
