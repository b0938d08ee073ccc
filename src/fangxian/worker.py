"""The worker process: each second, what the inbox holds and what is due.

Run as ``python -m fangxian.worker``; SIGTERM ends it after the job at hand.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import partial

import django


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django stands now
from django.db import close_old_connections  # noqa: E402 -- as above

from fangxian.interfaces.intake.inbox import open_inbox  # noqa: E402 -- as above
from fangxian.interfaces.intake.processing import process  # noqa: E402 -- as above
from fangxian.interfaces.jobs.due import JOBS  # noqa: E402 -- as above
from fangxian.kernel.situation import clock_of  # noqa: E402 -- as above


TURN_SECONDS = 1.0
ACTS_A_TURN = 500
LOG = logging.getLogger("fangxian.worker")


def turn() -> None:
    """Process what came in, then run every job; one that fails stops no other."""
    at = clock_of(settings.FANGXIAN_DATA).now()
    close_old_connections()
    with open_inbox() as inbox:
        attempt("process the inbox", partial(process, inbox, at=at, most=ACTS_A_TURN))
    for name, job in JOBS.items():
        attempt(name, partial(job, at))


def attempt(name: str, job: Callable[[], object]) -> None:
    """Run one job; log its failure and leave it to the next turn."""
    try:
        job()
    except Exception:
        LOG.exception("could not %s", name)


def work(stop: threading.Event) -> None:
    """Take a turn each second until told to stop."""
    while not stop.is_set():
        turn()
        stop.wait(TURN_SECONDS)


def main() -> None:
    """Work until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(stop)


if __name__ == "__main__":
    main()
