"""The installation in which every box is filled in: ``python -m tests.secrecy.filling``.

FANGXIAN_DATA names it. It ends without closing the database, so that the write-ahead
log stands beside it.
"""

import os

import django


def main() -> None:
    """Make the tables, fill in every box, and be gone."""
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    from tests.secrecy.boxes import fill_boxes  # noqa: PLC0415 -- after set-up

    call_command("migrate", verbosity=0, skip_checks=True)
    fill_boxes()
    os._exit(0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    main()
