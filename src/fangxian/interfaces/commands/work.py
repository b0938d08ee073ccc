"""``fangxian work``: the worker process. Each second, what came in and what is due."""

import logging
import signal
import threading
from collections.abc import Callable
from functools import partial

import click
from django.conf import settings
from django.db import close_old_connections

from fangxian.interfaces.intake.enrolments import follow_all
from fangxian.interfaces.intake.inbox import Inbox, open_inbox
from fangxian.interfaces.intake.loads import tell_behind
from fangxian.interfaces.intake.pictures import clean_pictures
from fangxian.interfaces.intake.processing import process, where
from fangxian.interfaces.intake.quarantine import take_up_late
from fangxian.interfaces.intake.shedding import read_bounds
from fangxian.interfaces.jobs.due import JOBS
from fangxian.kernel.moments import SystemClock
from fangxian.kernel.situation import clock_of


TURN_SECONDS = 1.0
ACTS_A_TURN = 500
LOG = logging.getLogger("fangxian.work")


@click.command()
@click.option("--once", is_flag=True, help="Take one turn, then end.")
def command(once: bool) -> None:  # noqa: FBT001 -- click passes flags so
    """Number, sign, escalate, freeze, issue and process, each second.

    One worker is enough; a second one does no harm. SIGTERM ends it after the job
    at hand, with code 0.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with open_inbox() as inbox:
        take_turn(inbox)
        while not once and not stop.wait(TURN_SECONDS):
            take_turn(inbox)


def take_turn(inbox: Inbox) -> None:
    """Process what came in, then run every job; one that fails stops no other."""
    at = clock_of(settings.FANGXIAN_DATA).now()
    close_old_connections()
    _attempt("tell the inbox of phones", partial(follow_all, inbox))
    _attempt("process the inbox", partial(process, inbox, at=at, most=ACTS_A_TURN))
    _attempt("take up late pictures", partial(take_up_late, inbox, at=at))
    _attempt("tell the load", partial(_tell_load, inbox))
    for name, job in JOBS.items():
        _attempt(name, partial(job, at))
    cleaning = partial(clean_pictures, inbox, now=SystemClock().now(), at=at)
    _attempt("remove pictures that nothing names", cleaning)


def _tell_load(inbox: Inbox) -> None:
    """Say how far behind the worker is, by the installation's time and the wall's."""
    bound = read_bounds(settings.FANGXIAN_BOUNDS).behind
    now = clock_of(settings.FANGXIAN_DATA).now()
    tell_behind(inbox, now=now, at=SystemClock().now(), bound=bound)


def _attempt(name: str, job: Callable[[], object]) -> None:
    """Run one job; log its failure and leave it to the next turn."""
    try:
        job()
    except Exception as problem:  # noqa: BLE001 -- whatever it was, the next turn tries again
        LOG.error("could not %s\n%s", name, where(problem))  # noqa: TRY400 -- an exception's own words may name somebody
