"""Writes acts into the journal without a pause until its input ends.

Run as a program with FANGXIAN_DATA set; it says ``ready`` after the first act.
"""

import os
import sys
import threading


def main() -> None:
    """Lend books until nobody listens."""
    import django  # noqa: PLC0415 -- reads FANGXIAN_DATA, which the caller has set
    from django.core.management import call_command  # noqa: PLC0415 -- as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    from tests.unit.mechanisms.journal.acts import fill  # noqa: PLC0415 -- as above

    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set())).start()
    fill(10)
    print("ready", flush=True)  # noqa: T201 -- whoever started this waits for it
    while not ended.is_set():
        fill(10)


if __name__ == "__main__":
    main()
