"""Invented people: numbers of the region 99, telephones that begin with 100."""

import datetime as dt

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.identifiers import citizen_check
from fangxian.kernel.papers import Paper
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.models import Alike, Opening, Person, Token
from fangxian.mechanisms.ledger.people import actions, queries
from fangxian.mechanisms.task.actions import IssueRequest, issue_all
from fangxian.mechanisms.task.queries import tasks
from tests.worlds import FOUNDED, NOON


NAME = "王小明"
TELEPHONE = "10012345678"


def number(serial=0, *, born="19790613"):
    """The right ID number with this serial in it; even serials are women's."""
    body = f"990103{born}{serial % 1000:03}"
    return body + citizen_check(body)


NUMBER = number(417)


def register(world, area="community", **said):
    """Register somebody whom the system knows of."""
    said = {
        "name": NAME,
        "paper": Paper.CITIZEN,
        "number": NUMBER,
        "telephone": TELEPHONE,
        "source": "test",
        "by": SYSTEM,
        "at": FOUNDED,
        **said,
    }
    return actions.register_person(area=world[area], **said)


def without_paper(world, area="community", **said):
    """Register somebody who has no paper at hand."""
    said = {"number": None, "no_paper_why": "证件未带", **said}
    return register(world, area, paper=Paper.NONE, **said)


def written():
    """How much there is: what a refusal leaves alone."""
    tables = (Person, Token, Alike, Opening, Entry)
    return tuple(table.objects.count() for table in tables)


def refused(act, *args, **said):
    """The catalogue entry that an act is refused with; nothing may be written."""
    before = written()
    with pytest.raises(Refusal) as refusal:
        act(*args, **said)
    assert written() == before
    return refusal.value.kind


def latest_entry():
    return Entry.objects.latest("id")


def found(scope, text="", **said):
    """The ids of the people whom a question finds."""
    page = queries.find_people(scope, text=text, **said)
    return [card.id for card in page.cards]


def owe(world, who, person):
    """Let a duty of somebody's post be about a person; give its number."""
    post = world.actor(who).post
    request = IssueRequest(
        key=f"test/{post}/{person}",
        duty="call",
        form="call",
        subject=f"person:{person}",
        area=queries.area_of(person),
        post=post,
        opens_at=NOON - dt.timedelta(hours=1),
        due_at=NOON + dt.timedelta(hours=1),
        decision={},
    )
    issue_all([request], by=SYSTEM, at=NOON)
    return tasks(EVERYWHERE, post=post, subject=request.subject).get().pk
