"""An installation with phones, for what is killed or cut off: built once, then copied.

``python -m tests.durability.installation`` builds it in FANGXIAN_DATA.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import django
from django.conf import settings


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
PHONES = 8


def build() -> None:
    """Migrate, make the world, enrol the phones of its grid worker."""
    from django.core.management import call_command  # noqa: PLC0415 -- after setup
    from django.db import connections  # noqa: PLC0415 -- after setup

    from fangxian.interfaces.intake.enrolments import follow_all  # noqa: PLC0415 -- after setup
    from fangxian.interfaces.intake.inbox import open_inbox  # noqa: PLC0415 -- after setup
    from tests.unit.mechanisms.jurisdiction.phones import enrol  # noqa: PLC0415 -- after setup
    from tests.worlds import make_world  # noqa: PLC0415 -- after setup

    call_command("migrate", verbosity=0, skip_checks=True)
    world = make_world()
    phones = [str(enrol(world, number)) for number in range(1, PHONES + 1)]
    with open_inbox() as inbox:
        follow_all(inbox)
    connections.close_all()
    made = {"grid": world["grid"], "phones": phones}
    _path().write_text(json.dumps(made))


def phones_of(numbers: Sequence[int]):
    """Give the area, and these phones, of the installation in FANGXIAN_DATA."""
    from tests.unit.interfaces.intake.phoning import Phone  # noqa: PLC0415 -- after setup

    made = json.loads(_path().read_text())
    ids = [UUID(one) for one in made["phones"]]
    return made["grid"], [Phone(ids[number - 1], number) for number in numbers]


def registered(phone, area, **when):
    """Let a phone register somebody new."""
    name = f"王{len(phone.made):04d}"
    phone.capture("person", {"area": area, "name": name}, **when)


def _path() -> Path:
    return Path(settings.FANGXIAN_DATA) / "made.json"


if __name__ == "__main__":
    django.setup()
    build()
