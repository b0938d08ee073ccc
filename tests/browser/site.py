"""Builds the installation that browsers visit: python -m tests.browser.site.

Runs in a process of its own, with FANGXIAN_DATA naming an empty folder, so that the
server opens a real database file that was written through the actions.
"""

import json
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


PASSWORD = "a bridge over the river"  # noqa: S105 -- of made-up people


def build() -> None:
    """Migrate, make the world and the examples, give everybody the password."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 -- after setup
    from django.db import transaction  # noqa: PLC0415 -- after setup

    from fangxian.interfaces.console.models import Account  # noqa: PLC0415 -- after setup
    from fangxian.kernel.situation import start_situation  # noqa: PLC0415 -- after setup
    from tests.examples import make_all  # noqa: PLC0415 -- after setup
    from tests.numbering import start_high  # noqa: PLC0415 -- after setup
    from tests.worlds import NOON, make_world  # noqa: PLC0415 -- after setup

    call_command("migrate", verbosity=0)
    start_high()
    call_command("collectstatic", verbosity=0, interactive=False)
    start_situation(settings.FANGXIAN_DATA, scenario="tests", at=NOON)
    with transaction.atomic():
        made = make_all(make_world())
    waiting = Account.objects.exclude(username="joiner")  # whose link is still good
    waiting.update(password=make_password(PASSWORD))
    plain = {key: value for key, value in made.items() if _is_plain(value)}
    Path(settings.FANGXIAN_DATA, "made.json").write_text(json.dumps(plain, default=str))


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, list, dict)) or hasattr(value, "hex")


if __name__ == "__main__":
    django.setup()
    build()
